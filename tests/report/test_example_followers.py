"""Which followers a report shows, and how."""

from __future__ import annotations

import msgspec

from report.audits import full, scored
from zombiescope.report import view


def test_followers_shown_with_reasons() -> None:
    """Six followers that have reasons, most zombie-like first; nobody is certain."""
    shown = view(full()).people
    assert len(shown) == 6
    assert shown[0].chance == "about 99% likely to be a zombie, in this list"
    assert shown[-1].chance == "about 10% likely to be a zombie, in this list"
    assert [(why.towards, why.text) for why in shown[0].reasons] == [
        ("zombie", "no posts in 800 days"),
        ("genuine", "a handle without digits"),
    ]
    sure = msgspec.structs.replace(scored(1)[0], posterior=1.0)
    assert view(full(followers=(sure,))).people[0].chance.startswith("more than 99%")
    unmoved = msgspec.structs.replace(scored(1)[0], posterior=None, handle=None)
    assert view(full(followers=(unmoved,))).people[0].chance == "score 0.04, were half of the list zombies"
    assert view(full(followers=(unmoved,))).people[0].name == "1000"
