"""/v1/webhooks: addresses that receive events; a log of what was sent to them, and sending it again."""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.errors import InputError
from zombiescope.jobs import check_receiver
from zombiescope.storage import EVENTS, Attempt, Delivery, DeliveryState, Webhook
from zombiescope.web.api.responses import cursor, time_and_id_of
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http.json_response import json
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.state import services_of, store_of

__all__ = [
    "NewWebhook",
    "WebhookDeliveries",
    "WebhookDelivery",
    "WebhookOrder",
    "WebhookState",
    "WebhookStates",
    "WebhookTest",
    "router",
]

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

Admin = Annotated[Caller, Depends(needs("admin"))]
Limit = Annotated[int, Query(ge=1, le=200)]
SECRET_BYTES = 32
Event = Literal[
    "audit.done",
    "audit.failed",
    "audit.cancelled",
    "batch.done",
    "batch.cancelled",
    "watch.alert",
    "watch.paused",
]


class WebhookOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /v1/webhooks. url: https, on port 443, of a public host. events: which to receive, null: all
    there are now."""

    url: Annotated[
        str, msgspec.Meta(min_length=8, max_length=2000, examples=["https://example.org/zombiescope"])
    ]
    events: Annotated[list[Event], msgspec.Meta(min_length=1)] | None = None
    description: Annotated[str, msgspec.Meta(max_length=200)] = ""


class WebhookState(msgspec.Struct, frozen=True, kw_only=True):
    """An address that receives events. state: disabled once it has answered that it is gone (410)."""

    id: str
    url: str
    events: list[Event]
    description: str
    state: Literal["active", "disabled"]
    created_at: datetime
    created_by: str


class WebhookStates(msgspec.Struct, frozen=True, kw_only=True):
    """The webhooks of the tenant, the oldest first."""

    webhooks: list[WebhookState]


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook that was just made. secret: what is sent to it is signed with; shown this once."""

    webhook: WebhookState
    secret: str


class WebhookAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to deliver. status: of the answer, null where there was none; error: why it failed."""

    number: int
    at: datetime
    seconds: float
    status: int | None
    error: str | None


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """What is or was sent of one event. id: `webhook-id`, the same each time. body: as it is sent. next_at: when it is
    tried next."""

    id: str
    event: str
    state: DeliveryState
    created_at: datetime
    next_at: datetime | None
    body: str
    attempts: list[WebhookAttempt]


class WebhookDeliveries(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the log, the newest first; `next` is the cursor of the next page, null on the last."""

    deliveries: list[WebhookDelivery]
    next: str | None


class WebhookTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test event that will be sent. delivery: its id in the log."""

    delivery: str


@router.post("", summary="Make a webhook")
async def create(request: Request, caller: Admin) -> Response:
    """Register an address for events: 201 and the secret that signs what is sent, which is shown this once.

    Messages are signed after Standard Webhooks (standardwebhooks.com), sent until the receiver answers 2xx, and hold
    ids alone: the receiver reads the audit, the batch or the watch.
    """
    services = services_of(request)
    kind(request, *JSON)
    order = decoded(await limited(request, services.limits.body), WebhookOrder)
    webhook = Webhook(
        id=str(uuid.uuid4()),
        created_by=caller.name,
        created_at=services.now(),
        url=check_receiver(order.url, services.receivers),
        events=tuple(sorted(set(order.events or EVENTS))),
        description=order.description,
        state="active",
    )
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
    most = services.limits.webhooks
    if not await run_in_threadpool(lambda: store_of(request).webhooks.add(webhook, secret, most=most)):
        raise InputError(f"there are {most} webhooks already", "Remove one first.")
    new_webhook = NewWebhook(webhook=_state(webhook), secret=secret)
    return json(new_webhook, 201, Location=f"/v1/webhooks/{webhook.id}")


@router.get("", summary="List webhooks")
def listed(request: Request, caller: Admin) -> Response:
    """The webhooks of one's own tenant, without their secrets."""
    return json(WebhookStates(webhooks=[_state(one) for one in store_of(request).webhooks.all()]))


@router.get("/{webhook_id}", summary="Read a webhook")
def read(request: Request, caller: Admin, webhook_id: str) -> Response:
    """Its address, its events, and whether it is active."""
    return json(_state(store_of(request).webhooks.get(webhook_id)))


@router.delete("/{webhook_id}", summary="Remove a webhook")
def remove(request: Request, caller: Admin, webhook_id: str) -> Response:
    """Delete a webhook, what was still to be sent to it, and its log."""
    store_of(request).webhooks.remove(webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/test", summary="Send a test event")
def test(request: Request, caller: Admin, webhook_id: str) -> Response:
    """Have a `webhook.test` event sent, as any other is: 202 and its id in the log."""
    delivery = store_of(request).webhooks.test(webhook_id, services_of(request).now())
    return json(WebhookTest(delivery=delivery), 202)


@router.get("/{webhook_id}/deliveries", summary="Read what was sent to a webhook")
def deliveries(
    request: Request,
    caller: Admin,
    webhook_id: str,
    state: DeliveryState | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Response:
    """The log of the last 30 days, the newest first: each event with every try to deliver it."""
    page = store_of(request).webhooks.deliveries(
        webhook_id, limit + 1, after=time_and_id_of(cursor), state=state
    )
    more = _cursor(page[limit - 1].created_at, page[limit - 1].id) if len(page) > limit else None
    return json(WebhookDeliveries(deliveries=[_delivery(one) for one in page[:limit]], next=more))


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend", summary="Send an event again")
def resend(request: Request, caller: Admin, webhook_id: str, delivery_id: str) -> Response:
    """Have what was sent before sent again soon, with the same `webhook-id`: 202 and the delivery as it is now."""
    delivery = store_of(request).webhooks.resend(webhook_id, delivery_id, services_of(request).now())
    return json(_delivery(delivery), 202)


def _state(one: Webhook) -> WebhookState:
    return WebhookState(
        id=one.id,
        url=one.url,
        events=msgspec.convert(list(one.events), list[Event]),
        description=one.description,
        state=one.state,
        created_at=one.created_at,
        created_by=one.created_by,
    )


def _delivery(one: Delivery) -> WebhookDelivery:
    return WebhookDelivery(
        id=one.id,
        event=one.event,
        state=one.state,
        created_at=one.created_at,
        next_at=one.next_at,
        body=one.body,
        attempts=[_attempt(each) for each in one.attempts],
    )


def _attempt(one: Attempt) -> WebhookAttempt:
    return WebhookAttempt(
        number=one.number, at=one.at, seconds=one.seconds, status=one.status, error=one.error
    )


def _cursor(*parts: Any) -> str:
    return cursor(*parts)
