"""A million hurt inputs for all parsers that take bytes from outside: which fail otherwise than by an error of ours.

Run by `make bench-fuzz`; writes benchmarks/results/fuzz.md. Each parser runs in a process of its own, so that a crash
of the interpreter is seen and named by the number of its input, which the seed gives again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections import Counter
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "fuzz.md"
MEMORY = 6 << 30  # bytes that one parser's process may use
SEED = 20161215

Outcome = tuple[int, int, float, Counter[str]]


def work(name: str, count: int, at: Synchronized[int], out: multiprocessing.Queue[Outcome]) -> None:
    """Parse `count` inputs: how many were read, refused by an error of ours, or failed otherwise."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from fuzz.mutation import mutated
    from fuzz.targets import TARGETS
    from zombiescope.errors import ZombiescopeError

    target = next(one for one in TARGETS if one.name == name)
    rng = np.random.default_rng([SEED, *name.encode()])
    read, refused, longest, crashes = 0, 0, 0.0, Counter[str]()
    for number in range(count):
        at.value = number
        data = mutated(rng, target.seeds)
        begun = time.perf_counter()
        try:
            target.parse(data)
            read += 1
        except ZombiescopeError:
            refused += 1
        except Exception as error:  # noqa: BLE001 what else is raised is what is looked for
            crashes[f"{type(error).__name__}: {error}"[:160]] += 1
            if len(crashes) <= 3:
                print(
                    f"{name} input {number}: {type(error).__name__}: {error}\n  {data[:300]!r}",
                    file=sys.stderr,
                )
        longest = max(longest, time.perf_counter() - begun)
    out.put((read, refused, longest, crashes))


def main() -> None:
    """Fuzz every parser and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    inputs = parser.parse_args().inputs
    from fuzz.targets import TARGETS

    whole = sum(target.weight for target in TARGETS)
    lines, done, failed = [], 0, 0
    begun = time.perf_counter()
    for target in TARGETS:
        count = int(np.ceil(inputs * target.weight / whole))
        context = multiprocessing.get_context("spawn")
        at, out = context.Value("q", 0, lock=False), context.Queue()
        process = context.Process(target=work, args=(target.name, count, at, out))
        start = time.perf_counter()
        process.start()
        while process.is_alive() and out.empty():
            process.join(0.2)
        if out.empty() and process.exitcode != 0:
            outcome: Outcome = (
                0,
                0,
                0.0,
                Counter({f"the process ended ({process.exitcode}) at input {at.value}": 1}),
            )
        else:
            outcome = out.get()
        process.join()
        read, refused, longest, crashes = outcome
        done, failed = done + count, failed + sum(crashes.values())
        text = "; ".join(f"{what} ({times})" for what, times in crashes.most_common(3)) or "0"
        lines.append(
            f"| {target.name} | {count:,} | {read:,} | {refused:,} | {longest * 1000:,.0f} | {text} |"
        )
        print(f"{lines[-1]} {time.perf_counter() - start:.0f} s", flush=True)
    RESULT.write_text(
        "# Hurt inputs\n\n"
        f"`python -m benchmarks.fuzz`, seed {SEED}: {done:,} inputs made of valid ones by one to four changes of bytes "
        "or values (tests/fuzz/mutation.py), each given to the parser that takes such bytes from outside. Read: taken, "
        "perhaps with rows refused. Refused: an error of ours, with its advice. Anything else is a crash: "
        f"**{failed}** of {done:,}. {(time.perf_counter() - begun) / 60:.0f} minutes on one core.\n\n"
        "| parser | inputs | read | refused | slowest, ms | crashes |\n|---|---|---|---|---|---|\n"
        + "\n".join(lines)
        + "\n",
        "utf-8",
    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
