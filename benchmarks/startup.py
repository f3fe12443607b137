"""How long a user waits: `python -c pass`, `zombiescope --help`, and the whole demo, in one run.

    python -m benchmarks.startup

Goals: --help within twice `python -c pass` plus 100 ms; demo under 20 s.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OUT = Path(__file__).parent / "results" / "startup.md"
SCRIPT = str(Path(sys.executable).parent / "zombiescope")


def seconds(command: list[str], folder: str, runs: int) -> float:
    """The median wall time of a command."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def main() -> None:
    """Measure and write the table."""
    with tempfile.TemporaryDirectory() as folder:
        seconds([SCRIPT, "--help"], folder, 2)  # the first run writes byte code
        bare = seconds([sys.executable, "-c", "pass"], folder, 21)
        helped = seconds([SCRIPT, "--help"], folder, 21)
        demo = seconds([SCRIPT, "demo"], folder, 3)
    limit = 2 * bare + 0.1
    rows = [
        (
            "`zombiescope --help`",
            f"2 x `python -c pass` + 100 ms = {1000 * limit:.0f} ms",
            helped,
            helped <= limit,
        ),
        ("`zombiescope demo`", "20 s", demo, demo < 20),
    ]
    lines = [
        "# Start-up",
        "",
        "`python -m benchmarks.startup`; medians, all in one run on one machine.",
        "",
        f"`python -c pass` takes {1000 * bare:.0f} ms there.",
        "",
        "| command | goal | measured | |",
        "|---|---|---|---|",
        *(
            f"| {name} | {goal} | {1000 * took:.0f} ms | {'met' if met else 'missed'} |"
            for name, goal, took, met in rows
        ),
        "",
    ]
    OUT.write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
