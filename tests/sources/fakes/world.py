"""Made-up accounts for the fakes: who follows whom, and how the list is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass
class Person:
    """An account. reach: "there", or why it cannot be reached ("suspended", "deactivated", "deleted")."""

    id: str
    handle: str
    name: str = "A Name"
    bio: str = "A bio"
    created_at: datetime = EPOCH
    followers: int = 10
    following: int = 20
    posts: int = 5
    protected: bool = False
    reach: str = "there"
    followed_at: datetime | None = None

    def timeline(self, number: int) -> list[tuple[str, datetime, str]]:
        """The newest posts: id, time, text."""
        many = range(min(self.posts, number))
        return [(f"{self.handle}-{n}", EPOCH + timedelta(days=100 - n), f"Post {n} of mine") for n in many]


@dataclass
class World:
    """One account and its followers, newest first.

    declared: the count shown (None: the true one). short: rows that each page falls short of its limit.
    repeat: rows of the page before that each page shows again. hidden: the list is not shown. grows: followers
    that arrive at the top of the list with each page asked for.
    """

    owner: Person
    followers: list[Person] = field(default_factory=list)
    declared: int | None = None
    short: int = 0
    repeat: int = 0
    hidden: bool = False
    grows: int = 0
    newcomer: Callable[[int], Person] | None = None
    _index: dict[str, Person] = field(default_factory=dict, repr=False)

    @property
    def count(self) -> int:
        """The follower count that the account shows."""
        return len(self.followers) if self.declared is None else self.declared

    def find(self, key: str) -> Person | None:
        """A person by id or handle."""
        if len(self._index) != 2 * (1 + len(self.followers)):
            self._index = {
                name: one for one in (self.owner, *self.followers) for name in (one.id, one.handle)
            }
        return self._index.get(key)

    def page(self, after: str | None, limit: int) -> tuple[list[Person], str | None]:
        """A page by the key of the last person seen, and the key for the next; None: the list ends."""
        if self.hidden:
            return [], None
        start = 0
        if after is not None:
            start = next(i for i, one in enumerate(self.followers) if one.id == after) + 1
        size = max(1, limit - self.short)
        rows = self.followers[max(0, start - (self.repeat if after else 0)) : start + size]
        end = start + size
        following = self.followers[end - 1].id if end < len(self.followers) else None
        self._grow()
        return rows, following

    def numbered(self, page: int, limit: int) -> list[Person]:
        """A page by its number, 1 first: a list that grows shifts under it."""
        if self.hidden:
            return []
        rows = self.followers[max(0, (page - 1) * limit - self.repeat) : page * limit]
        rows = rows[: max(1, len(rows) - self.short)] if self.short and rows else rows
        self._grow()
        return rows

    def _grow(self) -> None:
        for _ in range(self.grows):
            assert self.newcomer is not None
            self.followers.insert(0, self.newcomer(len(self.followers)))
