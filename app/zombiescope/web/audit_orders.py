"""Orders of audits: what a client may ask, checked, and begun at most once. The API and the pages share it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import EXACT_IN_FLOAT, Audit, Order
from zombiescope.errors import AccountError, BudgetError, InputError
from zombiescope.sources.budget import Budget, Estimating
from zombiescope.usecases.audit import AuditRequest
from zombiescope.web.auth.access import Caller
from zombiescope.web.http.idempotency import Body, begun_once
from zombiescope.web.http.problem_json import NotAgreed
from zombiescope.web.services import Limits
from zombiescope.web.state import detector_of, job_queue_of, services_of

__all__ = ["MODEL", "MOST_DECLARED", "MOST_SEED", "USUAL", "AuditOrder", "begin_audit", "request_of"]

MODEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


MOST_SEED, MOST_DECLARED = 2**63 - 1, EXACT_IN_FLOAT - 1
USUAL = AuditRequest(account="")  # one place says what is usual


def _documented(**bounds: object) -> msgspec.Meta:
    """Bounds for the document alone: where they are passed, `request_of` says it better than the decoder."""
    return msgspec.Meta(extra_json_schema=bounds)


class AuditOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /v1/audits. `account` is PLATFORM:NAME; `accept_cost` the US dollars agreed to."""

    account: Annotated[str, msgspec.Meta(min_length=3, max_length=300, examples=["sample:canada"])]
    sample: Annotated[int, _documented(minimum=1)] = USUAL.sample
    margin: Annotated[float, _documented(exclusiveMinimum=0, exclusiveMaximum=0.5)] | None = None
    claim: Annotated[float, _documented(minimum=0, maximum=1)] | None = None
    posts: Annotated[int, _documented(minimum=0, maximum=200)] = USUAL.posts
    seed: Annotated[int, _documented(minimum=0, maximum=MOST_SEED)] = USUAL.seed
    as_of: datetime | None = None
    order: Order | None = None
    declared: Annotated[int, _documented(minimum=0, maximum=MOST_DECLARED)] | None = None
    model: Annotated[str, _documented(pattern=f"^{MODEL.pattern}$")] | None = None
    accept_cost: Annotated[float, _documented(minimum=0)] = 0.0


def request_of(order: AuditOrder, limits: Limits, platforms: tuple[str, ...]) -> AuditRequest:
    """The use case's request. Raises AccountError or InputError for what the service does not do."""
    platform, colon, name = order.account.partition(":")
    # Control characters would reach logs and terminals; a path is for the command line alone.
    if not colon or not name.strip() or platform not in platforms or not order.account.isprintable():
        known = ", ".join(f"{one}:NAME" for one in platforms)
        raise AccountError(
            f"{order.account[:80]!r} is no account that this service audits", f"Write one of {known}."
        )
    if order.declared is not None and platform != "upload":
        raise InputError(
            f"declared cannot be given for {platform}: accounts", "The platform itself says it: leave it out."
        )
    if order.model is not None and not MODEL.fullmatch(order.model):
        raise InputError(
            f"{order.model[:80]!r} is no model name", "Over HTTP a model is only a name: see /v1/models."
        )
    if order.sample > limits.sample:
        raise InputError(
            f"sample {order.sample} cannot be used", f"Give a sample of at most {limits.sample}."
        )
    if order.seed > MOST_SEED or (order.declared or 0) > MOST_DECLARED:
        raise InputError("seed or declared is too large to be used", "Give a smaller number.")
    if not order.accept_cost >= 0:
        raise InputError("accept_cost cannot be used", "Give US dollars, 0 or more.")
    as_of = order.as_of if order.as_of is None or order.as_of.tzinfo else order.as_of.replace(tzinfo=UTC)
    request = AuditRequest(
        account=order.account,
        sample=order.sample,
        margin=order.margin,
        claim=order.claim,
        posts=order.posts,
        seed=order.seed,
        as_of=as_of,
        order=order.order,
        declared=order.declared,
    )
    request.check()
    return request


async def begin_audit(request: Request, caller: Caller, order: AuditOrder, body: Body) -> Audit:
    """Check an order and begin its audit. Raises NotAgreed for a platform that charges."""
    services = services_of(request)
    audit_request = request_of(order, services.limits, tuple(p for p in services.platforms if p != "file"))

    def begin(audit_id: str) -> Audit:
        detector = detector_of(services, order.model, order.account, tenant=caller.tenant)
        budget = Budget(money=order.accept_cost)
        source = services.source(audit_request, budget, caller.tenant)
        if isinstance(source, Estimating):
            plan = source.estimate(
                audit_request.account.partition(":")[2],
                sample=audit_request.sample,
                posts=audit_request.posts,
            )
            try:
                budget.check(plan)
            except BudgetError as error:
                raise NotAgreed(error, plan.money) from None
        return job_queue_of(request).begin(
            audit_request, detector, audit_id=audit_id, budget=budget, requester=caller.requester
        )

    return await run_in_threadpool(begun_once, request, caller, body, begin)
