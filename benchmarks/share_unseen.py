"""The unseen-vendor bounds of the shipped model, on kinds of fakes and of genuine accounts it was not trained on.

    python -m benchmarks.share_unseen [--draws 200] [--seed 1] [-o FILE]

Fakes are the vendors left out of training, each bounded by what the *other* vendors showed, and bots of other
studies, which nobody sold as followers and which are harder. Genuine accounts are those of studies left out of
training and of other studies. No timelines. Every pair is mixed at shares .1 to 1 in samples of 400.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.share_detector import data_folder
from zombiescope.share import Templates, Validation
from zombiescope.share.bounds import Cut, choose_cut, unseen_vendor

if TYPE_CHECKING:
    from zombiescope.share.inputs import Floats

OUT = Path(__file__).parent / "results" / "share-unseen.md"
MODELS = Path(__file__).parents[1] / "models"
PLATFORM_SET = "cresci-2015/E13"  # a list of its platform and fields decides templates and left-out groups
OTHERS = (
    "botometer-repository/gilani-2017",
    "botometer-repository/cresci-stock-2018",
    "botometer-repository/pronbots-2019",
    "caverlee-2011",
    "cresci-2017",
)
MOST = 5000
SHARES = (0.1, 0.3, 0.5, 0.87, 1.0)
N = 400


def main() -> None:
    """Score the sets, mix them, write the table."""
    parser = argparse.ArgumentParser(description="Unseen-vendor bounds of the shipped model")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, default=OUT)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    known, validation, fakes, genuine = _scores(rng)
    lines = []
    for name, scores in {**validation.vendors, **fakes}.items():
        others = {vendor: rows for vendor, rows in validation.vendors.items() if vendor != name}
        cut = choose_cut(known, Validation(others, validation.studies))
        for kind, people in (("left out", validation.studies), ("other studies", genuine)):
            covered, width = _mixed(scores, people, cut, asked.draws, rng)
            caught = float(np.mean(scores >= cut.at))
            lines.append(
                f"| {name}{'' if name in validation.vendors else ' (bots)'} | {kind} | {caught:.3f} |"
                f" {covered.min():.3f} | {np.mean(covered >= 0.9):.2f} | {width:.3f} |"
            )
    cut = choose_cut(known, validation)
    flagged = [
        f"{name} {np.mean(rows >= cut.at):.3f}" for name, rows in {**validation.studies, **genuine}.items()
    ]
    page = [
        "# Unseen kinds: the bounds of the shipped model",
        "",
        f"`python -m benchmarks.share_unseen --draws {asked.draws} --seed {asked.seed}`: accounts without timelines,",
        f"samples of {N}, shares {', '.join(f'{share:g}' for share in SHARES)}. The goal is coverage of 90% in every",
        "mix at a mean width of at most .45; bots of other studies are not bought followers and only show where it",
        "ends. Accounts of a set that trained the model are scored by the fold that did not see them.",
        "",
        "| fakes | genuine accounts of | caught | least coverage | mixes at 90% or more | mean width |",
        "|---|---|---|---|---|---|",
        *lines,
        "",
        f"Genuine accounts at or above the cut ({cut.at:.3f}; {cut.false_positives:.3f} allowed for): "
        + ", ".join(flagged) + ".",
        "",
    ]  # fmt: skip
    asked.output.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


def _mixed(
    fakes: Floats, people: Mapping[str, Floats], cut: Cut, draws: int, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Coverage of each pair of kinds and share, (mixes,), and the mean width."""
    covered, widths = [], []
    for genuine in people.values():
        for share in SHARES:
            held = 0
            for _ in range(draws):
                bought = int(rng.binomial(N, share))
                scores = np.concatenate([rng.choice(fakes, bought), rng.choice(genuine, N - bought)])
                found = unseen_vendor(scores, cut)
                held += found.low <= share <= found.high
                widths.append(found.high - found.low)
            covered.append(held / draws)
    return np.array(covered), float(np.mean(widths))


def _scores(
    rng: np.random.Generator,
) -> tuple[Templates, Validation, dict[str, Floats], dict[str, Floats]]:
    import pyarrow as pa

    from zombiescope.detector import Detector
    from zombiescope.detector.artefact import read
    from zombiescope.features import extract
    from zombiescope_training.data import sets

    detector = Detector(read(MODELS / (MODELS / "CURRENT").read_text(encoding="utf-8").strip()))

    def load(name: str) -> pa.Table:
        table = sets.load(name, data_folder())
        if len(table) > MOST:
            table = table.take(np.sort(rng.choice(len(table), MOST, replace=False)))
        where = table.schema.get_field_index("recent_posts")
        field = table.schema.field(where)
        return table.set_column(where, field, pa.nulls(len(table), field.type))

    example = load(PLATFORM_SET)
    held = detector.known(example)
    known = Templates(held.zombie, held.genuine, held.zombie_kinds, held.genuine_kinds)
    validation = Validation(*detector.left_out(example))
    fakes: dict[str, Floats] = {}
    genuine: dict[str, Floats] = {}
    for name in OTHERS:
        table = load(name)
        scores = detector.score(extract(table).matrix, table["id"].to_pylist())
        label = np.array(table["label"].to_pylist(), dtype=object)
        fakes[name], genuine[name] = scores[label == "zombie"], scores[label == "genuine"]
    del genuine["cresci-2017"]  # it trains the model: left out, it is among the studies
    return (
        known,
        validation,
        fakes,
        {name: rows for name, rows in genuine.items() if len(rows)},
    )


if __name__ == "__main__":
    main()
