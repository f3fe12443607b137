"""The sentences on evidence: what was observed, in words that a newspaper could print and a lawyer defend."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from report.audits import BLOCK, full
from zombiescope.domain import (
    Audit,
    Cohort,
    Evidence,
    Family,
    FollowDates,
    PostingClock,
    Spike,
    Trait,
    Wave,
)
from zombiescope.evidence.sentences import with_sentences
from zombiescope.report import render, view

RICH = msgspec.structs.replace(
    BLOCK,
    followers=180,
    examined=200,
    around=0.021,
    p_value=1e-9,
    followed_from=datetime(2015, 3, 20, tzinfo=UTC),
    followed_to=datetime(2015, 4, 2, tzinfo=UTC),
    traits=(Trait(name="never posted", inside=0.93, around=0.08),),
    part=0.2,
)


def shown(**sections: Any) -> Audit:
    return full(evidence=Evidence(**sections))


def section_text(audit: Audit, key: str) -> str:
    section = view(audit).section(key)
    return " ".join(section.sentences) if section else ""


def test_a_block_with_all_that_is_known_of_it() -> None:
    """How many of how many, where, against whom, what they share, when they followed, how much it explains."""
    assert section_text(shown(blocks=(RICH,)), "blocks").startswith(
        "Block A: 180 of 200 followers in a row (places 301 to 500 of the list, counted from the newest) have accounts "
        "that were created between 1 March 2015 and 20 March 2015; of the followers nearby at most 2% have. What they "
        "share: never posted (93%; outside such runs 8%). By the order of the list none of them can have followed "
        "before 20 March 2015, nor after 2 April 2015. Of lists that grew by themselves, fewer than 1 in 1,000 would "
        "show such a run anywhere (p < 0.001). We estimate that 97% of these 200 are zombies; they alone make up 19 "
        "percentage points of the share of zombies among all followers looked at."
    )


def test_the_json_has_the_same_sentences() -> None:
    """What the report says of each finding stands beside its numbers."""
    audit = shown(blocks=(RICH,), sign_ups=(RICH,))
    assert audit.evidence is not None
    worded = with_sentences(audit.evidence, "newest-first")
    assert worded.blocks[0].text is not None
    assert f"Block A: {worded.blocks[0].text}" == section_text(audit, "blocks").partition(" This says")[0]
    assert worded.sign_ups[0].text is not None
    assert section_text(audit, "sign-ups").startswith(worded.sign_ups[0].text)


def test_a_block_by_score_names_no_dates() -> None:
    """A run of high scores says so, and nothing of when the accounts were created."""
    text = section_text(
        shown(blocks=(msgspec.structs.replace(RICH, alike="scored", created_from=None, created_to=None),)),
        "blocks",
    )
    assert "have a score of .5 or more; of the followers nearby at most 2% have" in text
    assert "created" not in text


def test_a_sample_is_named_as_one() -> None:
    """Where only the sample was searched the report says so, with and without a find."""
    audit = shown(blocks=(RICH,), basis="sample", examined=1_000)
    assert "We looked at the 1,000 followers drawn, not at the whole list" in section_text(audit, "blocks")
    assert "not at the whole list" not in section_text(
        shown(blocks=(RICH,), basis="list", examined=1_000), "blocks"
    )
    assert "among the followers drawn, where short ones escape" in section_text(
        shown(basis="sample"), "left-out"
    )


def test_sign_ups_are_no_accusation() -> None:
    """New accounts in the order of their creation are named as what a platform can bring about."""
    text = section_text(shown(sign_ups=(RICH,)), "sign-ups")
    assert "This is the hard case." in text
    assert "By itself this is no sign that followers were bought, and no sign that they were not." in text
    assert "Of lists that grew without being shown to new users, fewer than 1 in 1,000" in text
    assert section_text(shown(sign_ups=(RICH,)), "blocks") == ""


def test_families_spikes_dates_and_clock() -> None:
    """Each is a sentence with its numbers and with what would explain it otherwise."""
    audit = shown(
        families=(
            Family(
                kind="handle",
                shared="Word 4 digits",
                followers=120,
                expected=14.2,
                p_value=1e-9,
                places=(1,),
                share=0.9,
            ),
            Family(
                kind="bio",
                shared="deals\x1b[31m on shoes",
                followers=9,
                expected=None,
                p_value=None,
                places=(),
            ),
        ),
        spikes=(
            Spike(
                created_from=datetime(2015, 3, 2, tzinfo=UTC),
                created_to=datetime(2015, 3, 8, tzinfo=UTC),
                followers=150,
                expected=6.5,
                p_value=1e-9,
            ),
        ),
        follow_dates=FollowDates(bounds=(), exact=12, contradicted=2),
        clock=PostingClock(
            hours=(1 / 24,) * 24,
            followers=300,
            posts=9_000,
            entropy=1.0,
            low=0.99,
            high=1.0,
            quiet=0.25,
            quiet_from=22,
            sleepless=210,
            judged=280,
        ),
    )
    assert section_text(audit, "families") == (
        "120 followers have handles of the form Word 4 digits, where chance would give about 14 (p < 0.001); we "
        "estimate that 90% of them are zombies. 9 followers have nearly the same bio: “deals on shoes”. Some platforms "
        "suggest handles of such a form themselves, so that a form alone proves nothing. People also copy texts from "
        "one another, such as slogans, so that a text alone proves nothing."
    )
    assert section_text(audit, "dates") == (
        "150 of the followers' accounts were created between 2 March 2015 and 8 March 2015; judging by the weeks "
        "around, one would expect about 6 (p < 0.001). Where nothing is said of the whole platform, we know of no "
        "published figures that tell whether it had unusually many registrations in those days too. The platform told "
        "when 12 followers followed. Left out, since the order of the list is against them: 2 follow dates that the "
        "platform told. Clients can write there what they like."
    )
    assert "quietest six hours (22:00 to 04:00 UTC) the followers write 25% of their posts" in section_text(
        audit, "clock"
    )
    assert "Of 280 followers with enough posts to tell, 210 keep no quiet hours" in section_text(
        audit, "clock"
    )
    page = render(audit, None, form="html")
    assert "Families of followers" in page
    assert "When they post" in page


WAVE = Wave(
    what="A million people registered.",
    first=date(2024, 2, 6),
    last=date(2024, 2, 12),
    times=11.5,
    source="The platform",
)
WEEK = Spike(
    created_from=datetime(2024, 2, 6, tzinfo=UTC),
    created_to=datetime(2024, 2, 11, tzinfo=UTC),
    followers=150,
    expected=10.0,
    p_value=1e-9,
    wave=WAVE,
    by_wave=100.0,
)


def test_a_wave_of_the_whole_platform_is_named_as_one() -> None:
    """A spike that the platform had too is not remarkable; one far above it is, and the reader sees both numbers."""
    text = section_text(shown(spikes=(WEEK,)), "dates")
    assert (
        "unusually many registrations in those days. A million people registered. (source: The platform)"
        in text
    )
    assert text.endswith("So the number is not remarkable by itself.")
    more = section_text(shown(spikes=(msgspec.structs.replace(WEEK, followers=900),)), "dates")
    assert more.endswith("one would expect about 100; more came than that.")


def test_creation_dates_against_the_platform() -> None:
    """The period that stands out is named with its source; a list like the platform is said to be one."""
    first, last = date(2011, 1, 1), date(2011, 12, 31)
    half = Cohort(first=first, last=last, followers=300, part=0.3, platform_part=0.5, source="S")
    other = Cohort(
        first=date(2012, 1, 1),
        last=date(2012, 12, 31),
        followers=700,
        part=0.7,
        platform_part=0.3,
        source="Sina",
    )
    text = section_text(shown(cohorts=(half, other)), "dates")
    assert text.startswith(
        "Of the 1,000 followers whose accounts were created between 1 January 2011 and 31 December 2012, 70% were "
        "created from 1 January 2012 to 31 December 2012; of all the platform's accounts of that time it was 30% "
        "(source: Sina)."
    )
    like = section_text(shown(cohorts=(half, msgspec.structs.replace(other, platform_part=0.5))), "dates")
    assert "no period has far more than its part" in like


def test_many_blocks_are_told_in_part() -> None:
    """A list of forty blocks does not bury the report."""
    section = view(shown(blocks=(RICH,) * 40)).section("blocks")
    assert section is not None
    assert len(section.sentences) == 14
    assert section.sentences[12].startswith("There are 28 more such blocks")
