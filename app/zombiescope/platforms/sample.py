"""`sample:NAME`: a simulated list with known truth, shipped with the package."""

from zombiescope.platforms.descriptor import PlatformDescriptor

__all__ = ["SAMPLE"]

SAMPLE = PlatformDescriptor(
    name="sample",
    title="Simulated",
    account="sample:NAME",
    needs="A simulated list to try. Needs nothing, costs nothing.",
    source="zombiescope.wiring.local_sources:sample",
)
