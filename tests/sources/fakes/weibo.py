"""A fake weibo.com that replays the documented shapes: numbered pages, and words on fans that are hidden."""

from __future__ import annotations

from typing import Any

from sources.fakes.server import Asked, Reply
from sources.fakes.world import Person, World

COOKIE = "a-made-up-cookie"


def person(n: int, **more: Any) -> Person:
    """The nth made-up Weibo account."""
    return Person(id=str(5_000_000_000 + n), handle=f"粉丝{n}", **more)


class FakeWeibo:
    """Answers weibo.com/ajax of a world. filtered: it says that it hides some fans."""

    def __init__(self, world: World, *, filtered: bool = False, dated: bool = True) -> None:
        self.world = world
        self.filtered = filtered
        self.dated = dated

    def __call__(self, asked: Asked) -> Reply:
        """One answer; without the cookie, the way to the log-in page."""
        if f"SUB={COOKIE}" not in asked.headers.get("cookie", ""):
            return Reply(status=302, headers={"Location": "https://passport.test/visitor"})
        method = asked.path.rpartition("/")[2]
        if method == "info":
            person = self.world.find(asked.one("screen_name") or asked.one("uid") or "")
            if person is None or person.reach != "there":
                return Reply({"ok": 0, "msg": "用户不存在"}, status=400)
            return Reply({"ok": 1, "data": {"user": self._view(person)}})
        if method == "friends":
            return self._fans(int(asked.one("page") or 1))
        person = self.world.find(asked.one("uid") or "")
        if person is None or person.reach != "there":
            return Reply({"ok": 0}, status=400)
        if method == "detail":
            return Reply({"ok": 1, "data": {"created_at": _date(person.created_at)}})
        page = int(asked.one("page") or 1)
        posts = [
            {
                "id": abs(hash(key)) % 10**15,
                "created_at": _date(date),
                "text_raw": words,
                "source": '<a href="https://app.weibo.test">iPhone</a>',
            }
            for key, date, words in person.timeline(200)[(page - 1) * 20 : page * 20]
        ]
        return Reply({"ok": 1, "data": {"list": posts}})

    def _fans(self, page: int) -> Reply:
        rows = self.world.numbered(page, 20)
        shown = len(self.world.followers)
        return Reply(
            {
                "users": [self._view(one, listed=True) for one in rows],
                "next_cursor": page * 20 if rows else 0,
                "total_number": self.world.count if self.filtered else shown,
                "display_total_number": shown,
                "has_filtered_fans": self.filtered,
            }
        )

    def _view(self, one: Person, *, listed: bool = False) -> dict[str, Any]:
        profile = {
            "id": int(one.id),
            "idstr": one.id,
            "screen_name": one.handle,
            "location": "北京",
            "description": one.bio,
            "avatar_hd": "https://tva1.test/crop.1.jpg",
            "followers_count": str(self.world.count if one is self.world.owner else one.followers),
            "friends_count": one.following,
            "statuses_count": one.posts,
            "verified": False,
            "verified_type": -1,
        }
        return profile | {"created_at": _date(one.created_at)} if self.dated or not listed else profile


def _date(date: Any) -> str:
    return str(date.strftime("%a %b %d %H:%M:%S +0000 %Y"))
