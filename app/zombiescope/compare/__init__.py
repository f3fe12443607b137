"""Two audits of one account compared: what changed, with an interval on the difference."""

from __future__ import annotations

from zombiescope.compare.audits import Compared, compare
from zombiescope.compare.change import Change
from zombiescope.compare.repeated_looks import at_look

__all__ = ["Change", "Compared", "at_look", "compare"]
