"""The recent audits of the home page: grouped by account, the newest account and audit first."""

from __future__ import annotations

from dataclasses import dataclass

from zombiescope import formatting
from zombiescope.domain import Audit
from zombiescope.i18n import gettext as _
from zombiescope.i18n.sentences import translated
from zombiescope.report.estimate import reached
from zombiescope.storage import NoSuchAudit, Store

__all__ = ["Group", "Line", "answer", "audit_line", "recent"]

LOOKED_AT = 60  # audits that are read for the list
SHOWN = 12  # accounts


@dataclass(frozen=True)
class Line:
    """One audit: its answer in a few words, or how far it is."""

    id: str
    when: str
    iso: str
    answer: str
    state: str


@dataclass(frozen=True)
class Group:
    """An account with its audits, the newest first."""

    account: str
    simulated: bool
    latest: Line
    earlier: tuple[Line, ...]


def recent(store: Store) -> list[Group]:
    """The accounts audited last. Raises StorageError."""
    groups: dict[str, list[tuple[str, Audit]]] = {}
    for summary in store.audits.newest(LOOKED_AT):
        try:
            audit = store.audits.get(summary.id)
        except NoSuchAudit:  # it was forgotten meanwhile
            continue
        groups.setdefault(summary.account.casefold(), []).append((summary.account, audit))
    return [_group(audits) for audits in list(groups.values())[:SHOWN]]


def answer(audit: Audit) -> str:
    """The share in a few words; empty without one."""
    if audit.share is None:
        return ""
    shown = reached(audit, audit.share)
    interval = formatting.between(shown.low, shown.high)
    return _("cannot say") if interval == formatting.between(0.0, 1.0) else translated(interval)


def _group(audits: list[tuple[str, Audit]]) -> Group:
    lines = [audit_line(audit) for _name, audit in audits]
    account, newest = audits[0]
    return Group(
        formatting.clean(account.removeprefix("upload:"), longest=80),
        newest.simulated,
        lines[0],
        tuple(lines[1:]),
    )


def audit_line(audit: Audit) -> Line:
    """An audit in one line."""
    states = {
        "queued": _("waiting"),
        "running": _("running"),
        "done": _("done"),
        "failed": _("could not be done"),
        "cancelled": _("cancelled"),
    }
    return Line(
        id=audit.id,
        when=f"{audit.created_at:%Y-%m-%d %H:%M} UTC",
        iso=audit.created_at.isoformat(),
        answer=answer(audit),
        state=states[audit.status],
    )
