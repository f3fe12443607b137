"""Accounts as people write them."""

from __future__ import annotations

import pytest

from zombiescope.errors import AccountError
from zombiescope.sources.account_ref import canonical


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("x:somebody", "x:somebody"),
        ("x:@somebody", "x:somebody"),
        ("https://x.com/somebody", "x:somebody"),
        ("https://twitter.com/somebody/followers?lang=en", "x:somebody"),
        ("https://mobile.twitter.com/@somebody", "x:somebody"),
        ("https://bsky.app/profile/some.body.example", "bluesky:some.body.example"),
        ("@somebody.bsky.social", "bluesky:somebody.bsky.social"),
        ("did:plc:abc", "bluesky:did:plc:abc"),
        ("https://weibo.com/u/1234", "weibo:1234"),
        ("https://m.weibo.cn/u/1234", "weibo:1234"),
        ("https://weibo.com/n/%E6%9F%90%E4%BA%BA", "weibo:某人"),
        ("https://social.example/@somebody", "mastodon:somebody@social.example"),
        ("https://social.example/users/somebody", "mastodon:somebody@social.example"),
        ("https://social.example/@somebody@other.example", "mastodon:somebody@other.example"),
        ("@somebody@social.example", "mastodon:somebody@social.example"),
        ("followers.csv", "file:followers.csv"),
        ("lists/followers.xlsx", "file:lists/followers.xlsx"),
        ("file:followers.csv", "file:followers.csv"),
        ("x.com/somebody", "x:somebody"),
        ("sample:canada", "sample:canada"),
    ],
)
def test_one_account_in_many_forms(text: str, account: str) -> None:
    """Addresses of profiles, @names, ids and paths name the same account as SOURCE:NAME does."""
    assert canonical(text) == account


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("@somebody", "x:somebody, bluesky:somebody"),
        ("https://www.instagram.com/somebody/", "Export the list"),
        ("https://www.tiktok.com/@somebody", "Export the list"),
        ("https://news.example/article", "SOURCE:NAME"),
    ],
)
def test_what_names_no_account_says_what_to_write(text: str, advice: str) -> None:
    """A name without a platform, and platforms that show no lists, are refused with what to do."""
    with pytest.raises(AccountError) as caught:
        canonical(text)
    assert advice in caught.value.advice


def test_over_http_a_path_is_no_file() -> None:
    """A path is left as it is where files are not for the asker."""
    assert canonical("followers.csv", paths=False) == "followers.csv"
