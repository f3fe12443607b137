"""Finished audits into the store, and out of it again with people's labels in the estimate."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from zombiescope import share
from zombiescope.audit import Outcome, Request
from zombiescope.domain import FollowerScore
from zombiescope.storage import Kept, LabelRow, Store

__all__ = ["estimated", "keep", "kept_of", "label_order", "relabel"]


def kept_of(outcome: Outcome) -> Kept:
    """What of an outcome is kept."""
    return Kept(
        audit=outcome.audit,
        rows=outcome.rows,
        scored=outcome.scored,
        templates=outcome.templates,
        validation=outcome.validation,
        features=outcome.features.matrix,
    )


def keep(store: Store, request: Request, outcome: Outcome) -> None:
    """Keep a finished audit. Raises StorageError where it cannot be."""
    store.audits.keep(kept_of(outcome), account=request.account, request=msgspec.json.encode(request))


def label_order(kept: Kept) -> npt.NDArray[np.int64]:
    """(followers,) the rows of the sample in the order to label them, the same each time for one audit."""
    seed = 0 if kept.audit.sample is None else kept.audit.sample.seed
    # A stream of its own: the draw of the sample has the seed alone.
    return share.label_order(len(kept.scored.scores), np.random.default_rng([seed, 1]))


def estimated(kept: Kept, labels: Sequence[LabelRow]) -> tuple[Kept, tuple[str, ...]]:
    """The audit estimated again with all its labels, and its sentences on a claim.

    Without labels the answer is the one that was kept: the gate's bootstrap has the same stream.
    """
    audit = kept.audit
    row_of = {follower.id: row for row, follower in enumerate(audit.followers or ())}
    batches = 1 if kept.scored.replicate is None else int(kept.scored.replicate.max(initial=0)) + 1
    seed = 0 if audit.sample is None else audit.sample.seed
    found = share.assess(
        kept.scored,
        kept.templates,
        kept.validation,
        rng=np.random.default_rng(seed).spawn(batches)[-1],
        claim=None if audit.claim is None else audit.claim.value,
        labels=[share.LabelledFollower(row_of.get(one.follower), one.label, one.annotator) for one in labels],
    )
    people = tuple(
        _moved(one, float(posterior))
        for one, posterior in zip(audit.followers or (), found.posterior, strict=True)
    )
    again = msgspec.structs.replace(
        audit,
        share=found.share,
        dormant=found.dormant,
        unknown=found.unknown,
        labels=found.labels,
        claim=found.claim,
        followers=people,
    )
    return dataclasses.replace(kept, audit=again), found.sentences


def relabel(store: Store, audit_id: str, labels: Sequence[LabelRow]) -> Kept:
    """Keep labels, estimate again, keep the answer; the audit as it is then.

    Raises NoSuchAudit, Unfinished, or EstimateError.
    """
    before = store.audits.kept(audit_id)
    store.labels.put(audit_id, labels)
    said = store.labels.of(audit_id)
    while True:
        after, _ = estimated(before, said)
        store.audits.replace(after)
        # Somebody else may have labelled meanwhile, and have written before us an answer that knew of more.
        if said == (said := store.labels.of(audit_id)):
            return after


def _moved(one: FollowerScore, posterior: float) -> FollowerScore:
    return msgspec.structs.replace(one, posterior=posterior if np.isfinite(posterior) else None)
