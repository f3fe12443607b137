"""One service for most tests, and a home for those that need their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from web.serving import services, serving


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shared service."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="session")
def client(home: Path) -> Iterator[httpx.Client]:
    """A client of the shared service."""
    with serving(services(home)) as http_client:
        yield http_client


@pytest.fixture(scope="session")
def done(client: httpx.Client) -> str:
    """The id of a done audit of 300 followers."""
    answer = client.post(
        "/v1/audits", json={"account": "weibo:embassy", "sample": 200}, headers={"Prefer": "wait=60"}
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])
