"""A source and a detector that need neither network nor model: a made-up list, and a rule that scores it."""

from __future__ import annotations

import dataclasses
import threading
import time
import zlib
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.detector import Detector
from zombiescope.detector.calibration import Curve
from zombiescope.detector.reference import GroupScores
from zombiescope.detector.scorer import Known
from zombiescope.domain import AccountInfo, Follower, Frame, ModelInfo
from zombiescope.errors import UnknownAccount
from zombiescope.features.catalogue import INDEX
from zombiescope.jobs import HandedBack, Kind
from zombiescope.records import schema
from zombiescope.sources.base import Fetched, Listing, Progressed, silent
from zombiescope.storage import StoredAudit
from zombiescope.usecases import audit
from zombiescope.usecases.audit_store import stored_audit_of

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AS_OF = datetime(2016, 12, 15, tzinfo=UTC)
PATIENCE = (
    120.0  # seconds that a test waits for anything before it fails: far more than a loaded machine needs
)

Floats = npt.NDArray[np.float64]


def zombie(number: int) -> bool:
    """The known truth of the made-up list: three of four."""
    return number % 4 != 0


def people(count: int, *, platform: str = "weibo") -> list[Follower]:
    """A made-up list, newest first; zombies have no posts."""
    return [
        Follower(
            platform=platform,
            id=f"{1000 + i}",
            handle=f"user{i}",
            display_name=f"User {i}",
            bio="<script>alert(1)</script>" if i % 7 == 0 else None,
            created_at=AS_OF - timedelta(days=100 + i),
            observed_at=AS_OF,
            followers_count=i % 50,
            following_count=400,
            posts_count=0 if zombie(i) else 100 + i,
            recent_posts=(),
            position=i,
        )
        for i in range(count)
    ]


class ListSource:
    """A platform that knows `accounts` and `more`, handle to length of the list.

    Each fetch takes `delay` seconds, and waits for `gate` where there is one.
    """

    platform = "weibo"

    def __init__(
        self,
        delay: float = 0.0,
        *,
        gate: threading.Event | None = None,
        accounts: Mapping[str, int] | None = None,
        **more: int,
    ) -> None:
        self.accounts = {**(accounts or {}), **more} or {"embassy": 300}
        self.delay = delay
        self.gate = gate

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The list of a known account."""
        if handle not in self.accounts:
            raise UnknownAccount(f"weibo knows nobody called {handle!r}")
        count = self.accounts[handle]
        return Listing(
            account=AccountInfo(ref=f"weibo:{handle}", platform="weibo", handle=handle),
            frame=Frame(declared=count + 10, listed=count, complete=True, order="newest-first"),
            rows=schema.from_followers(people(count)),
        )

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """Every tenth place is suspended."""
        for step in range(5):
            progress(step * len(places) // 5, len(places), step)
            time.sleep(self.delay / 5)
            if self.gate is not None:
                assert self.gate.wait(PATIENCE)
        reached = np.array([p for p in places if p % 10 != 9], dtype=np.int64)
        skipped = {int(p): "suspended" for p in places if p % 10 == 9}
        return Fetched(listing.rows.take(pa.array(reached)).combine_chunks(), reached, skipped)


class RuleDetector(Detector):
    """Scores by whether there are posts, with noise that is the same for the same id."""

    inputs: tuple[str, ...] = ("posts_count",)

    def __init__(self) -> None:
        """It needs no artefact."""
        self.operating_point = 0.5
        self.curves = {"": Curve(1.0, 0.0)}

    @property
    def info(self) -> ModelInfo:
        """Its name."""
        return ModelInfo(name="rule", version="1", sha256="ab" * 32)

    def contributions(self, matrix: Floats, ids: Sequence[str]) -> Floats:
        z = np.log(self.score(matrix, ids)) - np.log1p(-self.score(matrix, ids))
        return np.stack([z, np.zeros(len(ids))], axis=1)

    def score(self, matrix: Floats, ids: Sequence[str]) -> Floats:
        noise = np.array([np.random.default_rng(zlib.crc32(i.encode())).beta(2, 12) for i in ids])
        return np.where(matrix[:, INDEX["posts_count"]] == 0, 1 - noise, noise)

    def known(self, platform: str, missing: frozenset[str]) -> Known:
        rng = np.random.default_rng(1)
        return Known(1 - rng.beta(2, 12, 800), rng.beta(2, 12, 800))

    def reference_scores(self, missing: frozenset[str]) -> tuple[GroupScores, ...]:
        return tuple(
            GroupScores(f"{kind} {k}", kind, "weibo", 1 - beta if kind == "vendor" else beta)
            for kind in ("vendor", "study")
            for k in range(4)
            for beta in (np.random.default_rng(k).beta(2, 12, 400),)
        )


class _NoArtefact:
    templates: dict[str, object] = {}  # noqa: RUF012 never written to


RuleDetector.artefact = _NoArtefact()  # type: ignore[assignment]


class Threads:
    """An engine whose jobs are threads of this process, which forgets with it; any number may live side by side."""

    form = "test"

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def start(self, worker: str, kinds: Mapping[str, Kind]) -> None:
        """Work from now on."""
        self._kinds = dict(kinds)
        self._pools = {kind: ThreadPoolExecutor(how.slots) for kind, how in kinds.items()}

    def submit(self, kind: str, job: str, *, again: bool = False) -> None:
        """Do it soon."""

        def work() -> None:
            with suppress(HandedBack):
                self._kinds[kind].task(job, lambda name, work: work())

        self._pools[kind].submit(work)

    def missing(self, kind: str, jobs: Sequence[str], forms: Collection[str]) -> list[str]:
        """None."""
        return []

    def recover(self, worker: str) -> int:
        """None."""
        return 0

    def revive(self) -> int:
        """None."""
        return 0

    def tidy(self, before: datetime) -> None:
        """Nothing to forget."""

    def close(self, grace: float) -> None:
        """Wait for the threads."""
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)


def outcome(audit_id: str = "aa11", **asked: object) -> tuple[audit.AuditRequest, audit.AuditResult]:
    """An audit of the made-up list, and what was asked for."""
    request = audit.AuditRequest(**{"account": "weibo:embassy", "sample": 120, **asked})  # type: ignore[arg-type]
    done = audit.run(request, ListSource(), RuleDetector(), audit_id=audit_id, now=NOW, clock=lambda: 0.0)
    return request, done


def stored_audit(audit_id: str = "aa11", *, now: datetime = NOW) -> StoredAudit:
    """The same, as it is kept."""
    stored = stored_audit_of(outcome(audit_id)[1])
    dated = msgspec.structs.replace(stored.audit, created_at=now, finished_at=now)
    return dataclasses.replace(stored, audit=dated)
