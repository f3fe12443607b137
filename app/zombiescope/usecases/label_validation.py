"""Validation of labels: the words that are labels, and followers that an audit sampled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zombiescope.domain import Label
from zombiescope.errors import InputError
from zombiescope.storage import Store

__all__ = ["CANNOT_TELL", "VERDICTS", "check_sampled", "verdict"]

CANNOT_TELL = "cannot tell"

VERDICTS: Mapping[str, Label | None] = {"zombie": "zombie", "genuine": "genuine", CANNOT_TELL: None}


def verdict(text: str) -> Label | None:
    """The label that a word stands for; "cannot tell" is None. Raises InputError for any other word."""
    word = " ".join(text.replace("-", " ").replace("_", " ").split()).casefold()
    if word not in VERDICTS:
        raise InputError(f"{text!r} is no label", f"Write one of: {', '.join(VERDICTS)}.")
    return VERDICTS[word]


def check_sampled(store: Store, audit_id: str, followers: Iterable[str]) -> None:
    """Raise InputError for the first of these ids that is not in the audit's sample, NoSuchAudit for no audit."""
    sample = {one.id for one in store.audits.followers(audit_id)}
    unknown = next((follower for follower in followers if follower not in sample), None)
    if unknown is not None:
        raise InputError(
            f"{unknown[:80]!r} is no follower of this audit's sample",
            "Label one that the audit lists as a follower.",
        )
