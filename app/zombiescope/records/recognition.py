"""Which column means what, by the columns' names and then by their values: what does not hold what its name says is
not read, and what the values leave open is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from zombiescope.domain import EXACT_IN_FLOAT
from zombiescope.durations import DAY_MICROS
from zombiescope.errors import InputError
from zombiescope.records import cells, dates, numbers
from zombiescope.records.column_mapping import Mapping, choose, plain_name
from zombiescope.records.container import Material
from zombiescope.records.formats import FUDAN, GENERIC, RECORD, Alias, kind_of
from zombiescope.records.json_shape import KEY
from zombiescope.records.post_lists import own_columns
from zombiescope.records.row_batch import Head
from zombiescope.records.schema import SCHEMA
from zombiescope.records.understanding import COSTS, Choices, ColumnReading, Question, Understanding

__all__ = ["recognise"]

COUNTS = ("followers_count", "following_count", "posts_count")
_HOSTS = {
    "x.com": "x", "twitter.com": "x", "twimg.com": "x", "nitter.net": "x", "instagram.com": "instagram",
    "cdninstagram.com": "instagram", "tiktok.com": "tiktok", "tiktokcdn.com": "tiktok", "weibo.com": "weibo",
    "weibo.cn": "weibo", "sinaimg.cn": "weibo", "bsky.app": "bluesky", "facebook.com": "facebook",
    "youtube.com": "youtube", "ggpht.com": "youtube", "github.com": "github", "threads.net": "threads",
    "threads.com": "threads", "douyin.com": "douyin", "xiaohongshu.com": "xiaohongshu", "bilibili.com": "bilibili",
    "vk.com": "vk", "linkedin.com": "linkedin", "pinterest.com": "pinterest", "twitch.tv": "twitch",
}  # fmt: skip
# Words in the names of columns or of the file, to the platform that uses them.
_WORDS = {
    "tweet": "x", "推文": "x", "ツイート": "x", "твит": "x", "twitter": "x", "tuit": "x", "تغريد": "x",
    "instagram": "instagram", "tiktok": "tiktok", "weibo": "weibo", "微博": "weibo", "bluesky": "bluesky",
    "bsky": "bluesky", "mastodon": "mastodon", "toot": "mastodon", "facebook": "facebook", "youtube": "youtube",
    "douyin": "douyin", "抖音": "douyin", "小红书": "xiaohongshu", "xiaohongshu": "xiaohongshu", "github": "github",
}  # fmt: skip
_MANY = 20  # rows of which what they have in common is no chance
_PLATFORMS = ("x", "instagram", "tiktok", "weibo", "bluesky", "mastodon", "facebook", "youtube", "github")
_URL = re.compile(r"^(?:https?://)?(?:[\w-]+\.)*?([\w-]+\.[a-z]{2,})(?:/|$)", re.IGNORECASE)
_PROFILE = re.compile(
    r"^https?://(?:www\.|m\.|mobile\.)?(?:x|twitter|instagram|tiktok|threads|github|facebook)\.(?:com|net)/@?([\w.-]{1,40})/?(?:\?.*)?$",
    re.IGNORECASE,
)
_X_HANDLE = re.compile(r"^[A-Za-z0-9_]{1,15}$")
_BOOLEANS = {"true", "false", "yes", "no", "t", "f"}
_MEANINGS = {
    "id": "the account's id", "handle": "the unique name behind the @", "display_name": "the free name",
    "bio": "the text about itself", "location": "the place it names", "url": "the address it names",
    "created_at": "when the account was made", "observed_at": "when this was seen",
    "followed_at": "when it followed", "position": "place in the list", "followers_count": "followers it has",
    "following_count": "accounts it follows", "posts_count": "posts it made", "likes_count": "likes it gave",
    "listed_count": "lists it is on", "has_avatar": "whether it has a picture", "has_banner": "whether it has a banner",
    "verified": "whether it is verified", "protected": "whether it is private", "recent_posts": "its newest posts",
    "label": "zombie or genuine", "label_source": "who says so", "platform": "the platform",
}  # fmt: skip


def recognise(head: Head, material: Material, choices: Choices) -> tuple[Mapping, Understanding]:
    """How the file is read, and what is told of it.

    Raises InputError where the columns are not those of a list of people, or a choice names what is not there.
    """
    for field in choices.constants:
        if field not in SCHEMA.names or field in ("id", "recent_posts"):
            raise InputError(
                f"--set {field}=...: {field!r} cannot be set", "Set platform, observed_at or a count."
            )
    questions = list(material.questions)
    reasons: dict[str, str] = {}
    notes = [*head.notes, *material.notes]
    mapping = _chosen(head, material, choices, reasons, notes)
    if mapping.format is not RECORD or choices.columns or choices.constants:
        mapping = _fitting(mapping, head, choices, reasons)
        mapping, more = _numbers(mapping, head, choices)
        questions += more
        mapping, more = _dates(mapping, head, choices)
        questions += more
        mapping = _named(mapping, head, choices, notes, reasons)
        mapping, more = _platform(mapping, head, material, choices, notes)
        questions += more
    constants = tuple(choices.constants.items())
    mapping = replace(mapping, constants=tuple(c for c in constants if c[0] != "platform"))
    if "platform" in choices.constants:
        given = choices.constants["platform"].strip().casefold()
        mapping = replace(mapping, platform=cells.platform_name(given))
        if mapping.format is RECORD:
            mapping = replace(mapping, aliases=tuple(a for a in mapping.aliases if a.field != "platform"))
    return mapping, _understanding(mapping, head, material, choices, questions, reasons, notes)


def _chosen(
    head: Head, material: Material, choices: Choices, reasons: dict[str, str], notes: list[str]
) -> Mapping:
    """The mapping by names. Where posts are listed, their own ids and dates are no account's."""
    mapping = choose(
        head.names, where=material.name, overrides=choices.columns, tables=material.form == "table"
    )
    own = [c for c in own_columns(head.names) if c not in choices.columns.values()]
    if mapping.format is RECORD or not own or any("." in need for need in mapping.format.needs):
        return mapping
    rest = [name for name in head.names if name not in own]
    mapping = choose(rest, where=material.name, overrides=choices.columns)
    reasons.update(dict.fromkeys(own, "the post's own, in a list of posts"))
    notes.append("the file lists posts: the authors are read, and an author's further posts are repeats")
    return replace(mapping, unused=tuple(c for c in head.names if c not in mapping.columns))


def _values(head: Head, column: str) -> list[str]:
    """The cells of a column that say something."""
    return [c for c in head.cells.get(column, ()) if c is not None and cells.says_something(c)]


def _fitting(mapping: Mapping, head: Head, choices: Choices, reasons: dict[str, str]) -> Mapping:
    """The mapping without columns that do not hold what their names say: a count of true and false, a date of small
    numbers. A field then falls to the next column that can fill it."""
    aliases = []
    how = dict(mapping.how)
    for alias in mapping.aliases:
        values = _values(head, alias.column)
        wrong = None
        if values and alias.field not in choices.columns:
            if alias.kind == "count":
                wrong = _no_count(values)
            elif alias.kind == "time":
                wrong = _no_date(values) or (
                    _all_at_once(values)
                    if alias.field == "created_at" and how[alias.field] == "its name"
                    else None
                )
            elif alias.kind == "label" and _are_names(values) and not _fits(alias, values):
                wrong = "holds names"
            elif alias.kind == "flag" and not _fits(alias, values):
                wrong = "neither true nor false"
            elif (
                alias.kind in ("id", "handle")
                and len(values) >= _MANY
                and len(set(values)) * 10 < len(values)
            ):
                wrong = "the same value in most rows"
        if wrong:
            reasons[alias.column] = f"named like {alias.field}, but {wrong}"
        else:
            aliases.append(alias)
    if not any(a.field == "handle" for a in aliases):
        # Gephi's nodes have their names under "Label".
        aliases += [
            replace(a, field="handle", kind="handle")
            for a in mapping.aliases
            if a.kind == "label" and reasons.get(a.column, "").endswith("holds names")
        ][:1]
    used = {a.column for a in aliases} | {a.also for a in aliases}
    return replace(mapping, aliases=tuple(aliases), unused=tuple(c for c in head.names if c not in used))


def _no_count(values: Sequence[str]) -> str | None:
    if all(v.strip().casefold() in _BOOLEANS for v in values):
        return "holds true and false"
    read = sum(any(c.isdigit() for c in v) and len(v) <= 24 and not _URL.match(v) for v in values)
    return None if read * 2 >= len(values) else "holds no numbers"


def _no_date(values: Sequence[str]) -> str | None:
    if wrong := _swapped(values):
        return wrong
    if _ordered(values) or _serial(values):
        return None
    _, bad = dates.parse(pa.array(list(values)[:500], pa.string()))
    return None if int(bad.sum()) * 2 < len(bad) else "holds no dates"


def _are_names(values: Sequence[str]) -> bool:
    """Whether the cells differ as names do, and not as a few words do."""
    return len(set(values)) > max(2, 0.7 * len(values))


def _all_at_once(values: Sequence[str]) -> str | None:
    """Dates that all lie within a day are those of the file's rows rather than of the accounts."""
    if len(values) < _MANY:
        return None
    moments = dates.parse(pa.array(list(values), pa.string()))[0].cast(pa.int64()).to_pylist()
    known = [m for m in moments if m is not None]
    if len(known) < _MANY or max(known) - min(known) > DAY_MICROS:
        return None
    return "all its dates lie within a day, as those of a file's rows do"


def _swapped(values: Sequence[str]) -> str | None:
    """A spreadsheet that expects months first turns 05/03/2014 into a date, the third of May, and leaves 13/03/2014 as
    text: of such a column the dates are wrong and the texts right."""
    days = [int(v[8:10]) for v in values if re.match(r"^\d{4}-\d\d-\d\d(?:$|[ T])", v)]
    firsts = [int(m[1]) for v in values if (m := dates.NUMBERS.match(v)) and len(m[3]) == 4]
    if len(days) >= 3 and len(firsts) >= 3 and max(days) <= 12 and min(firsts) > 12:
        return "a spreadsheet has taken the days of some of its dates for months"
    return None


def _ordered(values: Sequence[str]) -> bool:
    matches = sum(bool(dates.NUMBERS.match(v)) for v in values)
    return matches * 2 >= len(values)


def _serial(values: Sequence[str]) -> bool:
    """Whether a column holds days as a spreadsheet counts them."""
    return all(re.fullmatch(r"[345]\d{4}(?:[.,]\d{1,12})?", v.strip()) for v in values)


def _fits(alias: Alias, values: Sequence[str]) -> bool:
    _, bad = cells.fill(
        {alias.column: pa.array(list(values)[:500], pa.string())},
        Mapping(GENERIC, (replace(alias, also=None),), ()),
        min(len(values), 500),
    )
    return len(bad) * 2 < min(len(values), 500)


def _numbers(mapping: Mapping, head: Head, choices: Choices) -> tuple[Mapping, list[Question]]:
    """The mark of fractions, by all count columns together."""
    columns = [a.column for a in mapping.aliases if a.kind == "count"]
    style: str = choices.decimal or ""
    questions = []
    if not style:
        by_column = {c: numbers.decimal_of(_values(head, c)) for c in columns}
        decided = {e for e in by_column.values() if e in ("point", "comma")}
        undecided = [c for c, e in by_column.items() if e == "undecided"]
        together = numbers.decimal_of(v for c in columns for v in _values(head, c))
        if len(decided) == 1 and not (
            undecided and together == "undecided" and _contradicts(undecided, head, decided)
        ):
            (style,) = decided
        elif undecided or len(decided) > 1:
            shown = undecided[0] if undecided else columns[0]
            example = next((v for v in _values(head, shown) if re.search(r"\d[.,]\d", v)), "")
            questions.append(
                Question(
                    "decimal",
                    f"{example!r} in {shown!r} can be read in two ways: a mark before a fraction, or between thousands",
                    ("--decimal point", "--decimal comma"),
                    ("point", "comma"),
                )
            )
    aliases = tuple(replace(a, style=style) if a.kind == "count" else a for a in mapping.aliases)
    return replace(mapping, aliases=aliases), questions


def _contradicts(columns: Sequence[str], head: Head, decided: Collection[numbers.Mark]) -> bool:
    """Whether a column that is open by itself cannot be read with the mark that others decide."""
    (style,) = decided
    for column in columns:
        values = [v for v in _values(head, column) if re.search(r"[.,]", v)]
        if any(isinstance(numbers.whole(v, style), str) for v in values):
            return True
    return False


def _dates(mapping: Mapping, head: Head, choices: Choices) -> tuple[Mapping, list[Question]]:
    """The order of day and month, by all date columns together; days as a spreadsheet counts them."""
    columns = [a.column for a in mapping.aliases if a.kind == "time"]
    order: str = choices.date_order or ""
    questions = []
    if not order:
        together = dates.order_of(v for c in columns for v in _values(head, c))
        if together == "undecided":
            column = next(
                c for c in columns if _ordered(_values(head, c)) or dates.order_of(_values(head, c)) != "none"
            )
            example = next((v for v in _values(head, column) if dates.NUMBERS.match(v)), "")
            options = (
                ("dmy", "mdy", "ymd") if re.match(r"^\s*\d+\D\d+\D\d{2}(?!\d)", example) else ("dmy", "mdy")
            )
            questions.append(
                Question(
                    "date-order",
                    f"{example!r} in {column!r} can be read with the day or the month first",
                    tuple(f"--date-order {o}" for o in options),
                    options,
                )
            )
        elif together != "none":
            order = together
    aliases = []
    for alias in mapping.aliases:
        if alias.kind == "time":
            values = _values(head, alias.column)
            alias = replace(alias, style="serial" if values and _serial(values) else order)
        aliases.append(alias)
    return replace(mapping, aliases=tuple(aliases)), questions


def _named(
    mapping: Mapping, head: Head, choices: Choices, notes: list[str], reasons: dict[str, str]
) -> Mapping:
    """Ids and handles: handles out of addresses, ids that a spreadsheet cut replaced by handles, rows by number."""
    aliases = list(mapping.aliases)
    how = dict(mapping.how)
    fields = {a.field for a in aliases}
    if KEY in head.names and not fields & {"id", "handle"}:
        # Objects under a name each: the names are those of the accounts, or their ids.
        field = "id" if all(v.isdigit() for v in _values(head, KEY)) else "handle"
        aliases.append(Alias(KEY, field, kind_of(field)))
        how[field] = "its values"
        fields.add(field)
    # An address that the account has on its platform tells its handle, and is not the address it names.
    for column in head.names:
        values = _values(head, column)
        if not values or sum(bool(_PROFILE.match(v.strip())) for v in values) < 0.9 * len(values):
            continue
        own = [a for a in aliases if a.column == column]
        if any(a.field in choices.columns or a.field not in ("url", "handle") for a in own):
            continue
        if "handle" not in fields and len(set(values)) > 0.9 * len(values):
            aliases = [a for a in aliases if a.column != column]
            aliases.append(Alias(column, "handle", "handle"))
            how["handle"] = "its values"
            fields.add("handle")
        elif own and own[0].field == "url":
            aliases = [a for a in aliases if a.column != column]
            reasons[column] = "the account's own address"
    ids = [a for a in aliases if a.field == "id"]
    for alias in ids:
        wrong = _no_ids(_values(head, alias.column), mapping, "handle" in fields)
        if wrong and "id" not in choices.columns:
            reasons[alias.column] = wrong
            if "handle" not in fields:
                raise InputError(
                    f"the column {alias.column!r} {wrong}, and there are no handles",
                    "Export the ids as text, or read them from another column with --map id=COLUMN.",
                )
            aliases.remove(alias)
    if not any(a.field == "id" for a in aliases):
        handle = next((a for a in aliases if a.field == "handle"), None)
        if handle is not None:
            aliases.append(Alias(handle.column, "id", "handle"))
            how["id"] = "its values"
            notes.append("there are no ids: handles stand for them")
        else:
            mapping = replace(mapping, numbered=True)
            notes.append(
                "there are no ids and no handles: rows go by their number, and repeats cannot be told"
            )
    used = {a.column for a in aliases} | {a.also for a in aliases}
    return replace(
        mapping,
        aliases=tuple(aliases),
        how=tuple(how.items()),
        unused=tuple(c for c in head.names if c not in used),
    )


def _no_ids(values: Sequence[str], mapping: Mapping, handles: bool) -> str | None:
    """Why a column holds no ids: cut by a spreadsheet or a program, or the numbers of rows."""
    plain = [v.strip().strip("'") for v in values]
    if any(re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", v) for v in plain) and handles:
        return "holds ids that a spreadsheet rounded"
    long = [v.removesuffix(".0") for v in plain if re.fullmatch(r"\d{16,20}(\.0)?", v)]
    if len(long) >= 3 and len(long) * 2 >= len(plain):
        if all(set(v[15:]) == {"0"} for v in long):
            return "holds ids that a spreadsheet rounded to 15 digits"
        if len(long) >= 8 and all(int(v) > EXACT_IN_FLOAT and int(float(v)) == int(v) for v in long):
            return "holds ids that a program rounded to floating point"
    if (
        handles
        and mapping.format is GENERIC
        and len(plain) >= 20
        and all(v.isdigit() for v in plain)
        and [int(v) for v in plain] == list(range(int(plain[0]), int(plain[0]) + len(plain)))
        and int(plain[0]) in (0, 1)
    ):
        return "holds the numbers of rows"
    return None


def _platform(
    mapping: Mapping, head: Head, material: Material, choices: Choices, notes: list[str]
) -> tuple[Mapping, list[Question]]:
    """The platform, where the format leaves it open: by addresses, ids and words; else it is asked."""
    if "platform" in choices.constants or any(a.field == "platform" for a in mapping.aliases):
        return mapping, []
    handle = next((a.column for a in mapping.aliases if a.field == "handle"), None)
    handles = _values(head, handle) if handle else []
    if mapping.format.name == "Twitter v1.1" and handles:
        foreign = sum(not _X_HANDLE.match(v.strip().lstrip("@")) for v in handles)
        if foreign > 0.02 * len(handles) and sum(not v.isascii() for v in handles):
            notes.append("names like Weibo's: no handle on X has such letters")
            # Weibo's clocks are China's, and its names of columns X's.
            return replace(
                mapping, platform="weibo", format=replace(mapping.format, zone_hours=FUDAN.zone_hours)
            ), []
    if mapping.platform is not None:
        return mapping, []
    votes = Counter(_voted(mapping, head))
    if len(votes) == 1:
        (platform,) = votes
        return replace(mapping, platform=platform), []
    words = {p for name in (*head.names, material.name) for w, p in _WORDS.items() if w in plain_name(name)}
    if not votes and len(words) == 1:
        (platform,) = words
        notes.append(f"the platform {platform} is told by names of columns or of the file")
        return replace(mapping, platform=platform), []
    likely = tuple(votes) or tuple(sorted(words)) or _PLATFORMS
    return mapping, [
        Question(
            "platform",
            "the platform is not told by the file",
            (*(f"--set platform={p}" for p in likely[:3]), "--set platform=..."),
        )
    ]


def _voted(mapping: Mapping, head: Head) -> Iterator[str]:
    """The platforms that a file's ids and addresses are of."""
    for column in head.names:
        values = _values(head, column)[:200]
        if not values:
            continue
        field = next((a.field for a in mapping.aliases if a.column == column), None)
        if field in ("bio", "display_name", "location"):
            continue
        hosts = [m[1].lower() for v in values if v.startswith("http") and (m := _URL.match(v.strip()))]
        own = [_HOSTS[h] for h in hosts if h in _HOSTS]
        if hosts and len(own) >= 0.9 * len(values) and len(set(own)) == 1:
            yield own[0]
        if field in ("id", "handle"):
            if all(v.startswith("did:plc:") or v.endswith(".bsky.social") for v in values):
                yield "bluesky"
            elif all(re.fullmatch(r"@?[\w.-]+@[\w-]+(\.[\w-]+)+", v) for v in values):
                yield "mastodon"


def _understanding(
    mapping: Mapping,
    head: Head,
    material: Material,
    choices: Choices,
    questions: list[Question],
    reasons: dict[str, str],
    notes: list[str],
) -> Understanding:
    how = dict(mapping.how)
    readings = []
    for alias in mapping.aliases:
        before = list(dict.fromkeys(_values(head, alias.column)))[:3]
        if not before and any(a.field == alias.field for a in mapping.aliases if a is not alias):
            continue
        by = how.get(alias.field, "the format")
        readings.append(
            ColumnReading(
                column=f"{alias.column} + {alias.also}" if alias.also else alias.column,
                field=alias.field,
                meaning=_MEANINGS[alias.field],
                before=tuple(before),
                after=_after(alias, mapping, head, before),
                confidence="given" if by == "given" else "certain" if by == "the format" else "likely",
                how=by,
                note=_note(alias, _values(head, alias.column)),
            )
        )
    readings += [
        ColumnReading("", field, _MEANINGS[field], (value,), (value,), "given", "given")
        for field, value in mapping.constants
    ]
    fields = mapping.fields
    missing = tuple((field, cost) for field, cost in COSTS.items() if field not in fields)
    platform = mapping.platform
    if platform is None:
        column = next((a.column for a in mapping.aliases if a.field == "platform"), None)
        names = {cells.platform_name(v) for v in _values(head, column)} if column else set()
        platform = next(iter(names)) if len(names) == 1 else None
    return Understanding(
        file=material.name,
        format=mapping.format.name,
        platform=platform,
        container=material.container,
        encoding=material.encoding,
        columns=tuple(readings),
        unused=tuple((c, reasons.get(c, "not known")) for c in mapping.unused if c),
        missing=missing,
        questions=tuple(questions),
        notes=tuple(notes),
        rows_looked_at=head.rows,
        choices=choices,
    )


def _after(alias: Alias, mapping: Mapping, head: Head, before: Sequence[str]) -> tuple[str, ...]:
    """What the cells shown are read as."""
    if alias.also:
        rows = [head.cells[alias.column].index(cell) for cell in before]
        also = [head.cells[alias.also][row] for row in rows]
        text = {alias.column: pa.array(before, pa.string()), alias.also: pa.array(also, pa.string())}
    else:
        text = {alias.column: pa.array(before, pa.string())}
    table, bad = cells.fill(text, replace(mapping, aliases=(alias,), constants=()), len(before))
    wrong = {cell.row: cell.reason for cell in bad}
    return tuple(
        f"rejected ({wrong[row]})" if row in wrong else _shown(value)
        for row, value in enumerate(table[alias.field].to_pylist())
    )


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    if isinstance(value, list):
        return f"{len(value)} posts"
    return str(value)


def _note(alias: Alias, values: Sequence[str]) -> str | None:
    if alias.kind == "count" and alias.style and any(re.search(r"[.,]", v) for v in values):
        return f"fractions begin with a {alias.style}"
    if (
        alias.kind == "time"
        and alias.style in ("dmy", "mdy", "ymd")
        and any(dates.NUMBERS.match(v) for v in values)
    ):
        return {"dmy": "day first", "mdy": "month first", "ymd": "year first"}[alias.style]
    if alias.kind == "time" and alias.style == "serial":
        return "days as a spreadsheet counts them"
    return None
