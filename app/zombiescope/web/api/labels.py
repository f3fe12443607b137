"""/v1/audits/{id}/labels: whom to label next, verdicts one by one or in bulk, and the estimate back at once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from zombiescope.domain import Audit, Follower, Label, Labels
from zombiescope.errors import InputError
from zombiescope.share import LABELS_NEEDED
from zombiescope.storage import LabelRow
from zombiescope.usecases import audit_store, label_files, label_validation
from zombiescope.usecases.label_desk import FollowerContext, LabelDesk
from zombiescope.usecases.label_queue import followers_to_label, unlabelled_before_last
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.http.audit_json import audit_json
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.state import services_of, store_of

__all__ = [
    "BulkLabelOrder",
    "LabelLine",
    "LabelLines",
    "LabelOrder",
    "LabelQueue",
    "LabelsStored",
    "router",
]

router = APIRouter(prefix="/v1/audits/{audit_id}/labels", tags=["labels"])

Labeller = Annotated[Caller, Depends(needs("label"))]
AnnotatorName = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Annotator = Annotated[
    str | None,
    Query(min_length=1, max_length=100, description="Who labels, where a key stands for several people"),
]
MOST = 5000  # labels at once


class LabelOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's verdict on a follower of the sample. label: zombie, genuine or "cannot tell" (also null).

    annotator: who says so. With a key, its name stands before theirs: KEY/ANNOTATOR; without one it is the key's name.
    """

    follower: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    label: Annotated[str, msgspec.Meta(max_length=20)] | None
    annotator: AnnotatorName | None = None
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class BulkLabelOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Many verdicts, stored all or none; of one person on one follower one."""

    labels: Annotated[list[LabelOrder], msgspec.Meta(min_length=1, max_length=MOST)]


class LabelsStored(msgspec.Struct, frozen=True, kw_only=True):
    """What a bulk of labels gives: the audit, estimated again.

    stored: labels of this request. passed_over: followers without any label that stand, in the order drawn at random,
    before the last one labelled. The estimate takes the labelled ones for a random draw: those passed over bias it.
    """

    audit: Audit
    stored: int
    passed_over: int


class NeighbourInList(msgspec.Struct, frozen=True, kw_only=True):
    """A follower of the sample near another in the list. place: 1 is the list's first."""

    place: int
    created_at: datetime | None


class LabelContext(msgspec.Struct, frozen=True, kw_only=True):
    """Where a follower stands. Nothing of it is made of the follower's own score.

    run: what the audit says of the run that it stands in. families: of the families that it is in. alike: handles of
    the sample that begin with the same letters, the first few of `alike_count`.
    """

    place: int
    listed: int | None
    before: list[NeighbourInList]
    after: list[NeighbourInList]
    run: str | None
    families: list[str]
    alike: list[str]
    alike_count: int


class FollowerToLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A follower as the labelling page shows it: its record, where it stands, and no score, which would sway.

    profile: where a person sees it; null where nobody knows, and of made-up followers.
    """

    follower: Follower
    profile: str | None
    context: LabelContext


class LabelQueue(msgspec.Struct, frozen=True, kw_only=True):
    """Whom one person labels next, in the order drawn at random.

    labelled: by this person, of the `of` followers of the sample. needed: labels from which on they carry the answer.
    progress: the share as all labels so far give it, and what 20 more would.
    """

    followers: list[FollowerToLabel]
    annotator: str
    labelled: int
    of: int
    needed: int
    progress: Labels


class LabelLine(msgspec.Struct, frozen=True, kw_only=True):
    """A stored label; null is "cannot tell"."""

    follower: str
    label: Label | None
    annotator: str
    at: datetime
    note: str


class LabelLines(msgspec.Struct, frozen=True, kw_only=True):
    """The labels of an audit, the oldest first."""

    labels: list[LabelLine]


@router.get("", summary="Read the labels")
def listed(request: Request, caller: Reader, audit_id: str) -> Response:
    """All labels of the audit: who said what of whom, and when."""
    store = store_of(request)
    store.audits.json(audit_id)
    rows = sorted(store.labels.of(audit_id), key=lambda row: row.at)
    return json(
        LabelLines(
            labels=[
                LabelLine(follower=r.follower, label=r.label, annotator=r.annotator, at=r.at, note=r.note)
                for r in rows
            ]
        )
    )


@router.get("/next", summary="Whom to label next")
def queue(
    request: Request,
    caller: Labeller,
    audit_id: str,
    count: Annotated[int, Query(ge=1, le=100)] = 10,
    annotator: Annotator = None,
) -> Response:
    """The next followers for a person to label, in the order drawn at random, without what the detector says of them.

    A part of those that others have labelled is among them, so that labellers' errors can be estimated.
    """
    store, who = store_of(request), _annotator(caller, annotator)
    stored = store.audits.stored_audit(audit_id)
    desk = LabelDesk(stored, store.labels.of(audit_id), who)
    return json(
        LabelQueue(
            followers=[
                _to_label(desk, one, simulated=stored.audit.simulated) for one in desk.queue()[:count]
            ],
            annotator=who,
            labelled=len(desk.mine),
            of=desk.size,
            needed=LABELS_NEEDED,
            progress=desk.progress(),
        )
    )


@router.post("", summary="Label a follower")
async def label(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Keep a person's verdict and estimate again; from 30 labels on they carry the answer. The audit as it is then."""
    kind(request, *JSON)
    order = decoded(await limited(request, services_of(request).limits.body), LabelOrder)
    stored = await _stored(request, caller, audit_id, [order])
    return audit_json(stored.audit)


@router.post("/bulk", summary="Label many followers")
async def bulk(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Keep many verdicts, all or none, and estimate again: the audit as it is then, and how many were passed over."""
    kind(request, *JSON)
    order = decoded(await limited(request, services_of(request).limits.body), BulkLabelOrder)
    return json(await _stored(request, caller, audit_id, order.labels))


@router.delete("/{follower}", summary="Take a label back")
async def take_back(
    request: Request, caller: Labeller, audit_id: str, follower: str, annotator: Annotator = None
) -> Response:
    """Delete a person's label of a follower and estimate again; the audit as it is then."""
    store, who = store_of(request), _annotator(caller, annotator)

    def removed() -> Audit:
        if all((one.follower, one.annotator) != (follower, who) for one in store.labels.of(audit_id)):
            store.audits.json(audit_id)
            raise Refusal(404, f"{who!r} has no label of {follower[:80]!r}", "See the audit's /labels.")
        store.labels.remove(audit_id, follower, who)
        return _sent(audit_store.relabel(store, audit_id, []).audit)

    return audit_json(await request.app.state.pool.run(removed))


async def _stored(request: Request, caller: Caller, audit_id: str, orders: list[LabelOrder]) -> LabelsStored:
    """Keep the labels and estimate again. Raises InputError for the first that cannot be kept; then none is."""
    store, now = store_of(request), services_of(request).now()
    rows = [
        LabelRow(
            one.follower,
            None if one.label is None else label_validation.verdict(one.label),
            _annotator(caller, one.annotator),
            now,
            one.note,
        )
        for one in orders
    ]
    twice = [
        key for key, count in Counter((row.follower, row.annotator) for row in rows).items() if count > 1
    ]
    if twice:
        raise InputError(
            f"{twice[0][0][:80]!r} is labelled twice by {twice[0][1]!r}", "Send one label of each person."
        )

    def store_labels() -> LabelsStored:
        label_validation.check_sampled(store, audit_id, [row.follower for row in rows])
        stored = audit_store.relabel(store, audit_id, rows)
        order = [one.id for one in followers_to_label(stored)]
        labelled = {one.follower for one in store.labels.of(audit_id)}
        return LabelsStored(
            audit=_sent(stored.audit), stored=len(rows), passed_over=unlabelled_before_last(order, labelled)
        )

    stored: LabelsStored = await request.app.state.pool.run(store_labels)
    return stored


def _annotator(caller: Caller, named: str | None) -> str:
    """Whose label it is: the key's, or of a person that the key or a user of this machine names."""
    if caller.key is None:
        return named or caller.name
    return caller.name if named is None else f"{caller.name}/{named}"


def _sent(audit: Audit) -> Audit:
    """The audit without its followers, which have a route of their own."""
    return msgspec.structs.replace(audit, followers=None)


def _to_label(desk: LabelDesk, who: str, *, simulated: bool) -> FollowerToLabel:
    follower = msgspec.structs.replace(desk.follower(who), label=None, label_source=None)
    return FollowerToLabel(
        follower=follower,
        profile=label_files.profile_link(follower, simulated=simulated),
        context=_context(desk.context(who)),
    )


def _context(context: FollowerContext) -> LabelContext:
    before, after = (
        [NeighbourInList(place=one.place, created_at=one.created) for one in side]
        for side in (context.before, context.after)
    )
    return LabelContext(
        place=context.place,
        listed=context.listed,
        before=before,
        after=after,
        run=None if context.run is None else context.run[1],
        families=list(context.families),
        alike=list(context.alike),
        alike_count=context.alike_count,
    )
