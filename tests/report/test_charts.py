"""The pictures as SVG."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import matplotlib
import pytest

from report.audits import bare, full, rows, scored
from zombiescope.domain import AccountInfo, Audit, Evidence
from zombiescope.report import charts, report_svg, view
from zombiescope.report.points import Points

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
    """60 followers are 60 short elements; block A is lettered; axes are named."""
    svg = charts.follow_order(picture(full()), simulated=False)
    assert len(re.findall(r'<use href="#\S+" x="\S+" y="\S+" fill="#[0-9a-f]{6}" ?/>', svg)) == 60
    written = texts(svg)
    for word in ("oldest left", "account created", "genuine-like", "zombie-like", "A", "2012"):
        assert word in written
    without = charts.follow_order(picture(full(evidence=Evidence())), simulated=False)
    assert " A " not in f" {texts(without)} "


def test_settings_of_the_process_are_left_alone() -> None:
    """Drawing changes no global setting of matplotlib."""
    before = dict(matplotlib.rcParams)
    report_svg(full(), rows(full()))
    assert dict(matplotlib.rcParams) == before


def test_the_same_bytes_whatever_the_settings_and_threads() -> None:
    """A user's matplotlib settings and other threads do not change a picture."""
    points = picture(full())
    first = charts.follow_order(points, simulated=True)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert charts.follow_order(points, simulated=True) == first
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: charts.follow_order(points, simulated=True), range(4)))
    assert set(drawn) == {first}


def test_wide_and_narrow_share_no_ids() -> None:
    """Both shapes stand in one page, so their ids differ."""
    points = picture(full())
    wide, narrow = (charts.follow_order(points, simulated=False, narrow=n) for n in (False, True))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_the_histogram_counts_every_score() -> None:
    """Its alternative text counts the scores and those of .5 or more."""
    svg = charts.histogram([0.0, 0.2, 0.5, 1.0], simulated=True)
    assert 'aria-label="Histogram of 4 scores: 2 of them are .5 or more."' in svg
    assert "SIMULATED" in texts(svg)


@pytest.mark.parametrize("audit", [full(), full(followers=None), bare()])
def test_the_image_stands_alone(audit: Audit) -> None:
    """/report.svg is one SVG document with the headline, without style attributes, dates or links."""
    svg = report_svg(audit, rows(audit) if audit.followers else None)
    root = ElementTree.fromstring(svg)  # noqa: S314 our own output
    assert root.tag == f"{SVG}svg"
    assert "between 83% and 90%" in (root.findtext(f"{SVG}title") or "")
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
    assert charts.follow_order(picture(audit), simulated=False).count("<use") >= 1
