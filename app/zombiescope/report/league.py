"""The league table in every form: text, HTML, JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from zombiescope import formatting
from zombiescope.domain import Interval, League, Ranked
from zombiescope.errors import InputError
from zombiescope.i18n import gettext as _
from zombiescope.i18n.sentences import translated

if TYPE_CHECKING:
    from zombiescope.report import Form

__all__ = ["COLUMNS", "render"]

SIMULATED = "SIMULATED: a program made these followers up. Nothing here is a finding about a real account."
COLUMNS = (
    "rank", "rank_low", "rank_high", "declared_rank", "account", "name", "simulated", "declared", "at_least",
    "share", "share_low", "share_high", "genuine", "genuine_low", "genuine_high", "whole_low", "whole_high",
    "posts", "reactions", "influence", "influence_low", "influence_high", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One account as the text and the page show it: every string is clean."""

    rank: str
    ranks: str
    name: str
    declared: str
    was: str
    share: str
    genuine: str
    span: str
    posts: str
    influence: str
    reason: str


def render(league: League, *, form: Form) -> str:
    """The table in one form, ending in a line break. Raises InputError for another form."""
    if form == "json":
        return msgspec.json.encode(league, order="deterministic").decode() + "\n"
    if form == "csv":
        return _csv(league)
    if form == "text":
        return _text(league)
    if form == "html":
        from zombiescope.report import league_chart
        from zombiescope.report.html import chart_svg, page

        drawn = league_chart.chart(league)
        return page(
            "league.html.j2",
            league=league,
            chart=None if drawn is None else chart_svg(drawn),
            lines=lines(league),
            notes=notes(league),
            simulated=marked(league),
        )
    raise InputError(f"there is no form {form!r} of a league table", "Use one of text, json, html, csv.")


def marked(league: League) -> str | None:
    """What a table with made-up followers begins with."""
    if not league.simulated:
        return None
    every = all(row.simulated for row in league.accounts if row.genuine is not None)
    real = any(row.declared is not None for row in league.accounts)
    text = SIMULATED if every else "SIMULATED rows are marked: a program made their followers up."
    return translated(f"{text} The declared counts are as published." if real else text)


def notes(league: League) -> tuple[str, ...]:
    """What the numbers are, and how far they reach."""
    audited = sum(row.rank is not None for row in league.accounts)
    lines = [
        f"Genuine followers are the declared count less the share of zombies, which is estimated from "
        f"{formatting.count(league.sample)} followers drawn at random of each account, where the list shows nearly all "
        "declared followers; else bounds alone are given, and the rank goes by their middle.",
        f"Beside a rank stand the ranks that the intervals leave open; {formatting.plural(audited, 'account')} "
        "could be "
        f"ranked. Each interval is built to hold in {round(league.level * 100)} of 100 cases, so that of many accounts "
        "a few ranges will not hold (Klein, Wright & Wieczorek 2020).",
    ]
    if any(row.at_least for row in league.accounts):
        lines.append("A plus sign after a declared count: it was published as a lower limit.")
    if any(row.influence is not None for row in league.accounts):
        lines.append("Influence is reactions per post (Jiang 2017) for every 1,000 genuine followers.")
    if any(
        row.posts is not None and row.reactions is None and row.rank is not None for row in league.accounts
    ):
        lines.append(
            "Where posts are given but no reactions to them, influence (reactions per post) is not known."
        )
    lines.append(
        "A rank says how many followers are genuine. It does not say who brought those that are not."
    )
    return tuple(translated(one) for one in lines)


def lines(league: League) -> tuple[Line, ...]:
    """The table's rows in words."""
    return tuple(_line(row) for row in league.accounts)


def _line(row: Ranked) -> Line:
    ranks = "" if row.rank is None or row.rank_low == row.rank_high else f"{row.rank_low}-{row.rank_high}"
    genuine, span = _counts(row)
    return Line(
        rank="" if row.rank is None else str(row.rank),
        ranks=ranks,
        name=("SIMULATED " if row.simulated else "") + formatting.clean(row.name, longest=60),
        declared=""
        if row.declared is None
        else formatting.count(row.declared) + ("+" if row.at_least else ""),
        was="" if row.declared_rank is None else str(row.declared_rank),
        share="" if row.share is None else translated(_share(row.share)),
        genuine=genuine,
        span=translated(span),
        posts="" if row.posts is None else formatting.count(row.posts),
        influence="" if row.influence is None else _influence(row.influence),
        reason=translated(formatting.sentence(formatting.clean(row.reason))) if row.reason else "",
    )


def _share(share: Interval) -> str:
    return formatting.span(share.low, share.high, None)


def _counts(row: Ranked) -> tuple[str, str]:
    """The estimate, and its interval rounded outward to three digits but within what is declared."""
    genuine, most = row.genuine, row.declared
    if genuine is None or most is None:
        return "", ""
    low, high = _outward(genuine.low, up=False), min(_outward(genuine.high, up=True), most)
    span = f"{formatting.count(low)} to {formatting.count(high)}"
    return "" if genuine.estimate is None else formatting.count(_rounded(genuine.estimate)), span


def _step(value: float) -> int:
    return int(10 ** max(0, len(str(int(value))) - 3))


def _rounded(value: float) -> int:
    return round(value / _step(value)) * _step(value)


def _outward(value: float, *, up: bool) -> int:
    step = _step(value)
    return int(-(-value // step) if up else value // step) * step


def _influence(influence: Interval) -> str:
    span = f"{influence.low * 1_000:.3g} to {influence.high * 1_000:.3g}"
    return span if influence.estimate is None else f"{influence.estimate * 1_000:.3g} ({span})"


def _text(league: League) -> str:
    from zombiescope.report.text import width, wrap

    out = []
    mark = marked(league)
    if mark:
        out += [*wrap(mark), ""]
    head = (
        _("rank"),
        _("could be"),
        _("account"),
        _("declared"),
        _("was"),
        _("zombies"),
        _("genuine"),
        _("interval"),
        _("posts"),
        _("influence"),
    )
    table: list[tuple[str, ...]] = [head]
    table += [
        (e.rank, e.ranks, e.name, e.declared, e.was, e.share, e.genuine, e.span, e.posts, e.influence)
        for e in lines(league)
        if not e.reason
    ]
    shown = [at for at in range(len(head)) if at < 3 or any(row[at] for row in table[1:])]
    wide = [max(width(row[at]) for row in table) for at in shown]
    right = (0, 3, 4, 6, 8)
    for row in table:
        cells = []
        for at, room in zip(shown, wide, strict=True):
            gap = " " * (room - width(row[at]))
            cells.append(gap + row[at] if at in right else row[at] + gap)
        out.append("  ".join(cells).rstrip())
    left = [line for line in lines(league) if line.reason]
    if left:
        out += ["", _("Not ranked")]
        for line in left:
            count = _(", declared %(count)s") % {"count": line.declared} if line.declared else ""
            out.append(f"  {line.name}{count}: {line.reason}")
    out.append("")
    for note in notes(league):
        out += wrap(note, indent="  ", first="- ")
    return "\n".join(out) + "\n"


def _csv(league: League) -> str:
    from zombiescope.records.formula_guard import cell

    out = io.StringIO()
    if league.simulated:
        out.write(f"# {marked(league)}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in league.accounts:
        cells: dict[str, object] = msgspec.structs.asdict(row)
        for name in ("share", "genuine", "influence"):
            cells |= _ends(name, cells[name])
        cells |= _ends("whole", row.whole)
        written = (cells[name] for name in COLUMNS)
        writer.writerow(
            ["" if v is None else cell(v) if isinstance(v, str) else str(v).lower() for v in written]
        )
    return out.getvalue()


def _ends(name: str, span: object) -> dict[str, object]:
    """An interval as three cells."""
    return {
        name: getattr(span, "estimate", None),
        f"{name}_low": getattr(span, "low", None),
        f"{name}_high": getattr(span, "high", None),
    }
