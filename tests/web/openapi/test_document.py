"""The service keeps to its own OpenAPI document, whatever a client makes of it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from examples import examples
from web.schema import KEY, conforming, served
from web.serving import serving


@pytest.mark.slow
def test_the_service_keeps_to_its_document(tmp_path: Path) -> None:
    """No request that schemathesis makes of the document, right or wrong, is answered as the document does not say."""
    with serving(served(tmp_path)) as client:
        order = {"account": "weibo:small"}
        assert client.post("/v1/audits", json=order, headers={**KEY, "Prefer": "wait=60"}).status_code == 200
        code, output = conforming(str(client.base_url).rstrip("/"), examples=examples(4), seed=1)
    assert code == 0, output


def test_every_reference_leads_somewhere(client: httpx.Client) -> None:
    """Schemas, headers and answers that the document refers to are in it, and nothing there is left unused."""
    document = client.get("/openapi.json")
    held = {
        f"#/components/{kind}/{name}"
        for kind, named in document.json()["components"].items()
        for name in named
    }
    named = {part.split('"')[0] for part in document.text.split('"$ref":"')[1:]}
    assert named <= held
    assert {one for one in held if "securitySchemes" not in one} <= named


def test_every_operation_is_whole(client: httpx.Client) -> None:
    """Each has a name, a summary, an answer that is no error with its headers, errors, and an example of its body."""
    document = client.get("/openapi.json").json()
    names = []
    for path, methods in document["paths"].items():
        for operation in methods.values():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert operation["description"]
            good = [answer for status, answer in operation["responses"].items() if status < "4"]
            assert all(answer["headers"]["X-Request-Id"] for answer in good), path
            assert "503" in operation["responses"]
            for media, body in operation.get("requestBody", {}).get("content", {}).items():
                assert body["schema"]
                assert media != "application/json" or body["example"]
            for parameter in operation["parameters"]:
                assert parameter["schema"]
    assert len(names) == len(set(names)) >= 16
