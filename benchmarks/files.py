"""What reading costs: `import` of a million CSV rows, of a workbook of 100,000, and of other forms, with its memory.

    python -m benchmarks.files

Goals: a million CSV rows in 12 s of one core and 400 MB; an XLSX of 100,000 rows in 6 s.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
OUT = ROOT / "benchmarks" / "results" / "files.md"
SCRIPT = str(Path(sys.executable).parent / "zombiescope")
HEADER = ("id", "username", "name", "bio", "followers", "following", "tweets", "joined", "verified", "avatar")


def people(count: int, *, dates: str = "%Y-%m-%dT%H:%M:%SZ") -> Iterator[list[object]]:
    """Invented accounts as rows under `HEADER`."""
    rng = random.Random(11)  # noqa: S311 - invented accounts
    for i in range(count):
        made = datetime(2012, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(300_000_000))
        yield [
            str(10**17 + i * 7919), f"user_{i}", f"Name {i}", rng.choice(("", "hello, world", "likes \"tea\"")),
            rng.randrange(5000), rng.randrange(5000), rng.randrange(20_000), made.strftime(dates),
            rng.choice(("true", "false")), f"https://pbs.twimg.com/profile_images/{i}/x.jpg",
        ]  # fmt: skip


def write_csv(
    path: Path, rows: Iterator[list[object]], encoding: str = "utf-8", delimiter: str = ","
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(HEADER)
        writer.writerows(rows)


def write_workbook(path: Path, rows: Iterator[list[object]]) -> None:
    from records.workbooks import xlsx

    path.write_bytes(xlsx({"Followers": [list(HEADER), *rows]}))


def write_lines(path: Path, rows: Iterator[list[object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in rows)


def write_pages(path: Path, rows: Iterator[list[object]]) -> None:
    users = [dict(zip(HEADER, row, strict=True)) for row in rows]
    path.write_text(json.dumps({"users": users, "next": 0}), encoding="utf-8")


def write_gzip(path: Path, rows: Iterator[list[object]]) -> None:
    plain = path.with_suffix("")
    write_csv(plain, rows)
    with plain.open("rb") as file, gzip.open(path, "wb", 1) as packed:
        shutil.copyfileobj(file, packed)


def cost(command: list[str]) -> tuple[float, int]:
    """CPU seconds and peak MB of a command on one core; it must succeed."""
    script = (
        "import os, resource, subprocess, sys\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
    )
    out = subprocess.run([sys.executable, "-c", script, *command], check=True, capture_output=True, text=True)
    seconds, kilobytes = out.stdout.split()[-2:]
    return float(seconds), int(kilobytes) // 1024


def main() -> None:
    """Measure and write the table."""
    million = 1_000_000
    cases: list[tuple[str, int, str, Callable[[Path], None], str, str]] = [
        ("CSV to JSON lines", million, "f.csv", lambda p: write_csv(p, people(million)), "o.jsonl", "12 s, 400 MB"),
        ("CSV to CSV", million, "f.csv", lambda p: write_csv(p, people(million)), "o.csv", "12 s, 400 MB"),
        ("CSV to Parquet", million, "f.csv", lambda p: write_csv(p, people(million)), "o.parquet", "12 s, 400 MB"),
        ("CSV with dates such as 31.12.2015, semicolons, UTF-16", million, "g.csv",
         lambda p: write_csv(p, people(million, dates="%d.%m.%Y"), "utf-16", ";"), "o.parquet", "-"),
        ("gzipped CSV", million, "h.csv.gz", lambda p: write_gzip(p, people(million)), "o.parquet", "-"),
        ("JSON lines", million, "i.jsonl", lambda p: write_lines(p, people(million)), "o.parquet", "-"),
        ("one JSON object with a list", 200_000, "j.json", lambda p: write_pages(p, people(200_000)), "o.parquet", "-"),
        ("XLSX", 100_000, "k.xlsx", lambda p: write_workbook(p, people(100_000)), "o.jsonl", "6 s"),
    ]  # fmt: skip
    lines = [
        "# What reading costs",
        "",
        f"`zombiescope import` of invented accounts with ten columns, the whole command on one core of "
        f"{os.cpu_count()}; by `python -m benchmarks.files`.",
        "",
        "| input | rows | size | CPU | peak memory | goal |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for title, rows, name, write, output, goal in cases:
            path = Path(folder, name)
            if not path.exists():
                write(path)
            seconds, megabytes = cost(
                [SCRIPT, "import", str(path), "--set", "platform=x", "-o", str(Path(folder, output))]
            )
            size = path.stat().st_size / 2**20
            lines.append(
                f"| {title} | {rows:,} | {size:.0f} MB | {seconds:.1f} s | {megabytes} MB | {goal} |"
            )
            print(lines[-1], flush=True)
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
