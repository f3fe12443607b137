"""Finished audits into the store, and out of it again with people's labels in the estimate."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from zombiescope import share
from zombiescope.detector import Detector, drift, explain, local_density
from zombiescope.domain import SCHEMA, Audit, Block, Cost, Evidence, FollowerScore, Frame, Share
from zombiescope.evidence.sentences import with_sentences
from zombiescope.features import extract
from zombiescope.features.normal_scores import normal_scores
from zombiescope.storage import LabelRow, Store, StoredAudit
from zombiescope.usecases.audit import AuditRequest, AuditResult
from zombiescope.usecases.scored_sample import compared_with, gate_stream

__all__ = ["estimated", "keep", "label_covariates", "label_order", "relabel", "rescored", "stored_audit_of"]


def stored_audit_of(outcome: AuditResult) -> StoredAudit:
    """The part of an outcome that is stored."""
    return StoredAudit(
        audit=outcome.audit,
        rows=outcome.rows,
        scored=outcome.scored,
        templates=outcome.templates,
        reference=outcome.reference,
        features=outcome.features.matrix,
    )


def keep(store: Store, request: AuditRequest, outcome: AuditResult) -> None:
    """Keep a finished audit. Raises StorageError where it cannot be."""
    store.audits.keep(stored_audit_of(outcome), account=request.account, request=msgspec.json.encode(request))


def label_order(stored: StoredAudit) -> npt.NDArray[np.int64]:
    """(followers,) the rows of the sample in the order to label them, the same each time for one audit."""
    seed = 0 if stored.audit.sample is None else stored.audit.sample.seed
    # A stream of its own: the draw of the sample has the seed alone.
    return share.label_order(len(stored.scored.scores), np.random.default_rng([seed, 1]))


def label_covariates(stored: StoredAudit) -> npt.NDArray[np.float64] | None:
    """(followers, d) normal scores of the sample's features, for the local model of the labels; None where none."""
    if stored.features is None or len(stored.features) != len(stored.scored.scores):
        return None
    return normal_scores(stored.features)


def estimated(stored: StoredAudit, labels: Sequence[LabelRow]) -> StoredAudit:
    """The audit estimated again with all its labels.

    Without labels the answer is the stored one.
    """
    audit = stored.audit
    row_of = {follower.id: row for row, follower in enumerate(audit.followers or ())}
    assessment = share.assess(
        stored.scored,
        stored.templates,
        stored.reference,
        rng=gate_stream(0 if audit.sample is None else audit.sample.seed),
        claim=None if audit.claim is None else audit.claim.value,
        labels=[share.LabelledFollower(row_of.get(one.follower), one.label, one.annotator) for one in labels],
        covariates=label_covariates(stored) if len(labels) >= share.LEAST_LABELS else None,
        deliveries=None if audit.evidence is None else audit.evidence.deliveries,
    )
    people = tuple(
        _moved(one, float(posterior))
        for one, posterior in zip(audit.followers or (), assessment.posterior, strict=True)
    )
    again = msgspec.structs.replace(
        audit,
        schema=SCHEMA,
        share=assessment.share,
        dormant=assessment.dormant,
        unknown=assessment.unknown,
        labels=assessment.labels,
        # What moves the defended interval does not move one that comes from labels.
        sensitivity=() if assessment.share.assumes == "labels" else audit.sensitivity,
        claim=assessment.claim,
        evidence=None if audit.evidence is None else _evidence_beside(audit, assessment.share),
        followers=people,
    )
    return dataclasses.replace(stored, audit=again)


def _evidence_beside(audit: Audit, whole: Share) -> Evidence:
    """The evidence as it stands beside the share of the whole, said again where that changed it."""
    assert audit.evidence is not None  # noqa: S101 the caller looked
    evidence = share.evidence_within(audit.evidence, whole)
    return with_sentences(evidence, "unknown" if audit.frame is None else audit.frame.order)


def rescored(
    stored: StoredAudit, labels: Sequence[LabelRow], detector: Detector, request: AuditRequest, audit: Audit
) -> StoredAudit:
    """A done audit's sample scored with another model and its share estimated again, as `audit`.

    The followers, what they were drawn from and when stay those of the origin, and so do the labels. Evidence that
    rests on scores is left out: it would be the old model's. Where the features were kept under another catalogue
    they are extracted from the records again.
    """
    origin = stored.audit
    features = stored.features
    if features is None:
        # Of a list that was fetched, ages count from one date; of a file, from each record's own.
        listed = request.account.partition(":")[0] in ("file", "sample", "upload")
        features = extract(stored.rows, at=request.as_of or (None if listed else origin.as_of)).matrix
    ids = stored.rows["id"].to_pylist()
    scores = detector.score(features, ids)
    templates, reference = compared_with(detector, stored.rows, features)
    reasons = explain(detector, features, ids) if request.explain else [None] * len(ids)
    people = tuple(
        msgspec.structs.replace(one, score=float(score), posterior=None, reasons=why.reasons if why else None)
        for one, score, why in zip(origin.followers or (), scores, reasons, strict=True)
    )
    anew = msgspec.structs.replace(
        origin,
        id=audit.id,
        created_at=audit.created_at,
        model=detector.info,
        cost=Cost(),
        frame=_scored_again(origin, detector),
        drift=drift.compare(detector.artefact.templates.get("drift"), features),
        crowd=local_density.crowd(
            detector.artefact.templates.get("drift"), features, detector.inputs, scores, ids
        ),
        evidence=None if origin.evidence is None else _without_scores(origin.evidence),
        followers=people,
    )
    anew_stored = StoredAudit(
        audit=anew,
        rows=stored.rows,
        scored=dataclasses.replace(stored.scored, scores=scores),
        templates=templates,
        reference=reference,
        features=features,
    )
    return estimated(anew_stored, labels)


def _scored_again(origin: Audit, detector: Detector) -> Frame | None:
    if origin.frame is None:
        return None
    note = f"scored again with {detector.info.name}-{detector.info.version}, from the sample of audit {origin.id}"
    return msgspec.structs.replace(origin.frame, warnings=(*origin.frame.warnings, note))


def _without_scores(evidence: Evidence) -> Evidence:
    return msgspec.structs.replace(
        evidence,
        blocks=tuple(_unscored(block) for block in evidence.blocks if block.alike == "created"),
        sign_ups=tuple(_unscored(block) for block in evidence.sign_ups if block.alike == "created"),
        families=None
        if evidence.families is None
        else tuple(msgspec.structs.replace(one, share=None) for one in evidence.families),
    )


def _unscored(block: Block) -> Block:
    return msgspec.structs.replace(block, share=None)


def relabel(store: Store, audit_id: str, labels: Sequence[LabelRow]) -> StoredAudit:
    """Keep labels, estimate again, keep the answer; the audit as it is then.

    Raises NoSuchAudit, Unfinished, or EstimateError.
    """
    before = store.audits.stored_audit(audit_id)
    store.labels.put(audit_id, labels)
    rows = store.labels.of(audit_id)
    while True:
        after = estimated(before, rows)
        store.audits.replace(after)
        # Somebody else may have labelled meanwhile, and have written before us an answer that knew of more.
        if rows == (rows := store.labels.of(audit_id)):
            return after


def _moved(one: FollowerScore, posterior: float) -> FollowerScore:
    return msgspec.structs.replace(one, posterior=posterior if np.isfinite(posterior) else None)
