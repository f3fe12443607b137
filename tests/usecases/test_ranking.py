"""The league table: who is ranked where, how sure that is, and what is said of those who cannot be ranked."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from report.audits import full, of_schema_1, share
from zombiescope.domain import Audit, Frame, League, Span
from zombiescope.errors import HiddenFollowers, InputError
from zombiescope.report import league as forms
from zombiescope.usecases.ranking import Entrant, league, read

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
WHOLE = Frame(declared=1_000, listed=1_000, complete=True, order="newest-first")


def audited(low: float, point: float | None, high: float, **sections: object) -> Audit:
    return full(
        share=share(estimate=point, low=low, high=high, whole_account=Span(low, high)),
        **{"frame": WHOLE, **sections},
    )


AUDITS = {
    "a": audited(0.8, 0.85, 0.9),
    "b": audited(0.1, 0.12, 0.14),
    "c": audited(0.11, 0.13, 0.15),
}


def table(*entrants: Entrant) -> League:
    def one(entrant: Entrant) -> Audit:
        if entrant.account not in AUDITS:
            raise HiddenFollowers(f"{entrant.account} hides its followers")
        return AUDITS[entrant.account]

    return league(entrants, one, now=NOW, sample=1_000, seed=0)


def test_genuine_followers_make_the_rank() -> None:
    """Declared x (1 - share) ranks the accounts; overlapping intervals leave the rank open, others do not."""
    league = table(Entrant("a", declared=2_000), Entrant("b", declared=1_000), Entrant("c", declared=1_000))
    first, second, last = league.accounts
    assert [row.account for row in league.accounts] == ["b", "c", "a"]
    assert first.genuine is not None
    assert (first.genuine.estimate, first.genuine.low, first.genuine.high) == pytest.approx((880, 860, 900))
    assert [(row.rank, row.rank_low, row.rank_high) for row in (first, second, last)] == [
        (1, 1, 2),
        (2, 1, 2),
        (3, 3, 3),
    ]
    assert last.declared_rank == 1


def test_a_list_that_does_not_stand_for_the_account_gives_bounds_alone() -> None:
    """Of a window on the list only the whole-account bounds are ranked, without an estimate."""
    window = Frame(declared=1_000, listed=200, complete=False, order="newest-first")
    part = audited(0.1, 0.2, 0.3, frame=window)
    part = full(share=share(estimate=0.2, low=0.1, high=0.3, whole_account=Span(0.02, 0.86)), frame=window)
    row = league([Entrant("x")], lambda _: part, now=NOW, sample=10, seed=0).accounts[0]
    assert row.genuine is not None
    assert row.genuine.estimate is None
    assert (row.genuine.low, row.genuine.high) == pytest.approx((140, 980))


def test_a_failed_gate_ranks_by_the_unseen_vendor_bounds() -> None:
    """Where the detector does not know the followers there is no estimate to rank by."""
    strange = of_schema_1(share=share(in_domain=False, unseen_vendor=Span(0.4, 0.9)), frame=WHOLE)
    row = league([Entrant("x")], lambda _: strange, now=NOW, sample=10, seed=0).accounts[0]
    assert row.genuine is not None
    assert row.genuine.estimate is None
    assert (row.genuine.low, row.genuine.high) == pytest.approx((100, 600))


def test_an_account_that_cannot_be_audited_is_a_row_with_its_reason() -> None:
    """Neither a hidden list nor a missing one stops the table; such rows come last, by what is declared."""
    league = table(
        Entrant("gone", name="Hidden", declared=5), Entrant("", name="None", declared=9), Entrant("a")
    )
    assert [row.name for row in league.accounts] == ["a", "None", "Hidden"]
    assert league.accounts[1].reason == "no follower list to audit"
    assert league.accounts[2].reason == "gone hides its followers"
    assert league.accounts[0].declared == 1_000


def test_influence_is_reactions_per_post_per_genuine_follower() -> None:
    """The interval turns round: many genuine followers make little influence."""
    row = table(Entrant("b", declared=1_000, posts=50, reactions=4_400)).accounts[0]
    assert row.influence is not None
    assert row.influence.estimate == pytest.approx(0.1)
    assert (row.influence.low, row.influence.high) == pytest.approx((88 / 900, 88 / 860))
    assert table(Entrant("b", declared=1_000, posts=50)).accounts[0].influence is None
    assert table(Entrant("b", declared=1_000, posts=0, reactions=4)).accounts[0].influence is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "neither a column account nor a column name"),
        ("account,name\n", "holds no account"),
        ("account,declared\na,1.131.700+\n", "line 2, declared: '1.131.700+' is no count"),
        ("account,declared_at_least\na,maybe\n", "line 2, declared_at_least"),
        ("account,name,posts\n,,3\n", "line 2: account and name are empty"),
    ],
)
def test_bad_input_is_one_clear_line(text: str, message: str) -> None:
    """The error names the file, the line and the column."""
    with pytest.raises(InputError, match=r"accounts\.csv") as error:
        read(text, "accounts.csv")
    assert message in error.value.what


def test_columns_may_be_left_out() -> None:
    """Account alone is enough; a byte-order mark and other columns do no harm."""
    assert read("\ufeffaccount,colour\nbluesky:a,red\n", "x") == [Entrant("bluesky:a")]
    assert read("account,name,declared,declared_at_least\na,A,12,TRUE\n", "x") == [
        Entrant("a", "A", 12, at_least=True)
    ]


def test_the_printed_list_itself_can_be_ranked() -> None:
    """data/sample/embassies.csv calls the declared count `followers`."""
    entrants = read((ROOT / "data/sample/embassies.csv").read_text("utf-8"), "embassies.csv")
    assert len(entrants) == 47
    assert (entrants[0].account, entrants[0].declared, entrants[0].at_least) == (
        "sample:israel",
        1_913_384,
        False,
    )
    assert entrants[1].at_least


def test_posts_without_reactions_are_said_to_tell_no_influence() -> None:
    """A reader who sees posts and no influence is told why."""
    assert "influence (reactions per post) is not known" in " ".join(
        forms.notes(table(Entrant("a", posts=3_590)))
    )
    both = table(Entrant("a", posts=10, reactions=100))
    assert "is not known" not in " ".join(forms.notes(both))


def test_every_form_says_simulated_first() -> None:
    """Text, page, CSV and JSON of made-up followers say so before anything else."""
    AUDITS["s"] = audited(0.8, 0.85, 0.9, simulated=True)
    league = table(
        Entrant("s", name="S", declared=1_131_700, at_least=True, posts=6_979), Entrant("", name="=SUM(A1)")
    )
    assert forms.render(league, form="text").startswith("SIMULATED")
    assert forms.render(league, form="csv").startswith("# SIMULATED")
    assert json.loads(forms.render(league, form="json"))["simulated"] is True
    page = forms.render(league, form="html")
    assert page.startswith("<!DOCTYPE html><!-- SIMULATED")
    assert "<title>SIMULATED" in page
    assert "<bdi>SIMULATED S</bdi>" in page
    assert "1,131,700+" in page


def test_the_csv_is_safe_and_whole() -> None:
    """One row an account, no formula, the columns as documented."""
    league = table(Entrant("a", name="=SUM(A1)", declared=10))
    rows = list(csv.DictReader(forms.render(league, form="csv").splitlines()))
    assert tuple(rows[0]) == forms.COLUMNS
    assert rows[0]["name"] == "'=SUM(A1)"
    assert float(rows[0]["genuine_low"]) == pytest.approx(1.0)


def test_the_text_holds_eighty_columns_and_never_more_than_is_declared() -> None:
    """Rounding outward stops at the declared count."""
    AUDITS["z"] = audited(0.0, 0.0, 0.01)
    text = forms.render(table(Entrant("z", declared=1_913_384)), form="text")
    assert "1,890,000 to 1,913,384" in text
    assert all(len(line) <= 80 for line in text.splitlines() if line.startswith("- "))


def test_the_shipped_example_is_the_printed_list() -> None:
    """47 embassies with the counts as printed; posts of two; only accounts that say sample: are simulated."""
    facts = list(csv.DictReader((ROOT / "data/sample/embassies.csv").read_text("utf-8").splitlines()))
    entrants = read((ROOT / "data/sample/embassies-rank.csv").read_text("utf-8"), "embassies-rank.csv")
    assert [(e.name, e.declared, e.account) for e in entrants] == [
        (f["name"], int(f["followers"]), f["account"]) for f in facts
    ]
    assert [(e.name, e.posts) for e in entrants if e.posts] == [
        ("Israeli embassy", 3_590),
        ("Canadian embassy", 6_979),
    ]
    assert all(e.account.startswith("sample:") for e in entrants if e.account)
