"""Labelling by keyboard in a real browser, under the pages' own policy."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from web.serving import services, serving
from zombiescope.web.auth.api_keys import keys_from

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0"),
)
LOADED = 60.0  # seconds that a page may take on a busy machine


class Browser:
    """One tab, by Chromium's debugging protocol."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._calls = socket, 0
        self.complaints: list[str] = []
        for domain in ("Page", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser, and gather what it complains of meanwhile."""
        self._calls += 1
        self._socket.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=LOADED))
            noted = message.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")
            if noted and message["params"].get("entry", {}).get("level") != "verbose":
                self.complaints.append(json.dumps(message["params"]))
            if message.get("id") == self._calls:
                result: dict[str, Any] = message.get("result", message)
                return result

    def see(self, script: str, wanted: object) -> None:
        """Wait until a script gives what is wanted."""
        deadline = time.monotonic() + LOADED
        while (value := self.call("Runtime.evaluate", expression=script)["result"].get("value")) != wanted:
            assert time.monotonic() < deadline, f"{script} is {value!r}, not {wanted!r}"
            time.sleep(0.05)

    def press(self, key: str) -> None:
        """Press and release a key."""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile."""
    client = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    assert CHROMIUM is not None
    running = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank"], stderr=subprocess.DEVNULL
    )
    try:
        port_file = folder / "DevToolsActivePort"
        deadline = time.monotonic() + LOADED
        while not (port_file.is_file() and port_file.read_text()):
            assert time.monotonic() < deadline, "the browser does not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=LOADED) as answer:
            tab = next(one for one in json.load(answer) if one["type"] == "page")
        with client.connect(tab["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Browser(socket)
    finally:
        running.kill()
        running.wait()


@pytest.mark.e2e
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_person_labels_by_keyboard(tmp_path: Path) -> None:
    """Log in, label with Z, G and C, undo with U, estimate with E; the browser refuses and reports nothing."""
    given = services(tmp_path, keys=keys_from("ann:read+label+audit:a-secret-0123456789"))
    with serving(given) as client:
        answer = client.post(
            "/v1/audits",
            json={"account": "weibo:embassy"},
            headers={"Prefer": "wait=60", "Authorization": "Bearer a-secret-0123456789"},
        )
        page = f"{client.base_url}/audits/{answer.json()['id']}/label"
        with browsing(tmp_path / "profile") as browser:
            _log_in(browser, client.base_url)
            browser.call("Page.navigate", url=page)
            count, person = (
                "document.querySelector('.count b')?.innerText",
                "document.querySelector('h1')?.innerText",
            )
            for key, labelled in (("z", "1"), ("g", "2"), ("c", "2"), ("z", "3")):
                browser.see("document.readyState", "complete")
                before = browser.call("Runtime.evaluate", expression=person)["result"]["value"]
                browser.press(key)
                browser.see(f"{person} !== undefined && {person} !== {json.dumps(before)}", True)
                browser.see(count, labelled)
            browser.see("document.readyState", "complete")  # before that the page's script hears no key
            browser.press("u")
            browser.see(count, "2")
            browser.see("document.readyState", "complete")
            browser.press("z")
            browser.see(count, "3")
            browser.see("document.readyState", "complete")
            browser.press("e")
            browser.see("location.pathname.endsWith('/label')", False)
            browser.see("document.querySelector('h1')?.innerText.includes('zombies')", True)
            assert [one for one in browser.complaints if "401" not in one] == []
        header = {"Authorization": "Bearer a-secret-0123456789"}
        assert client.get(f"/v1/audits/{answer.json()['id']}", headers=header).json()["labels"]["count"] == 3


def _log_in(browser: Browser, address: httpx.URL) -> None:
    browser.call("Page.navigate", url=str(address))
    browser.see("document.querySelector('#key') !== null && document.readyState === 'complete'", True)
    browser.call(
        "Runtime.evaluate", expression="document.querySelector('#key').value = 'a-secret-0123456789'"
    )
    browser.call("Runtime.evaluate", expression="document.querySelector('.ask button').click()")
    browser.see("document.querySelector('#account') !== null", True)
