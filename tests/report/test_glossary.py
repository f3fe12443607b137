"""The words of a report are explained where they first stand."""

from __future__ import annotations

from zombiescope.i18n import speaking
from zombiescope.report.glossary import Glossary


def test_a_word_is_explained_once() -> None:
    """The first place is a button that opens the meaning; later places are text."""
    glossary = Glossary()
    first = glossary.mark("Zombies are bought. A vendor sells zombies.")
    assert first.count("<button") == 2
    assert first.startswith('<button type="button" class="term" popovertarget="term-zombie">Zombies</button>')
    assert "<button" not in glossary.mark("Zombies of a vendor")


def test_the_rest_stays_text() -> None:
    """What is around a term is escaped."""
    assert Glossary().mark("<b>zombie</b>").startswith("&lt;b&gt;<button")


def test_chinese_words_are_found_without_spaces() -> None:
    """A Chinese term stands between other characters."""
    with speaking("zh"):
        assert "popovertarget" in Glossary().mark("多数粉丝是僵尸粉。")
