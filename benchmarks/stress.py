"""The stress table: what the defended interval is worth where vendor and study are both new to the detector.

    python -m benchmarks.stress [FOLDER] [--lean] [--rows 2000] [--jobs 2] [--seed 1] [--cache FOLDER] [-o FOLDER]

Without FOLDER each vendor and each study of the published sets is left out of training together, by the recipe that
ships, on at most --rows accounts of a group (a larger one weighs no more). The models are kept in --cache: some 400
trainings, ten minutes on two cores, and as much for the audits.
With a FOLDER of labelled records (*.jsonl; groups by label_source) the shipped model is put through the same lists.

A false accusation: the lower limit is more than two points above the truth; a false acquittal: the upper limit is more
than two points below it. Goals S1 to S4 and the definitions are in docs/method.md.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.share_detector import data_folder
from benchmarks.stress_audits import SHARES, SIZES, StressAudit, audits, case
from benchmarks.stress_detectors import GroupName, LeftOutDetectors, progress_line
from benchmarks.stress_groups import FAULTS, Fault, Group, groups_of, pairs, thinned
from benchmarks.stress_table import picture, tables
from zombiescope.detector import Detector
from zombiescope.errors import InputError
from zombiescope.records import read
from zombiescope.report import vega
from zombiescope.wiring import settings
from zombiescope.wiring.models import detector as shipped_detector
from zombiescope_training.data import sets
from zombiescope_training.data.gathered import gather, gather_beside, lean
from zombiescope_training.data.labelled import of_table
from zombiescope_training.model.recipe import Recipe, validating
from zombiescope_training.publish.ship import SEED

__all__ = ["left_out_audits", "main", "shipped_audits"]

OUT = Path(__file__).parent / "results"


def left_out_audits(
    detectors: LeftOutDetectors,
    seed: int,
    *,
    faults: Sequence[Fault] = FAULTS,
    shares: Sequence[float] = SHARES,
    sizes: Sequence[int] = SIZES,
    rows: int = 1_500,
) -> list[StressAudit]:
    """Audits of each pair of groups by the detector that left both out."""
    groups = groups_of(detectors.labelled, rows)
    todo = list(pairs(groups))
    detectors.train([_names(*pair) for pair in todo], progress_line)
    audited = []
    for number, (vendor, study) in enumerate(todo):
        detector = detectors.detector(*_names(vendor, study))
        audited += _of_pair(vendor, study, detector, (seed, number), faults, shares, sizes)
        progress_line("pairs", number + 1, len(todo))
    return audited


def shipped_audits(
    groups: Iterable[Group],
    detector: Detector,
    seed: int,
    *,
    faults: Sequence[Fault] = FAULTS,
    shares: Sequence[float] = SHARES,
    sizes: Sequence[int] = SIZES,
) -> list[StressAudit]:
    """Audits of each pair of groups by one detector, which knows of them only what it was trained on."""
    rows: list[StressAudit] = []
    for number, (vendor, study) in enumerate(pairs(tuple(groups))):
        rows += _of_pair(vendor, study, detector, (seed, number), faults, shares, sizes)
    return rows


def _of_pair(
    vendor: Group,
    study: Group,
    detector: Detector,
    seed: tuple[int, int],
    faults: Sequence[Fault],
    shares: Sequence[float],
    sizes: Sequence[int],
) -> list[StressAudit]:
    rows: list[StressAudit] = []
    for place, fault in enumerate(faults):
        rng = np.random.default_rng([*seed, place])
        one = case(vendor, study, fault, detector)
        if one is not None:
            rows += audits(one, rng, shares=shares, sizes=sizes)
    return rows


def _names(vendor: Group, study: Group) -> tuple[GroupName, GroupName]:
    return (vendor.kind, vendor.name), (study.kind, study.name)


def main() -> None:
    """Run what is asked for and write its page and picture."""
    parser = argparse.ArgumentParser(description="Stress table of the defended interval")
    parser.add_argument("folder", type=Path, nargs="?", help="labelled records, for the shipped model")
    parser.add_argument("--lean", action="store_true", help="fewer folds and one seed: a third of the time")
    parser.add_argument("--rows", type=int, default=2_000, help="accounts of a group to train on, at most")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "zombiescope" / "stress")
    parser.add_argument("-o", "--output", type=Path, default=OUT)
    asked = parser.parse_args()
    if asked.folder is not None:
        about, rows = _of_folder(asked.folder, asked.seed)
    else:
        about, rows = _of_sets(asked.lean, asked.rows, asked.jobs, asked.seed, asked.cache)
    if not rows:
        raise SystemExit("There is no pair of a vendor and a study with a hundred accounts each.")
    asked.output.mkdir(parents=True, exist_ok=True)
    page = ["# Stress table", "", about, "", *tables(rows), ""]
    (asked.output / "stress.md").write_text("\n".join(page), "utf-8")
    # A line for each of ten thousand audits: as pixels it is a fifth of the size.
    (asked.output / "stress.png").write_bytes(vega.png(picture(rows), scale=1.0))
    print("\n".join(page[:14]))


def _of_sets(is_lean: bool, most: int, jobs: int, seed: int, cache: Path) -> tuple[str, list[StressAudit]]:
    if not data_folder().is_dir():
        raise SystemExit("The published sets are not there: set ZOMBIESCOPE_DATA to their folder.")
    labelled = thinned(gather(sets.TRAINED, data_folder()).labelled, most)
    beside = gather_beside(sets.BESIDE, data_folder())
    recipe = lean(Recipe(), labelled)
    chosen = validating(recipe) if is_lean else recipe
    detectors = LeftOutDetectors(labelled, chosen, SEED, cache, jobs, beside)
    rows = left_out_audits(detectors, seed)
    how = f"{chosen.folds} folds, {chosen.seeds} seeds, {chosen.rounds} rounds, at most {most:,} accounts of a group"
    return (
        f"Each vendor and study of the published sets left out of training together ({how}); "
        f"lists and draws by seed {seed}. `python -m benchmarks.stress` makes this page.",
        rows,
    )


def _of_folder(folder: Path, seed: int) -> tuple[str, list[StressAudit]]:
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise InputError(f"{folder} holds no *.jsonl file")
    table, _ = sets.merge([read(file)[0] for file in files])
    detector = shipped_detector(settings())
    name = f"{detector.info.name}-{detector.info.version}"
    rows = shipped_audits(groups_of(of_table(table)), detector, seed)
    return f"The model {name} on lists made of {', '.join(file.name for file in files)}, seed {seed}.", rows


if __name__ == "__main__":
    main()
