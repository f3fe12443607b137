"""A fake X API v2 that replays the documented shapes."""

from __future__ import annotations

from typing import Any

from sources.fakes.server import Asked, Reply
from sources.fakes.world import Person, World

TOKEN = "a-made-up-token"  # noqa: S105 - of the fake alone


def person(n: int, **more: Any) -> Person:
    """The nth made-up X account."""
    return Person(id=str(90_000_000 + n), handle=f"fan{n}", **more)


class FakeX:
    """Answers /2/users of a world; pages hold `page` users at most, so that small lists have several."""

    def __init__(self, world: World, *, page: int = 100) -> None:
        self.world = world
        self.page = page
        self.sold = 0

    def __call__(self, asked: Asked) -> Reply:
        """One answer."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"title": "Unauthorized", "status": 401}, status=401)
        parts = asked.path.strip("/").split("/")
        if parts[2] == "by":
            person = self.world.find(parts[-1])
            if person is None or person.reach != "there":
                return Reply({"errors": [{"title": "Not Found Error", "detail": "Could not find user"}]})
            return Reply({"data": self._view(person)})
        rows, following = self.world.page(
            asked.one("pagination_token"), min(self.page, int(asked.one("max_results") or 100))
        )
        self.sold += len(rows)
        meta: dict[str, Any] = {"result_count": len(rows)}
        if following:
            meta["next_token"] = following
        return Reply({"data": [self._view(one) for one in rows], "meta": meta} if rows else {"meta": meta})

    def _view(self, one: Person) -> dict[str, Any]:
        return {
            "id": one.id,
            "username": one.handle,
            "name": one.name,
            "created_at": one.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "description": one.bio,
            "protected": one.protected,
            "verified": False,
            "profile_image_url": "https://pbs.test/a.jpg",
            "public_metrics": {
                "followers_count": self.world.count if one is self.world.owner else one.followers,
                "following_count": one.following,
                "tweet_count": one.posts,
                "listed_count": 0,
            },
        }
