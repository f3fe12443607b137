"""How fast the pages are in a browser, and how large: a local server, Chromium, simulated accounts.

    python -m benchmarks.pages

Goals: the first report of 1,000 drawn followers visible within 1 s; 10,000 points brushed with no frame over 100 ms;
home and report under 300 KB without the chart library; the report as one file under 3 MB. Needs playwright and
Chromium. Nothing is cached between the server's start and the first report.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

OUT = Path(__file__).parent / "results" / "pages.md"
SCRIPT = str(Path(sys.executable).parent / "zombiescope")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ROUNDS = 5  # servers, each with its own first report
# The longest time between two frames, from the first move of the pointer on.
FRAMES = """() => {
  globalThis.frames = [];
  let last = performance.now();
  const next = (now) => { frames.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@contextmanager
def server(home: Path) -> Iterator[httpx.Client]:
    """A service as people start it, once it is ready and has come to rest."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "ZOMBIESCOPE_HOME": str(home)}
    command = [SCRIPT, "serve", "--port", str(port)]
    running = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
            deadline = time.monotonic() + 120
            while True:
                try:
                    if client.get("/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                if time.monotonic() > deadline:
                    raise SystemExit("the service does not start")
                time.sleep(0.2)
            time.sleep(5)
            yield client
    finally:
        running.terminate()
        running.wait()


def audit(client: httpx.Client, account: str, sample: int) -> str:
    """The id of a finished audit."""
    answer = client.post("/v1/audits", json={"account": account, "sample": sample})
    answer.raise_for_status()
    address = answer.headers["Location"]
    while (state := client.get(address).json())["status"] in ("queued", "running"):
        time.sleep(1)
    if state["status"] != "done":
        raise SystemExit(f"the audit of {account} is {state['status']}: {state['error']}")
    return str(state["id"])


def shown(browser: Browser, address: str) -> tuple[float, float, int]:
    """Milliseconds until a report is painted and until its chart is interactive, and the bytes of the page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    answer = page.goto(address, wait_until="commit")
    page.wait_for_selector(".plot canvas")
    interactive: float = page.evaluate("performance.now()")
    painted: float = page.evaluate(PAINTED)
    assert answer is not None
    size = len(answer.body())
    page.close()
    return painted, interactive, size


def brushed(browser: Browser, address: str) -> tuple[int, list[float]]:
    """How many points the chart has, and the milliseconds between frames while a selection is drawn over them."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(address)
    page.wait_for_selector(".plot canvas")
    page.locator(".plot canvas").scroll_into_view_if_needed()
    points: int = page.evaluate(
        "JSON.parse(document.getElementById('followers-data').textContent).place.length"
    )
    box: Any = page.locator(".plot canvas").bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 40)
    page.wait_for_timeout(500)
    page.evaluate(FRAMES)
    page.mouse.down()
    for step in range(120):
        page.mouse.move(box["x"] + 80 + step * (box["width"] - 120) / 120, box["y"] + 40 + step * 2.5)
    page.mouse.up()
    page.wait_for_timeout(300)
    frames: list[float] = page.evaluate("frames")
    page.close()
    return points, frames


def main() -> None:
    """Measure and write the table."""
    if CHROMIUM is None:
        raise SystemExit("there is no Chromium on this machine")
    library = len(resources.files("zombiescope.report").joinpath("static", "vega.js").read_bytes())
    reports: list[tuple[float, float, int]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser,
    ):
        home = Path(folder)
        with server(home) as client:
            small, large = audit(client, "sample:israel", 1_000), audit(client, "sample:israel", 10_000)
        for _round in range(ROUNDS):
            with server(home) as client:
                reports.append(shown(browser, f"{client.base_url}/v1/audits/{small}/report"))
        with server(home) as client:
            first = shown(browser, f"{client.base_url}/v1/audits/{large}/report")
            points, frames = brushed(browser, f"{client.base_url}/v1/audits/{large}/report")
            front = _weight(browser, str(client.base_url))
    painted, interactive = (sorted(one[at] for one in reports)[ROUNDS // 2] for at in (0, 1))
    size = reports[0][2]
    rows = [
        (
            "first report of 1,000 drawn, painted (median of 5 servers)",
            "1 s",
            f"{painted:,.0f} ms",
            painted <= 1000,
        ),
        ("the same, its chart interactive", "", f"{interactive:,.0f} ms", None),
        (f"first report of {points:,} points, painted", "", f"{first[0]:,.0f} ms", None),
        (
            f"longest of {len(frames)} frames, {points:,} points brushed",
            "100 ms",
            f"{max(frames):,.0f} ms",
            max(frames) <= 100,
        ),
        ("home, all it loads", "300 KB", _kb(front), front < 300_000),
        (
            "report of 1,000 drawn, without the chart library",
            "300 KB",
            _kb(size - library),
            size - library < 300_000,
        ),
        ("the same as one file", "3 MB", _kb(size), size < 3_000_000),
        (f"report of {points:,} points as one file", "3 MB", _kb(first[2]), first[2] < 3_000_000),
    ]
    marks = {True: "met", False: "missed", None: ""}
    lines = [
        "# Pages in a browser",
        "",
        f"`python -m benchmarks.pages`; {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} while it ran.",
        "",
        "| what | goal | measured | |",
        "|---|---|---|---|",
        *(f"| {what} | {goal} | {measured} | {marks[met]} |" for what, goal, measured, met in rows),
        "",
    ]
    OUT.write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


def _weight(browser: Browser, address: str) -> int:
    """Bytes of a page and of everything that it loads, unpacked."""
    page = browser.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(address, wait_until="networkidle")
    page.close()
    return sum(sizes)


def _kb(size: int) -> str:
    return f"{size / 1000:,.0f} KB"


if __name__ == "__main__":
    main()
