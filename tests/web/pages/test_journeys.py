"""Journeys through the pages in a real browser: on a screen and a phone, light and dark, in both languages.

Each look takes its screenshots into out/screenshots, for people to look at; the tests look at what a person cannot
see at a glance: messages on the console, requests to elsewhere, sideways scroll, and what axe-core finds.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from doubles import AS_OF, ListSource, people
from web.serving import services, serving
from zombiescope import wiring
from zombiescope.records import schema
from zombiescope.sources.base import Listing, Progressed, silent

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ROOT = Path(__file__).parents[3]
SHOTS = ROOT / "out" / "screenshots"
A4 = (680, 1016)  # CSS pixels of the printed part of an A4 page: 210 by 297 mm less the margins of report.css
LEGIBLE = 180  # CSS pixels of height below which nobody reads the printed picture
PATIENCE = 30_000  # milliseconds that a busy machine may take
TRAINED = 300_000  # and for a small training

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    # Playwright's driver leaves its own event loop and pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

HOSTILE = (
    "大使馆官方微博",
    "مرحبا بالعالم",
    "สวัสดีชาวโลก",
    "😀" * 4_000,
    "<script>document.title = 'owned'</script>",
    "\u202egnorw\u202c \u2067isolated",
    "x" * 300,
)


class HostileSource(ListSource):
    """A list whose members have names of every kind."""

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The usual list under other names."""
        given = super().listing(handle, progress=progress)
        rows = schema.from_followers(
            _renamed(one, HOSTILE[i % len(HOSTILE)]) for i, one in enumerate(people(given.frame.listed))
        )
        return replace(given, rows=rows)


def _renamed(follower: Any, name: str) -> Any:
    return msgspec.structs.replace(follower, display_name=name, handle=name[:60], bio=name)


@dataclass(frozen=True)
class Look:
    """How somebody looks at the pages."""

    width: int
    scheme: str
    lang: str

    @property
    def name(self) -> str:
        """For the screenshots' names."""
        return f"{self.width}-{self.scheme}-{self.lang}"


LOOKS = [
    Look(width, scheme, lang)
    for width in (1280, 390)
    for scheme in ("light", "dark")
    for lang in ("en", "zh")
]
EACH_LOOK = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
PHONE = 360  # CSS pixels of the narrowest phone


@dataclass
class Tab:
    """A browser tab on a service, that keeps what it complained of."""

    page: Any
    base: str
    look: Look
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page and look at it."""
        self.page.goto(self.base + path)
        self.see(path)

    def see(self, path: str) -> None:
        """Screenshot, axe, scroll."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        name = "-".join(part for part in path.split("?")[0].split("/") if part and len(part) < 30) or "home"
        self.page.screenshot(path=SHOTS / f"{name}-{self.look.name}.png", full_page=True)
        if self.look.width < 500:
            self.page.set_viewport_size({"width": PHONE, "height": 900})
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{path} scrolls sideways"
        )
        if self.look.width < 500:
            self.page.set_viewport_size({"width": self.look.width, "height": 900})
        report = self.page.evaluate(
            f"() => {{ {AXE.read_text(encoding='utf-8')}; return axe.run(document, {{resultTypes: ['violations']}}) }}"
        )
        grave = [
            f"{one['id']}: {node['html'][:160]}"
            for one in report["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
        assert grave == [], path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for all journeys."""
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def tab_of(browser: Any, client: httpx.Client, look: Look) -> Tab:
    """A tab that notes console messages, failed scripts, and requests to anywhere but the service."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 900},
        color_scheme=look.scheme,
        locale={"en": "en-GB", "zh": "zh-CN"}[look.lang],
    )
    context.set_default_timeout(PATIENCE)
    base = str(client.base_url).rstrip("/")
    tab = Tab(context.new_page(), base, look)
    tab.page.on("console", lambda message: tab.complaints.append(f"{message.type}: {message.text}"))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((base, "data:"))
            else tab.complaints.append(f"request to {request.url}")
        ),
    )
    return tab


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service whose accounts have followers with hostile names."""
    with serving(
        services(tmp_path_factory.mktemp("hostile"), HostileSource(embassy=300, small=40))
    ) as client:
        yield client


def follower_file(folder: Path) -> Path:
    """A follower file as a European spreadsheet writes it: semicolons, days first, no word of the platform."""
    lines = ["id;handle;Name;created at;Followers;Following;Posts"]
    for one in people(120):
        assert one.created_at is not None
        counts = f"{one.followers_count};400;{one.posts_count}"
        lines.append(f"{one.id};{one.handle};{one.display_name};{one.created_at:%d/%m/%Y};{counts}")
    path = folder / "fans.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@EACH_LOOK
def test_a_dropped_file_becomes_a_printed_report(
    browser: Any, client: httpx.Client, tmp_path: Path, look: Look
) -> None:
    """Home, the file as it was understood, the audit, followers, report; printed, the summary is one A4 page."""
    tab = tab_of(browser, client, look)
    page = tab.page
    tab.go("/")
    page.set_input_files("#file", follower_file(tmp_path))
    page.wait_for_selector("#file-form")
    page.fill("#claim", "87")
    page.fill("#platform", "weibo")
    page.press("#platform", "Tab")
    page.wait_for_selector("#file-form .error b", state="detached")
    page.fill("#as_of", f"{AS_OF:%Y-%m-%d}")
    page.fill("#label", "Embassy of Ruritania")
    page.select_option("#order", "newest-first")
    tab.see("/files")
    page.click("#file-form button")
    page.wait_for_url("**/audits/*")
    page.wait_for_selector("main .button")
    audit = page.url.removeprefix(tab.base)
    tab.see("/audit")
    assert "Embassy of Ruritania" in page.inner_text("main")
    tab.go(f"{audit}/followers")
    assert page.locator("tbody tr").count() == 50
    tab.go(f"/v1{audit}/report")
    assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-Hans"}[look.lang]
    page.wait_for_selector(".plot canvas")
    page.fill(".live input >> nth=0", "1")
    page.fill(".live input >> nth=1", "40")
    page.click("[data-do=list]")
    page.wait_for_selector(".inside tbody tr")
    page.click("[data-do=zoom]")
    tab.see("/report-selected")
    page.set_viewport_size({"width": A4[0], "height": A4[1]})
    page.emulate_media(media="print")
    summary, banner, picture = (
        page.evaluate(f"document.querySelector('{name}')?.getBoundingClientRect().height ?? 0")
        for name in (".summary", ".simulated", ".still svg")
    )
    assert summary + banner <= A4[1]
    assert page.evaluate("(one => one.scrollHeight <= one.clientHeight)(document.querySelector('.summary'))")
    assert picture > LEGIBLE
    assert tab.complaints == []
    page.context.close()


@EACH_LOOK
def test_a_league_table_from_a_pasted_list(browser: Any, client: httpx.Client, look: Look) -> None:
    """A list of accounts becomes a table, cards on a phone; sorting by a column works by keyboard."""
    tab = tab_of(browser, client, look)
    tab.go("/rank")
    tab.page.fill(
        "#accounts", "account,name,declared\nweibo:embassy,Embassy,1000\nweibo:small,Small,50\n,None,9\n"
    )
    tab.page.click("main form button")
    tab.page.wait_for_selector(".league-table")
    tab.see("/rank/table")
    if look.width > 1000:
        before = tab.page.inner_text(".league-table tbody")
        tab.page.focus(".league-table thead th:nth-child(3) button")
        tab.page.keyboard.press("Enter")
        assert tab.page.get_attribute(".league-table thead th:nth-child(3)", "aria-sort") == "ascending"
        assert tab.page.inner_text(".league-table tbody") != before
    assert tab.complaints == []
    tab.page.context.close()


@EACH_LOOK
def test_a_handle_becomes_a_labelled_estimate_by_keyboard_alone(
    browser: Any, client: httpx.Client, look: Look
) -> None:
    """Type the account, Enter; open labelling by Tab and Enter; thirty verdicts by Z and G, the estimate by E."""
    tab = tab_of(browser, client, look)
    page = tab.page
    page.goto(tab.base)
    page.locator("#account:focus").wait_for()
    page.keyboard.type("weibo:small")
    page.locator("#reading", has_text="small").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_selector("main .button")
    for _ in range(40):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.href") or "").endswith("/label"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-keys=ready]", state="attached")
    tab.see("/label")
    for number in range(30):
        page.wait_for_selector("html[data-keys=ready]", state="attached")
        person = page.input_value("[name=follower]")
        page.keyboard.press("z" if number % 4 else "g")
        page.wait_for_selector(f'[name=follower]:not([value="{person}"])', state="attached")
    page.wait_for_selector("html[data-keys=ready]", state="attached")
    page.keyboard.press("e")
    page.wait_for_selector("main .button")
    tab.see("/labelled")
    assert (
        "cross-prediction, 30 labels"
        in client.get("/v1" + page.url.removeprefix(tab.base)).json()["share"]["method"]
    )
    assert tab.complaints == []
    page.context.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service that trains, with a home for its models."""
    home = tmp_path_factory.mktemp("studio")
    settings = wiring.settings({"ZOMBIESCOPE_HOME": str(home)})
    given = services(
        home, model_registry=lambda tenant: wiring.model_registry(settings), train=wiring.trainer(settings)
    )
    with serving(given) as client:
        yield client


@EACH_LOOK
def test_a_model_is_trained_and_activated(browser: Any, studio: httpx.Client, look: Look) -> None:
    """Upload labelled records, watch the training, read the card, use the model, go back; trained by the first look
    alone, used and given up by each."""
    tab = tab_of(browser, studio, look)
    page = tab.page
    tab.go("/models")
    if studio.get("/v1/models/mine").status_code == 404:
        page.fill("#name", "mine")
        page.set_input_files("#labelled", ROOT / "data" / "sample" / "labelled.jsonl")
        page.click("#train button")
        page.wait_for_url("**/models/mine")
        page.wait_for_selector("main progress")
        tab.see("/models/training")
        page.wait_for_selector("main .chart svg", timeout=TRAINED)
    else:
        page.click("a[href='/models/mine-1']")
        page.wait_for_selector("main .chart svg")
    assert page.locator(".chart svg").count() == 2
    before = studio.get("/v1/models").json()
    before = next(one["name"] for one in before["models"] if one["current"])
    page.click("form[action$=activate] button")
    page.wait_for_load_state()
    if page.locator("[name=force]").count():  # it is worse than the one in use, which is said
        tab.see("/models/worse")
        tab.complaints.clear()  # the browser notes the 409
        page.check("[name=force]")
        page.click("form[action$=activate] button")
    page.wait_for_selector("h1 .tag")
    tab.see("/models/used")
    page.click("form[action$=rollback] button")
    page.wait_for_url("**/models")
    page.wait_for_selector("tbody .tag")
    assert before in page.inner_text("tbody tr:has(.tag)")
    assert tab.complaints == []
    page.context.close()


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[7]], ids=lambda look: look.name)
def test_hostile_names_are_text(browser: Any, hostile: httpx.Client, look: Look) -> None:
    """Names in any script, emoji by the thousand, markup and bidi marks break no page and run nothing."""
    answer = hostile.post(
        "/v1/audits", json={"account": "weibo:embassy", "sample": 200}, headers={"Prefer": "wait=60"}
    )
    audit = answer.json()["id"]
    tab = tab_of(browser, hostile, look)
    for path in (f"/audits/{audit}", f"/audits/{audit}/followers", f"/v1/audits/{audit}/report", "/"):
        tab.go(path)
        assert tab.page.title() != "owned"
    assert tab.complaints == []
    tab.page.context.close()


def test_other_pages_have_no_grave_fault(browser: Any, client: httpx.Client, done: str) -> None:
    """Models, comparison and the API's page pass the same looks at phone width."""
    tab = tab_of(browser, client, replace(LOOKS[6], width=PHONE))
    for path in ("/models", f"/audits/{done}/compare", f"/audits/{done}/label"):
        tab.go(path)
    assert tab.complaints == []
    tab.page.context.close()
