"""Install a built wheel into an empty environment and folder, and run `demo`, `audit` and `serve` there.

    python scripts/check_wheel.py dist

Exits 1 with the command that failed. Needs the network, or a pip that is configured for a local index.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

STARTED = 180  # seconds that the service has to answer


def main(dist: Path) -> None:
    """Check the one wheel in `dist`."""
    (wheel,) = dist.resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        venv.create(place / "venv", with_pip=True)
        scripts = place / "venv" / ("Scripts" if os.name == "nt" else "bin")
        run(place, scripts / "python", "-m", "pip", "install", "--quiet", wheel)
        command = scripts / "zombiescope"
        run(place, command, "--version")
        run(place, command, "demo")
        report = place / "report.html"
        if not report.stat().st_size:
            raise SystemExit("demo wrote an empty report.html")
        rows = (f'{{"platform":"x","id":"{n}","handle":"fan{n}","followers_count":{n}}}\n' for n in range(50))
        (place / "followers.jsonl").write_text("".join(rows), encoding="utf-8")
        run(place, command, "audit", "file:followers.jsonl", "--as-of", "2020-01-01", "--format", "json")
        serve(place, command)
    print(f"{wheel.name}: demo, audit and serve work in an empty folder")


def run(place: Path, *words: str | Path) -> None:
    """Run a command in the folder, with nothing of this project's on the path."""
    done = subprocess.run([str(word) for word in words], cwd=place, env=environment(place), check=False)
    if done.returncode:
        raise SystemExit(f"exit {done.returncode}: {' '.join(str(word) for word in words)}")


def serve(place: Path, command: Path) -> None:
    """Start the service and wait until it says that it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(command), "serve", "--port", str(port)]
    running = subprocess.Popen(words, cwd=place, env=environment(place))
    try:
        until = time.monotonic() + STARTED
        while time.monotonic() < until and running.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
        raise SystemExit("serve does not answer /healthz")
    finally:
        running.terminate()
        running.wait(timeout=60)


def environment(place: Path) -> dict[str, str]:
    """This process's variables without the project's and without paths of other packages."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ZOMBIESCOPE_", "PYTHON"))}
    return {**clean, "ZOMBIESCOPE_HOME": str(place / "home")}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
