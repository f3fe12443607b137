"""Counts as people write them: 1,234 and 1.234 and 1 234, 1.2K, 12.3万, in any script's digits.

A mark between digits may group thousands or begin a fraction. Which of the two is decided by all cells of a file
together (`decimal_of`), never by one cell, and asked where they do not decide it. Counts are whole: a number that is
not whole after its unit (K, 万) is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Literal

from zombiescope.domain import MOST_COUNT

__all__ = ["Evidence", "Mark", "decimal_of", "whole"]

Mark = Literal["point", "comma"]
Evidence = Literal["point", "comma", "none", "undecided"]

# Letter case does not matter. Weibo writes 1.2万, Douyin 1.2w, Spanish and Portuguese mil and mi, Russian тыс.
_UNITS = {
    **dict.fromkeys(("k", "tsd", "tsd.", "mil", "тыс", "тыс.", "千", "천", "ألف", "الف"), 10**3),
    **dict.fromkeys(("万", "萬", "w", "만"), 10**4),
    **dict.fromkeys(("m", "mi", "mio", "mio.", "mln", "mn", "млн", "млн.", "million", "مليون"), 10**6),
    **dict.fromkeys(("亿", "億", "억"), 10**8),
    **dict.fromkeys(("b", "bn", "mrd", "mrd.", "млрд", "млрд."), 10**9),
}
_SHAPE = re.compile(r"^(?P<body>\d[\d.,]*)\s?(?P<unit>[^\d\s.,+%-]{1,7}\.?)?$")
# What interfaces write behind a count: 1,234 Followers.
_NAMED = re.compile(
    r"(?<=[\dkm万萬wb])\s*(?:followers?|following|posts?|tweets?|abonnés|abonnements|seguidores|seguidos|siguiendo"
    r"|publicaciones|publications|beiträge|粉丝|关注|подписчик(?:ов|а)?)$",
    re.IGNORECASE,
)
_BLANK_GROUPS = re.compile(r"^\d{1,3}(?:([ '’\u00a0\u202f\u2009٬])\d{3})(?:\1\d{3})*(?=\D|$)")
_EXPONENT = re.compile(r"^\d(?:\.\d{1,14})?e\+\d{2}$")  # R and pandas; a spreadsheet's 1.23E+05 was rounded
_WESTERN = re.compile(r"^\d{1,3}(?:M\d{3})+$")
_INDIAN = re.compile(r"^\d{1,2}(?:M\d{2})+M\d{3}$")


def decimal_of(cells: Iterable[str]) -> Evidence:
    """Which mark begins a fraction, by all the cells of the count columns; "none" where no cell has a mark.

    Decisive is a mark that is there twice (1.234.567), the last of two marks (1,234.5), a fraction that is not of
    three digits (1.2K), and a zero before a mark (0,500). Three digits after one mark are a group of thousands
    where the cell has no unit, since a count is whole; unless all of them are 000 and every cell has them, or the same
    file writes a number of four digits without a mark.
    """
    strong: set[Mark] = set()
    weak: set[Mark] = set()
    zeros: set[Mark] = set()
    small = large = False
    unsure = False
    for cell in cells:
        plain = _plain(cell)
        match = _SHAPE.match(plain)
        if match is None:
            continue
        body, unit = match["body"].strip("."), match["unit"]
        marks = [c for c in body if c in ".,"]
        if not marks:
            if unit is None:
                small |= len(body) < 4 and body != "0"
                large |= len(body) > 3
            continue
        kinds = set(marks)
        if len(kinds) == 2:
            if marks.count(marks[-1]) == 1:
                strong.add(_fraction(marks[-1]))
            continue
        mark = marks[0]
        if len(marks) > 1:
            strong.add(_fraction(_other(mark)))
            continue
        head, _, tail = body.partition(mark)
        if len(tail) != 3 or len(head) > 3 or head == "0":
            if unit or not tail.strip("0"):
                strong.add(_fraction(mark))
        elif unit:
            unsure = True
        elif tail == "000":
            zeros.add(_fraction(_other(mark)))
        else:
            weak.add(_fraction(_other(mark)))
    if len(strong) > 1:
        return "undecided"
    if strong:
        (only,) = strong
        return "undecided" if weak - strong else only
    if large and (weak or zeros):
        return "undecided"
    if len(weak) == 1 and not (zeros - weak):
        return next(iter(weak))
    if weak or unsure:
        return "undecided"
    if zeros:
        return next(iter(zeros)) if small and len(zeros) == 1 else "undecided"
    return "none"


def whole(cell: str, decimal: Evidence) -> int | str:
    """The count that a cell writes, or why there is none."""
    plain = _plain(cell)
    if plain.startswith(("-", "−", "(")) and any(c.isdigit() for c in plain):
        return "is negative"
    if plain.endswith("+"):
        return "is a lower bound, not a count"
    if _EXPONENT.match(plain):
        return _bounded(Decimal(plain))
    if re.match(r"^\d(\.\d+)?E\+?\d+$", plain):
        return "was rounded by a spreadsheet"
    match = _SHAPE.match(plain)
    if match is None:
        return "is no whole number"
    unit = 1
    if match["unit"]:
        known = _UNITS.get(match["unit"].casefold())
        if known is None:
            return "is no whole number"
        unit = known
    body = match["body"].strip(".")
    if not any(mark in body for mark in ".,"):
        return _bounded(Decimal(body) * unit)
    if decimal in ("none", "undecided"):
        zeros = re.fullmatch(r"(\d+)\.0{1,2}", body)
        if zeros:
            return _bounded(Decimal(zeros[1]) * unit)
        if re.fullmatch(r"\d{1,3}([.,]\d{3})+", body):
            return "has a mark that may group thousands or begin a fraction"
        return "is no whole number"
    mark, group = (".", ",") if decimal == "point" else (",", ".")
    number, _, fraction = body.partition(mark)
    if group in number:
        grouped = number.replace(group, "M")
        if not (_WESTERN.match(grouped) or (group == "," and _INDIAN.match(grouped))):
            return "is no whole number"
        number = number.replace(group, "")
    if not re.fullmatch(r"\d*", fraction):
        return "is no whole number"
    try:
        return _bounded(Decimal(f"{number}.{fraction or 0}") * unit)
    except InvalidOperation:
        return "is no whole number"


def _bounded(value: Decimal) -> int | str:
    if value > MOST_COUNT:
        return "is too large"
    return int(value) if value == int(value) else "is no whole number"


def _plain(cell: str) -> str:
    """The cell with ASCII digits and without blanks that group thousands."""
    text = _NAMED.sub("", cell.strip())
    if not text.isascii():
        # 万 and 亿 stay: only compatibility forms of digits, marks and blanks change.
        text = "".join(
            str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c
            for c in unicodedata.normalize("NFKC", text)
        )
        text = text.replace("٫", ",").replace("٬", " ").replace("’", "'").replace("\u202f", " ").strip()
    groups = _BLANK_GROUPS.match(text)
    if groups:
        text = text[: groups.end()].replace(groups[1], "") + text[groups.end() :]
    return text


def _other(mark: str) -> str:
    return "," if mark == "." else "."


def _fraction(mark: str) -> Mark:
    return "point" if mark == "." else "comma"
