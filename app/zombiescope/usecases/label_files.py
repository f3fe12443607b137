"""Followers to label as a CSV that any spreadsheet opens, and the labels back from it, as CSV or workbook.

The list is in an order drawn at random and says nothing of scores: who labels must not know what the
detector said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from zombiescope.domain import Follower
from zombiescope.errors import InputError, RecordError
from zombiescope.records.formula_guard import cell
from zombiescope.report import profile_links
from zombiescope.report.view import SIMULATED
from zombiescope.storage import LabelRow, StoredAudit
from zombiescope.usecases.label_queue import followers_to_label, label_queue, unlabelled_before_last
from zombiescope.usecases.label_table import rows_of
from zombiescope.usecases.label_validation import CANNOT_TELL, VERDICTS, verdict

__all__ = [
    "COLUMNS",
    "LabelFile",
    "export",
    "profile_link",
    "read",
]

COLUMNS = (
    "id",
    "handle",
    "profile",
    "display_name",
    "bio",
    "created_at",
    "followers_count",
    "following_count",
    "posts_count",
    "label",
    "note",
    "annotator",
)
BYTE_ORDER_MARK = "\ufeff"

_LONGEST = 2_000
_LONGEST_NAME = 80
_NUMBER = re.compile(r"\d{1,40}(?:[.,]\d{1,20})?(?:[eE]\+?\d{1,2})?", re.ASCII)
_ROUNDED = 0.005  # of an id: what three significant digits leave open, the fewest that a narrow column shows
_EXACT = 15  # digits that a spreadsheet's numbers hold


@dataclass(frozen=True)
class LabelFile:
    """Labels read from a file.

    gaps: followers whom nobody labelled before the last one labelled. by_handle: labels of followers whose id a
    spreadsheet had changed or lost, matched by their handle; the others are matched by id.
    """

    labels: list[LabelRow]
    gaps: int
    by_handle: int = 0


def profile_link(follower: Follower, *, simulated: bool) -> str | None:
    """Where a person sees the profile; None where nobody knows, and of made-up followers."""
    if simulated:
        return None
    return profile_links.profile_link(follower.platform, follower.id, follower.handle)


def export(stored: StoredAudit, labels: Sequence[LabelRow], *, count: int, annotator: str) -> str:
    """`count` followers for this annotator as CSV: those labelled before, with what was said, then the next ones."""
    mine = {one.follower: one for one in labels if one.annotator == annotator}
    people = {follower.id: follower for follower in followers_to_label(stored)}
    chosen = [*(who for who in people if who in mine), *label_queue(list(people), labels, annotator)][:count]
    out = io.StringIO()
    # Excel takes a CSV without a byte-order mark for a legacy encoding.
    out.write(BYTE_ORDER_MARK)
    if stored.audit.simulated:
        out.write(f"# {SIMULATED}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for follower in (people[who] for who in chosen):
        verdict_before = mine.get(follower.id)
        writer.writerow(
            [
                _id_cell(follower.id),
                _cell(follower.handle),
                profile_link(follower, simulated=stored.audit.simulated) or "",
                _cell(follower.display_name),
                _cell(follower.bio),
                "" if follower.created_at is None else follower.created_at.astimezone(UTC).date().isoformat(),
                *("" if n is None else n for n in _counts(follower)),
                "" if verdict_before is None else verdict_before.label or CANNOT_TELL,
                "" if verdict_before is None else _cell(verdict_before.note),
                _cell(annotator),
            ]
        )
    return out.getvalue()


def read(
    data: bytes,
    stored: StoredAudit,
    labels: Sequence[LabelRow] = (),
    *,
    name: str,
    annotator: str | None,
    fallback: str,
    now: datetime,
) -> LabelFile:
    """The labels of a filled-in table. labels: those stored before. name: the file's, for messages.

    annotator: who labelled, whatever the file says; without it the file's column of that name, and where that is empty
    `fallback`. An empty label is "not yet". Raises RecordError naming line and field for what cannot be read; then no
    label is taken.
    """
    followers = followers_to_label(stored)
    known = {_plain(_cell(one.id)): one.id for one in followers}
    by_handle = _unique_handles(followers)
    rows: dict[tuple[str, str], LabelRow] = {}
    lines: dict[tuple[str, str], int] = {}
    matched_by_handle = 0
    for line, row in rows_of(data, name):
        where = f"{name} line {line}"
        given = _plain(row["id"])
        follower = known.get(given)
        if follower is None and (not given or _changed(given)):
            follower = by_handle.get(_plain(row.get("handle") or "").casefold())
            if follower is not None and given and not _may_be(given, follower):
                follower = None
            matched_by_handle += follower is not None and bool(row["label"].strip())
        if follower is None:
            raise RecordError(
                f"{given!r} is no follower of this audit's sample" if given else "is missing",
                where=where,
                field="id",
                advice="Import the file exported from this audit, its ids kept as text (sheets round them), or with "
                "the handles beside them.",
            )
        who = annotator or _plain(row.get("annotator") or "")[:_LONGEST_NAME] or fallback
        if (follower, who) in lines:
            raise RecordError(
                f"{follower!r} is on line {lines[follower, who]} already", where=where, field="id"
            )
        lines[follower, who] = line
        if not row["label"].strip():
            continue
        try:
            label = verdict(row["label"])
        except InputError as wrong:
            raise RecordError(wrong.what, where=where, field="label", advice=wrong.advice) from None
        note = _plain(row.get("note") or "")[:_LONGEST]
        rows[follower, who] = LabelRow(follower, label, who, now, note)
    if not rows:
        raise InputError(f"{name} holds no label", f"Fill the label column: {', '.join(VERDICTS)}.")
    labelled = {follower for follower, _ in rows} | {one.follower for one in labels}
    gaps = unlabelled_before_last([one.id for one in followers], labelled)
    return LabelFile(list(rows.values()), gaps, matched_by_handle)


def _unique_handles(followers: Sequence[Follower]) -> dict[str, str]:
    """Id by handle, of the handles that one follower of the sample has."""
    ids: dict[str, list[str]] = {}
    for follower in followers:
        if follower.handle:
            ids.setdefault(_plain(_cell(follower.handle)).casefold(), []).append(follower.id)
    return {handle: who[0] for handle, who in ids.items() if len(who) == 1}


def _changed(given: str) -> bool:
    """Whether an id is a number as spreadsheets write long ones: 1.23457E+18, or 1234567890123450000."""
    return bool(_NUMBER.fullmatch(given))


def _may_be(given: str, who: str) -> bool:
    """Whether a rounded number can have been this id: the same size, alike in the digits that were left."""
    if not (who.isascii() and who.isdigit()):
        return False
    number, own = float(given.replace(",", ".")), float(who)
    return abs(number - own) <= own * _ROUNDED


def _counts(follower: Follower) -> tuple[int | None, ...]:
    return follower.followers_count, follower.following_count, follower.posts_count


def _cell(text: str | None) -> str:
    return cell(text or "", longest=_LONGEST, read_back=True)


def _id_cell(text: str) -> str:
    """An id as a cell that spreadsheets keep as text: `="123"` for digits that they would round or strip of zeros."""
    if text.isascii() and text.isdigit() and (len(text) > _EXACT or text.startswith("0")):
        return f'="{text}"'
    return _cell(text)


def _plain(cell: str) -> str:
    """The text that `_cell` or `_id_cell` was given."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 3:
        return text[2:-1]
    return text.removeprefix("'")
