"""The sentences of a report: each says what the numbers say, no more."""

from __future__ import annotations

import msgspec
import pytest

from report.audits import BLOCK, bare, full, share
from zombiescope.domain import (
    Audit,
    Claim,
    Drift,
    Evidence,
    Frame,
    Interval,
    Labels,
    Progress,
    Sample,
    Span,
)
from zombiescope.report import Truth, view


def said(audit: Audit, key: str) -> str:
    """One section's sentences as one text, empty where the section is left out."""
    section = view(audit).section(key)
    return " ".join(section.sentences) if section else ""


def test_headline_of_an_audit_in_domain() -> None:
    """The headline is the interval in whole percents with its best estimate."""
    shown = view(full())
    assert shown.headline == (
        "We estimate that between 83% and 90% of the followers we could reach are zombies; best estimate 87%"
    )
    assert shown.title == "Zombies among the followers of Embassy"
    assert shown.where == "@embassy, Sina Weibo, as of 15 December 2016"
    assert shown.lede == (
        "Zombies are bought or fake accounts.",
        "We drew 410 of 1,000 listed followers at random and reached 400 of them.",
        "The interval is built so that 95 of 100 such intervals hold the true share.",
    )


def test_each_bound_is_a_line_of_its_own() -> None:
    """Reached, unseen vendor, list, account, dormant and unknown, each with what it speaks of."""
    lines = {line.key: line for line in view(full()).lines}
    assert list(lines) == ["reached", "unseen", "frame", "account", "dormant", "unknown"]
    assert lines["reached"].text == "83.4% to 89.7%"
    assert lines["reached"].point_text == "86.8%"
    assert lines["unseen"].text == "79.0% to 100%"
    assert lines["unseen"].point is None
    assert lines["frame"].label == "All followers on the list (1,000)"
    assert lines["account"].label == "All followers declared (1,200)"
    assert lines["account"].text == "67.5% to 92.5%"
    assert "Dormant is not zombie" in lines["dormant"].meaning


def test_a_failed_gate_gives_bounds_and_asks_for_labels() -> None:
    """Out of domain the unseen-vendor bounds are the headline, without a point, even if one was passed in."""
    strange = full(share=share(in_domain=False, unseen_vendor=Span(0.41, 0.93)), labels=None)
    shown = view(strange)
    assert shown.headline == (
        "By our bounds, between 41% and 93% of the followers we could reach are zombies; no best estimate can be given"
    )
    assert shown.lines[0].point is None
    assert [line.key for line in shown.lines].count("unseen") == 0
    assert "do not look like those that the detector learned from" in " ".join(shown.lede)
    assert "zombiescope label 01J9Z3 --export to-label.csv" in said(strange, "change")


def test_labels_give_an_estimate_where_the_gate_failed() -> None:
    """From 30 labels on the estimate stands, since it holds whatever the detector gets wrong."""
    few = Labels(count=29, annotators=1, kappa=None)
    strange = share(in_domain=False, unseen_vendor=Span(0.41, 0.93))
    labelled = view(full(share=strange))
    assert labelled.headline.endswith("best estimate 87%")
    assert labelled.lines[0].meaning.startswith("Leans on labels by people")
    assert "never seen" not in said(full(share=strange), "change")
    tiny = Frame(declared=29, listed=29, complete=True, order="unknown")
    assert view(full(share=strange, labels=few, frame=tiny)).headline.endswith("best estimate 87%")
    unlabelled = full(share=strange, labels=few)
    assert view(unlabelled).headline.startswith("By our bounds, between 41% and 93%")
    assert said(unlabelled, "labels") == (
        "One person labelled 29 followers of the sample. With one annotator, agreement cannot be measured. "
        "The estimate leans on labels from 30 on; these are not in it yet."
    )


def test_share_0_and_share_1() -> None:
    """At the edges the headline says "at most" and "at least", to a tenth of a point."""
    none = view(full(share=share(estimate=0.0, low=0.0, high=0.006)))
    assert (
        none.headline
        == "We estimate that at most 0.6% of the followers we could reach are zombies; best estimate 0%"
    )
    every = view(full(share=share(estimate=1.0, low=0.993, high=1.0)))
    assert (
        every.headline
        == "We estimate that at least 99.3% of the followers we could reach are zombies; best estimate 100%"
    )


def test_an_interval_of_everything_says_nothing() -> None:
    """From 0% to 100% is no finding, and the headline says so."""
    lost = full(share=share(estimate=None, low=0.0, high=1.0, in_domain=None), labels=None)
    assert view(lost).headline == "This audit cannot say how many of the followers we could reach are zombies"


def test_a_small_sample() -> None:
    """A census of few followers says so, asks for no larger sample, and claims no check it cannot make."""
    small = full(
        frame=Frame(declared=82, listed=82, complete=True, order="unknown"),
        sample=Sample(design="census", seed=0, drawn=82, scored=81, skipped={"deleted": 1}),
        share=share(in_domain=None, low=0.1, high=0.4, estimate=0.2, warnings=("too few to tell",)),
        labels=None,
    )
    assert view(small).lede[1] == "We took all 82 listed followers and reached 81 of them."
    assert view(small).lines[0].meaning.endswith("this sample cannot show if these are.")
    assert "larger sample" not in said(small, "change")
    assert said(small, "warnings") == "Too few to tell."
    assert said(small, "unseen") == (
        "Of 82 followers drawn, 1 was not reached: 1 deleted. "
        "The order of the list is unknown, so nothing is said about when anybody followed."
    )


def test_a_wide_interval_asks_for_a_larger_sample() -> None:
    """Wider than 3 points either side, the report says what would narrow it."""
    assert "--margin 0.03" in said(full(), "change")
    assert "--margin 0.03" not in said(full(share=share(low=0.85, high=0.89)), "change")


def test_a_hidden_list() -> None:
    """What the list hides is counted, in the first place a reader looks for it."""
    hidden = full(
        frame=Frame(
            declared=1_131_700,
            listed=5_000,
            complete=False,
            order="newest-first",
            warnings=("the platform filtered this list",),
        )
    )
    assert said(hidden, "unseen") == (
        "Of 410 followers drawn, 10 were not reached: 8 suspended and 2 deleted. "
        "The platform declares 1,131,700 followers and lists 5,000: 1,126,700 (more than 99%) could not be "
        "drawn. The list could not be walked to its end: the 5,000 followers we could list are a window on "
        "it, not a random part of it. The platform filtered this list."
    )


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (None, "there are no bounds for the whole account"),
        (900, "declares 900 followers and lists 1,000, more than it declares"),
    ],
)
def test_declared_counts_that_do_not_add_up(declared: int | None, told: str) -> None:
    """A declared count that is unknown or below the list is said, not mended."""
    odd = full(frame=Frame(declared=declared, listed=1_000, complete=True, order="oldest-first"))
    assert told in said(odd, "unseen")


def test_a_claim_that_is_consistent() -> None:
    """A claim inside a narrow interval agrees; the whole account is judged by its own bounds."""
    assert said(full(), "claim") == (
        "The claim of 87% is consistent with what we found: among the followers we could reach, between 83% "
        "and 90% are zombies. We cannot tell whether the claim of 87% is right: among all followers the "
        "platform declares, anything from 67% to 93% is possible."
    )


def test_a_claim_too_high_or_too_low() -> None:
    """A claim outside the interval is refused with the end of the interval it lies beyond."""
    low = full(
        share=share(estimate=0.3, low=0.25, high=0.35, whole_account=Span(0.2, 0.6)),
        claim=Claim(value=0.87, verdict="too high", whole_account_verdict="too high"),
    )
    assert said(low, "claim") == (
        "By this audit the claim of 87% is too high: among the followers we could reach, at most 35% are zombies. "
        "By this audit the claim of 87% is too high: among all followers the platform declares, at most 60% are "
        "zombies."
    )
    high = full(claim=Claim(value=0.02, verdict="too low", whole_account_verdict=None))
    assert said(high, "claim") == (
        "By this audit the claim of 2% is too low: among the followers we could reach, at least 83% are zombies. "
        "Of the account as a whole nothing is said, for want of bounds on all its declared followers."
    )


def test_a_claim_just_outside_never_reads_as_inside() -> None:
    """The end of the interval gets the decimals that keep it from printing like the claim."""
    near = full(
        share=share(low=0.8, high=0.8693),
        claim=Claim(value=0.87, verdict="too high", whole_account_verdict=None),
    )
    assert "too high: among the followers we could reach, at most 86.93% are" in said(near, "claim")


def test_blocks_say_what_was_observed_and_not_who_did_it() -> None:
    """A block is a sentence on places, dates, share and chance, and the report accuses nobody."""
    assert said(full(), "blocks") == (
        "Block A: 200 followers in a row (places 301 to 500 of the list, counted from the newest) have accounts that "
        "were created between 1 March 2015 and 20 March 2015. None of those can have followed before 1 March 2015. Of "
        "lists that grew by themselves, at most 4 in 1,000 would show such a run anywhere (p = 0.004). "
        "We estimate that 97% of them are zombies. This says what the "
        "followers look like. It does not say who brought them: anyone "
        "can buy followers for anyone."
    )
    rare = msgspec.structs.replace(
        BLOCK, followers=20, created_to=BLOCK.created_from, p_value=1e-5, share=None
    )
    told = said(full(evidence=Evidence(blocks=(rare,))), "blocks")
    assert "20 followers that we looked at (places 301 to 500" in told
    assert "all created on 1 March 2015. None of those can have followed before 1 March 2015." in told
    assert "fewer than 1 in 1,000 would show such a run anywhere (p < 0.001)" in told


def test_labels_and_drift() -> None:
    """Agreement comes with its scale, drift with its threshold."""
    assert said(full(), "labels") == (
        "2 people labelled 100 followers of the sample. "
        "Agreement between them: Cohen's kappa 0.81 (1 is full agreement, 0 is chance)."
    )
    assert said(full(), "drift") == (
        "The sample is unlike the accounts that the detector was trained on, zombies and genuine ones, in posts a "
        "day of age (0.31); in brackets the population stability index, where 0.25 is a major shift. "
        "The detector knows such accounts less well than its figures say."
    )
    many = tuple(Drift(f"f{i}", 0.3 + i) for i in range(7))
    assert "f2 (2.30), the first of 7" in said(full(drift=many), "drift")
    assert said(full(drift=()), "drift").startswith("None of their features")


def test_a_crowd_is_a_reason_to_look() -> None:
    """Of a list that is foreign: whom to look at, by handle where there is one, what they share, no proof."""
    foreign = share(in_domain=False)
    told = said(full(share=foreign), "crowd")
    assert told.startswith(
        "Scored as people, and yet in a crowd that training knows no people in: @user0 and 77. They share numbers of "
        "posts (31% of this list have it as they do, 4% of known genuine accounts)."
    )
    assert "no proof" in told
    assert said(full(share=foreign, crowd=None), "crowd") == ""
    assert said(full(), "crowd") == ""


def test_sections_that_are_null_are_left_out_with_a_word() -> None:
    """A share alone makes a report; what a reader would miss is named with its reason."""
    shown = view(bare())
    assert shown.headline.startswith("We estimate that between 83% and 90%")
    assert [section.key for section in shown.sections] == ["change", "left-out"]
    assert said(bare(), "left-out").split(". ")[0] == (
        "No bounds for an unseen vendor: the model has no validation on vendors left out"
    )
    for missed in ("whole account", "dormant", "unknown", "labels", "blocks", "training"):
        assert missed in said(bare(), "left-out")
    assert shown.people == ()
    assert shown.command is None


@pytest.mark.parametrize(
    ("status", "fields", "headline"),
    [
        ("queued", {}, "This audit has not begun"),
        ("running", {}, "This audit is still running"),
        (
            "running",
            {"progress": Progress(followers=400, of=1_000)},
            "This audit is still running: 400 of 1,000 followers so far",
        ),
        ("failed", {"error": "no\nsuch account"}, "This audit failed: no such account"),
        ("cancelled", {}, "This audit was cancelled before it had an answer"),
        ("done", {}, "This audit gives no share of zombies"),
    ],
)
def test_an_audit_without_a_share(status: str, fields: dict[str, object], headline: str) -> None:
    """An audit that has no answer says in its headline why."""
    shown = view(msgspec.structs.replace(bare(), status=status, share=None, **fields))
    assert shown.headline == headline
    assert shown.lines == ()


def test_the_known_truth_stands_beside_the_estimate() -> None:
    """A simulated list's truth is a sentence and a mark on the number line, and everything says SIMULATED."""
    shown = view(full(simulated=True), truth=Truth(0.87, "four vendors"))
    section = shown.section("truth")
    assert section is not None
    assert section.sentences == ("Known, since a program made this list: 87% are zombies. Four vendors.",)
    assert [mark.text for mark in shown.marks] == ["claim 87%", "truth 87%"]
    assert shown.title.startswith("SIMULATED")
    assert (shown.simulated or "").startswith("SIMULATED")


def test_an_interval_stands_for_dormant_followers() -> None:
    """Dormant followers get their own line and never enter the headline."""
    assert view(full(dormant=Interval(0.9, 0.88, 0.92))).headline == view(full()).headline
