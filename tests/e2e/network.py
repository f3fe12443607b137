"""Making accounts on the real Bluesky servers: profiles, posts and follows, as a client would."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

PDS = "http://localhost:2583"
APPVIEW = "http://localhost:2584"
ADMIN = base64.b64encode(b"admin:admin-pass").decode()  # of the development servers, the same everywhere
TID = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass
class NewAccount:
    """An account to make, and what became of it."""

    handle: str
    name: str | None = None
    posts: Sequence[str] = ()
    followed_at: datetime | None = None
    born: datetime | None = None  # what the fake PLC log says
    did: str = ""
    token: str = field(default="", repr=False)


def tid(date: datetime) -> str:
    """The record key that claims a time."""
    number = int(date.timestamp() * 1_000_000) << 10
    letters = ""
    for _ in range(13):
        letters = TID[number & 31] + letters
        number >>= 5
    return letters


def iso(date: datetime) -> str:
    """A date as records have it."""
    return date.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Network:
    """The PDS and the AppView."""

    def __init__(self) -> None:
        self._pds = httpx.Client(base_url=PDS, timeout=60)
        self._appview = httpx.Client(base_url=APPVIEW, timeout=60)

    def close(self) -> None:
        """Give the connections back."""
        self._pds.close()
        self._appview.close()

    def make(self, accounts: Sequence[NewAccount], *, follow: NewAccount | None = None) -> None:
        """Make accounts, a few at once, each following `follow` at the time it claims."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one: self._make(one, follow), accounts))

    def deactivate(self, account: NewAccount) -> None:
        """The account leaves for a while."""
        self._post("com.atproto.server.deactivateAccount", {}, f"Bearer {account.token}")

    def take_down(self, account: NewAccount) -> None:
        """The moderators take the account away."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": account.did}
        status = {"subject": subject, "takedown": {"applied": True, "ref": "test"}}
        self._post("com.atproto.admin.updateSubjectStatus", status, f"Basic {ADMIN}")

    def wait(self, what: str, true: Any, seconds: float = 90.0) -> None:
        """Until the AppView has indexed what was made."""
        until = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < until, f"the AppView does not show {what}"
            time.sleep(0.5)

    def see(self, method: str, **params: Any) -> Any:
        """What the AppView answers."""
        return self._appview.get(f"/xrpc/{method}", params=params).json()

    def _make(self, one: NewAccount, follow: NewAccount | None) -> None:
        account = {"email": f"{one.handle}@example.test", "handle": one.handle, "password": "a-password"}
        session = self._post("com.atproto.server.createAccount", account)
        one.did, one.token = session["did"], session["accessJwt"]
        if one.name is not None:
            profile = {
                "displayName": one.name,
                "description": "A bio",
                "createdAt": "2019-01-01T00:00:00.000Z",
            }
            self._record(one, "app.bsky.actor.profile", profile, "self")
        for words in one.posts:
            posted = {"text": words, "createdAt": iso(datetime.now(UTC)), "langs": ["en"]}
            self._record(one, "app.bsky.feed.post", posted)
        if follow is not None and one.followed_at is not None:
            followed = {"subject": follow.did, "createdAt": iso(one.followed_at)}
            self._record(one, "app.bsky.graph.follow", followed, tid(one.followed_at))

    def _record(self, one: NewAccount, kind: str, record: dict[str, Any], key: str | None = None) -> None:
        body: dict[str, Any] = {"repo": one.did, "collection": kind, "record": {"$type": kind, **record}}
        if key is not None:
            body["rkey"] = key
        self._post("com.atproto.repo.createRecord", body, f"Bearer {one.token}")

    def _post(self, method: str, body: dict[str, Any], auth: str | None = None) -> Any:
        headers = {"authorization": auth} if auth else {}
        answer = self._pds.post(f"/xrpc/{method}", json=body, headers=headers)
        assert answer.status_code == 200, f"{method}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None
