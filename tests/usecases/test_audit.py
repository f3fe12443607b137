"""The use case with a made-up list and a detector that is a rule: what is drawn, pooled, skipped and said."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import msgspec
import pytest

from doubles import NOW, ListSource, RuleDetector
from zombiescope.errors import EstimateError, InputError, UnknownAccount
from zombiescope.usecases import audit


def run(request: audit.AuditRequest, **accounts: int) -> audit.AuditResult:
    """One audit of a made-up platform, with a clock that ticks whole seconds."""
    ticks = itertools.count()
    return audit.run(
        request,
        ListSource(accounts=accounts),
        RuleDetector(),
        audit_id="a",
        now=NOW,
        clock=lambda: float(next(ticks)),
    )


def test_everybody_drawn_is_scored_or_skipped() -> None:
    """drawn = scored + skipped, places ascend, and the share is of those reached."""
    outcome = run(audit.AuditRequest(account="weibo:embassy", sample=100), embassy=300)
    done = outcome.audit
    assert done.sample is not None
    assert done.sample.drawn == 100
    assert done.sample.scored + sum(done.sample.skipped.values()) == 100
    assert done.followers is not None
    assert len(done.followers) == outcome.rows.num_rows == done.sample.scored
    places = [follower.position for follower in done.followers]
    assert places == sorted(places)
    assert done.share is not None
    assert done.share.low <= 0.75 <= done.share.high


def test_a_margin_draws_batches_until_it_is_reached() -> None:
    """Batches of 200 are pooled in list order, never a follower twice, and why drawing stopped is said."""
    done = run(audit.AuditRequest(account="weibo:embassy", margin=0.17), embassy=1500).audit
    assert done.sample is not None
    assert done.frame is not None
    assert done.share is not None
    assert done.followers is not None
    assert 200 <= done.sample.drawn < 1500
    assert done.share.high - done.share.low <= 0.34
    places = [follower.position for follower in done.followers]
    assert places == sorted(set(places))
    assert "Drawing stopped: margin reached." in done.frame.warnings
    assert done.sample.design == "position-stratified batches of 200"


def test_a_margin_that_drawing_cannot_reach_is_said_with_what_can() -> None:
    """As many as without a margin are drawn, no fewer; the report says that only labels reach it, and how many."""
    done = run(audit.AuditRequest(account="weibo:embassy", margin=0.001), embassy=1500).audit
    assert done.sample is not None
    assert done.frame is not None
    assert done.sample.drawn == 1000
    warnings = " ".join(done.frame.warnings)
    assert "--margin 0.001 is out of reach by drawing" in warnings
    assert "labels of followers would reach it" in warnings


def test_the_seed_decides_the_sample() -> None:
    """The same seed gives the same audit, another one other followers."""
    one, same, other = (
        run(audit.AuditRequest(account="weibo:embassy", sample=50, seed=seed), embassy=300).audit
        for seed in (1, 1, 2)
    )
    assert msgspec.json.encode(one) == msgspec.json.encode(same)
    assert one.followers != other.followers


def test_as_of_drops_what_is_later() -> None:
    """Ages are counted from the date asked for, which is the date of the audit."""
    early = datetime(2016, 12, 1, tzinfo=UTC)
    done = run(audit.AuditRequest(account="weibo:embassy", sample=20, as_of=early), embassy=300).audit
    assert done.as_of == early


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sample": 0}, "sample 0"),
        ({"claim": 87.0}, "0.87 for 87%"),
        ({"margin": 0.0}, "margin 0.0"),
        ({"posts": -1}, "posts -1"),
        ({"seed": -1}, "seed -1"),
    ],
)
def test_numbers_that_cannot_be_used_are_named(change: dict[str, float], message: str) -> None:
    """Each number of a request is checked before anything is fetched."""
    with pytest.raises(InputError) as error:
        run(msgspec.structs.replace(audit.AuditRequest(account="weibo:embassy"), **change))
    assert message in f"{error.value.what} {error.value.advice}"


def test_an_empty_list_has_no_share() -> None:
    """Nobody listed: an error that says so; nobody of that name: the source's own."""
    with pytest.raises(EstimateError, match="lists no follower"):
        run(audit.AuditRequest(account="weibo:embassy"), embassy=0)
    with pytest.raises(UnknownAccount):
        run(audit.AuditRequest(account="weibo:nobody"))
