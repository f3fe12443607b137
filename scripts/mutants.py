"""Mutation testing with mutmut: `python scripts/mutants.py GROUP...`; the survivors of each group on standard output.

mutmut names mutants by their path and knows the layouts of packages under `src/` or the root alone. So the package is
copied to `build/mutants/GROUP/src`, with the tests beside it, and mutmut runs there; a second run goes on where the
first ended, as long as the code is the same.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "mutants"
BESIDE = ("tests", "training", "benchmarks", "models", "data", "docs", "scripts")
LEFT_ALONE = shutil.ignore_patterns("__pycache__", "*.pyc", "results", ".mypy_cache")

# Group: the files whose code is mutated (globs under app/zombiescope), and the tests that are to notice.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sampling": (("sampling.py",), ("tests/test_sampling.py",)),
    "silence": (("features/silence.py",), ("tests/features/test_silence.py",)),
    "features": (("features/*",), ("tests/features",)),
    "parse": (("sources/*/parse.py", "sources/lenient_json.py"), ("tests/sources",)),
    "headline": (
        ("share/headline.py", "share/claim.py", "share/consistency.py", "share/bounds.py"),
        tuple(
            f"tests/share/test_{name}.py" for name in ("bounds", "claim", "consistency", "assess", "labels")
        ),
    ),
    "defended": (("share/defended.py",), ("tests/share/test_defended.py",)),
    "pacc": (
        ("share/pacc.py", "share/mixture.py", "share/gate.py"),
        ("tests/share/test_pacc.py", "tests/share/test_mixture.py", "tests/share/test_gate.py"),
    ),
    "dormant": (
        ("share/dormant.py", "share/critical.py"),
        ("tests/share/test_dormant.py", "tests/share/test_bounds.py"),
    ),
    "scan": (("evidence/runs/*",), ("tests/evidence/runs",)),
    "dates": (("evidence/dates/*",), ("tests/evidence/dates",)),
    "likeness": (("evidence/likeness/*",), ("tests/evidence/likeness",)),
    "detector": (("detector/*",), ("tests/detector",)),
    "compare": (("compare/*",), ("tests/compare",)),
}
NOTICED = ("killed", "timeout", "segfault", "caught by type check")


def main() -> int:
    """Run the groups that are asked for; 1 where a group could not be run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    asked = parser.parse_args()
    failed = False
    for group in asked.groups or GROUPS:
        failed |= not _run(group, asked.jobs)
    return int(failed)


def _run(group: str, jobs: int) -> bool:
    folder = BUILD / group
    _prepare(folder, *GROUPS[group])
    ran = _mutmut(folder, "run", "--max-children", str(jobs))
    (folder / "log.txt").write_text(ran.stdout + ran.stderr, "utf-8")
    results = _results(folder)
    if not results:
        sys.stderr.write(f"{group}: mutmut found nothing to run, see {folder / 'log.txt'}\n")
        return False
    counts = Counter(status for _, status in results)
    killed = sum(counts[status] for status in NOTICED)
    sys.stdout.write(
        f"\n{group}: {killed} of {len(results)} killed ({killed / len(results):.0%}), {dict(counts)}\n"
    )
    for name, status in results:
        if status not in NOTICED:
            sys.stdout.write(f"\n{name}: {status}\n{_change(folder, name)}")
    sys.stdout.flush()
    return True


def _prepare(folder: Path, mutated: tuple[str, ...], tests: tuple[str, ...]) -> None:
    """The package, its tests and mutmut's settings in `folder`; files that are the same stay untouched."""
    folder.mkdir(parents=True, exist_ok=True)
    _mirror(ROOT / "app", folder / "src")
    for name in BESIDE:
        if (ROOT / name).is_dir():
            _mirror(ROOT / name, folder / name)
    only = ", ".join(f'"src/zombiescope/{pattern}"' for pattern in mutated)
    chosen = ", ".join(f'"{test}"' for test in tests)
    also = ", ".join(f'"{name}"' for name in BESIDE)
    text = re.sub(r"(?s)\[tool\.mutmut\].*?(?=\n\[)", "", (ROOT / "pyproject.toml").read_text("utf-8"))
    text = text.replace('pythonpath = ["tests"]', 'pythonpath = ["tests", "src", "training", "."]')
    text += f"""
[tool.mutmut]
source_paths = ["src"]
only_mutate = [{only}]
also_copy = [{also}]
pytest_add_cli_args_test_selection = [{chosen}]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist"]
mutate_only_covered_lines = true
use_git_change_detection = false
"""
    tomllib.loads(text)
    (folder / "pyproject.toml").write_text(text, "utf-8")


def _mirror(source: Path, target: Path) -> None:
    def copied(given: str, where: str) -> str:
        if not os.path.exists(where) or not filecmp.cmp(given, where, shallow=False):
            shutil.copy2(given, where)
        return where

    shutil.copytree(source, target, ignore=LEFT_ALONE, copy_function=copied, dirs_exist_ok=True)
    for path in sorted(target.rglob("*"), reverse=True):
        if (
            path.is_file()
            and "__pycache__" not in path.parts
            and not (source / path.relative_to(target)).exists()
        ):
            path.unlink()


def _mutmut(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def _results(folder: Path) -> list[tuple[str, str]]:
    """Each mutant's name and what became of it."""
    lines = _mutmut(folder, "results", "--all", "true").stdout.splitlines()
    pairs = [line.strip().partition(": ") for line in lines if ": " in line]
    return [(name, status) for name, _, status in pairs if "__mutmut_" in name]


def _change(folder: Path, name: str) -> str:
    """What the mutant changes: the lines with - and +."""
    lines = _mutmut(folder, "show", name).stdout.splitlines()
    changed = [line for line in lines if re.match(r"[-+](?![-+])", line)]
    return "".join(f"    {line}\n" for line in changed)


if __name__ == "__main__":
    sys.exit(main())
