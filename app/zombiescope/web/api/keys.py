"""/v1/keys: the API keys of one's tenant: made, listed, revoked."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.errors import InputError
from zombiescope.storage import Key, Quotas, hashed
from zombiescope.storage.api_keys import KEY_NAME
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.state import services_of, store_of

__all__ = ["ApiKey", "ApiKeys", "KeyOrder", "NewKey", "router"]

router = APIRouter(prefix="/v1/keys", tags=["keys"])

Admin = Annotated[Caller, Depends(needs("admin"))]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
_Money = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class KeyOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /v1/keys.

    scopes: read, audit, score, label, train, admin. expires_at: from when on the key opens nothing; null: never.
    Quotas, null where there is none: audits_at_once; requests_a_day (UTC); dollars_a_month (UTC), where platforms
    charge.
    """

    name: Annotated[str, msgspec.Meta(pattern=f"^{KEY_NAME.pattern}$")]
    scopes: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=20)]], msgspec.Meta(min_length=1, max_length=6)
    ]
    expires_at: datetime | None = None
    audits_at_once: _Count | None = None
    requests_a_day: _Count | None = None
    dollars_a_month: _Money | None = None


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret, of which only the hash is stored. created_by: the key that made it, or `operator`."""

    name: str
    scopes: list[str]
    created_at: datetime | None
    created_by: str | None
    expires_at: datetime | None
    expired: bool
    audits_at_once: int | None
    requests_a_day: int | None
    dollars_a_month: float | None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was just made. secret: shown this once."""

    key: ApiKey
    secret: str


class ApiKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of the tenant, by name."""

    keys: list[ApiKey]


@router.post("", summary="Make a key")
async def create(request: Request, caller: Admin) -> Response:
    """Make a key of one's own tenant: 201 and its secret, which is shown this once.

    A key that has quotas makes none, and none outlives the key that made it.
    """
    kind(request, *JSON)
    order = decoded(await limited(request, services_of(request).limits.body), KeyOrder)
    now, secret = services_of(request).now(), secrets.token_urlsafe(32)
    key = Key(
        order.name,
        frozenset(order.scopes),
        hashed(secret),
        caller.tenant,
        _aware(order.expires_at),
        Quotas(order.audits_at_once, order.requests_a_day, order.dollars_a_month),
        now,
        caller.name,
    )
    key.check()
    if key.expired(now):
        raise InputError("expires_at has passed already", "Give a time to come, or leave it out.")
    _check_maker(caller, key)
    await run_in_threadpool(store_of(request).keys.add, key, now)
    return json(NewKey(key=_shown(key, now), secret=secret), 201, Location=f"/v1/keys/{key.name}")


@router.get("", summary="List keys")
def listed(request: Request, caller: Admin) -> Response:
    """The keys of one's own tenant by name, also those that have expired. Those of the service's settings are not
    among them."""
    now = services_of(request).now()
    return json(ApiKeys(keys=[_shown(key, now) for key in store_of(request).keys.all()]))


@router.delete("/{name}", summary="Revoke a key")
def revoke(request: Request, caller: Admin, name: str) -> Response:
    """Delete a key and the sessions that it opened; it opens nothing from then on."""
    store_of(request).keys.revoke(name)
    request.app.state.keys.forget()
    return Response(status_code=204)


def _check_maker(caller: Caller, key: Key) -> None:
    """Raises Refusal where the caller's own limits could be got round with the new key."""
    if caller.key is None:
        return
    if caller.key.quotas.any:
        raise Refusal(403, "a key that has quotas makes no keys", "Use an admin's key without quotas.")
    ends = caller.key.expires_at
    if ends is not None and (key.expires_at is None or key.expires_at > ends):
        raise Refusal(
            403,
            "a key must not outlive the key that makes it",
            f"Give an expires_at of at most {ends.isoformat()}.",
        )


def _aware(when: datetime | None) -> datetime | None:
    return when if when is None or when.tzinfo else when.replace(tzinfo=UTC)


def _shown(key: Key, now: datetime) -> ApiKey:
    return ApiKey(
        name=key.name,
        scopes=sorted(key.scopes),
        created_at=key.created_at,
        created_by=key.created_by,
        expires_at=key.expires_at,
        expired=key.expired(now),
        audits_at_once=key.quotas.audits,
        requests_a_day=key.quotas.requests,
        dollars_a_month=key.quotas.money,
    )
