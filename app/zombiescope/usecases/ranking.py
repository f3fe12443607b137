"""The league table: accounts audited with common settings and ranked by how many genuine followers they
have.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from zombiescope.domain import Audit, Entrant, Interval, League, Ranked, Span
from zombiescope.errors import InputError, ZombiescopeError

__all__ = ["COLUMNS", "Entrant", "league", "read"]

COLUMNS = ("account", "name", "declared", "declared_at_least", "posts", "reactions")
ALSO = {"declared": "followers", "declared_at_least": "at_least"}  # as data/sample/embassies.csv has them
STANDS_FOR = 0.95  # a list of at least this part of the declared followers stands for the account
NO_LIST = "no follower list to audit"
MOST_DIGITS = 15  # of a count: what JSON readers keep


LONGEST = 10_000  # characters of a cell


def read(text: str, name: str) -> list[Entrant]:
    """The accounts of a CSV with a header; columns beyond `COLUMNS` are passed over. `followers` and `at_least` do for
    `declared` and `declared_at_least`.

    name: of the file, for errors. Raises InputError for no header, no rows, a count that is none, or a row
    that names nobody.
    """
    try:
        return _entrants(text, name)
    except csv.Error as error:
        raise InputError(f"{name} is no CSV that can be read: {error}", "Save it as CSV anew.") from None


def _entrants(text: str, name: str) -> list[Entrant]:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not {"account", "name"} & set(rows.fieldnames or ()):
        raise InputError(
            f"{name} has neither a column account nor a column name",
            f"Give it a header with {', '.join(COLUMNS)}; all but account and name may be left out.",
        )
    entrants = []
    for given in rows:
        row = {column: given.get(column) or given.get(ALSO.get(column, column)) for column in COLUMNS}
        where = f"{name}, line {rows.line_num}"
        # The csv module has a limit too, but one for the whole process, which readers of large files raise.
        if any(len(text) > LONGEST for text in row.values() if text):
            raise InputError(f"{name} is no CSV that can be read: line {rows.line_num} has a cell of over {LONGEST:,} "
                             "characters", "Save it as CSV anew.")  # fmt: skip
        entrant = Entrant(
            account=(row.get("account") or "").strip(),
            name=(row.get("name") or "").strip(),
            declared=_count(row.get("declared"), "declared", where),
            at_least=_flag(row.get("declared_at_least"), where),
            posts=_count(row.get("posts"), "posts", where),
            reactions=_count(row.get("reactions"), "reactions", where),
        )
        if not entrant.account and not entrant.name:
            raise InputError(f"{where}: account and name are empty", "Name the account, or take the row out.")
        entrants.append(entrant)
    if not entrants:
        raise InputError(f"{name} holds no account", "Give it one row an account.")
    return entrants


def league(
    entrants: Iterable[Entrant],
    audit: Callable[[Entrant], Audit],
    *,
    now: datetime,
    sample: int,
    seed: int,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
) -> League:
    """Audit the accounts one after another and rank them.

    audit: gives an account's audit; what it raises of ZombiescopeError becomes the row's reason. on_progress: how
    many are done.

    Genuine followers are declared x (1 - share). Ranks go by the estimate (of bounds alone by their middle).
    The range of ranks is that of Klein, Wright & Wieczorek 2020: an account may be as high as after those
    whose whole interval lies above its own, and as low as before those whose whole interval lies below. With
    k accounts all ranges hold at once with a chance of at least level**k.
    """
    named = list(entrants)
    rows: list[Ranked] = []
    audits: list[Audit] = []
    for done, entrant in enumerate(named):
        on_progress(done, len(named))
        audited, reason = None, NO_LIST
        if entrant.account:
            try:
                audited = audit(entrant)
            except ZombiescopeError as error:
                reason = error.what
        if audited is not None:
            audits.append(audited)
            reason = audited.error or "the audit gave no share"
        rows.append(_row(entrant, audited, reason))
    on_progress(len(named), len(named))
    return League(
        simulated=any(row.simulated for row in rows),
        created_at=now,
        sample=sample,
        seed=seed,
        level=next((audited.share.level for audited in audits if audited.share), 0.95),
        model=next((audited.model for audited in audits), None),
        accounts=_ranked(rows),
    )


def _count(text: str | None, column: str, where: str) -> int | None:
    if text is None or not text.strip():
        return None
    if not text.strip().isdecimal() or len(text.strip()) > MOST_DIGITS:
        raise InputError(
            f"{where}, {column}: {text[:40]!r} is no count",
            "Write it in digits alone: 1131700, not 1.131.700+.",
        )
    return int(text)


def _flag(text: str | None, where: str) -> bool:
    word = (text or "").strip().lower()
    if word not in ("", "true", "false", "1", "0", "yes", "no"):
        raise InputError(
            f"{where}, declared_at_least: {text!r} is neither true nor false", "Write true or false."
        )
    return word in ("true", "1", "yes")


def _row(entrant: Entrant, audit: Audit | None, reason: str) -> Ranked:
    name = entrant.name or entrant.account
    if audit is None or audit.share is None or audit.frame is None:
        return Ranked(
            account=entrant.account,
            name=name,
            declared=entrant.declared,
            at_least=entrant.at_least,
            declared_rank=None,
            posts=entrant.posts,
            reactions=entrant.reactions,
            reason=reason,
        )
    frame, share = audit.frame, audit.share
    declared = frame.declared if entrant.declared is None else entrant.declared
    stands = frame.complete and frame.listed >= STANDS_FOR * (frame.declared or frame.listed)
    reached = _reached(audit)
    genuine = whole = None
    if declared is not None:
        if share.whole_account is not None:
            whole = Span(declared * (1 - share.whole_account.high), declared * (1 - share.whole_account.low))
        if stands:
            point = None if reached.estimate is None else declared * (1 - reached.estimate)
            genuine = Interval(point, declared * (1 - reached.high), declared * (1 - reached.low))
        elif whole is not None:
            genuine = Interval(None, whole.low, whole.high)
    return Ranked(
        account=entrant.account,
        name=name,
        declared=declared,
        at_least=entrant.at_least,
        declared_rank=None,
        simulated=audit.simulated,
        share=reached,
        genuine=genuine,
        whole=whole,
        posts=entrant.posts,
        reactions=entrant.reactions,
        influence=_influence(entrant, genuine),
        reason=None if genuine is not None else "the declared follower count is not known",
        audit=audit.id,
    )


def _reached(audit: Audit) -> Interval:
    """The share as a report's headline has it: the unseen-vendor bounds where the gate failed and nobody
    labelled.
    """
    share = audit.share
    assert share is not None  # noqa: S101 the caller has looked
    if share.in_domain is False and audit.labels is None:
        bounds = share.unseen_vendor or Span(share.low, share.high)
        return Interval(None, bounds.low, bounds.high)
    return Interval(share.estimate, share.low, share.high)


def _influence(entrant: Entrant, genuine: Interval | None) -> Interval | None:
    """Reactions per post (Jiang 2017) per genuine follower; None where that has no upper end."""
    if genuine is None or entrant.reactions is None or not entrant.posts or genuine.low <= 0:
        return None
    each = entrant.reactions / entrant.posts
    point = each / genuine.estimate if genuine.estimate else None
    return Interval(point, each / genuine.high, each / genuine.low)


def _ranked(rows: Sequence[Ranked]) -> tuple[Ranked, ...]:
    from msgspec.structs import replace

    by_declared = sorted((r.declared for r in rows if r.declared is not None), reverse=True)
    known = sorted((r for r in rows if r.genuine is not None), key=_worth)
    ranges = [_range(row, known) for row in known]
    placed = [
        replace(row, rank=rank, rank_low=low, rank_high=high)
        for rank, (row, (low, high)) in enumerate(zip(known, ranges, strict=True), 1)
    ]
    rest = sorted((r for r in rows if r.genuine is None), key=lambda r: (-(r.declared or 0), r.name))
    return tuple(
        row if row.declared is None else replace(row, declared_rank=by_declared.index(row.declared) + 1)
        for row in [*placed, *rest]
    )


def _worth(row: Ranked) -> tuple[float, str]:
    assert row.genuine is not None  # noqa: S101 the caller has looked
    middle = (row.genuine.low + row.genuine.high) / 2
    return (-(middle if row.genuine.estimate is None else row.genuine.estimate), row.name)


def _range(row: Ranked, others: Sequence[Ranked]) -> tuple[int, int]:
    """The best and the worst rank that the intervals leave open."""
    mine = row.genuine
    spans = [other.genuine for other in others if other is not row]
    above = sum(s is not None and mine is not None and s.low > mine.high for s in spans)
    below = sum(s is not None and mine is not None and s.high < mine.low for s in spans)
    return above + 1, len(others) - below
