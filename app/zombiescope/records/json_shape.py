"""Where the people are in a JSON value of any shape: a list within pages, edges of a graph query, one object a line.

The shape is found once, from the first values of a file: of all lists of objects, the one whose names are those of
profiles, and within its items the object that holds the profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from zombiescope.records.column_mapping import known_names

__all__ = ["KEY", "Shape", "names", "pick", "shape_of"]

_DEEPEST = 9  # of objects within objects, where people are looked for
_FLATTENED = 4  # of objects within a profile, whose values are columns
_LOOKED_AT = 5  # items of a list
_EACH = "*"
KEY = "(name of the object)"  # under which the key of an object within others is handed on
_FOLLOWERS = re.compile(r"follower|fans|粉丝|粉絲", re.IGNORECASE)
_OTHER_LISTS = re.compile(r"following|friend|block|mute|tweet|posts|statuses|media", re.IGNORECASE)


@dataclass(frozen=True)
class Shape:
    """path: keys to the list of items, "*" for each member of a list or object; empty where a value is an item.
    inner: keys from an item to the profile in it."""

    path: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()

    def people(self, value: Any) -> list[Any]:
        """The profiles in a value; a list is its items."""
        items = list(_followed(value, self.path))
        twarc = (
            {"__twarc": value["__twarc"]}
            if isinstance(value, dict) and self.path and "__twarc" in value
            else {}
        )
        return [
            {**twarc, **p} if twarc and isinstance(p, dict) else p
            for p in (self._unwrap(item) for item in items)
        ]

    def _unwrap(self, item: Any) -> Any:
        for key in self.inner:
            inner = item.get(key) if isinstance(item, dict) else None
            if inner is None:
                return item
            item = inner
        return item


def shape_of(values: Sequence[Any]) -> Shape:
    """The shape of a file whose first values are given."""
    best, shape = 0.0, Shape()
    for value in values[:20]:
        for path, items in _lists(value, (), 0):
            dicts = [item for item in items[:_LOOKED_AT] if isinstance(item, dict)]
            if not dicts:
                continue
            inner = _inner(dicts[0])
            profiles = [Shape(inner=inner)._unwrap(d) for d in dicts]
            score = known_names(
                _all_names(profiles, alone=path != () or isinstance(value, list))
            ) - 0.1 * len(path)
            where = ".".join(path)
            score += 0.5 * bool(_FOLLOWERS.search(where)) - 1.5 * bool(_OTHER_LISTS.search(where))
            if score > best:
                best, shape = score, Shape(path, inner)
    return shape


def names(item: Any, prefix: str = "", depth: int = 1, *, alone: bool = True) -> Iterator[str]:
    """The dotted names of an object's values; what lies too deep is one value, and so is a list of several.

    alone: a list of one object is a value and that object's values.
    """
    if not isinstance(item, dict):
        return
    for key, value in item.items():
        inner = _alone(value) if alone else value
        if inner is not value:
            yield prefix + key
        if isinstance(inner, dict) and inner and depth < _FLATTENED:
            yield from names(inner, f"{prefix}{key}.", depth + 1)
        else:
            yield prefix + key


def pick(item: dict[str, Any], name: str) -> str | None:
    """The text of the value under a dotted name, or under a key that has the dots in it."""
    if name in item:
        value: Any = item[name]
    else:
        value = item
        for key in name.split("."):
            value = _alone(value)
            value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and abs(value) < 1000 and value != int(value):
        return f"{value!r}e0"  # a true fraction, which must not look like a group of thousands
    return msgspec.json.encode(value).decode()


def _alone(value: Any) -> Any:
    """A list of one object is that object (Instagram's string_list_data)."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else value


def _followed(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if not path:
        if isinstance(value, list):
            yield from value
        else:
            yield value
        return
    key, rest = path[0], path[1:]
    if key == _EACH:
        if isinstance(value, dict):
            for name, member in value.items():
                named = {KEY: name, **member} if not rest and isinstance(member, dict) else member
                yield from _followed(named, rest)
        for member in value if isinstance(value, list) else ():
            yield from _followed(member, rest)
    elif isinstance(value, dict) and key in value:
        yield from _followed(value[key], rest)


def _lists(value: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists of objects in a value, the value itself as a list of one, and objects that map ids to objects."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            yield path, value
        for item in value[:3]:
            if isinstance(item, (dict, list)):
                yield from _nested(item, (*path, _EACH), depth)
    elif isinstance(value, dict):
        if not path:
            yield (), [value]
        inner = list(value.values())
        if len(inner) > 1 and all(isinstance(item, dict) for item in inner):
            yield (*path, _EACH), inner
        yield from _nested(value, path, depth)


def _nested(value: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    if isinstance(value, list):
        yield from _lists(value, path, depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield from _lists(inner, (*path, key), depth + 1)


def _inner(item: dict[str, Any]) -> tuple[str, ...]:
    """Keys from an item to the object whose names are most those of a profile."""
    path: tuple[str, ...] = ()
    while len(path) < _DEEPEST:
        own = known_names(names(item))
        inner = [(known_names(names(v)), k) for k, v in item.items() if isinstance(v, dict)]
        score, key = max(inner, default=(0, ""))
        if _are_many(item):
            return path
        if not (score > own or (score == own and score > 0 and len(item) == 1)):
            deeper = _deeper(item, own)
            return path + deeper
        path, item = (*path, key), item[key]
    return path


def _are_many(item: dict[str, Any]) -> bool:
    """Whether an object is a list of several alike, each under its name."""
    members = list(item.values())
    return (
        len(members) > 1
        and all(isinstance(m, dict) and m for m in members)
        and len({tuple(sorted(m)) for m in members}) < max(2, len(members) / 2)
    )


def _deeper(item: dict[str, Any], own: int) -> tuple[str, ...]:
    """A profile some levels down, which no level between shows: entries of a web client's timeline."""
    if own > 1:
        return ()
    stack: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), item)]
    best: tuple[int, tuple[str, ...]] = (own, ())
    while stack:
        path, value = stack.pop()
        for key, inner in value.items():
            if isinstance(inner, dict) and len(path) < _DEEPEST:
                score = known_names(names(inner))
                if score > best[0]:
                    best = score, (*path, key)
                stack.append(((*path, key), inner))
    return best[1]


def _all_names(items: Sequence[Any], *, alone: bool) -> list[str]:
    return list(dict.fromkeys(name for item in items for name in names(item, alone=alone)))
