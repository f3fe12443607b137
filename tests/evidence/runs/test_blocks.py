"""Blocks by simulation: clean lists stay silent, planted blocks are found in their places, sign-ups are named."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np
import pytest

from evidence.lists import END, MadeUpList, Planted, make
from evidence.looks import look, search, stratified
from zombiescope.evidence.dates.follow_dates import NEVER
from zombiescope.evidence.runs.blocks import blocks
from zombiescope.evidence.runs.scan import Line, scan

DATA = Path(os.environ.get("ZOMBIESCOPE_DATA", Path(__file__).parents[4] / "shared" / "data"))
DAY = 86_400_000_000


def test_clean_lists_with_news_bursts_show_no_block() -> None:
    """Growth, sign-up spikes of the platform, news bursts of all ages and a steady part of new users are no "
    "block."""
    fired = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        planted = make(int(rng.integers(500, 8_000)), rng)
        fired += bool(search(look(planted))[0])
    assert fired <= 2


def test_planted_blocks_are_found_with_their_edges() -> None:
    """Blocks of 100 and more at purity .9: found nearly always, edges off by at most 5% of the block on "
    "average."""
    hits = total = 0
    errors = []
    for seed in range(6):
        rng = np.random.default_rng([seed, 1])
        planted = make(8_000, rng, blocks=6, sizes=(100, 2_000), purity=(0.9, 0.9))
        runs = [run for kind in search(look(planted)) for run in kind]
        for block in planted.blocks:
            size = block.stop - block.start
            near = [r for r in runs if min(r.to + 1, block.stop) - max(r.from_, block.start) >= size / 2]
            total += 1
            hits += bool(near)
            errors += [(abs(r.from_ - block.start) + abs(r.to + 1 - block.stop)) / size for r in near[:1]]
    assert hits >= 0.95 * total
    assert np.mean(errors) <= 0.05


def test_a_block_says_where_when_and_how_sure() -> None:
    """Positions, members, band, part and p-value are those of the planted block."""
    planted = planted_at(3_000, 400, gap=30, band=5)
    (run,), new = search(look(planted))
    block = planted.blocks[0]
    assert new == ()
    assert abs(run.from_ - block.start) <= 2
    assert abs(run.to + 1 - block.stop) <= 2
    assert run.examined == run.to + 1 - run.from_
    assert run.created_from is not None
    assert run.created_to is not None
    assert (run.created_to - run.created_from).days <= 5
    assert run.p_value < 1e-6
    assert run.part == pytest.approx(run.examined / 3_400)
    assert run.followed_from is not None
    assert run.followed_from.timestamp() * 1e6 <= planted.followed[block.start] + 1


def test_a_sample_shows_large_blocks_and_no_false_ones() -> None:
    """Of a stratified sample of 1,000 a block of a tenth of the list is seen; its places are those of the list."""
    planted = planted_at(18_000, 2_000, gap=30, band=5)
    rows = stratified(planted, 1_000, np.random.default_rng(0))
    (run,), _ = search(look(planted, rows))
    block = planted.blocks[0]
    assert abs(run.from_ - block.start) < 100
    assert abs(run.to + 1 - block.stop) < 100
    assert run.examined is not None
    assert run.followers < run.examined + 1 < 130


def test_promoted_sign_ups_are_named_as_such() -> None:
    """New accounts that follow in the order of their creation are runs, and none is called a block."""
    as_blocks = as_new = 0
    for seed in range(20):
        rng = np.random.default_rng([seed, 2])
        runs, new = search(look(make(4_000, rng, waves=1), scores=False))
        as_blocks += bool(runs)
        as_new += bool(new)
    assert as_new >= 16
    assert as_blocks <= 2


def test_old_accounts_are_a_block_whatever_their_order() -> None:
    """Accounts made well before they followed did not follow on signing up, even if they stand sorted."""
    planted = planted_at(3_000, 200, gap=60, band=20, ordered=True)
    runs, new = search(look(planted))
    assert len(runs) == 1
    assert new == ()


def test_an_unknown_order_still_shows_a_block() -> None:
    """Without knowing which end is old the block is found, and no follow date is told."""
    (block,), _ = search(look(planted_at(3_000, 300, gap=30, band=5), ordered=False))
    assert block.followed_from is None


def test_a_run_of_high_scores_without_a_band_is_found_by_scores() -> None:
    """Aged accounts of all dates betray themselves by their scores alone."""
    rng = np.random.default_rng(0)
    planted = make(4_000, rng)
    scores = rng.beta(1, 6, 4_000)
    scores[1_000:1_400] = rng.beta(6, 1, 400)
    (block,), _ = search(look(replaced(planted, scores=scores)))
    assert block.alike == "scored"
    assert abs(block.from_ - 1_000) <= 4
    assert abs(block.to + 1 - 1_400) <= 4
    assert block.created_from is None


def test_a_thin_delivery_is_found_among_high_scores() -> None:
    """One follower in three bought is thin among all and thick among those who score high."""
    rng = np.random.default_rng(5)
    planted = make(6_000, rng)
    scores = rng.beta(1, 6, 6_000)
    bad = np.arange(2_000, 3_200, 3)
    created = planted.created.copy()
    created[bad] = planted.followed[2_000] - 60 * DAY - rng.integers(0, 5 * DAY, len(bad))
    scores[bad] = rng.beta(6, 1, len(bad))
    thin = replaced(planted, scores=scores, created=created)
    assert search(look(thin, scores=False))[0] == ()
    (block,), _ = search(look(thin))
    assert abs(block.from_ - 2_000) < 40
    assert abs(block.to - 3_198) < 40
    assert block.followers == pytest.approx(400, abs=15)


def test_two_deliveries_with_strangers_between_stay_two() -> None:
    """Blocks of one batch are parted by organic followers."""
    planted = planted_at(3_000, 300, gap=30, band=5)
    start = planted.blocks[0].start
    created = np.insert(planted.created, start + 150, make(150, np.random.default_rng(9)).created)
    scores = np.insert(planted.scores, start + 150, np.full(150, 0.1))
    runs = scan(Line(created // 60_000_000, (np.maximum.accumulate(created) // 60_000_000,)))
    assert [(run.start - start, run.stop - start) for run in runs] == [(0, 150), (300, 450)]
    assert len(scores) == len(created)


def test_few_or_no_dates_are_no_trouble() -> None:
    """A list of one, and a list without dates, show nothing."""
    one = make(60, np.random.default_rng(0))
    none = replaced(one, created=np.full(60, NEVER))
    assert search(look(none, scores=False)) == ((), ())
    assert search(look(one, np.arange(1))) == ((), ())
    assert search(look(one, np.arange(0))) == ((), ())


def test_the_share_asked_for_is_that_of_the_run() -> None:
    """The estimate is asked for the rows of the run and printed as it comes."""
    planted = planted_at(3_000, 300, gap=30, band=5)
    (block,), _ = blocks(look(planted), lambda rows: float(planted.zombie[rows].mean()))
    assert block.share == pytest.approx(1.0, abs=0.02)


@pytest.mark.realdata
def test_bought_fakes_of_cresci_2015_show_in_e13() -> None:
    """FSF spliced into E13 in simulated follow order is found; E13 alone is silent."""
    sets = pytest.importorskip("zombiescope_training.sets")
    if not (DATA / "cresci-2015").is_dir():
        pytest.skip(f"the published sets are not in {DATA} (set ZOMBIESCOPE_DATA)")
    genuine, bought = (
        sets.load(f"cresci-2015/{name}", DATA)["created_at"]
        .to_numpy()
        .astype("datetime64[us]")
        .astype(np.int64)
        for name in ("E13", "FSF")
    )
    end = int(np.datetime64("2013-03-30", "us").astype(np.int64))
    for seed in range(4):
        rng = np.random.default_rng(seed)
        came = genuine + (rng.random(len(genuine)) * (end - genuine)).astype(np.int64)
        alone = genuine[np.argsort(came, kind="stable")]
        assert scan(Line(alone // 60_000_000, (np.maximum.accumulate(alone) // 60_000_000,))) == []
        when = np.full(len(bought), rng.integers(bought.max(), end))
        order = np.argsort(np.concatenate((came, when)), kind="stable")
        created = np.concatenate((genuine, rng.permutation(bought)))[order] // 60_000_000
        (run,) = scan(Line(created, (np.maximum.accumulate(created),)))
        assert (order[run.start : run.stop] >= len(genuine)).mean() > 0.95
        assert run.stop - run.start == pytest.approx(len(bought), rel=0.05)


def planted_at(organic: int, size: int, *, gap: float, band: float, ordered: bool = False) -> MadeUpList:
    """An organic list with one pure block in its middle, `gap` days after its last account was made."""
    rng = np.random.default_rng(3)
    planted = make(organic, rng, bursts=0)
    start = organic // 2
    moment = planted.followed[start]
    born = moment - int(gap * DAY) - rng.integers(0, int(band * DAY), size)
    if ordered:
        born = np.sort(born)
    return MadeUpList(
        created=np.insert(planted.created, start, born),
        followed=np.insert(planted.followed, start, np.full(size, moment)),
        zombie=np.insert(planted.zombie, start, np.ones(size, dtype=bool)),
        scores=np.insert(planted.scores, start, rng.beta(6, 1, size)),
        blocks=(Planted(start, start + size, band, 1.0),),
        waves=(),
    )


def replaced(planted: MadeUpList, **columns: np.ndarray) -> MadeUpList:
    given = {
        name: getattr(planted, name)
        for name in ("created", "followed", "zombie", "scores", "blocks", "waves")
    }
    return MadeUpList(**{**given, **columns})


def test_the_wire_form_of_a_block() -> None:
    """A block encodes with the names of docs/audit-json.md."""
    (block,), _ = search(look(planted_at(3_000, 300, gap=30, band=5)))
    document = msgspec.json.decode(msgspec.json.encode(block))
    assert document["from"] == block.from_
    assert document["created_from"].endswith("Z")
    assert END > 0
