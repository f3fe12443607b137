"""What the service counts of itself, and /metrics, where Prometheus reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from zombiescope.domain import Status
from zombiescope.web.auth.access import Reader

__all__ = ["Metrics", "router"]

router = APIRouter(tags=["operations"])

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
_STATES: tuple[Status, ...] = ("queued", "running", "done", "failed", "cancelled")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)


class Metrics:
    """The counters of one app, in a registry of their own.

    What a process counts carries its number as `process`: behind one port several may answer.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._process = str(os.getpid())
        self._seconds = Histogram(
            "zombiescope_http_request_seconds",
            "From a request's arrival to the end of its answer.",
            ("process", "method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._scored = Counter(
            "zombiescope_scored_followers",
            "Followers scored for POST /v1/scores.",
            ("process",),
            registry=self._registry,
        ).labels(self._process)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. route: the route's template, so that there are few of them."""
        self._seconds.labels(self._process, method, route, str(status)).observe(seconds)

    def scored(self, followers: int) -> None:
        """So many followers were scored."""
        self._scored.inc(followers)

    def text(self, states: Mapping[Status, int], waits: Mapping[str, tuple[int, float]]) -> bytes:
        """All of it in Prometheus's text form. states: audits; waits: (requests, seconds) by source."""
        now = CollectorRegistry()
        now.register(_Now(states, waits, self._process))
        return generate_latest(self._registry) + generate_latest(now)


class _Now:
    """What is true at the moment of asking, and is counted elsewhere."""

    def __init__(
        self, states: Mapping[Status, int], waits: Mapping[str, tuple[int, float]], process: str
    ) -> None:
        self._states, self._waits, self._process = states, waits, process

    def collect(self) -> Iterable[Metric]:
        audits = GaugeMetricFamily("zombiescope_audits", "Audits that are kept, by state.", labels=["state"])
        for state in _STATES:
            audits.add_metric([state], self._states.get(state, 0))
        yield audits
        yield GaugeMetricFamily(
            "zombiescope_queue_length", "Audits that wait to be begun.", value=self._states.get("queued", 0)
        )
        labels = ["process", "source"]
        requests = CounterMetricFamily(
            "zombiescope_source_requests", "Requests sent to a platform.", labels=labels
        )
        waited = CounterMetricFamily(
            "zombiescope_source_wait_seconds", "Seconds that requests waited for their turn.", labels=labels
        )
        for source, (count, seconds) in self._waits.items():
            requests.add_metric([self._process, source], count)
            waited.add_metric([self._process, source], seconds)
        yield requests
        yield waited


@router.get("/metrics", summary="Read the counters")
def metrics(request: Request, caller: Reader) -> Response:
    """The counters, for Prometheus."""
    state = request.app.state
    text = state.metrics.text(state.store.audits.states(), state.services.waits())
    return Response(text, media_type=MEDIA)
