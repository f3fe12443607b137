"""Evidence: what the order and the likeness of an account's followers show (docs/evidence.md)."""

from __future__ import annotations

from zombiescope.evidence.search import Findings, find, searched

__all__ = ["Findings", "find", "searched"]
