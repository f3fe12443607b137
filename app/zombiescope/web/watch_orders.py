"""Orders of watches, checked, and begun at most once. The API and the pages share it."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

import msgspec
from fastapi import Request

from zombiescope.storage import Watch
from zombiescope.usecases import watches
from zombiescope.usecases.batches import BatchSettings
from zombiescope.web.audit_orders import AuditOrder, request_of
from zombiescope.web.auth.access import Caller
from zombiescope.web.batch_orders import BatchRequest
from zombiescope.web.http.idempotency import Body, begun_once
from zombiescope.web.state import detector_of, services_of, store_of

__all__ = ["WatchOrder", "begin_watch"]


class WatchOrder(BatchRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /v1/watches. schedule: five fields as in a crontab, in UTC. accept_cost: US dollars agreed to
    for each audit."""

    account: Annotated[str, msgspec.Meta(min_length=3, max_length=300, examples=["sample:canada"])]
    schedule: Annotated[str, msgspec.Meta(min_length=9, max_length=100, examples=["0 6 * * 1"])]


def begin_watch(request: Request, caller: Caller, body: Body, order: WatchOrder) -> Watch:
    """Check an order and store its watch, once for an Idempotency-Key. Raises AccountError, InputError, or Refusal."""
    services = services_of(request)
    platforms = tuple(one for one in services.platforms if one != "file")
    request_of(AuditOrder(account=order.account, sample=order.sample), services.limits, platforms)

    def begin(watch_id: str) -> Watch:
        info = detector_of(services, order.model, order.account, tenant=caller.tenant).info
        as_of = order.as_of
        settings = BatchSettings(
            sample=order.sample,
            margin=order.margin,
            claim=order.claim,
            posts=order.posts,
            seed=order.seed,
            as_of=as_of if as_of is None or as_of.tzinfo else as_of.replace(tzinfo=UTC),
            explain=order.explain,
            model=order.model or f"{info.name}-{info.version}",
            named=order.model is not None,
        )
        key = caller.key
        return watches.begin(
            store_of(request),
            order.account,
            order.schedule,
            settings,
            now=services.now(),
            requester=caller.requester,
            most=services.limits.watches,
            shortest=services.limits.watch_gap,
            money=order.accept_cost,
            key_sha256=None if key is None or key.created_at is None else key.sha256,
            watch_id=watch_id,
        )

    return begun_once(request, caller, body, begin, store_of(request).watches.get)
