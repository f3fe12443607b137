"""Simulated follower lists that ship with the package: `sample:canada` and four more, each with known truth."""

from zombiescope.sources.sample.source import SampleSource
from zombiescope.sources.sample.truth import Truth

__all__ = ["SampleSource", "Truth"]
