"""Evidence: what the order and the likeness of an account's followers show (docs/evidence.md)."""

from __future__ import annotations

from zombiescope.evidence.compare import Change, compare
from zombiescope.evidence.find import Findings, find, searched

__all__ = ["Change", "Findings", "compare", "find", "searched"]
