"""The report as plain text for a terminal, 80 columns wide."""

from __future__ import annotations

import unicodedata

from zombiescope import formatting
from zombiescope.i18n import gettext as _
from zombiescope.report.estimate import Line, Mark
from zombiescope.report.example_followers import Person
from zombiescope.report.view import View

__all__ = ["render", "width", "wrap"]

WIDTH = 80
SCALE = 72  # characters of the number line, both ends included
_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_LABEL = 45  # columns of a bound's label


def render(view: View, *, colour: bool = False) -> str:
    """The view as text that ends in a line break; `colour` adds bold and dim, for terminals only."""
    bold, dim = (_BOLD, _DIM) if colour else ("", "")
    off = _OFF if colour else ""
    out: list[str] = []
    if view.simulated:
        out += [*wrap(view.simulated), ""]
    out += wrap(view.title)
    out += [*wrap(view.where), ""] if view.where else [""]
    if view.missing:
        out += [*wrap(view.missing), ""]
    out += [f"{bold}{line}{off}" for line in wrap(formatting.sentence(view.headline), indent="  ")]
    if view.lines and view.lines[0].key == "reached":
        out += ["", *_scale(view.lines[0], view.marks)]
    out += ["", *wrap(" ".join(view.lede))]
    for key in ("truth", "claim"):
        section = view.section(key)
        if section:
            out += ["", *wrap(" ".join(section.sentences))]
    if view.lines:
        out += ["", f"{bold}{_('How far the answer reaches')}{off}"]
        for line in view.lines:
            out += [_entry(line), *(f"{dim}{text}{off}" for text in wrap(line.meaning, indent="      "))]
    for section in view.sections:
        if section.key not in ("truth", "claim"):
            out += ["", f"{bold}{section.title}{off}"]
            for sentence in section.sentences:
                out += wrap(sentence, indent="    ", first="  - ")
    if view.people:
        out += ["", f"{bold}{_('A few followers, and why')}{off}"]
        for person in view.people:
            out += _person(person)
    out += ["", f"{bold}{_('How this was made')}{off}"]
    for fact in view.facts:
        out += wrap(fact.value, indent=" " * 17, first="  " + fact.name + " " * max(1, 15 - width(fact.name)))
    if view.command:
        out += ["", "  " + _("To run it again:"), *wrap(view.command, indent="      ", first="    ")]
    return "\n".join(line.rstrip() if not colour else line for line in out) + "\n"


def width(text: str) -> int:
    """Terminal columns of a text: two for wide (Chinese) characters, none for combining marks."""
    return sum(
        0
        if unicodedata.combining(c) or c in "\u200c\u200d"
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def wrap(text: str, *, indent: str = "", first: str | None = None) -> list[str]:
    """Lines of at most `WIDTH` columns; a word longer than a line (Chinese has no spaces) is cut."""
    lines: list[str] = []
    line = indent if first is None else first
    empty = True
    for word in text.split():
        rest = word
        if not empty and width(line) + 1 + width(rest) > WIDTH:
            lines.append(line)
            line, empty = indent, True
        while width(line) + (not empty) + width(rest) > WIDTH:
            room = WIDTH - width(line) - (not empty)
            head = _fitting(rest, room)
            lines.append(line + ("" if empty else " ") + head)
            line, empty, rest = indent, True, rest[len(head) :]
        line += ("" if empty else " ") + rest
        empty = False
    return [*lines, line]


def _fitting(text: str, room: int) -> str:
    """The longest head of a text that fits into `room` columns, at least one character."""
    length = 1
    while length < len(text) and width(text[: length + 1]) <= room:
        length += 1
    return text[:length]


def _scale(line: Line, marks: tuple[Mark, ...]) -> list[str]:
    """The number line from 0% to 100%: the interval as a bar, the point as "#", marks below."""
    rule = list("-" * SCALE)
    for tick in range(5):
        rule[_at(tick / 4)] = "|"
    start, stop = _at(line.low), _at(line.high)
    rule[start : stop + 1] = "=" * (stop - start + 1)
    rule[start], rule[stop] = "[", "]"
    if line.point is not None:
        rule[_at(line.point)] = "#"
    above = [" "] * (SCALE + 4)
    for tick in range(5):
        label = f"{tick * 25}%"
        place = max(0, _at(tick / 4) - len(label) // 2)
        above[place : place + len(label)] = label
    below = [_pointer(mark) for mark in marks]
    return ["  " + row for row in ("".join(above).rstrip(), "".join(rule), *below)]


def _pointer(mark: Mark) -> str:
    at = _at(mark.value)
    if at + 2 + len(mark.text) <= SCALE:
        return " " * at + "^ " + mark.text
    return " " * (at - len(mark.text) - 1) + mark.text + " ^"


def _at(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * (SCALE - 1))


def _entry(line: Line) -> str:
    best = "   " + _("best %(point)s") % {"point": line.point_text} if line.point_text else ""
    label = f"  {line.label}"
    pad = " " * max(2, _LABEL - width(label))
    entry = f"{label}{pad}{line.text}{best}"
    return entry if width(entry) <= WIDTH else f"{label}\n{' ' * _LABEL}{line.text}{best}"


def _person(person: Person) -> list[str]:
    lines = wrap(f"{person.name} ({person.place}): {person.chance}", indent="    ", first="  ")
    for why in person.reasons:
        lines += wrap(
            f"{_('zombie') if why.towards == 'zombie' else _('genuine')}: {why.text}",
            indent="        ",
            first="      ",
        )
    return lines
