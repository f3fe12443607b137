"""What changed, in words: the same sentences in the text, the page and the JSON."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from report.audits import AS_OF, BLOCK, full, share
from zombiescope.compare import Change, Compared, compare
from zombiescope.domain import Audit, Evidence, Frame
from zombiescope.errors import InputError
from zombiescope.report.comparison_view import in_words, render, view

BEFORE = AS_OF - timedelta(days=90)
OLD = full(
    as_of=BEFORE,
    labels=None,
    share=share(estimate=0.30, low=0.26, high=0.35),
    evidence=Evidence(basis="list"),
)


def changed(**sections: Any) -> Change:
    new = {"labels": None, "share": share(estimate=0.42, low=0.37, high=0.48), **sections}
    return compare(Compared(OLD), Compared(full(**new)))


def section_text(change: Change, key: str) -> str:
    return " ".join(s for section in view(change).sections if section.key == key for s in section.sentences)


def later_with(**sections: Any) -> Audit:
    return full(labels=None, **sections)


def test_the_headline_says_what_changed_and_no_more() -> None:
    """A rise with its points; a doubt where the interval holds 0; bounds without an estimate."""
    assert view(changed()).headline == (
        "We estimate that the share of zombies rose by 12 percentage points between 16 September 2016 and 15 December "
        "2016"
    )
    doubt = changed(share=share(estimate=0.31, low=0.27, high=0.36))
    assert view(doubt).headline.startswith("The two audits cannot tell whether the share of zombies changed")
    bounds = changed(share=share(estimate=None, low=0.5, high=0.9))
    assert view(bounds).headline.startswith(
        "By our bounds, the share of zombies rose by at least 15 percentage points"
    )


def test_the_interval_is_told_with_how_it_was_made() -> None:
    """Its ends with signs, and what it takes for granted."""
    text = section_text(changed(), "share")
    assert "is +12.0 percentage points" in text
    assert "reaches from +4.9 to +19.2 percentage points" in text
    assert "takes the two audits for independent" in text


def test_a_block_that_came_since_is_named_as_such() -> None:
    """Where the order of the list shows that nobody of it followed before, the report says so; it accuses nobody."""
    block = msgspec.structs.replace(BLOCK, followed_from=BEFORE + timedelta(days=3))
    change = changed(evidence=Evidence(blocks=(block,), basis="list"))
    assert "So all of them came after the earlier audit, which is as of 16 September 2016." in section_text(
        change, "new"
    )
    assert "It does not say who brought them" in section_text(change, "notes")


def test_who_left() -> None:
    """A part of the old list with its interval, and what they were by their scores."""
    frame = Frame(declared=1_000, listed=1_000, complete=True, order="newest-first")
    sampled = OLD.followers or ()
    ids = frozenset(one.id for one in sampled[:40])
    change = compare(
        Compared(msgspec.structs.replace(OLD, frame=frame)), Compared(later_with(frame=frame), listed=ids)
    )
    text = section_text(change, "left")
    assert text.startswith(
        "Of 60 followers in the earlier sample 20 are no longer on the list; we estimate that between"
    )
    assert "of all 1,000 on the earlier list have gone" in text
    assert "were zombies (about 11 of 20) and the others genuine" in text
    assert "How many left is not known" in section_text(changed(), "left")


def test_all_forms_say_the_same() -> None:
    """Every sentence of the JSON stands in the text and in the page, which is escaped and names no account's markup."""
    change = changed(simulated=False)
    document = json.loads(render(change, form="json"))
    assert document["sentences"] == list(in_words(change).sentences)
    text = " ".join(render(change, form="text").split())
    page = " ".join(html.unescape(render(change, form="html")).split())
    for sentence in document["sentences"]:
        assert sentence in text
        assert sentence.removesuffix(".") in page
    with pytest.raises(InputError, match="no form"):
        render(change, form="csv")


def test_simulated_comes_first_in_every_form() -> None:
    """So that no screenshot reads as a finding."""
    old = msgspec.structs.replace(OLD, simulated=True)
    change = compare(Compared(old), Compared(later_with(simulated=True)))
    assert render(change, form="text").startswith("SIMULATED")
    assert json.loads(render(change, form="json"))["sentences"][0].startswith("SIMULATED")
    assert "<title>SIMULATED: " in render(change, form="html")


def test_an_account_cannot_put_markup_into_the_page() -> None:
    """Names come from accounts."""
    change = msgspec.structs.replace(changed(), account="weibo:<script>alert(1)</script>")
    assert "<script>" not in render(change, form="html")


def test_dates_that_are_not_known() -> None:
    """Audits without a date are told without one, and come in the order in which they were made."""
    old = msgspec.structs.replace(OLD, as_of=None, created_at=OLD.created_at - timedelta(days=1))
    change = compare(Compared(later_with()), Compared(old))
    assert change.earlier.as_of is None
    assert "from the one to the other" in view(change).headline
