"""Orders of batches, checked, and begun at most once. The API and the pages share it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import Request

from zombiescope.domain import Entrant
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.storage import Batch
from zombiescope.usecases.batches import BatchSettings
from zombiescope.web.audit_orders import MODEL, MOST_SEED, USUAL, AuditOrder, request_of
from zombiescope.web.auth.access import Caller
from zombiescope.web.http.idempotency import Body, begun_once
from zombiescope.web.services import Services
from zombiescope.web.state import detector_of, job_queue_of, services_of, store_of

__all__ = ["BatchRequest", "begin_batch"]


class BatchRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of all accounts of a batch. `accept_cost`: US dollars agreed to for all together."""

    sample: Annotated[int, msgspec.Meta(ge=1)] = USUAL.sample
    margin: Annotated[float, msgspec.Meta(gt=0, lt=0.5)] | None = None
    claim: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    posts: Annotated[int, msgspec.Meta(ge=0, le=200)] = USUAL.posts
    seed: Annotated[int, msgspec.Meta(ge=0, le=MOST_SEED)] = USUAL.seed
    as_of: datetime | None = None
    model: Annotated[str, msgspec.Meta(pattern=f"^{MODEL.pattern}$")] | None = None
    explain: bool = False
    accept_cost: Annotated[float, msgspec.Meta(ge=0)] = 0.0


def begin_batch(
    request: Request, caller: Caller, body: Body, entrants: Sequence[Entrant], order: BatchRequest
) -> Batch:
    """Check an order and begin its batch, once for an Idempotency-Key. Raises InputError, or Refusal (503)."""
    services = services_of(request)
    if len(entrants) > services.limits.batch:
        raise InputError(
            f"{len(entrants):,} accounts are too many at once", f"Send at most {services.limits.batch:,}."
        )
    as_of = order.as_of if order.as_of is None or order.as_of.tzinfo else order.as_of.replace(tzinfo=UTC)
    if order.sample > services.limits.sample:
        raise InputError(
            f"sample {order.sample} cannot be used", f"Give a sample of at most {services.limits.sample}."
        )

    def begin(batch_id: str) -> Batch:
        info = detector_of(services, order.model, tenant=caller.tenant).info
        settings = BatchSettings(
            sample=order.sample,
            margin=order.margin,
            claim=order.claim,
            posts=order.posts,
            seed=order.seed,
            as_of=as_of,
            explain=order.explain,
            model=order.model or f"{info.name}-{info.version}",
            named=order.model is not None,
        )
        key = caller.key
        return job_queue_of(request).begin_batch(
            entrants,
            settings,
            requester=caller.requester,
            batch_id=batch_id,
            money=order.accept_cost,
            key_sha256=None if key is None or key.created_at is None else key.sha256,
            reasons=_reasons(entrants, services),
        )

    return begun_once(request, caller, body, begin, store_of(request).batches.get)


def _reasons(entrants: Sequence[Entrant], services: Services) -> dict[int, str]:
    """Why accounts cannot be audited here, by place."""
    platforms, reasons = tuple(one for one in services.platforms if one != "file"), {}
    for place, one in enumerate(entrants):
        if one.account:
            try:
                request_of(AuditOrder(account=one.account), services.limits, platforms)
            except ZombiescopeError as error:
                reasons[place] = error.what
    return reasons
