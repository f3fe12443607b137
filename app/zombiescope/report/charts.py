"""The pictures as SVG: follow order against creation date, the scores, and answer and picture as one image.

Matplotlib draws; its SVG is then made fit to stand in a page under a strict Content-Security-Policy: style
attributes become presentation attributes, and the ink becomes `currentColor` to read on light and dark.
"""

from __future__ import annotations

import io
import re
import textwrap
import threading
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from zombiescope import formatting

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from zombiescope.report.points import Points
    from zombiescope.report.view import View

__all__ = ["follow_order", "histogram", "report"]

INK = "#15191e"
PAPER = "#ffffff"
GENUINE, MIDDLE, ZOMBIE = "#1f83c9", "#8c8f92", "#d55e00"  # after Okabe & Ito 2008, to read on light and dark
_COLOURS = LinearSegmentedColormap.from_list("score", [GENUINE, MIDDLE, ZOMBIE], N=11)
_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_LOCK = threading.Lock()  # matplotlib's settings are global while a style context is open


def follow_order(points: Points, *, simulated: bool, narrow: bool = False) -> str:
    """The follow-order picture, for inside a page. narrow: in the shape of a phone, with larger text."""

    def paint(figure: Figure) -> None:
        _scatter(figure, figure.add_subplot(), points, simulated=simulated)

    size = (4.6, 5.2) if narrow else (9.6, 5.4)
    return _drawn(paint, size, "follow order, narrow" if narrow else "follow order", label=points.alt)


def histogram(scores: Sequence[float], *, simulated: bool) -> str:
    """How the scores (0 to 1) spread, in 20 bins, for inside a page."""

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        counts, edges = np.histogram(np.asarray(scores), bins=20, range=(0.0, 1.0))
        middles = (edges[:-1] + edges[1:]) / 2
        axes.bar(middles, counts, width=0.044, color=_COLOURS(middles), linewidth=0)
        axes.set_xlabel("score: 0 genuine-like, 1 zombie-like")
        axes.set_ylabel("followers")
        axes.set_xlim(0, 1)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(length=0)
        if simulated:
            axes.set_title("SIMULATED", loc="left", fontsize=9, fontweight="bold")

    label = f"Histogram of {formatting.plural(len(scores), 'score')}: "
    label += f"{formatting.count(sum(s >= 0.5 for s in scores))} of them are .5 or more."
    return _drawn(paint, (4.6, 2.5), "histogram", label=label)


def report(view: View) -> str:
    """Headline, number line and follow-order picture as one SVG file on white paper, 9.6 by 8.2 inches."""

    def paint(figure: Figure) -> None:
        figure.patch.set_visible(True)
        figure.patch.set_facecolor(PAPER)
        drawn = view.picture
        heights = [3.2, 5.0] if drawn else [3.2]
        parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
        head = parts[0]
        rows = textwrap.wrap(formatting.sentence(view.headline), 52)
        # The account's name is not in the picture: no font of ours is sure to have its script.
        kicker = (
            "SIMULATED: made-up followers, no finding about a real account"
            if view.simulated
            else "zombiescope"
        )
        head.text(0.045, 0.94, kicker, fontsize=11, fontweight="bold", va="top")
        head.text(0.045, 0.82, "\n".join(rows), fontsize=22, fontweight="bold", va="top", linespacing=1.25)
        if view.lines and view.lines[0].key == "reached":
            _number_line(head.add_axes((0.045, 0.17, 0.91, 0.2)), view)
        if drawn is not None:
            _scatter(parts[1], parts[1].add_subplot(), drawn, simulated=view.simulated is not None)

    size = (9.6, 8.2) if view.picture else (9.6, 3.2)
    label = " ".join([*([view.simulated] if view.simulated else []), formatting.sentence(view.headline)])
    return _drawn(paint, size, "report", label=label, alone=True)


def _scatter(figure: Any, axes: Axes, points: Points, *, simulated: bool) -> None:
    for band in points.bands:
        axes.axvspan(band.start, band.stop, facecolor=INK, alpha=0.09, linewidth=0)
        axes.annotate(
            band.letter,
            ((band.start + band.stop) / 2, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
        )
    dots = axes.scatter(
        points.x,
        points.created,
        c=points.score,
        cmap=_COLOURS,
        vmin=0,
        vmax=1,
        s=16 if len(points.x) <= 1_500 else 8,
        alpha=0.75,
        linewidths=0,
        clip_on=False,
        zorder=3,
    )
    axes.set_xlim(0.5, points.length + 0.5)
    axes.margins(y=0.03)
    locator = AutoDateLocator(minticks=4, maxticks=9)
    axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axes.set_xlabel(
        "place in the list (order unknown)"
        if points.order == "unknown"
        else "follow order: oldest left, newest right"
    )
    axes.set_title(f"{'SIMULATED · ' if simulated else ''}account created", loc="left", fontsize=9.5, pad=16)
    axes.grid(axis="y", color=INK, alpha=0.12, linewidth=0.6)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    bar = figure.colorbar(
        dots, ax=axes, orientation="horizontal", shrink=0.5, aspect=34, pad=0.02, ticks=[0, 0.5, 1]
    )
    bar.ax.set_xticklabels(["0 genuine-like", "score", "1 zombie-like"])
    bar.ax.tick_params(length=0)
    bar.solids.set_alpha(1)
    bar.outline.set_visible(False)


def _number_line(axes: Axes, view: View) -> None:
    line = view.lines[0]
    axes.set_xlim(0, 1)
    axes.set_ylim(-1, 1)
    axes.axhline(0, color=INK, linewidth=1)
    axes.barh(0, line.high - line.low, left=line.low, height=0.7, color=ZOMBIE, alpha=0.55, linewidth=0)
    if line.point is not None:
        axes.plot([line.point, line.point], [-0.5, 0.5], color=INK, linewidth=2.5)
    for mark in view.marks:
        axes.plot([mark.value], [0.75], marker="v", color=INK, markersize=7, clip_on=False)
        side = "right" if mark.value > 0.8 else "left"
        shift = -8 if side == "right" else 8
        axes.annotate(
            mark.text, (mark.value, 0.75), xytext=(shift, 0), textcoords="offset points", ha=side, va="center"
        )
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _drawn(
    paint: Callable[[Figure], None], size: tuple[float, float], salt: str, *, label: str, alone: bool = False
) -> str:
    """What `paint` puts on a figure of `size` inches, as SVG; the same bytes for the same input."""
    fixed = {
        "svg.fonttype": "none",
        "svg.hashsalt": f"zombiescope {salt}",
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "font.size": 9.5,
    }
    with _LOCK, matplotlib.style.context(["default", fixed]):
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.08))
        figure.patch.set_visible(False)
        paint(figure)
        for axes in figure.axes:
            axes.patch.set_visible(False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return _fit(buffer.getvalue(), salt, label, alone=alone)


def _fit(svg: bytes, salt: str, label: str, *, alone: bool) -> str:
    """Matplotlib's SVG without style attributes, fixed size, fonts and metadata, and half as long.

    A dot takes 50 bytes this way, so that 5,000 of them need no bitmap.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 our own output, not somebody's file
    prefix = f"{zlib.crc32(salt.encode()):x}"  # ids of several pictures share one page
    used = dict.fromkeys(re.findall(r'(?:href="|url\()#([^")]+)', svg.decode()))
    ids = {name: f"p{prefix}-{number}" for number, name in enumerate(used)}
    width, height = root.attrib["viewBox"].split()[2:]
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib = _attributes(element.attrib, ids, ink=INK if alone else "currentColor")
        element.tail = None
        if element.tag != "text":
            element.text = None
    for group in root.iter("g"):
        _lift(group, "fill-opacity")
    root.attrib = {"viewBox": f"0 0 {width} {height}", "role": "img", "aria-label": label}
    root.attrib |= {
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
        "font-family": "Helvetica, Arial, sans-serif",
    }
    if alone:
        root.attrib |= {"xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height}
        title = ElementTree.Element("title")
        title.text = label
        root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _attributes(given: dict[str, str], ids: dict[str, str], *, ink: str) -> dict[str, str]:
    """Presentation attributes for style, short numbers and ids, and `ink` for the ink."""
    kept: dict[str, str] = {}
    for name, value in given.items():
        if name == "style":
            pairs = (part.split(":", 1) for part in value.split(";") if ":" in part)
            kept |= {key.strip(): told.strip() for key, told in pairs if key.strip() != "font-family"}
        elif name == "id":
            if value in ids:
                kept["id"] = ids[value]
        elif name == f"{_XLINK}href":
            kept["href"] = f"#{ids[value[1:]]}"
        elif name == "clip-path":
            kept[name] = f"url(#{ids[value[5:-1]]})"
        elif name in ("d", "x", "y"):
            kept[name] = re.sub(
                r"-?\d+\.\d+", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), value
            )
            kept[name] = " ".join(kept[name].split())
        elif not name.startswith("{"):
            kept[name] = value
    return {name: ink if value == INK else value for name, value in kept.items()}


def _lift(group: ElementTree.Element, name: str) -> None:
    """Put an attribute that all children share on their group, once."""
    values = {child.get(name) for child in group if child.tag == "use"}
    if len(values) == 1 and (value := values.pop()) is not None:
        group.set(name, value)
        for child in group:
            child.attrib.pop(name, None)
