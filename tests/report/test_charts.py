"""The charts: what they draw, as SVG, PNG and CSV."""

from __future__ import annotations

import csv
import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import numpy as np
import pytest

from report.audits import bare, full, rows, scored
from zombiescope.domain import AccountInfo, Audit, Evidence
from zombiescope.errors import InputError
from zombiescope.report import charts, report_svg, view
from zombiescope.report.chart import GENUINE, ZOMBIE, table
from zombiescope.report.points import Points
from zombiescope.report.score_chart import group_lines, score_chart
from zombiescope.share.inputs import Reference, ReferenceGroup, Stratum

SVG = "{http://www.w3.org/2000/svg}"


def picture(audit: Audit) -> Points:
    """The audit's points."""
    points = view(audit, rows(audit)).picture
    assert points is not None
    return points


def texts(svg: str) -> str:
    """All that is written in a picture."""
    return " ".join(ElementTree.fromstring(svg).itertext())  # noqa: S314 our own output


def test_each_follower_is_a_dot_and_each_block_a_band() -> None:
    """60 followers are 60 strokes of no length, in their colours; block A is lettered; axes are named."""
    svg = charts.follow_order(picture(full()), simulated=False).svg()
    dots = re.findall(r'<path d="((?:M[\d.]+ [\d.]+h0)+)" stroke="(#[0-9a-f]{6})"', svg)
    assert sum(moves.count("h0") for moves, _ in dots) == 60
    assert {colour for _, colour in dots} == {GENUINE, ZOMBIE}
    written = texts(svg)
    for word in ("oldest left", "account created", "genuine-like", "zombie-like", "A", "2012"):
        assert word in written
    without = charts.follow_order(picture(full(evidence=Evidence())), simulated=False).svg()
    assert " A " not in f" {texts(without)} "


def test_a_run_with_known_days_is_outlined() -> None:
    """A run is shaded, and the days on which its accounts were created have a border of their own."""
    spec = charts.follow_order(picture(full()), simulated=False).spec
    outlined = [layer for layer in spec["layer"] if layer["data"].get("name") == "deliveries"]
    assert len(outlined) == 1
    assert outlined[0]["data"]["values"][0]["letter"] == "A"


def test_the_same_bytes_in_every_thread() -> None:
    """Other threads do not change a picture."""
    points = picture(full())
    first = charts.follow_order(points, simulated=True).svg()
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: charts.follow_order(points, simulated=True).svg(), range(4)))
    assert set(drawn) == {first}


def test_a_thinned_picture_keeps_both_ends_of_the_list() -> None:
    """`most` draws that many dots at even distances; its table still has all of them."""
    points = picture(full())
    thin = charts.follow_order(points, simulated=False, most=5)
    dots = thin.spec["layer"][-1]["data"]["values"]
    assert [dots[0]["place"], dots[-1]["place"]] == [points.x[0], points.x[-1]]
    assert len(dots) == 5
    assert len(thin.rows) == len(points.x)


def test_two_charts_share_no_ids() -> None:
    """Several charts stand in one page, so their ids differ."""
    points = picture(full())
    one, other = (charts.follow_order(points, simulated=simulated).svg() for simulated in (False, True))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, other)]
    assert not ids[0] & ids[1]


def test_the_histogram_counts_every_score() -> None:
    """Its alternative text counts the scores and those of .5 or more; its data are the bins."""
    chart = score_chart([0.0, 0.2, 0.5, 1.0], simulated=True)
    assert 'aria-label="Histogram of 4 scores: 2 of them are .5 or more."' in chart.svg()
    assert "SIMULATED" in texts(chart.svg())
    assert "0.25" in texts(chart.svg())
    assert sum(int(row["followers"]) for row in csv.DictReader(chart.csv().splitlines())) == 4


def test_reference_groups_stand_below_the_scores() -> None:
    """Vendors before studies, each with its median and middle 80%; the table has them as rows of their own."""
    groups = (
        ReferenceGroup("people", "study", "x", np.linspace(0, 0.4, 101)),
        ReferenceGroup("hard", "vendor", "x", np.linspace(0.2, 1, 101)),
    )
    rare = Stratum(np.array([0]), frozenset({"bio"}), "x", groups[:1])
    lines = group_lines(Reference((rare, Stratum(np.arange(1, 9), frozenset(), "x", groups))))
    assert [(one.name, round(one.low, 2), round(one.median, 2), round(one.high, 2)) for one in lines] == [
        ("hard", 0.28, 0.6, 0.92),
        ("people", 0.04, 0.2, 0.36),
    ]
    chart = score_chart([0.0, 1.0], lines, simulated=False)
    assert {"hard", "people"} <= set(texts(chart.svg()).split())
    table = list(csv.DictReader(chart.csv().splitlines()))
    assert [row["group"] for row in table][-2:] == ["hard", "people"]
    assert sum(int(row["followers"] or 0) for row in table) == 2
    assert group_lines(None) == group_lines(Reference()) == ()


def test_the_sensitivity_chart_begins_with_the_interval_as_reported() -> None:
    """A row for the reported interval, then one for each change; its numbers are the audit's."""
    chart = charts.chart(view(full()), "sensitivity")
    table = list(csv.DictReader(chart.csv().splitlines()))
    assert [row["what"] for row in table][:2] == [
        "as reported",
        "without the vendor bulk among the known ones",
    ]
    assert (table[2]["low"], table[2]["high"]) == ("0.71", "0.9")
    assert "as reported" in texts(chart.svg())


@pytest.mark.parametrize("audit", [full(), full(followers=None), bare()])
def test_the_image_stands_alone(audit: Audit) -> None:
    """/report.svg is one SVG document with the headline, without style attributes, dates or links."""
    svg = report_svg(audit, rows(audit) if audit.followers else None)
    root = ElementTree.fromstring(svg)  # noqa: S314 our own output
    assert root.tag == f"{SVG}svg"
    assert "etween 83% and 90%" in (root.findtext(f"{SVG}title") or "")
    assert "83%" in texts(svg)
    assert " style=" not in svg
    assert svg.count("http") == 1  # the name of SVG itself
    assert report_svg(audit, rows(audit) if audit.followers else None) == svg


def test_a_simulated_image_says_so_first() -> None:
    """The first line and the first words of a simulated image are SIMULATED."""
    svg = report_svg(full(simulated=True), rows(full()))
    assert "SIMULATED" in svg.splitlines()[0]
    assert texts(svg).startswith("SIMULATED")


def test_no_name_is_drawn() -> None:
    """Names may be in any script and of any kind, so a picture has none."""
    account = AccountInfo(ref="weibo:大使馆", platform="weibo", handle="大使馆", display_name="大使馆")
    svg = report_svg(full(account=account), rows(full()))
    assert not re.search(r"[\u2e80-\u9fff]", svg)


def test_one_follower_makes_a_picture() -> None:
    """A single point, at a single place, draws without a warning."""
    audit = full(followers=scored(1), frame=None)
    assert 'fill="#1f83c9"' in charts.follow_order(picture(audit), simulated=False).svg()


@pytest.mark.parametrize("name", charts.NAMES)
def test_every_chart_has_three_forms(name: str) -> None:
    """SVG for a file, PNG, and the data as CSV with a header and a row at least."""
    chart = charts.chart(view(full(), rows(full())), name)
    assert ElementTree.fromstring(chart.svg(alone=True)).tag == f"{SVG}svg"  # noqa: S314 our own output
    assert chart.png().startswith(b"\x89PNG")
    assert len(chart.csv().splitlines()) > 1


def test_no_cell_of_a_chart_is_a_formula() -> None:
    """A follower's name that begins with an equals sign is text for a spreadsheet."""
    assert "'=SUM(1)" in table([{"follower": "=SUM(1)", "score": 0.5}])


def test_an_unknown_chart_or_one_without_data_is_refused() -> None:
    """What is asked for by a wrong name, or cannot be drawn of this audit, is said in a line."""
    with pytest.raises(InputError, match="no chart 'pie'"):
        charts.chart(view(full()), "pie")
    with pytest.raises(InputError, match="no data"):
        charts.chart(view(bare()), "follow-order")
