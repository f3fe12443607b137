"""The one view of an audit that all forms render: every sentence and number ready, formatted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zombiescope import formatting
from zombiescope.domain import AccountInfo, Audit
from zombiescope.i18n import language
from zombiescope.platforms import BUILT_IN
from zombiescope.report import (
    deliveries_table,
    estimate,
    evidence,
    example_followers,
    limits,
    method_facts,
    points,
)
from zombiescope.report.score_chart import GroupLine, group_lines
from zombiescope.report.sensitivity_chart import SensitivityLine, sensitivity_lines
from zombiescope.report.translated import translated

if TYPE_CHECKING:
    import pyarrow as pa

    from zombiescope.share.inputs import Reference

__all__ = ["Section", "Truth", "View", "view"]

SIMULATED = "SIMULATED: a program made these followers up. Nothing here is a finding about a real account."


@dataclass(frozen=True)
class Truth:
    """What is known of a simulated list: its zombie share (0 to 1) and a sentence on how that is known."""

    share: float
    text: str = ""


@dataclass(frozen=True)
class Section:
    """Sentences under one heading; `key` names the place where a form puts them."""

    key: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """An audit ready to be shown. Strings that came from accounts are clean, but not escaped for any form.

    missing: what the followers' records lack, to be read before the headline. marks: claim and known truth on the
    number line. sections: only those with something to say.
    """

    simulated: str | None
    title: str
    account: str
    where: str
    headline: str
    missing: str | None
    lede: tuple[str, ...]
    lines: tuple[estimate.Line, ...]
    marks: tuple[estimate.Mark, ...]
    sections: tuple[Section, ...]
    people: tuple[example_followers.Person, ...]
    picture: points.Points | None
    scores: tuple[float, ...]
    facts: tuple[method_facts.Fact, ...]
    notes: tuple[str, ...]
    command: str | None
    deliveries: tuple[deliveries_table.DeliveryRow, ...] = ()
    reference: tuple[GroupLine, ...] = ()
    sensitivity: tuple[SensitivityLine, ...] = ()

    def section(self, key: str) -> Section | None:
        """The section of that key, None where there is nothing to say."""
        return next((section for section in self.sections if section.key == key), None)


def view(
    audit: Audit,
    rows: pa.Table | None = None,
    *,
    truth: Truth | None = None,
    command: str | None = None,
    reference: Reference | None = None,
) -> View:
    """The view of an audit.

    rows: the scored followers' records, in the order of `audit.followers`. command: the exact command line,
    where the caller knows it better than the audit does. reference: the groups that the followers were compared with.
    """
    account, where = _account(audit.account)
    shown = View(
        simulated=SIMULATED if audit.simulated else None,
        title=f"{'SIMULATED: ' if audit.simulated else ''}Zombies among the followers of {account}",
        account=account,
        where=where if audit.as_of is None else f"{where}, as of {formatting.date(audit.as_of)}".lstrip(", "),
        headline=estimate.headline(audit),
        missing=estimate.missing(audit),
        lede=estimate.lede(audit),
        lines=estimate.lines(audit),
        marks=_marks(audit, truth),
        sections=tuple(s for s in _sections(audit, truth) if s.sentences),
        people=example_followers.people(audit.followers),
        picture=points.points(audit, rows),
        scores=tuple(f.score for f in audit.followers or ()),
        facts=method_facts.facts(audit),
        notes=method_facts.NOTES if audit.share is not None else (),
        command=method_facts.command(audit) if command is None else command,
        deliveries=deliveries_table.rows(audit),
        reference=group_lines(reference),
        sensitivity=sensitivity_lines(audit),
    )
    return shown if language() == "en" else translated(shown)


def _account(account: AccountInfo | None) -> tuple[str, str]:
    """The account's name, and where it is; both clean."""
    if account is None:
        return "an account not yet looked up", ""
    handle = formatting.clean(account.handle or "", longest=60)
    name = (
        formatting.clean(account.display_name or "", longest=60)
        or handle
        or formatting.clean(account.ref, longest=60)
    )
    descriptor = BUILT_IN.get(account.platform)
    at = descriptor.title if descriptor is not None and descriptor.live else ""
    beside = [
        f"@{handle}" if handle and handle != name else "",
        at or formatting.clean(account.ref, longest=60),
    ]
    return name, ", ".join(part for part in beside if part)


def _marks(audit: Audit, truth: Truth | None) -> tuple[estimate.Mark, ...]:
    if audit.share is None:
        return ()
    marks = []
    if audit.claim is not None:
        marks.append(
            estimate.Mark("claim", f"claim {formatting.stated(audit.claim.value)}", audit.claim.value)
        )
    if truth is not None:
        marks.append(estimate.Mark("truth", f"truth {formatting.stated(truth.share)}", truth.share))
    return tuple(marks)


def _sections(audit: Audit, truth: Truth | None) -> tuple[Section, ...]:
    return (
        Section("truth", "The known truth", _truth(truth)),
        Section("claim", "The claim", estimate.verdicts(audit)),
        Section("blocks", "Blocks of followers that are too alike", evidence.blocks(audit)),
        Section("sign-ups", "Runs of new accounts", evidence.sign_ups(audit)),
        Section("families", "Families of followers", evidence.families(audit)),
        Section("dates", "When the accounts were created", evidence.dates(audit)),
        Section("clock", "When they post", evidence.clock(audit)),
        Section("unseen", "What could not be seen", limits.unseen(audit)),
        Section("change", "What would settle it", limits.change(audit)),
        Section("sensitivity", "What the interval rests on", limits.sensitivity(audit)),
        Section("warnings", "Notes on the estimate", limits.warnings(audit)),
        Section("labels", "Checked by people", limits.labels(audit)),
        Section("drift", "How these followers differ from training", limits.drift(audit)),
        Section("crowd", "Whom to look at first", limits.crowd(audit)),
        Section("left-out", "What is not in this report", limits.left_out(audit)),
    )


def _truth(truth: Truth | None) -> tuple[str, ...]:
    if truth is None:
        return ()
    text = f"Known, since a program made this list: {formatting.stated(truth.share)} are zombies."
    return (f"{text} {formatting.sentence(truth.text)}" if truth.text else text,)
