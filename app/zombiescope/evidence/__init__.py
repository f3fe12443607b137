"""Evidence: what the order and the likeness of an account's followers show (docs/evidence.md)."""

from __future__ import annotations

from zombiescope.evidence.change import Change
from zombiescope.evidence.compare import Compared, compare
from zombiescope.evidence.find import Findings, find, searched

__all__ = ["Change", "Compared", "Findings", "compare", "find", "searched"]
