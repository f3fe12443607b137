"""How the report writes numbers, dates and other people's text: one way, for every form.

Ends of intervals are rounded outward, so that what is printed never says more than what was estimated.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from datetime import date as calendar_date

__all__ = [
    "at_most",
    "between",
    "change",
    "clean",
    "count",
    "date",
    "day",
    "decimals",
    "end",
    "items",
    "letter",
    "most",
    "percent",
    "plural",
    "points",
    "sentence",
    "span",
    "stated",
]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip  # strftime would follow the machine's locale

# A terminal escape goes as a whole: without its first byte alone, "[31m" would stay in the text.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])|\x9b[0-?]*[ -/]*[@-~]"
)
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them, and they reorder nothing


def clean(text: str, *, longest: int = 200) -> str:
    """Text from an account as one harmless line of at most `longest` characters.

    Terminal escapes, control and format characters (bidi overrides, zero-width spaces, tags) and lone
    surrogates go; line breaks and runs of space become one space; what is cut off ends in "…".
    """
    text = re.sub(r"\s+", " ", _ESCAPES.sub("", text))
    printable = "".join(
        c for c in text if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    line = " ".join(printable.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def percent(value: float, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage; 0% and 100% are kept for exactly 0 and 1."""
    step = 10.0**-digits
    shown = round(value * 100, digits)
    if value > 0 and shown <= 0:
        return f"less than {step:.{digits}f}%"
    if value < 1 and shown >= 100:
        return f"more than {100 - step:.{digits}f}%"
    return _plain(shown, digits)


def at_most(value: float) -> str:
    """A share that is an upper limit: "at most 2%", or "less than 1%"."""
    text = percent(value)
    return text if text.startswith("less") else f"at most {text}"


def most(value: float) -> str:
    """A share of a part of the list, which is too small to be told for sure: "97%", "nearly all", "hardly any"."""
    return "nearly all" if value >= 0.995 else "hardly any" if value < 0.005 else percent(value)


def end(value: float, digits: int, *, up: bool) -> str:
    """One end of an interval as a percentage, rounded outward: down for a low end, up for a high one."""
    scale = 10**digits
    exact = round(value * 100 * scale, 6)  # 0.29 * 100 is 28.999999999999996
    outward = math.ceil(exact) if up else math.floor(exact)
    return _plain(min(max(outward / scale, 0.0), 100.0), digits)


def between(low: float, high: float, digits: int | None = None) -> str:
    """An interval as a clause: "between 83% and 90%", "at most 0.6%" or "at least 99%"."""
    digits = decimals(low, high) if digits is None else digits
    first, last = end(low, digits, up=False), end(high, digits, up=True)
    if first == last:
        return first
    if first == "0%" and last != "100%":
        return f"at most {last}"
    if last == "100%" and first != "0%":
        return f"at least {first}"
    return f"between {first} and {last}"


def span(low: float, high: float, digits: int | None = 1) -> str:
    """An interval for a table: "83.4% to 89.6%"."""
    digits = decimals(low, high) if digits is None else digits
    return f"{end(low, digits, up=False)} to {end(high, digits, up=True)}"


def decimals(low: float, high: float) -> int:
    """Whole percents, but one decimal where the interval is narrow or lies close to an edge."""
    return 1 if high - low < 0.04 or high < 0.05 or low > 0.95 else 0


def stated(value: float) -> str:
    """A share that somebody stated (a claim, a known truth), with the decimals it has: 87% or 87.5%."""
    return f"{round(value * 100, 2):g}%"


def sentence(text: str) -> str:
    """Text that begins with a capital letter and ends with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def count(number: int) -> str:
    """A count with thousands marked: 1,131,700."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 follower", "1,000 followers"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def date(when: datetime) -> str:
    """A day in UTC: 15 December 2016."""
    return day(when.astimezone(UTC).date())


def day(when: calendar_date) -> str:
    """A calendar day: 15 December 2016."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def points(difference: float) -> str:
    """A difference of shares (-1 to 1) in percentage points: "12 percentage points", "0.4 percentage points"."""
    size = abs(difference) * 100
    shown = f"{size:.0f}" if size >= 10 else f"{size:.1f}" if size >= 0.05 else "less than 0.1"
    return f"{shown} percentage {'point' if shown in ('1', '1.0') else 'points'}"


def change(low: float, high: float) -> str:
    """An interval of a difference of shares (-1 to 1) in percentage points, rounded outward: "-1.2 to +3.4"."""
    ends = (math.floor(1000 * low + 1e-9) / 10, math.ceil(1000 * high - 1e-9) / 10)
    return " to ".join(f"{end:+.1f}" for end in ends)


def letter(index: int) -> str:
    """The letter of the block at `index`: A to Z, then AA, AB, ..."""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def items(parts: Iterable[str]) -> str:
    """A list in a sentence: "a, b and c"."""
    words = list(parts)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _plain(value: float, digits: int) -> str:
    return f"{value:.{digits}f}%" if value not in (0, 100) else f"{value:.0f}%"
