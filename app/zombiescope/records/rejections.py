"""Whether so many rows are rejected, or rows of such a kind, that what is left is another list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError
from zombiescope.records.row_batch import Batch
from zombiescope.records.row_traits import Trait

__all__ = ["Rejections", "counted"]

_MOST = 0.02  # of the rows: above it the rejected rows may be a kind of account of their own
_FEWEST = 5
_REPEATED = "is there twice"
_NOT_TEXT = " is not UTF-8"
_CHANCE = 1e-4  # of an association as strong among as many traits, were rows rejected at random
_ADVICE = (
    "Rejected rows may be a kind of account of their own: correct the file, or read it otherwise (--map, --decimal, "
    "--date-order, --encoding); --accept-rejected goes on without them."
)


class Rejections:
    """The rejected rows of a file, added a batch at a time, and what they have in common."""

    def __init__(self) -> None:
        self.rows: list[RejectedRow] = []
        self._read = 0
        self._traits: Counter[Trait] = Counter()
        self._lost_traits: Counter[Trait] = Counter()
        self._lost = 0

    def add(self, batch: Batch) -> None:
        """Count a batch of the file."""
        self.rows.extend(batch.refused)
        self._read += batch.table.num_rows
        self._traits.update(batch.traits)
        self._lost_traits.update(batch.rejected_traits)
        self._lost += batch.rejected_rows

    def check(self, *, name: str, columns: Mapping[str, str] | None = None) -> None:
        """Raise InputError where more than 2% of the rows (and at least five) are rejected, or at least five that have
        something in common which other rows seldom have. A repeated account is no rejected follower.

        columns: field of the record to its column in the file, for the message.
        """
        lost = [row for row in self.rows if _REPEATED not in row.reason]
        if len(lost) < _FEWEST:
            return
        rows = self._read + len(self.rows)
        common = self._in_common(counted(lost)[0][0], columns or {})
        if len(lost) > _MOST * rows:
            reason, count = counted(lost)[0]
            first = next(row for row in lost if _kind(row) == reason)
            raise InputError(
                f"{name}: {len(lost)} of {rows} rows are rejected, {count} of them because {reason} "
                f"({first.where}: {first.reason}){f'; {common}' if common else ''}",
                _ADVICE,
            )
        if common:
            raise InputError(
                f"{name}: {len(lost)} of {rows} rows are rejected, and not at random: {common}", _ADVICE
            )

    def _in_common(self, reason: str, columns: Mapping[str, str]) -> str | None:
        """What most of the rejected rows have and few others: the strongest association, by Fisher's exact test with
        Bonferroni's correction for the traits looked at."""
        from scipy.stats import fisher_exact

        if reason.endswith(_NOT_TEXT):
            column = reason.removesuffix(_NOT_TEXT)
            return f"they all have a letter beyond ASCII in {columns.get(column, column)!r}"
        if self._lost < _FEWEST or not self._read:
            return None
        best: tuple[float, Trait, int] | None = None
        traits = [t for t in self._lost_traits if not reason.startswith(f"{t.field} ")]
        for trait in traits:
            have, others = self._lost_traits[trait], self._traits[trait]
            if have * 2 < self._lost or have * self._read <= 2 * others * self._lost:
                continue
            table = np.array([[have, self._lost - have], [others, self._read - others]])
            chance = float(fisher_exact(table, alternative="greater")[1]) * len(traits)
            if chance < _CHANCE and (best is None or chance < best[0]):
                best = chance, trait, have
        if best is None:
            return None
        _, trait, have = best
        who = (
            f"the {self._lost} rejected rows all"
            if have == self._lost
            else f"{have} of the {self._lost} rejected rows"
        )
        share = self._traits[trait] / self._read
        what = trait.text.format(repr(columns.get(trait.field, trait.field)))
        return f"{who} have {what}, as {share:.0%} of the others have"


def counted(rejected: Sequence[RejectedRow]) -> list[tuple[str, int]]:
    """The rejected rows by field and reason, without the values, the commonest first."""
    return Counter(_kind(row) for row in rejected).most_common()


def _kind(row: RejectedRow) -> str:
    """The field and the reason without the cell's value."""
    reason = row.reason
    if reason[:1] in "'\"" and (end := reason.rfind(reason[0])) > 0:
        reason = reason[end + 1 :].strip()
    return f"{row.field} {reason}" if row.field else f"the row {reason}"
