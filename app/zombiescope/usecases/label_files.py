"""Followers to label as a CSV that any spreadsheet opens, and the labels back from it.

The list is in an order drawn at random and says nothing of scores: who labels must not know what the
detector said.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from zombiescope.domain import Follower, Label
from zombiescope.errors import InputError, RecordError
from zombiescope.formatting import clean
from zombiescope.records.schema import to_followers
from zombiescope.report import profile_links
from zombiescope.report.view import SIMULATED
from zombiescope.storage import LabelRow, StoredAudit
from zombiescope.usecases.audit_store import label_order

__all__ = [
    "CANNOT_TELL",
    "COLUMNS",
    "Read",
    "export",
    "followers_to_label",
    "profile_link",
    "read",
    "verdict",
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
)
CANNOT_TELL = "cannot tell"
BYTE_ORDER_MARK = "\ufeff"

_VERDICTS: Mapping[str, Label | None] = {"zombie": "zombie", "genuine": "genuine", CANNOT_TELL: None}
_LONGEST = 2_000
_NUMBER = re.compile(r"\d{1,40}(?:[.,]\d{1,20})?(?:[eE]\+?\d{1,2})?", re.ASCII)
_ROUNDED = 0.005  # of an id: what three significant digits leave open, the fewest that a narrow column shows
_EXACT = 15  # digits that a spreadsheet's numbers hold


@dataclass(frozen=True)
class Read:
    """Labels read from a file.

    gaps: followers without a label before the last one labelled. by_handle: labelled followers whose id a spreadsheet
    had changed, matched by their handle.
    """

    labels: list[LabelRow]
    gaps: int
    by_handle: int = 0


def followers_to_label(stored: StoredAudit) -> list[Follower]:
    """The sample's followers in the order to label them: any first k are a random draw."""
    return list(to_followers(stored.rows.take(label_order(stored))))


def profile_link(follower: Follower, *, simulated: bool) -> str | None:
    """Where a person sees the profile; None where nobody knows, and of made-up followers."""
    if simulated:
        return None
    return profile_links.profile_link(follower.platform, follower.id, follower.handle)


def verdict(text: str) -> Label | None:
    """What a word of a person says; "cannot tell" is None. Raises InputError for any other word."""
    word = " ".join(text.replace("-", " ").replace("_", " ").split()).casefold()
    if word not in _VERDICTS:
        raise InputError(f"{text!r} is no label", f"Write one of: {', '.join(_VERDICTS)}.")
    return _VERDICTS[word]


def export(stored: StoredAudit, labels: Sequence[LabelRow], *, count: int, annotator: str) -> str:
    """The first `count` followers to label as CSV, with what this annotator said already."""
    label_of = {one.follower: one for one in labels if one.annotator == annotator}
    out = io.StringIO()
    # Excel takes a CSV without a byte-order mark for a legacy encoding.
    out.write(BYTE_ORDER_MARK)
    if stored.audit.simulated:
        out.write(f"# {SIMULATED}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for follower in followers_to_label(stored)[:count]:
        mine = label_of.get(follower.id)
        writer.writerow(
            [
                _id_cell(follower.id),
                _cell(follower.handle),
                profile_link(follower, simulated=stored.audit.simulated) or "",
                _cell(follower.display_name),
                _cell(follower.bio),
                "" if follower.created_at is None else follower.created_at.astimezone(UTC).date().isoformat(),
                *("" if n is None else n for n in _counts(follower)),
                "" if mine is None else mine.label or CANNOT_TELL,
                "" if mine is None else _cell(mine.note),
            ]
        )
    return out.getvalue()


def read(data: bytes, stored: StoredAudit, *, name: str, annotator: str, now: datetime) -> Read:
    """The labels of a filled-in CSV. name: the file's, for messages. An empty label is "not yet".

    Raises RecordError naming line and field for what cannot be read; then no label is taken.
    """
    order = [follower.id for follower in followers_to_label(stored)]
    known = {_plain(_cell(who)): who for who in order}
    by_handle = _unique_handles(stored)
    labels: dict[str, LabelRow] = {}
    lines: dict[str, int] = {}
    matched_by_handle = 0
    for line, row in _rows(data, name):
        where = f"{name} line {line}"
        given = _plain(row["id"])
        who = known.get(given)
        if who is None and _changed(given):
            who = by_handle.get(_plain(row.get("handle") or "").casefold())
            if who is not None and not _may_be(given, who):
                who = None
            matched_by_handle += who is not None and bool(row["label"].strip())
        if who is None:
            raise RecordError(
                f"{given!r} is no follower of this audit's sample" if given else "is missing",
                where=where,
                field="id",
                advice="Import the file exported from this audit, its ids kept as text (sheets round them), or with "
                "the handles beside them.",
            )
        if who in lines:
            raise RecordError(f"{who!r} is on line {lines[who]} already", where=where, field="id")
        lines[who] = line
        if not row["label"].strip():
            continue
        try:
            label = verdict(row["label"])
        except InputError as wrong:
            raise RecordError(wrong.what, where=where, field="label", advice=wrong.advice) from None
        labels[who] = LabelRow(who, label, annotator, now, _plain(row.get("note") or "")[:_LONGEST])
    if not labels:
        raise InputError(f"{name} holds no label", f"Fill the label column: {', '.join(_VERDICTS)}.")
    last = max(i for i, who in enumerate(order) if who in labels)
    return Read(list(labels.values()), gaps=last + 1 - len(labels), by_handle=matched_by_handle)


def _unique_handles(stored: StoredAudit) -> dict[str, str]:
    """Id by handle, of the handles that one follower of the sample has."""
    ids: dict[str, list[str]] = {}
    for follower in followers_to_label(stored):
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


def _rows(data: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of each row."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8", "Save it as CSV UTF-8.") from None
    lines = io.StringIO(text, newline="")
    skipped, header = 0, lines.readline()
    while header.startswith("#") or (header and not header.strip()):
        skipped, header = skipped + 1, lines.readline()
    if not header:
        raise InputError(f"{name} is empty", "Import the file that `zombiescope label --export` wrote.")
    reader = csv.reader(chain([header], lines), delimiter=max(",;\t", key=header.count), strict=True)
    columns: list[str] = []
    line = skipped + 1
    try:
        for cells in reader:
            here, line = line, skipped + 1 + reader.line_num
            if not columns:
                columns = [cell.strip() for cell in cells]
                missing = [column for column in ("id", "label") if column not in columns]
                if missing:
                    raise RecordError(
                        "there is no such column", where=f"{name} line {here}", field=missing[0],
                        advice="Import the file that `zombiescope label --export` wrote.",
                    )  # fmt: skip
            elif any(cells):
                yield here, dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=False))
    except csv.Error as error:
        raise RecordError(f"is no row of cells ({error})", where=f"{name} line {line}") from None


def _counts(follower: Follower) -> tuple[int | None, ...]:
    return follower.followers_count, follower.following_count, follower.posts_count


def _cell(text: str | None) -> str:
    """One clean line that no spreadsheet takes for a formula, even with a full-width sign (OWASP)."""
    line = clean(text or "", longest=_LONGEST)
    # Some programs pass over these, or take `;` for the end of a cell, before they look for a formula.
    risky = unicodedata.normalize("NFKC", line.lstrip("; \u00a0\ufeff\u200b")[:1]) in (
        "=",
        "+",
        "-",
        "@",
        "'",
    )
    return f"'{line}" if risky else line


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
