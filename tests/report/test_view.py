"""The sentences of a report: each says what the numbers say, no more."""

from __future__ import annotations

import msgspec
import pytest

from report.audits import BLOCK, bare, full, of_schema_1, share
from zombiescope.domain import (
    AccountInfo,
    Audit,
    Claim,
    Drift,
    Evidence,
    FieldsKnown,
    Frame,
    Interval,
    Progress,
    Sample,
    Span,
)
from zombiescope.report import Truth, view


def section_text(audit: Audit, key: str) -> str:
    """One section's sentences as one text, empty where the section is left out."""
    section = view(audit).section(key)
    return " ".join(section.sentences) if section else ""


def test_headline_of_labels() -> None:
    """A report made of labels says so in its first words, and asks for no more of them."""
    shown = view(full())
    assert shown.headline == (
        "By people's labels, between 83% and 90% of the followers we could reach are zombies; 87% as best estimate"
    )
    assert shown.title == "Zombies among the followers of Embassy"
    assert shown.where == "@embassy, Sina Weibo, as of 15 December 2016"
    assert shown.lede[:2] == (
        "Zombies are bought or fake accounts.",
        "We drew 410 of 1,000 listed followers at random and reached 400 of them.",
    )
    assert "Label" not in " ".join(shown.lede)
    assert "zombiescope label" not in section_text(full(), "change")


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        (
            {"low": 0.31, "high": 1.0, "estimate": 0.43},
            "At least 31% of the followers we could reach are zombies; 43% if the fakes are of kinds that the "
            "detector knows",
        ),
        (
            {"low": 0.0, "high": 0.12, "estimate": None},
            "At most 12% of the followers we could reach are zombies",
        ),
        (
            {"low": 0.2, "high": 0.6, "estimate": None},
            "Between 20% and 60% of the followers we could reach are zombies",
        ),
        (
            {"low": 0.01, "high": 0.97, "estimate": None},
            "This audit cannot say how many of the followers we could reach are zombies",
        ),
    ],
)
def test_headline_without_labels(fields: dict[str, float | None], headline: str) -> None:
    """What is defended comes first, one-sided where the other side says nothing; then the estimate that assumes."""
    assumes = None if fields["estimate"] is None else "known kinds"
    audit = full(share=share(assumes=assumes, **fields), labels=None)
    assert view(audit).headline == headline


def test_without_labels_the_report_says_what_would_settle_it() -> None:
    """A wide interval: why more followers would not narrow it, why there is no best estimate, what labels cost."""
    wide = share(assumes=None, low=0.31, high=1.0, estimate=None, withheld="the followers are strange")
    lede = " ".join(view(full(share=wide, labels=None)).lede)
    assert "drawing more followers does not narrow that" in lede
    assert "No best estimate is given: the followers are strange." in lede
    assert "Label 100 followers (about 8 minutes) for a figure within about 7 points." in lede


def test_a_refusal_says_what_would_make_an_answer_possible() -> None:
    """No share, why, which counts it takes, and labels; nothing of limits that do not exist."""
    why = "fewer than two of the three counts (followers, following, posts) are known of these followers"
    nothing = share(assumes=None, low=0.0, high=1.0, estimate=None, withheld=why, refused=why)
    fields = FieldsKnown(
        known=("handle",), missing=("followers_count", "posts_count"), not_understood=("Fans",)
    )
    shown = view(full(share=nothing, labels=None, fields=fields))
    assert shown.headline == f"This audit gives no share of zombies: {why}"
    lede = " ".join(shown.lede)
    assert "two of them at least" in lede
    assert "Label 100 followers" in lede
    assert "The limits allow" not in lede
    assert shown.missing is not None
    assert "`--map followers_count='Fans'`" in shown.missing


def test_missing_fields_come_before_the_number() -> None:
    """What the file lacks and which columns were not understood, with the option that names one."""
    lacking = full(
        account=AccountInfo(ref="file:list.csv", platform="x"),
        fields=FieldsKnown(
            known=("followers_count",), missing=("posts_count",), not_understood=("tweet total",)
        ),
    )
    assert view(lacking).missing == (
        "This file has no post counts. Without them less can be told apart, and the limits below allow for it. Columns "
        "not understood: tweet total. Where one of them is such a field, name it: `--map posts_count='tweet total'`."
    )


def test_an_audit_of_schema_1_is_shown_as_it_was() -> None:
    """Its headline, its lines and its words stay those it was made with."""
    shown = view(of_schema_1())
    assert shown.headline == (
        "We estimate that between 83% and 90% of the followers we could reach are zombies; best estimate 87%"
    )
    assert [line.key for line in shown.lines] == [
        "reached",
        "unseen",
        "frame",
        "account",
        "dormant",
        "unknown",
    ]
    assert shown.lede[-1] == "The interval is built so that 95 of 100 such intervals hold the true share."


def test_each_bound_is_a_line_of_its_own() -> None:
    """Reached, of known kinds, list, account, dormant and unknown, each with what it speaks of."""
    known = share(assumes="known kinds", if_known=Interval(0.868, 0.85, 0.88))
    lines = {line.key: line for line in view(full(share=known, labels=None)).lines}
    assert list(lines) == ["reached", "known", "frame", "account", "dormant", "unknown"]
    assert lines["reached"].text == "83.4% to 89.7%"
    assert lines["reached"].point_text == "86.8%"
    assert lines["known"].text == "85.0% to 88.0%"
    assert lines["frame"].label == "All followers on the list (1,000)"
    assert lines["account"].label == "All followers declared (1,200)"
    assert lines["account"].text == "67.5% to 92.5%"
    assert "Dormant is not zombie" in lines["dormant"].meaning


def test_a_failed_gate_gives_bounds_and_asks_for_labels() -> None:
    """Out of domain the unseen-vendor bounds are the headline, without a point, even if one was passed in."""
    strange = of_schema_1(share=share(assumes=None, in_domain=False, unseen_vendor=Span(0.41, 0.93)))
    shown = view(strange)
    assert shown.headline == (
        "By our bounds, between 41% and 93% of the followers we could reach are zombies; no best estimate can be given"
    )
    assert shown.lines[0].point is None
    assert [line.key for line in shown.lines].count("unseen") == 0
    assert "do not look like those that the detector learned from" in " ".join(shown.lede)
    assert "zombiescope label 01J9Z3 --export to-label.csv" in section_text(strange, "change")


def test_an_interval_of_everything_says_nothing() -> None:
    """From 0% to 100% is no finding, and the headline says so."""
    lost = full(share=share(assumes=None, estimate=None, low=0.0, high=1.0), labels=None)
    assert view(lost).headline == "This audit cannot say how many of the followers we could reach are zombies"


def test_a_small_sample() -> None:
    """A census of few followers says so, asks for no larger sample, and claims no check it cannot make."""
    small = full(
        frame=Frame(declared=82, listed=82, complete=True, order="unknown"),
        sample=Sample(design="census", seed=0, drawn=82, scored=81, skipped={"deleted": 1}),
        share=share(assumes="known kinds", low=0.1, high=0.4, estimate=0.2, warnings=("too few to tell",)),
        labels=None,
    )
    assert view(small).lede[1] == "We took all 82 listed followers and reached 81 of them."
    assert "larger sample" not in section_text(small, "change")
    assert section_text(small, "warnings") == "Too few to tell."
    assert section_text(small, "unseen") == (
        "Of 82 followers drawn, 1 was not reached: 1 deleted. "
        "The order of the list is unknown, so nothing is said about when anybody followed."
    )


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
    assert section_text(hidden, "unseen") == (
        "Of 410 followers drawn, 10 were not reached: 8 suspended and 2 deleted. "
        "The platform declares 1,131,700 followers and lists 5,000: 1,126,700 (more than 99%) could not be "
        "drawn. The list could not be walked to its end: the 5,000 followers we could list are a window on "
        "it, not a random part of it. The platform filtered this list."
    )


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (None, "there are no bounds for the whole account"),
        (900, "declares 900 followers and lists 1,000, more than it declares"),
    ],
)
def test_declared_counts_that_do_not_add_up(declared: int | None, message: str) -> None:
    """A declared count that is unknown or below the list is said, not mended."""
    odd = full(frame=Frame(declared=declared, listed=1_000, complete=True, order="oldest-first"))
    assert message in section_text(odd, "unseen")


def test_a_claim_that_is_consistent() -> None:
    """A claim inside a narrow interval agrees; the whole account is judged by its own bounds."""
    assert section_text(full(), "claim") == (
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
    assert section_text(low, "claim") == (
        "By this audit the claim of 87% is too high: among the followers we could reach, at most 35% are zombies. "
        "By this audit the claim of 87% is too high: among all followers the platform declares, at most 60% are "
        "zombies."
    )
    high = full(claim=Claim(value=0.02, verdict="too low", whole_account_verdict=None))
    assert section_text(high, "claim") == (
        "By this audit the claim of 2% is too low: among the followers we could reach, at least 83% are zombies. "
        "Of the account as a whole nothing is said, for want of bounds on all its declared followers."
    )


def test_a_claim_just_outside_never_reads_as_inside() -> None:
    """The end of the interval gets the decimals that keep it from printing like the claim."""
    near = full(
        share=share(low=0.8, high=0.8693),
        claim=Claim(value=0.87, verdict="too high", whole_account_verdict=None),
    )
    assert "too high: among the followers we could reach, at most 86.93% are" in section_text(near, "claim")


def test_blocks_say_what_was_observed_and_not_who_did_it() -> None:
    """A block is a sentence on places, dates, share and chance, and the report accuses nobody."""
    assert section_text(full(), "blocks") == (
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
    text = section_text(full(evidence=Evidence(blocks=(rare,))), "blocks")
    assert "20 followers that we looked at (places 301 to 500" in text
    assert "all created on 1 March 2015. None of those can have followed before 1 March 2015." in text
    assert "fewer than 1 in 1,000 would show such a run anywhere (p < 0.001)" in text


def test_labels_and_drift() -> None:
    """Agreement comes with its scale, drift with its threshold."""
    assert section_text(full(), "labels") == (
        "2 people labelled 100 followers of the sample. "
        "Agreement between them: Cohen's kappa 0.81 (1 is full agreement, 0 is chance)."
    )
    assert section_text(full(), "drift") == (
        "The sample is unlike the accounts that the detector was trained on, zombies and genuine ones, in posts a "
        "day of age (0.31); in brackets the population stability index, where 0.25 is a major shift. "
        "The detector knows such accounts less well than its figures say."
    )
    many = tuple(Drift(f"f{i}", 0.3 + i) for i in range(7))
    assert "f2 (2.30), the first of 7" in section_text(full(drift=many), "drift")
    assert section_text(full(drift=()), "drift").startswith("None of their features")


def test_a_crowd_is_a_reason_to_look() -> None:
    """Of a list that is foreign: whom to look at, by handle where there is one, what they share, no proof."""
    foreign = share(withheld="they look like nobody known")
    text = section_text(full(share=foreign), "crowd")
    assert text.startswith(
        "Scored as people, and yet in a crowd that training knows no people in: @user0 and 77. They share numbers of "
        "posts (31% of this list have it as they do, 4% of known genuine accounts)."
    )
    assert "no proof" in text
    assert section_text(full(share=foreign, crowd=None), "crowd") == ""
    assert section_text(full(), "crowd") == ""


def test_sections_that_are_null_are_left_out_with_a_word() -> None:
    """A share alone makes a report; what a reader would miss is named with its reason."""
    shown = view(bare())
    assert shown.headline.startswith("Between 83% and 90%")
    assert [section.key for section in shown.sections] == ["left-out"]
    for missed in ("whole account", "dormant", "unknown", "labels", "blocks", "training"):
        assert missed in section_text(bare(), "left-out")
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
