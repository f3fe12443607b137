"""Charts drawn in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from zombiescope.report import vega
from zombiescope.vega_process import VegaProcess

SPEC = {
    "data": {"values": [{"x": 1, "y": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x"}, "y": {"field": "y"}},
}


@pytest.fixture(scope="module")
def process() -> Iterator[VegaProcess]:
    """A process for all tests here: it takes a second to start."""
    process = VegaProcess()
    process.start()
    yield process
    process.close()


def test_it_draws_the_same_bytes(process: VegaProcess) -> None:
    """SVG, PNG and the compiled specification are those of this process."""
    here = (vega.svg(SPEC, label="x"), vega.png(SPEC), vega.compiled(SPEC))
    with vega.drawn_by(process):
        assert (vega.svg(SPEC, label="x"), vega.png(SPEC), vega.compiled(SPEC)) == here


def test_a_specification_that_cannot_be_drawn_is_a_value_error(process: VegaProcess) -> None:
    """The process says why and goes on."""
    with pytest.raises(ValueError, match=r"\S"):
        process.call("vegalite_to_vega", '{"mark": "none such", "data": 3')
    assert process.call("vegalite_to_vega", '{"data": {"values": []}, "mark": "bar"}')


def test_a_process_that_was_killed_is_replaced(process: VegaProcess) -> None:
    """The next chart starts another."""
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.join()
    assert process.call("vegalite_to_vega", '{"data": {"values": []}, "mark": "bar"}')
