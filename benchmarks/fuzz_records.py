"""Damaged follower tables of every dialect: that none crashes the reader, and no count is read that was not written.

    python -m benchmarks.fuzz_records --inputs 1000000

Writes benchmarks/results/fuzz_records.md. A seed gives an input again: `--first SEED --inputs 1`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
OUT = ROOT / "benchmarks" / "results" / "fuzz_records.md"
OUTCOMES = ("read", "rejected", "asked", "refused", "misread", "crash")


def run(first: int, inputs: int, rows: int, seconds: float) -> tuple[Counter[tuple[str, str]], int]:
    """Outcomes by kind of damage, and how many inputs there was time for."""
    from records.damaged_tables import damaged, outcome

    counts: Counter[tuple[str, str]] = Counter()
    begun = time.monotonic()
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + inputs):
            table, style, kind = damaged(random.Random(seed), rows=rows)  # noqa: S311 - repeatable, no secret
            try:
                result = outcome(table, Path(folder))
            except Exception:  # noqa: BLE001 - whatever is raised is what is looked for
                result = "crash: " + traceback.format_exc(limit=-2)
            if result.startswith(("misread", "crash")):
                print(f"input {seed} ({kind}): {result}\n  {style}", flush=True)
            counts[kind, result.split(":")[0]] += 1
            done += 1
            if time.monotonic() - begun > seconds:
                break
    return counts, done


def main() -> None:
    """Fuzz the reader and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    arguments = parser.parse_args()
    counts, done = run(arguments.first, arguments.inputs, arguments.rows, arguments.seconds)
    kinds = sorted({kind for kind, _ in counts})
    lines = [
        "# Damaged follower tables",
        "",
        f"{done:,} inputs of {arguments.rows} rows, from seed {arguments.first}, by "
        "`python -m benchmarks.fuzz_records`: tables in every dialect, encoding, language and notation of "
        "`tests/records/written_tables.py` with the damage of `tests/records/damaged_tables.py`. Goal: none misread, "
        "no crash.",
        "",
        "| damage | inputs | " + " | ".join(OUTCOMES) + " |",
        "|---" * (len(OUTCOMES) + 2) + "|",
    ]
    for kind in kinds:
        row = [counts[kind, outcome] for outcome in OUTCOMES]
        lines.append(f"| {kind} | {sum(row):,} | " + " | ".join(f"{n:,}" for n in row) + " |")
    print("\n".join(lines))
    if arguments.inputs > 1:
        OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
