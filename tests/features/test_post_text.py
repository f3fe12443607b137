"""The compiled counts of posts' texts equal numpy's to the bit, and the per-record reference."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.reference import features as oracle
from features.strategies import AT, followers
from zombiescope.domain import Follower
from zombiescope.features import NAMES, compiled, extract
from zombiescope.features.post_text import numpy_post_text

kernel = pytest.importorskip(
    "zombiescope.features.post_text_kernel", reason="the extra `fast` is not installed"
)

# What splits words and makes marks, and characters of one to four bytes: Chinese, emoji, combining marks, Hangul.
PIECES = (
    "a|B|z9|the| |  |\n|@|#|&|&#39;|http://|HTTPS://x.y/1|://|:|/|_|\x00|\x1f|今天|哈|。|、|😀|👩\u200d👧|"
    "e\u0301|\u0300|é|ß|한글|かな|\u3000"
)
TEXTS = st.one_of(
    st.none(), st.lists(st.sampled_from(PIECES.split("|")), max_size=25).map("".join), st.text(max_size=20)
)


def assert_same(texts: pa.Array, owner: list[int], size: int) -> None:
    """Every count of both ways, bit for bit."""
    owners = np.array(owner, dtype=np.int64)
    slow, fast = numpy_post_text(texts, owners, size), kernel.compiled_post_text(texts, owners, size)
    for name in ("lengths", "links", "mentions", "hashtags", "worded", "distinct"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name), err_msg=name)
    for name in ("items", "distinct", "spent"):
        np.testing.assert_array_equal(getattr(fast.words, name), getattr(slow.words, name), err_msg=name)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=6), min_size=1, max_size=5), st.integers(0, 3))
@example([["@", "a@b", "x #", "&#39;", "#", "a://"], []], 0)
@example([[None, "", None]], 1)
def test_compiled_counts_equal_numpys(accounts: list[list[str | None]], skipped: int) -> None:
    """For any texts, missing ones too, in a slice of a larger buffer or not."""
    texts = [text for account in accounts for text in account]
    owner = [i for i, account in enumerate(accounts) for _ in account]
    whole = pa.array(["of another slice"] * skipped + texts, pa.string())
    assert_same(whole.slice(skipped), owner, len(accounts))


def test_long_texts_and_frequent_words() -> None:
    """A word a hundred thousand times, and thirty thousand different ones: the table grows, the sums are exact."""
    many = " ".join(f"w{i % 30_000}" for i in range(50_000))
    assert_same(pa.array(["la " * 100_000, many, "la", "last"]), [0, 0, 1, 3], 5)


@settings(max_examples=60, deadline=None)
@given(st.lists(followers, min_size=1, max_size=6))
def test_features_by_the_kernel_equal_the_reference(rows: list[Follower]) -> None:
    """The whole matrix: numpy's to the bit, and within 1e-6 of plain Python from each feature's meaning."""
    assert compiled.load()
    fast = extract(rows, at=AT).matrix
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "_kernels", [])
        slow = extract(rows, at=AT).matrix
    np.testing.assert_array_equal(fast, slow)
    wanted = np.array([oracle(row, AT) for row in rows])
    for j, name in enumerate(NAMES):
        np.testing.assert_allclose(fast[:, j], wanted[:, j], rtol=1e-6, atol=1e-6, err_msg=name)
