"""Remake data/sample: `python -m zombiescope_training.simulate [FOLDER]`, from the root of the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from zombiescope_training.simulate.files import write_all

write_all(Path(sys.argv[1] if len(sys.argv) > 1 else "data/sample"))
