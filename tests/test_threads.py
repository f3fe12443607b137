"""Types are learned where their modules are imported: threads that decode at once do not crash the process."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys, threading
sys.setswitchinterval(1e-6)
import msgspec
from zombiescope.domain import Audit, Follower
from zombiescope.sources.paging import Page
from zombiescope.sources.connector import Completed
from zombiescope.usecases.audit_request import AuditRequest
texts = {
    Audit: b'{"id": "1", "status": "done", "created_at": "2026-01-01T00:00:00Z", "evidence": {}}',
    Page: b'{"rows": [{"platform": "x", "id": "1", "recent_posts": [{"id": "2"}]}]}',
    Completed: b'{"follower": {"platform": "x", "id": "1"}}',
    AuditRequest: b'{"account": "x:y"}',
}
for kind, text in texts.items():
    start = threading.Barrier(8)
    def decode():
        start.wait()
        msgspec.json.decode(text, type=kind)
    threads = [threading.Thread(target=decode) for _ in range(8)]
    for one in threads: one.start()
    for one in threads: one.join()
"""


def test_threads_that_decode_at_once() -> None:
    """Eight threads that are the first to decode an audit, a page, a profile or a request."""
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
