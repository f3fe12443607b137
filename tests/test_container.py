"""Dockerfile and compose.yaml, as far as they can be read where no container engine runs: nothing here builds them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Context

from zombiescope.cli import cli
from zombiescope.settings import settings_from

ROOT = Path(__file__).parents[1]
Instruction = tuple[str, str]


@pytest.fixture(scope="module")
def stages() -> list[list[Instruction]]:
    """The Dockerfile's instructions, stage by stage."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text("utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    parsed: list[list[Instruction]] = []
    for line in lines:
        name, _, rest = line.partition(" ")
        if name == "FROM":
            parsed.append([])
        parsed[-1].append((name, " ".join(rest.split())))
    return parsed


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """compose.yaml, its anchors resolved."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return document


def of(stage: list[Instruction], name: str) -> list[str]:
    """What a stage's instructions of one name say."""
    return [rest for instruction, rest in stage if instruction == name]


def test_every_instruction_is_known(stages: list[list[Instruction]]) -> None:
    """No typing error makes an instruction that no engine knows."""
    known = {
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "VOLUME",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }
    assert {name for stage in stages for name, _ in stage} <= known
    for stage in stages:
        for rest in of(stage, "RUN"):
            shlex.split(rest)


def test_what_is_copied_is_there(stages: list[list[Instruction]]) -> None:
    """Every path that is copied from the checkout exists, and .dockerignore keeps none of them out."""
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    for stage in stages:
        for rest in of(stage, "COPY"):
            *sources, _ = rest.split()
            if sources[0].startswith("--from="):
                continue
            for source in sources:
                assert (ROOT / source).exists(), source
                assert source.removeprefix("./").split("/")[0] not in ignored


def test_the_image_is_small_and_whole(stages: list[list[Instruction]]) -> None:
    """A slim base, the same for both stages; OpenMP for LightGBM; nothing of the build but the environment."""
    bases = [of(stage, "FROM")[0].split()[0] for stage in stages]
    assert set(bases) == {"python:3.11-slim"}
    final = stages[-1]
    (system,) = of(final, "RUN")
    assert "libgomp1" in system
    assert "--no-install-recommends" in system
    assert "rm -rf /var/lib/apt/lists" in system
    assert of(final, "COPY") == ["--from=build /opt/zombiescope /opt/zombiescope"]
    assert any("--require-hashes -r requirements.txt" in rest for rest in of(stages[0], "RUN"))
    assert re.search(r"^psycopg-binary==", (ROOT / "requirements.txt").read_text("utf-8"), flags=re.MULTILINE)


def test_the_image_runs_as_nobody(stages: list[list[Instruction]]) -> None:
    """A user without rights, made in the image, who owns the volume; set after the last RUN."""
    final = stages[-1]
    names = [name for name, _ in final]
    assert of(final, "USER") == ["zombiescope"]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "RUN")
    (system,) = of(final, "RUN")
    assert re.search(r"useradd .*--uid 10001 zombiescope", system)
    assert re.search(r"install --directory --owner zombiescope(?: --mode \d+)? /data", system)
    assert of(final, "VOLUME") == ["/data"]
    assert any("ZOMBIESCOPE_HOME=/data" in rest for rest in of(final, "ENV"))


def test_the_image_says_whether_it_lives(stages: list[list[Instruction]]) -> None:
    """The health check asks /healthz, which needs no key, by a name that is always answered; it is valid Python."""
    (check,) = of(stages[-1], "HEALTHCHECK")
    assert "--interval=" in check
    assert "--timeout=" in check
    command = yaml.safe_load(check.partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "http://127.0.0.1:8000/healthz" in command[2]


def test_commands_are_ours(stages: list[list[Instruction]], compose: dict[str, Any]) -> None:
    """What the image and compose.yaml run are commands of zombiescope, with options that it takes."""
    final = stages[-1]
    assert yaml.safe_load(of(final, "ENTRYPOINT")[0]) == ["zombiescope"]
    for words in (yaml.safe_load(of(final, "CMD")[0]), compose["services"]["worker"]["command"]):
        context = Context(cli)
        command = cli.get_command(context, words[0])
        assert command is not None, words
        command.make_context(words[0], list(words[1:]), parent=context)


def test_compose_is_closed(compose: dict[str, Any]) -> None:
    """The service listens on loopback alone, may write only its volume and /tmp, and has no rights to lose."""
    services = compose["services"]
    assert set(services) == {"service", "worker", "database"}
    assert all(port.startswith("127.0.0.1:") for port in services["service"]["ports"])
    assert "ports" not in services["worker"] | services["database"]
    for name in ("service", "worker"):
        one = services[name]
        assert one["read_only"] is True
        assert one["tmpfs"] == ["/tmp"]  # noqa: S108 the container's own
        assert one["cap_drop"] == ["ALL"]
        assert one["mem_limit"]
        assert one["pids_limit"] > 0
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["stop_grace_period"] == "30s"
        assert one["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["database"]["healthcheck"]["test"]
    assert services["worker"]["healthcheck"] == {"disable": True}


def test_compose_has_no_secret_in_it(compose: dict[str, Any], tmp_path: Path) -> None:
    """Secrets are files that settings know, declared once and used; volumes too."""
    used = {name for one in compose["services"].values() for name in one.get("secrets", [])}
    assert used == set(compose["secrets"])
    mounted = {
        one.partition(":")[0] for service in compose["services"].values() for one in service["volumes"]
    }
    assert mounted == set(compose["volumes"])
    given = {}
    for name, value in compose["services"]["service"]["environment"].items():
        assert not re.search(r"SECRET|PASSWORD|TOKEN|COOKIE|KEYS$|URL$", name), name
        if name.endswith("_FILE"):
            file = tmp_path / Path(value).name
            assert file.name in used
            file.write_text(f"{name}-value\n")
            given[name] = str(file)
    settings = settings_from(given, package=ROOT / "app" / "zombiescope")
    assert settings.database_url == "ZOMBIESCOPE_DATABASE_URL_FILE-value"
    assert settings.api_keys == "ZOMBIESCOPE_API_KEYS_FILE-value"
