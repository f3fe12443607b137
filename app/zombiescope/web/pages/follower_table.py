"""The scored followers of an audit as a table: filtered, searched, sorted, a page at a time, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from zombiescope import formatting
from zombiescope.domain import Audit, FollowerScore
from zombiescope.i18n.sentences import translated
from zombiescope.records.formula_guard import cell
from zombiescope.report.profile_links import profile_link

__all__ = ["PAGE", "Filters", "Row", "as_csv", "rows", "runs"]

PAGE = 50
REASONS = 3
Sort = Literal["score", "-score", "-local", "place", "created"]


@dataclass(frozen=True)
class Filters:
    """Which followers are shown. text: part of a handle, name or id. run: a letter. labelled: a label, any or none."""

    text: str = ""
    low: float = 0.0
    high: float = 1.0
    run: str = ""
    family: str = ""
    silent: bool = False
    labelled: str = ""
    sort: Sort = "-score"


@dataclass(frozen=True)
class Row:
    """A follower as shown; strings are clean. chance: the score at the audit's share.

    local: how much it is like those in the list's deliveries; None where the list has no detector of its own.
    """

    id: str
    name: str
    handle: str
    link: str | None
    place: int
    created: str
    score: float
    chance: float | None
    local: float | None
    run: str
    label: str
    reasons: tuple[tuple[str, str], ...]


def rows(
    audit: Audit, table: pa.Table, labels: Mapping[str, str], silent: frozenset[str], filters: Filters
) -> list[Row]:
    """The followers that pass the filters, sorted.

    table: the records, in the order of `audit.followers`. labels: what people said, by follower id. silent: ids of
    followers that were silent for 90 days.
    """
    columns = {name: table[name].to_pylist() for name in ("platform", "handle", "display_name", "created_at")}
    families = [] if audit.evidence is None else list(audit.evidence.families or ())
    members = {place for family in families if family.kind == filters.family for place in family.places}
    wanted = filters.text.strip().casefold()
    rows = []
    for at, follower in enumerate(audit.followers or ()):
        name = formatting.clean(columns["display_name"][at] or "", longest=60)
        handle = formatting.clean(follower.handle or "", longest=60)
        if wanted and wanted not in f"{name}\n{handle}\n{follower.id}".casefold():
            continue
        run, label = _run(audit, follower), labels.get(follower.id, "")
        if not filters.low <= follower.score <= filters.high or (filters.run and run != filters.run):
            continue
        if filters.family and follower.position not in members:
            continue
        if (filters.silent and follower.id not in silent) or not _labelled(label, filters.labelled):
            continue
        created = columns["created_at"][at]
        rows.append(
            Row(
                id=formatting.clean(follower.id, longest=60),
                name=name or handle or formatting.clean(follower.id, longest=60),
                handle=handle,
                link=None
                if audit.simulated
                else profile_link(columns["platform"][at], follower.id, columns["handle"][at]),
                place=follower.position + 1,
                created="" if created is None else f"{created:%Y-%m-%d}",
                score=follower.score,
                chance=follower.posterior,
                local=follower.local_score,
                run=run,
                label=label,
                reasons=_reasons(follower),
            )
        )
    return sorted(rows, key=_order(filters.sort))


def runs(audit: Audit) -> list[str]:
    """The letters of the audit's runs."""
    return [] if audit.evidence is None else [formatting.letter(i) for i in range(len(audit.evidence.blocks))]


def as_csv(rows: Sequence[Row], simulated: str | None) -> str:
    """The rows for a spreadsheet; those of a simulated list begin with a line that says so."""
    out = io.StringIO()
    if simulated:
        out.write(f"# {simulated}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "handle", "name", "profile", "place", "account_created", "score", "chance_in_this_list",
                     "local_score", "run", "label", "reasons"))  # fmt: skip
    for row in rows:
        texts = [cell(text) for text in (row.id, row.handle, row.name, row.link or "")]
        chance, local = ("" if value is None else repr(value) for value in (row.chance, row.local))
        reasons = cell("; ".join(f"{towards}: {text}" for towards, text in row.reasons))
        writer.writerow(
            [*texts, row.place, row.created, repr(row.score), chance, local, row.run, row.label, reasons]
        )
    return out.getvalue()


def _run(audit: Audit, follower: FollowerScore) -> str:
    blocks = () if audit.evidence is None else audit.evidence.blocks
    inside = (formatting.letter(i) for i, b in enumerate(blocks) if b.from_ <= follower.position <= b.to)
    return next(inside, "")


def _reasons(follower: FollowerScore) -> tuple[tuple[str, str], ...]:
    strongest = sorted(follower.reasons or (), key=lambda r: -abs(r.effect))[:REASONS]
    return tuple(
        ("zombie" if r.effect > 0 else "genuine", translated(formatting.clean(r.text))) for r in strongest
    )


def _labelled(label: str, wanted: str) -> bool:
    return (
        wanted == ""
        or (wanted == "none" and not label)
        or (wanted == "any" and bool(label))
        or wanted == label
    )


def _order(sort: Sort) -> Callable[[Row], tuple[float | str, ...]]:
    keys: dict[Sort, Callable[[Row], tuple[float | str, ...]]] = {
        "score": lambda row: (row.score, row.place),
        "-score": lambda row: (-row.score, row.place),
        "-local": lambda row: (1.0 if row.local is None else -row.local, row.place),
        "place": lambda row: (row.place,),
        "created": lambda row: (row.created or "9999", row.place),
    }
    return keys[sort]
