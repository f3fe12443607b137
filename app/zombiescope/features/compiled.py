"""The extra `fast`: whether the compiled kernels are there, and when they are loaded.

Loading numba takes a second, and compiling on a machine's first use some five: small inputs are done in numpy sooner.
Once loaded, the kernels serve every call. Both give the same bits, so nothing depends on which it was.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["load", "loaded"]

WORTH = 4 * 2**20  # bytes of posts in one call from which the kernels are loaded

_kernels: list[Callable[..., Any]] = []


def loaded() -> Callable[..., Any] | None:
    """The compiled `post_text`, where it is loaded."""
    return _kernels[0] if _kernels else None


@cache
def load() -> bool:
    """Load the kernels; False where the extra is not installed."""
    if find_spec("numba") is None:
        return False
    from zombiescope.features.post_text_kernel import compiled_post_text

    _kernels.append(compiled_post_text)
    return True
