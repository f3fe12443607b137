"""The words of a report that need saying: each is explained where it first stands, and all of them at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from zombiescope.i18n import gettext as _

__all__ = ["Glossary", "Term"]


@dataclass(frozen=True)
class Term:
    """A word. forms: how it is written in running text, as a regular expression."""

    key: str
    word: str
    forms: str
    meaning: str


@dataclass
class Glossary:
    """The terms of one page, and which of them have been explained so far."""

    terms: tuple[Term, ...] = field(default_factory=lambda: _terms())
    _explained: set[str] = field(default_factory=set)

    def mark(self, text: str) -> Markup:
        """The text escaped, with each term a button that opens its meaning, where it stands for the first time."""
        places: list[tuple[int, int, Term]] = []
        for term in self.terms:
            match = None if term.key in self._explained else re.search(term.forms, text)
            if match is not None and not any(a < match.end() and match.start() < b for a, b, _ in places):
                places.append((match.start(), match.end(), term))
                self._explained.add(term.key)
        out, at = Markup(""), 0
        for start, stop, term in sorted(places, key=lambda one: one[0]):
            out += escape(text[at:start]) + Markup(
                '<button type="button" class="term" popovertarget="term-{}">{}</button>'
            ).format(term.key, text[start:stop])
            at = stop
        return out + escape(text[at:])


def _terms() -> tuple[Term, ...]:
    return (
        Term(
            "zombie",
            _("Zombie"),
            r"\b[Zz]ombies?\b|僵尸粉",
            _("A bought or fake account. A quiet person is not one."),
        ),
        Term(
            "interval",
            _("Interval"),
            r"\b[Ii]ntervals?\b|区间",
            _(
                "From where to where the share can be; the finding is the whole interval. The best estimate is its "
                "likeliest single figure and is not to be quoted alone."
            ),
        ),
        Term(
            "score",
            _("Score"),
            r"\b[Ss]cores?\b|评分",
            _(
                "How zombie-like an account looks to the detector, from 0 to 1, as if half of the list were zombies."
            ),
        ),
        Term(
            "detector",
            _("Detector"),
            r"\b[Dd]etector\b|检测器",
            _(
                "The program that scores each follower. It learned from accounts that are known to be bought or "
                "genuine."
            ),
        ),
        Term(
            "dormant",
            _("Dormant"),
            r"\b[Dd]ormant\b|休眠",
            _("A genuine account that was silent for 90 days or for ever."),
        ),
        Term(
            "run",
            _("Run"),
            r"\b[Rr]uns?\b|连续段",
            _(
                "Followers who stand together in the list and are more alike than chance allows. It does not tell who "
                "brought them."
            ),
        ),
        Term(
            "vendor",
            _("Vendor"),
            r"\b[Vv]endors?\b|卖家",
            _("Whoever sells followers. A vendor that the detector has never seen can be harder to find."),
        ),
    )
