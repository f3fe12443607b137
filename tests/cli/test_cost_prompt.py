"""What a live audit takes is said first, and agreed to; sources of other packages are found."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sources.contract import BLUESKY
from zombiescope import wiring
from zombiescope.cli import sources
from zombiescope.cli.cost_prompt import agreed
from zombiescope.errors import AccountError, BudgetError, InputError
from zombiescope.log import secrets_of
from zombiescope.platforms import platform
from zombiescope.platforms.mastodon import tokens
from zombiescope.report import profile_links
from zombiescope.settings import Settings
from zombiescope.sources.base import Source
from zombiescope.sources.live import LiveSource
from zombiescope.usecases.audit import AuditRequest

PLUGIN = '''
from zombiescope.platforms import PlatformDescriptor, PlatformSetting, whole_value
from zombiescope.sources.budget import Plan

class Paid:
    """A platform that charges a dollar a follower."""
    platform = "paid"
    def __init__(self, budget):
        self.budget = budget
    def estimate(self, handle, *, sample=None, posts=None):
        return Plan(requests=3, seconds=200.0, money=float(handle))

def source(request, settings, budget):
    return Paid(budget)

paid = PlatformDescriptor(
    name="paid",
    title="Paid Social",
    account="paid:DOLLARS",
    needs="Costs a dollar a follower.",
    source="paid_source:source",
    settings=(PlatformSetting("PAID_TOKEN", "a token", secrets=whole_value),),
    profile_link=lambda user_id, handle: f"https://paid.test/{user_id}",
)

broken = "no descriptor"
'''


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package that offers the source `paid`, and one that cannot be loaded."""
    (tmp_path / "paid_source.py").write_text(PLUGIN)
    about = tmp_path / "paid_source-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: paid-source\nVersion: 1\n")
    (about / "entry_points.txt").write_text(
        "[zombiescope.sources]\npaid = paid_source:paid\nlost = no_such_module:source\n"
        "file = paid_source:broken\nodd = paid_source:broken\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "paid_source", raising=False)


@pytest.fixture
def live_settings(tmp_path: Path) -> Settings:
    """Settings of a user with a home of its own."""
    return wiring.settings({"ZOMBIESCOPE_HOME": str(tmp_path), "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS": "1"})


def ask(
    live_settings: Settings, typed: str | None = None, *, yes: bool = False, tty: bool = True
) -> tuple[str, list[Source]]:
    """What is shown to a user who types this, and the source that comes of it."""
    got: list[Source] = []

    @click.command()
    def command() -> None:
        sys.stdin.isatty = lambda: tty  # type: ignore[method-assign]
        got.append(agreed(AuditRequest(account="paid:2.5"), live_settings, max_requests=None, yes=yes))

    result = CliRunner().invoke(command, input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stderr, got


@pytest.mark.usefixtures("plugin")
def test_money_is_asked_for_first(live_settings: Settings) -> None:
    """A yes gives the source exactly what the plan costs, a no gives nothing."""
    shown, got = ask(live_settings, "y\n")
    assert "about 3 requests, 3 minutes, $2.50" in shown
    assert "spend $2.50?" in shown
    assert got[0].budget.money == 2.5  # type: ignore[attr-defined]
    shown, got = ask(live_settings, "n\n")
    assert not got


@pytest.mark.usefixtures("plugin")
def test_yes_spends_without_a_question(live_settings: Settings) -> None:
    """--yes is for scripts; without it and without a terminal nothing is spent."""
    shown, got = ask(live_settings, yes=True, tty=False)
    assert "spend" not in shown
    assert got[0].budget.money == 2.5  # type: ignore[attr-defined]
    with pytest.raises(BudgetError, match=r"costs about \$2\.50"):
        ask(live_settings, tty=False)


@pytest.mark.usefixtures("plugin")
def test_sources_of_other_packages_are_found_by_name(live_settings: Settings) -> None:
    """Theirs are listed beside ours, ours come first, and one that is broken is named."""
    assert {"paid", "lost", "odd", "bluesky", "file", "mastodon", "sample", "weibo", "x"} == set(
        wiring.platforms()
    )
    assert wiring.source(AuditRequest(account="paid:1"), live_settings).platform == "paid"
    assert wiring.source(AuditRequest(account="file:x"), live_settings).platform == "file"
    assert profile_links.profile_link("paid", "7", None) == "https://paid.test/7"
    assert "paid:DOLLARS" in CliRunner().invoke(sources.command).stdout
    private = wiring.settings({"ZOMBIESCOPE_HOME": str(live_settings.home), "PAID_TOKEN": "sesame-1"})
    assert secrets_of(private)[-1] == private.platform_settings["PAID_TOKEN"] == "sesame-1"
    with pytest.raises(AccountError, match="no PlatformDescriptor"):
        platform("odd")
    with pytest.raises(AccountError, match="no_such_module"):
        wiring.source(AuditRequest(account="lost:1"), live_settings)
    with pytest.raises(AccountError, match="no account that zombiescope knows"):
        wiring.source(AuditRequest(account="nowhere:1"), live_settings)


def test_a_plan_over_max_requests_is_refused(live_settings: Settings) -> None:
    """Before the start, with what it would take."""
    world = BLUESKY.world(300)
    with BLUESKY.open(world) as opened:
        assert opened.server is not None
        settings = wiring.settings(
            {
                "ZOMBIESCOPE_HOME": str(live_settings.home),
                "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS": "1",
                "ZOMBIESCOPE_BLUESKY_APPVIEW": opened.server.url,
            }
        )
        request = AuditRequest(account="bluesky:fan0.test", sample=100, posts=5)
        with pytest.raises(BudgetError, match="takes about 111 requests and the limit is 100"):
            agreed(request, settings, max_requests=100, yes=False)
        source = agreed(request, settings, max_requests=111, yes=False)
        assert isinstance(source, LiveSource)
        listing = source.listing("fan0.test")
        source.fetch(listing, range(0, 300, 3), posts=5)


@pytest.mark.parametrize("value", ["host", "=token", "host=", "a=b,c"])
def test_a_token_setting_that_is_none_is_told_without_the_token(value: str) -> None:
    """The entry's number, not its text."""
    with pytest.raises(InputError, match="is no HOST=TOKEN") as caught:
        wiring.settings({"ZOMBIESCOPE_MASTODON_TOKENS": value})
    assert "token" not in caught.value.what.partition(":")[2]


def test_the_settings_of_live_accounts(tmp_path: Path) -> None:
    """Each name, some from files; secrets do not show."""
    (tmp_path / "cookie").write_text("SUB=secret\n")
    live_settings = wiring.settings(
        {
            "ZOMBIESCOPE_MASTODON_TOKENS": "A.test=one=1, b.test=secret",
            "ZOMBIESCOPE_WEIBO_COOKIE_FILE": str(tmp_path / "cookie"),
            "ZOMBIESCOPE_X_TOKEN": "secret",
            "ZOMBIESCOPE_BLUESKY_PLC": "https://plc.test",
        }
    )
    given = live_settings.platform_settings
    assert tokens(given["ZOMBIESCOPE_MASTODON_TOKENS"]) == (("a.test", "one=1"), ("b.test", "secret"))
    assert given["ZOMBIESCOPE_WEIBO_COOKIE"] == "SUB=secret"
    assert given["ZOMBIESCOPE_BLUESKY_PLC"] == "https://plc.test"
    assert "ZOMBIESCOPE_BLUESKY_APPVIEW" not in given
    assert set(live_settings.platform_secrets) == {"one=1", "secret", "SUB=secret"}
    assert not live_settings.allow_private_hosts
    assert "secret" not in repr(live_settings)
