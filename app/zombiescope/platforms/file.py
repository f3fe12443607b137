"""`file:PATH`: a file of follower records, or of another program's form of them."""

from zombiescope.platforms.descriptor import PlatformDescriptor

__all__ = ["FILE"]

FILE = PlatformDescriptor(
    name="file",
    title="File",
    account="file:PATH",
    needs="A file of followers: JSONL, JSON, CSV or Parquet. Needs nothing, costs nothing.",
    source="zombiescope.wiring.local_sources:file",
)
