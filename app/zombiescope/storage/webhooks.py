"""Webhooks in a store: addresses that are told of events, what is to be sent to them, and how that went.

What is to be sent is written in the transaction of what it tells of (the outbox pattern), so an event is neither lost
nor told of without having happened.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select, update

from zombiescope.errors import InputError
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import DELIVERIES, DELIVERY_ATTEMPTS, WEBHOOKS
from zombiescope.storage.tenancy import DEFAULT, owned

__all__ = [
    "EVENTS",
    "TEST",
    "Attempt",
    "Delivery",
    "DeliveryState",
    "DueDelivery",
    "NoSuchWebhook",
    "Webhook",
    "Webhooks",
    "emit",
]

EVENTS = (
    "audit.done",
    "audit.failed",
    "audit.cancelled",
    "batch.done",
    "batch.cancelled",
    "watch.alert",
    "watch.paused",
)
TEST = "webhook.test"
DeliveryState = Literal["waiting", "delivered", "failed"]
_MOST_ERROR = 300  # characters


class NoSuchWebhook(InputError):
    """The tenant has no webhook, or the webhook no delivery, of that id."""

    status = 404
    advice = "See /v1/webhooks."


@dataclass(frozen=True)
class Webhook:
    """An address that is told of events. state: disabled where it answered that it is gone (410)."""

    id: str
    created_by: str
    created_at: datetime
    url: str
    events: tuple[str, ...]
    description: str
    state: Literal["active", "disabled"]


@dataclass(frozen=True)
class Attempt:
    """One try to deliver. status: of HTTP, None where there was no answer; error says why it failed."""

    number: int
    at: datetime
    seconds: float
    status: int | None
    error: str | None


@dataclass(frozen=True)
class Delivery:
    """What is or was sent of one event to one webhook. next_at: when it is tried next, where it waits."""

    id: str
    event: str
    body: str
    created_at: datetime
    state: DeliveryState
    next_at: datetime | None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class DueDelivery:
    """A delivery that a worker has taken on. attempt: its number, 1 the first."""

    id: str
    webhook_id: str
    url: str
    secret: str
    body: str
    attempt: int


class Webhooks:
    """The webhooks of one tenant; tenant None: of all of them, where a new one is `default`'s."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant, self._mine = tenant or DEFAULT, owned(WEBHOOKS.c.tenant, tenant)

    def add(self, webhook: Webhook, secret: str, *, most: int) -> bool:
        """Store a webhook; False, and nothing is stored, where the tenant has `most` already."""
        count = select(func.count()).select_from(WEBHOOKS).where(WEBHOOKS.c.tenant == self._tenant)
        with speaking(self._where), self._writes.begin() as connection:
            if connection.execute(count).scalar_one() >= most:
                return False
            connection.execute(
                insert(WEBHOOKS).values(
                    id=webhook.id,
                    tenant=self._tenant,
                    created_by=webhook.created_by,
                    created_at=webhook.created_at,
                    url=webhook.url,
                    events=" ".join(webhook.events),
                    description=webhook.description,
                    secret=secret,
                    state=webhook.state,
                )
            )
        return True

    def all(self) -> list[Webhook]:
        """The webhooks, the oldest first."""
        return self._webhooks()

    def get(self, webhook_id: str) -> Webhook:
        """A webhook. Raises NoSuchWebhook."""
        webhooks = self._webhooks(WEBHOOKS.c.id == webhook_id)
        if not webhooks:
            raise NoSuchWebhook(f"there is no webhook {webhook_id!r}")
        return webhooks[0]

    def remove(self, webhook_id: str) -> None:
        """Delete a webhook, with what was to be sent to it and the log. Raises NoSuchWebhook."""
        with speaking(self._where), self._writes.begin() as connection:
            gone = delete(WEBHOOKS).where(WEBHOOKS.c.id == webhook_id, self._mine)
            if connection.execute(gone).rowcount != 1:
                raise NoSuchWebhook(f"there is no webhook {webhook_id!r}")

    def test(self, webhook_id: str, now: datetime) -> str:
        """Have a test event sent; the delivery's id. Raises NoSuchWebhook."""
        self.get(webhook_id)
        with speaking(self._where), self._writes.begin() as connection:
            return _deliver(connection, webhook_id, TEST, {"webhook": webhook_id}, now)

    def deliveries(
        self,
        webhook_id: str,
        limit: int,
        *,
        after: tuple[datetime, str] | None = None,
        state: DeliveryState | None = None,
    ) -> list[Delivery]:
        """What was sent to a webhook, the newest first, each with its attempts. Raises NoSuchWebhook."""
        self.get(webhook_id)
        row = DELIVERIES.c
        query = select(DELIVERIES).where(row.webhook_id == webhook_id)
        query = query.order_by(row.created_at.desc(), row.id.desc()).limit(limit)
        if state is not None:
            query = query.where(row.state == state)
        if after is not None:
            when, last = after
            query = query.where(or_(row.created_at < when, and_(row.created_at == when, row.id < last)))
        with speaking(self._where), self._reads.connect() as connection:
            rows = connection.execute(query).all()
            attempts = _attempts(connection, [one.id for one in rows])
        return [_delivery(one, attempts.get(one.id, ())) for one in rows]

    def resend(self, webhook_id: str, delivery_id: str, now: datetime) -> Delivery:
        """Have a delivery sent again soon, whatever became of it. Raises NoSuchWebhook."""
        self.get(webhook_id)
        row = DELIVERIES.c
        one = (row.id == delivery_id, row.webhook_id == webhook_id)
        with speaking(self._where), self._writes.begin() as connection:
            again = update(DELIVERIES).where(*one).values(state="waiting", next_at=now)
            if connection.execute(again).rowcount != 1:
                raise NoSuchWebhook(f"there is no delivery {delivery_id!r}")
            delivery = connection.execute(select(DELIVERIES).where(*one)).one()
            attempts = _attempts(connection, [delivery_id])
        return _delivery(delivery, attempts.get(delivery_id, ()))

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[DueDelivery]:
        """Take on deliveries that are due, of all tenants; each is another worker's again after the lease."""
        row, hook = DELIVERIES.c, WEBHOOKS.c
        query = (
            select(row.id, row.webhook_id, row.body, row.attempts, row.next_at, hook.url, hook.secret)
            .join(WEBHOOKS, hook.id == row.webhook_id)
            .where(row.state == "waiting", row.next_at <= now, hook.state == "active")
            .order_by(row.next_at)
            .limit(limit)
        )
        with speaking(self._where), self._reads.connect() as connection:
            due = connection.execute(query).all()
        taken = []
        for one in due:
            mine = update(DELIVERIES).where(
                row.id == one.id, row.state == "waiting", row.next_at == one.next_at
            )
            with speaking(self._where), self._writes.begin() as connection:
                claimed = connection.execute(
                    mine.values(next_at=now + lease, attempts=one.attempts + 1)
                ).rowcount
            if claimed == 1:
                taken.append(
                    DueDelivery(one.id, one.webhook_id, one.url, one.secret, one.body, one.attempts + 1)
                )
        return taken

    def record(
        self, due: DueDelivery, attempt: Attempt, *, again_at: datetime | None, gone: bool = False
    ) -> None:
        """Write how a try went. again_at: when the next is, None: there is none, as it was delivered or given up.

        gone: the receiver wants nothing any more, so the webhook is disabled.
        """
        row = DELIVERIES.c
        delivered = attempt.error is None
        state = "delivered" if delivered else "waiting" if again_at is not None else "failed"
        with speaking(self._where), self._writes.begin() as connection:
            values: dict[str, Any] = {"state": state, **({} if again_at is None else {"next_at": again_at})}
            connection.execute(update(DELIVERIES).where(row.id == due.id).values(**values))
            exists = select(row.id).where(row.id == due.id)
            if connection.execute(exists).first() is not None:  # else the webhook was deleted meanwhile
                connection.execute(
                    delete(DELIVERY_ATTEMPTS).where(
                        DELIVERY_ATTEMPTS.c.delivery_id == due.id,
                        DELIVERY_ATTEMPTS.c.number == attempt.number,
                    )
                )
                connection.execute(
                    insert(DELIVERY_ATTEMPTS).values(
                        delivery_id=due.id,
                        number=attempt.number,
                        at=attempt.at,
                        seconds=attempt.seconds,
                        status=attempt.status,
                        error=None if attempt.error is None else attempt.error[:_MOST_ERROR],
                    )
                )
            if gone:
                connection.execute(
                    update(WEBHOOKS).where(WEBHOOKS.c.id == due.webhook_id).values(state="disabled")
                )

    def _webhooks(self, *where: Any) -> list[Webhook]:
        row = WEBHOOKS.c
        query = select(WEBHOOKS).where(self._mine, *where).order_by(row.created_at, row.id)
        with speaking(self._where), self._reads.connect() as connection:
            return [
                Webhook(
                    one.id,
                    one.created_by,
                    one.created_at,
                    one.url,
                    tuple(one.events.split()),
                    one.description,
                    one.state,
                )
                for one in connection.execute(query)
            ]


def emit(
    connection: Connection, tenant: str, event: str, data: Mapping[str, Any], now: datetime | None
) -> None:
    """Have an event sent to the tenant's webhooks that ask for it, once the caller's transaction is committed."""
    row = WEBHOOKS.c
    query = select(row.id, row.events).where(row.tenant == tenant, row.state == "active")
    for webhook_id, events in connection.execute(query).all():
        if event in events.split():
            _deliver(connection, webhook_id, event, data, now or datetime.now(UTC))


def _deliver(
    connection: Connection, webhook_id: str, event: str, data: Mapping[str, Any], now: datetime
) -> str:
    body = msgspec.json.encode({"type": event, "timestamp": now, "data": data}).decode()
    delivery_id = f"msg_{uuid.uuid4().hex}"
    connection.execute(
        insert(DELIVERIES).values(
            id=delivery_id,
            webhook_id=webhook_id,
            event=event,
            body=body,
            created_at=now,
            state="waiting",
            attempts=0,
            next_at=now,
        )
    )
    return delivery_id


def _attempts(connection: Connection, deliveries: Sequence[str]) -> dict[str, tuple[Attempt, ...]]:
    row = DELIVERY_ATTEMPTS.c
    query = select(DELIVERY_ATTEMPTS).where(row.delivery_id.in_(deliveries)).order_by(row.number)
    attempts: dict[str, tuple[Attempt, ...]] = {}
    for one in connection.execute(query):
        attempt = Attempt(one.number, one.at, one.seconds, one.status, one.error)
        attempts[one.delivery_id] = (*attempts.get(one.delivery_id, ()), attempt)
    return attempts


def _delivery(one: Any, attempts: tuple[Attempt, ...]) -> Delivery:
    next_at = one.next_at if one.state == "waiting" else None
    return Delivery(one.id, one.event, one.body, one.created_at, one.state, next_at, attempts)
