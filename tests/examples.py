"""How many examples a property test tries: few and fixed in `make test`, many and random in `make fuzz`."""

from __future__ import annotations

import os

__all__ = ["PROFILE", "examples"]

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "test")


def examples(tests: int) -> int:
    """`tests` examples in `make test`, fifty times as many in `make fuzz`."""
    return tests if PROFILE == "test" else 50 * tests
