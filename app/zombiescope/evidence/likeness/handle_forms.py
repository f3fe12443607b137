"""The form of a handle: "JohnSmith4821" is Word Word 4 digits."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.arrays import IntArray

__all__ = ["Forms", "forms"]


# Each run of characters becomes one mark; digits stay one by one, so that their number is part of the form.
_RUNS = (
    ("\x01", r"\p{Han}+", "Chinese"),
    ("\x02", r"\p{Lu}\p{Ll}+", "Word"),
    ("\x03", r"\p{Ll}+", "word"),
    ("\x04", r"\p{Lu}+", "WORD"),
    ("\x05", r"\p{L}+", "letters"),
    ("\x06", r"[^\x01-\x05\d_.\-]+", "signs"),
)
_PARTS = re.compile(r"[\x01-\x06]|0+|[_.\-]")


class Forms:
    """The forms of a column of handles.

    codes: (rows,) int64, which form a handle has, -1 where there is no handle.
    stems: (forms,) int64, which stem a form has: the form without the digits at its end.
    tails: (forms,) int64, how many digits stand at its end.
    """

    def __init__(self, codes: IntArray, forms: list[str]) -> None:
        self.codes = codes
        self._forms = forms
        bare = [form.rstrip("0") for form in forms]
        known = {stem: at for at, stem in enumerate(dict.fromkeys(bare))}
        self.stems: IntArray = np.array([known[stem] for stem in bare], dtype=np.int64)
        self.tails: IntArray = np.array(
            [len(form) - len(stem) for form, stem in zip(forms, bare, strict=True)], dtype=np.int64
        )

    def __len__(self) -> int:
        return len(self._forms)

    def words(self, code: int) -> str:
        """A form in words: "Word Word 4 digits"."""
        run_names = {mark: name for mark, _, name in _RUNS}
        parts = []
        for part in _PARTS.findall(self._forms[code]):
            if part[0] == "0":
                parts.append("1 digit" if len(part) == 1 else f"{len(part)} digits")
            else:
                parts.append(run_names.get(part, part))
        return " ".join(parts)


def forms(handles: pa.Array) -> Forms:
    """The form of each handle."""
    written = handles
    for mark, run, _ in _RUNS:
        written = pc.replace_substring_regex(written, run, mark)
    written = pc.replace_substring_regex(written, r"\d", "0")
    encoded = written.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Forms(codes, encoded.dictionary.to_pylist())
