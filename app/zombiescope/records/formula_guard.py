"""The guard against formulas in CSV: an apostrophe before what a spreadsheet would run (OWASP, CSV injection)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope import formatting

__all__ = ["cell", "guarded", "unguarded"]

# What spreadsheets take for the beginning of a formula: =, +, - and @, in wide, small and raised forms too.
_WIDE = (
    0xFF1D, 0xFE66, 0x207C, 0x208C, 0x2A75, 0x2A76, 0xFF0B, 0xFE62, 0x207A, 0x208A, 0xFB29, 0xFF0D, 0xFE63,
    0xFF20, 0xFE6B,
)  # fmt: skip
_SIGNS = "=+-@" + "".join(map(chr, _WIDE))
# Some programs pass over these, or take `;` for the end of a cell, before they look for a formula.
_PASSED_OVER = "; \u00a0\ufeff\u200b"

# The same as regular expressions of RE2 (pyarrow). Cells of text are clean: no tab or line break begins one.
_PASSED_RE = r"[; \x{a0}\x{feff}\x{200b}]*"
_SIGNS_RE = r"=+\-@\t\r\n" + "".join(rf"\x{{{sign:x}}}" for sign in _WIDE)
_RISKY_RE = f"^{_PASSED_RE}[{_SIGNS_RE}]"
_RISKY_OR_BARE_RE = f"^(?:{_PASSED_RE}[{_SIGNS_RE}']|$)"
_GUARDED_RE = f"^'(?:{_PASSED_RE}[{_SIGNS_RE}']|$)"


def cell(text: str, *, longest: int = 2_000, read_back: bool = False) -> str:
    """The text as one clean line, with an apostrophe before it where a spreadsheet would run it as a formula.

    longest: characters. read_back: for files that we read again: an apostrophe of the text itself has one before it,
    so that the first one is always ours.
    """
    line = formatting.clean(text, longest=longest)
    first = line.lstrip(_PASSED_OVER)[:1]
    return f"'{line}" if first and first in (f"{_SIGNS}'" if read_back else _SIGNS) else line


def guarded(column: pa.Array | pa.ChunkedArray, *, read_back: bool = False) -> pa.Array | pa.ChunkedArray:
    """A text column with an apostrophe before what begins like a formula; null stays null.

    read_back: for files that we read again: also before what is empty (an empty cell is unknown) or begins with an
    apostrophe. `unguarded` takes them off.
    """
    risky = pc.match_substring_regex(column, _RISKY_OR_BARE_RE if read_back else _RISKY_RE)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def unguarded(column: pa.Array) -> pa.Array:
    """The text column that `guarded` was given with `read_back`; an empty cell is unknown."""
    ours = pc.match_substring_regex(column, _GUARDED_RE)
    text = pc.if_else(ours, pc.utf8_slice_codeunits(column, 1), column)
    return pc.if_else(pc.equal(column, ""), None, text)
