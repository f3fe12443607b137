"""What changed between two audits of one account, in every form: text, HTML, JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from zombiescope import formatting
from zombiescope.compare.change import Change, Difference, Left, Side
from zombiescope.errors import InputError
from zombiescope.evidence import sentences
from zombiescope.i18n import gettext as _
from zombiescope.i18n import language
from zombiescope.report.comparison import Row, bar, rows, signed
from zombiescope.report.estimate import REACHED, Line
from zombiescope.report.evidence import NOT_WHO
from zombiescope.report.translated import translated_change
from zombiescope.report.view import SIMULATED, Section

if TYPE_CHECKING:
    from zombiescope.report import Form

__all__ = ["ChangeView", "in_words", "render", "spoken", "view"]

LISTED = 12  # blocks listed one by one

_METHODS = {
    "bounds": "These are bounds: the ends of the two audits' intervals subtracted, without a best estimate.",
    "independent": (
        "The interval takes the two audits for independent; where both lean on one model or on the same followers it "
        "is wider than it need be, never narrower."
    ),
    "dependent": (
        "The interval allows for what the two audits have in common: the model's known accounts, whose errors move "
        "both estimates alike, and followers who are in both samples."
    ),
}


@dataclass(frozen=True)
class ChangeView:
    """Two audits held against each other, ready to be shown. bars: the two shares, the earlier first.

    difference: the later share less the earlier, for drawing.
    """

    simulated: str | None
    title: str
    account: str
    headline: str
    rows: tuple[Row, ...]
    bars: tuple[Line, ...]
    sections: tuple[Section, ...]
    difference: Difference


def render(change: Change, *, form: Form, name: str | None = None) -> str:
    """The change in one form and the current language, ending in a line break; JSON is the same in all.

    name: what the account is called. Raises InputError for another form.
    """
    if form == "json":
        return msgspec.json.encode(in_words(change), order="deterministic").decode() + "\n"
    if form == "text":
        return _text(spoken(change, name))
    if form == "html":
        from zombiescope.report import change_chart
        from zombiescope.report.html import chart_svg, page

        shown = spoken(change, name)
        return page("change.html.j2", view=shown, chart=chart_svg(change_chart.chart(shown)))
    raise InputError(f"there is no form {form!r} of a comparison", "Use one of text, json, html.")


def spoken(change: Change, name: str | None = None) -> ChangeView:
    """The view of a change in the current language, under the account's own name or another."""
    shown = view(change)
    if language() != "en":
        shown = translated_change(shown)
    if name is None:
        return shown
    account = formatting.clean(name, longest=80)
    return replace(shown, account=account, title=shown.title.replace(shown.account, account))


def in_words(change: Change) -> Change:
    """The change with its sentences, for the JSON: the headline first."""
    shown = view(change)
    lines = [
        formatting.sentence(shown.headline),
        *(s for section in shown.sections for s in section.sentences),
    ]
    return msgspec.structs.replace(
        change, sentences=(*([shown.simulated] if shown.simulated else []), *lines)
    )


def view(change: Change) -> ChangeView:
    """The view of a change."""
    account = formatting.clean(change.account, longest=80)
    sections = (
        Section("share", "The share of zombies", _share(change)),
        Section("count", "The number of followers", _count(change)),
        Section("new", "Blocks that only the later audit shows", _new(change)),
        Section("gone", "Blocks that only the earlier audit shows", _gone(change)),
        Section("left", "Who left", _left(change)),
        Section("notes", "Notes", (*change.warnings, NOT_WHO)),
    )
    return ChangeView(
        simulated=SIMULATED if change.simulated else None,
        title=f"{'SIMULATED: ' if change.simulated else ''}What changed among the followers of {account}",
        account=account,
        headline=_headline(change),
        rows=rows(change),
        bars=(bar("earlier", change.earlier), bar("later", change.later)),
        sections=tuple(section for section in sections if section.sentences),
        difference=change.share,
    )


def _headline(change: Change) -> str:
    difference = change.share
    verdict, since = difference.verdict, _between(change)
    if verdict == "cannot tell":
        return f"The two audits cannot tell whether the share of zombies changed {since}"
    if difference.estimate is None:
        least = difference.low if verdict == "rose" else difference.high
        return f"By our bounds, the share of zombies {verdict} by at least {formatting.points(least)} {since}"
    return (
        f"We estimate that the share of zombies {verdict} by {formatting.points(difference.estimate)} {since}"
    )


def _between(change: Change) -> str:
    first, last = change.earlier.as_of, change.later.as_of
    if first is None or last is None or first == last:
        return "from the one to the other"
    return f"between {formatting.date(first)} and {formatting.date(last)}"


def _share(change: Change) -> tuple[str, ...]:
    difference = change.share
    level = round(difference.level * 100)
    ends = f"from {signed(difference.low)} to {signed(difference.high)} percentage points"
    if difference.estimate is None:
        text = f"The later share less the earlier lies anywhere {ends}."
    else:
        text = (
            f"The later share less the earlier is {signed(difference.estimate)} percentage points; the interval, built "
            f"so that {level} of 100 such intervals hold the true difference, reaches {ends}."
        )
    text = f"{text} Both shares are of {REACHED}."
    return (text, _METHODS[difference.method], *_common(difference))


def _common(difference: Difference) -> tuple[str, ...]:
    if not difference.in_both:
        return ()
    verb = "is" if difference.in_both == 1 else "are"
    return (f"{formatting.plural(difference.in_both, 'follower')} {verb} in both samples.",)


def _count(change: Change) -> tuple[str, ...]:
    return tuple(
        f"The platform {verb} {formatting.count(after)} followers, {_more(difference)} in the earlier audit."
        for verb, after, difference in (
            ("declares", change.later.declared, change.declared),
            ("lists", change.later.listed, change.listed),
        )
        if difference is not None and after is not None
    )


def _new(change: Change) -> tuple[str, ...]:
    lines = []
    before = change.earlier.as_of
    for block in change.new[:LISTED]:
        text = sentences.block(block, change.later.order)
        if before is not None and block.followed_from is not None and block.followed_from > before:
            text += f" So all of them came after the earlier audit, which is as of {formatting.date(before)}."
        lines.append(text)
    return (*lines, *_rest(len(change.new)))


def _gone(change: Change) -> tuple[str, ...]:
    if not change.gone:
        return ()
    lines = [sentences.block(block, change.earlier.order) for block in change.gone[:LISTED]]
    return (
        *lines,
        *_rest(len(change.gone)),
        "Such followers may have left or been removed; fewer of them may also have been looked at the second time.",
    )


def _rest(number: int) -> tuple[str, ...]:
    more = number - LISTED
    return (
        ()
        if more <= 0
        else (f"There are {formatting.count(more)} more; the JSON of this comparison lists them.",)
    )


def _left(change: Change) -> tuple[str, ...]:
    lines = []
    if change.left is not None:
        lines.append(_gone_since(change.left, change.earlier))
        if change.left.zombies is not None and change.left.gone:
            lines.append(_zombies(change.left))
    elif not change.left_at_least:
        lines.append("How many left is not known: the later audit does not have all ids of its list.")
    if change.left_at_least:
        lines.append(
            f"At least {formatting.plural(change.left_at_least, 'follower')} left, by the length of the list "
            "and the places "
            "of old blocks: nobody can join in front of a block, only leave."
        )
    return tuple(lines)


def _gone_since(left: Left, earlier: Side) -> str:
    looked = f"Of {formatting.plural(left.looked_up, 'follower')} in the earlier sample"
    missing = (
        "no longer on the list"
        if left.basis == "list"
        else "no longer on the list, or have no profile any more"
    )
    if left.gone == 0:
        text = f"{looked} all are still on the list"
    else:
        verb = "is" if left.gone == 1 and left.basis == "list" else "are"
        text = f"{looked} {formatting.count(left.gone)} {verb} {missing}"
    part = formatting.between(left.part.low, left.part.high)
    if left.part.low == left.part.high:
        exact = formatting.percent(left.part.low, 1)
        return f"{text}: {exact} of all {formatting.count(earlier.listed)} that it listed."
    return f"{text}; we estimate that {part} of all {formatting.count(earlier.listed)} on the earlier list have gone."


def _zombies(left: Left) -> str:
    zombies = left.zombies
    assert zombies is not None  # noqa: S101 the caller has looked
    clause = formatting.between(zombies.low, zombies.high)
    about = f"about {formatting.count(round((zombies.estimate or 0.0) * left.gone))} of {formatting.count(left.gone)}"
    return (
        f"By the scores they had in the earlier audit, {clause} of those who left were zombies ({about}) and the "
        "others genuine."
    )


def _more(difference: int) -> str:
    if difference == 0:
        return "as many as"
    return f"{formatting.count(abs(difference))} {'more' if difference > 0 else 'fewer'} than"


def _text(shown: ChangeView) -> str:
    from zombiescope.report.text import width, wrap

    out = [*wrap(shown.simulated), ""] if shown.simulated else []
    out += [*wrap(shown.title), "", *wrap(formatting.sentence(shown.headline), indent="  "), ""]
    table = [
        ("", _("earlier"), _("later"), _("change")),
        *((r.name, r.earlier, r.later, r.change) for r in shown.rows),
    ]
    table = [row for row in table if row[0] != "Audit"]
    wide = [max(width(row[at]) for row in table) for at in range(4)]
    for row in table:
        out.append(
            "  ".join(
                cell + " " * (room - width(cell)) for cell, room in zip(row, wide, strict=True)
            ).rstrip()
        )
    for section in shown.sections:
        out += ["", section.title]
        for sentence in section.sentences:
            out += wrap(sentence, indent="    ", first="  - ")
    ids = next(row for row in shown.rows if row.name == "Audit")
    out += ["", *wrap(_("Audits %(earlier)s and %(later)s.") % {"earlier": ids.earlier, "later": ids.later})]
    return "\n".join(line.rstrip() for line in out) + "\n"
