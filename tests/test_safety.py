"""What strangers write stays data: no part of it is run, unpacked into objects, or taken for a path or SQL."""

from __future__ import annotations

import ast
from pathlib import Path

import httpx
import pytest

from doubles import ListSource
from web.serving import services, serving, store_of

APP = Path(__file__).parents[1] / "app"
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "code", "pty"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "getoutput"}
HANDLES = (
    "'; DROP TABLE audits; --",
    "../../etc/passwd",
    "$(touch /tmp/zombiescope-was-here)",
    "`id`|id;id&&id",
    '"><script>alert(1)</script>',
    "%2e%2e%2f",
    "{{7*7}}",
    "x" * 250,
)


ANSWERS = APP / "zombiescope" / "bounded_process" / "messages.py"


def test_no_module_of_the_app_runs_text() -> None:
    """No shell, no eval, and nothing that unpickles but data; processes are started with a list of words alone."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name.split(".")[0] for alias in node.names}
                module = (getattr(node, "module", None) or "").split(".")[0]
                # It reads answers of bounded processes, as data alone: tests/test_bounded_process.py.
                if path == ANSWERS:
                    names -= {"pickle"}
                assert not FORBIDDEN_MODULES & {*names, module}, path
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    assert node.func.id not in FORBIDDEN_CALLS, path
                if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") in (
                    "os",
                    "subprocess",
                ):
                    assert node.func.attr not in FORBIDDEN_CALLS, path
                assert not any(word.arg == "shell" for word in node.keywords), path


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a service whose platform knows every handle."""
    return tmp_path_factory.mktemp("handles")


def test_a_handle_is_only_a_name(open_to_all: Path) -> None:
    """Whatever a handle is made of, it is audited as a name, listed as it was written, and shown escaped."""
    before = {path.name for path in Path("/tmp").glob("zombiescope-was*")}  # noqa: S108 where the handle would write
    source = ListSource(**dict.fromkeys(HANDLES, 40))  # type: ignore[arg-type]
    with serving(services(open_to_all, source)) as client:
        for handle in HANDLES:
            audit = begun(client, handle)
            assert audit["status"] == "done", audit["error"]
            page = client.get(f"/audits/{audit['id']}").text
            assert "<script>alert" not in page
        accounts = [one["account"] for one in client.get("/v1/audits").json()["audits"]]
    assert accounts == [f"weibo:{handle}" for handle in reversed(HANDLES)]
    with store_of(open_to_all) as store:
        assert store.audits.states() == {"done": len(HANDLES)}
    assert {path.name for path in Path("/tmp").glob("zombiescope-was*")} == before  # noqa: S108


def begun(client: httpx.Client, handle: str) -> dict[str, object]:
    """An audit of a handle, once it has ended."""
    order = {"account": f"weibo:{handle}", "sample": 30}
    answer = client.post("/v1/audits", json=order, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    document: dict[str, object] = answer.json()
    return document
