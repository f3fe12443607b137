"""A fake AppView and PLC directory, in the shapes that the real ones answer."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from sources.fakes.server import Asked, Reply
from sources.fakes.world import Person, World

TID = "234567abcdefghijklmnopqrstuvwxyz"


def iso(date: datetime) -> str:
    """A date as the AppView writes it."""
    return date.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def tid(date: datetime) -> str:
    """The record key of a time."""
    number = int(date.timestamp() * 1_000_000) << 10
    letters = ""
    for _ in range(13):
        letters = TID[number & 31] + letters
        number >>= 5
    return letters


def person(n: int, **more: Any) -> Person:
    """The nth made-up Bluesky account."""
    return Person(id=f"did:plc:{n:024d}", handle=f"fan{n}.test", **more)


class FakeBluesky:
    """Answers app.bsky.* of a world, and /DID/log/audit."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, asked: Asked) -> Reply:
        """One answer."""
        method = asked.path.rpartition("/")[2]
        if method == "audit":
            return self._log(asked.path.split("/")[1])
        return getattr(self, f"_{method.rpartition('.')[2]}", self._unknown)(asked)

    def _unknown(self, asked: Asked) -> Reply:
        return Reply({"error": "MethodNotImplemented"}, status=501)

    def _getProfile(self, asked: Asked) -> Reply:
        person = self.world.find(asked.one("actor") or "")
        return self._refusal(person) or Reply(self._profile(person))

    def _getProfiles(self, asked: Asked) -> Reply:
        if len(asked.query["actors"]) > 25:
            return Reply({"error": "InvalidRequest", "message": "too many actors"}, status=400)
        person = [self.world.find(actor) for actor in asked.query["actors"]]
        return Reply({"profiles": [self._profile(one) for one in person if one and one.reach == "there"]})

    def _getFollowers(self, asked: Asked) -> Reply:
        person = self.world.find(asked.one("actor") or "")
        if refusal := self._refusal(person):
            return refusal
        cursor = asked.one("cursor")
        after = base64.b64decode(cursor).decode() if cursor else None
        rows, following = self.world.page(after, int(asked.one("limit") or 50))
        answer: dict[str, Any] = {
            "followers": [self._view(one) for one in rows],
            "subject": self._view(person),
        }
        if following:
            answer["cursor"] = base64.b64encode(following.encode()).decode()
        return Reply(answer)

    def _getRelationships(self, asked: Asked) -> Reply:
        related: list[dict[str, Any]] = []
        for did in asked.query["others"]:
            one = self.world.find(did)
            if one and one.followed_at:
                uri = f"at://{did}/app.bsky.graph.follow/{tid(one.followed_at)}"
                related.append({"did": did, "followedBy": uri})
            else:
                related.append({"actor": did, "notFound": True})
        return Reply({"actor": asked.one("actor"), "relationships": related})

    def _getAuthorFeed(self, asked: Asked) -> Reply:
        person = self.world.find(asked.one("actor") or "")
        if person is None or person.reach != "there":
            return Reply({"error": "InvalidRequest", "message": "Profile not found"}, status=400)
        feed = [
            {
                "post": {
                    "uri": f"at://{person.id}/app.bsky.feed.post/{key}",
                    "record": {"text": words, "createdAt": iso(date), "langs": ["en"]},
                    "likeCount": 0,
                    "indexedAt": iso(date),
                }
            }
            for key, date, words in person.timeline(int(asked.one("limit") or 50))
        ]
        return Reply({"feed": feed})

    def _log(self, did: str) -> Reply:
        person = self.world.find(did)
        if person is None:
            return Reply({"message": f"DID not registered: {did}"}, status=404)
        return Reply([{"did": did, "createdAt": iso(person.created_at)}])

    def _refusal(self, person: Person | None) -> Reply | None:
        if person is None or person.reach == "deleted":
            return Reply({"error": "InvalidRequest", "message": "Profile not found"}, status=400)
        if person.reach == "deactivated":
            return Reply({"error": "AccountDeactivated", "message": "Account is deactivated"}, status=400)
        if person.reach == "suspended":
            return Reply({"error": "AccountTakedown", "message": "Account has been suspended"}, status=400)
        return None

    def _view(self, one: Person | None) -> dict[str, Any]:
        assert one is not None
        profile: dict[str, Any] = {"did": one.id, "handle": one.handle, "labels": []}
        if one.name:
            profile |= {"displayName": one.name, "description": one.bio, "createdAt": iso(one.created_at)}
            profile |= {"avatar": "https://cdn.test/a.jpg"}
        return profile

    def _profile(self, one: Person | None) -> dict[str, Any]:
        assert one is not None
        count = self.world.count if one is self.world.owner else one.followers
        return self._view(one) | {
            "followersCount": count,
            "followsCount": one.following,
            "postsCount": one.posts,
        }
