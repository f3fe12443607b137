"""Whatever bytes come, a parser reads them or says what is wrong; `python -m benchmarks.fuzz` asks a million times."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from fuzz.mutation import mutated
from fuzz.targets import TARGETS, Target
from zombiescope.errors import ZombiescopeError

_BY_NAME = {target.name: target for target in TARGETS}
each = pytest.mark.parametrize("target", TARGETS, ids=_BY_NAME.keys())


@each
def test_what_is_valid_is_read(target: Target) -> None:
    """The seeds themselves: at least one of each parser goes through, so that its mutations reach deep."""
    read = 0
    for seed in target.seeds:
        with suppress(ZombiescopeError):
            target.parse(seed)
            read += 1
    assert read


@each
def test_hurt_input_is_an_error_of_ours(target: Target) -> None:
    """Valid input with a few bytes or values changed never raises anything else."""
    rng = np.random.default_rng(7)
    for _ in range(120):
        with suppress(ZombiescopeError):
            target.parse(mutated(rng, target.seeds))


@settings(max_examples=examples(300))
@given(st.sampled_from(sorted(_BY_NAME)), st.binary(max_size=200))
def test_any_bytes_are_an_error_of_ours(name: str, data: bytes) -> None:
    """So does anything at all."""
    with suppress(ZombiescopeError):
        _BY_NAME[name].parse(data)
