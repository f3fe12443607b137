"""Makes the model that ships: `python -m zombiescope_training.ship` with ZOMBIESCOPE_DATA at the published sets."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from zombiescope_training.commands import train_model

__all__ = ["NAME", "SEED", "SETS", "main"]

NAME = "followers-1"
SEED = 20161201
SETS = ("set:cresci-2015", "set:cresci-2017/genuine_users", "set:weibo-fudan-2019")


def main() -> None:
    """Train the shipped model into models/ of the checkout."""
    root = Path(os.environ.get("ZOMBIESCOPE_DATA", "../shared/data"))
    out = Path(__file__).resolve().parents[2] / "models" / NAME

    def told(what: str, done: int, of: int) -> None:
        sys.stderr.write(f"{what}: {done} of {of}\n")

    train_model(SETS, root, out, seed=SEED, told=told)
    (out.parent / "CURRENT").write_text(NAME + "\n", "utf-8")


if __name__ == "__main__":
    main()
