"""A fake instance of the Mastodon API, with Mastodon's ways: follow ids as cursors, whole accounts as rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sources.fakes.server import Asked, Reply
from sources.fakes.world import Person, World


def person(n: int, **more: Any) -> Person:
    """The nth made-up Mastodon account."""
    return Person(id=str(110_000_000_000 + n), handle=f"fan{n}", **more)


class FakeMastodon:
    """Answers accounts/lookup, followers and statuses of a world. token: what it wants to see, if anything.

    next_host: the host that its next links name; "": its own.
    """

    def __init__(self, world: World, *, token: str | None = None, next_host: str = "") -> None:
        self.world = world
        self.token = token
        self.next_host = next_host

    def __call__(self, asked: Asked) -> Reply:
        """One answer."""
        if self.token is not None and asked.headers.get("authorization") != f"Bearer {self.token}":
            return Reply({"error": "The access token is invalid"}, status=401)
        parts = asked.path.strip("/").split("/")
        if parts[-1] == "lookup":
            return self._account(self.world.find(asked.one("acct") or ""))
        person = self.world.find(parts[3])
        if person is None or person.reach == "deleted":
            return Reply({"error": "Record not found"}, status=404)
        if person.reach == "suspended" and parts[-1] == "statuses":
            return Reply({"error": "Gone"}, status=410)
        return self._followers(asked) if parts[-1] == "followers" else self._statuses(person, asked)

    def _account(self, person: Person | None) -> Reply:
        if person is None or person.reach == "deleted":
            return Reply({"error": "Record not found"}, status=404)
        return Reply(self._view(person))

    def _followers(self, asked: Asked) -> Reply:
        cursor = asked.one("max_id")
        # A follow's id is not the follower's: here it is 7 and the id.
        after = cursor[1:] if cursor else None
        rows, following = self.world.page(after, min(80, int(asked.one("limit") or 40)))
        headers = {}
        if following:
            query = urlencode({"limit": asked.one("limit"), "max_id": f"7{following}"})
            host = self.next_host or f"http://{asked.headers['host']}"
            headers["Link"] = f'<{host}{asked.path}?{query}>; rel="next", <{host}{asked.path}>; rel="prev"'
        return Reply([self._view(one) for one in rows], headers=headers)

    def _statuses(self, person: Person, asked: Asked) -> Reply:
        return Reply(
            [
                {
                    "id": key,
                    "created_at": date.isoformat().replace("+00:00", "Z"),
                    "content": f"<p>{words}</p>",
                    "language": "en",
                    "reblog": None,
                    "in_reply_to_id": None,
                    "application": {"name": "Web"},
                }
                for key, date, words in person.timeline(min(40, int(asked.one("limit") or 20)))
            ]
        )

    def _view(self, one: Person) -> dict[str, Any]:
        account = {
            "id": one.id,
            "username": one.handle,
            "acct": one.handle,
            "display_name": one.name,
            "locked": one.protected,
            "created_at": one.created_at.strftime("%Y-%m-%dT00:00:00.000Z"),
            "note": f"<p>{one.bio}</p>",
            "url": f"https://fake.test/@{one.handle}",
            "avatar": "https://fake.test/a.png",
            "header": "https://fake.test/headers/original/missing.png",
            "followers_count": self.world.count if one is self.world.owner else one.followers,
            "following_count": one.following,
            "statuses_count": one.posts,
            "fields": [],
        }
        return (
            account | {"suspended": True}
            if one.reach == "suspended" and one is not self.world.owner
            else account
        )
