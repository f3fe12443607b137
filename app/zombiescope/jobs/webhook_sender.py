"""Webhooks sent: signed after Standard Webhooks, tried again with longer and longer waits, each try in the log.

The receiver's address is untrusted input, so the SSRF guard of the sources applies to it too: only public addresses,
which are looked up once and connected to as checked; redirects are not followed, and of an answer only the status is
believed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
from standardwebhooks.webhooks import Webhook as Signer

from zombiescope import __version__
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.jobs.context import JobContext
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.storage import Attempt, DueDelivery

__all__ = ["WebhookSender", "check_receiver", "wait_after"]

_LOG = logging.getLogger("zombiescope.jobs")
TIMEOUT = 15.0  # seconds that a receiver may take for an answer
LEASE = timedelta(seconds=4 * TIMEOUT)  # after it another worker may take a delivery over
AT_ONCE = 8
LONGEST_WAIT = 24 * 3600.0
GONE = 410
_GROWTH = 4
_LONGEST_URL = 2000


class WebhookSender:
    """Sends what is due. Any number of workers may do so at once: a delivery is one worker's until its lease ends."""

    def __init__(self, job_context: JobContext) -> None:
        self._context, self._webhooks = job_context, job_context.store.webhooks

    def advance(self) -> None:
        """Send what is due now. Raises StorageError."""
        if self._context.receiver is None:
            return
        while due := self._webhooks.claim(self._context.now(), LEASE, AT_ONCE):
            for delivery, attempt in zip(due, asyncio.run(self._send_all(due)), strict=True):
                self._record(delivery, attempt)

    async def _send_all(self, due: Sequence[DueDelivery]) -> list[Attempt]:
        return list(await asyncio.gather(*(self._send(one) for one in due)))

    async def _send(self, due: DueDelivery) -> Attempt:
        begun, at = time.perf_counter(), self._context.now()
        status, error = None, None
        try:
            async with asyncio.timeout(TIMEOUT):
                status = await self._post(due, at)
            if not 200 <= status < 300:
                error = f"the receiver answered {status}"
        except TimeoutError:
            error = f"no answer within {TIMEOUT:g} seconds"
        except ZombiescopeError as refused:
            error = refused.what
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failed:
            error = f"no answer ({type(failed).__name__})"
        return Attempt(due.attempt, at, round(time.perf_counter() - begun, 3), status, error)

    async def _post(self, due: DueDelivery, at: datetime) -> int:
        receiver = self._context.receiver
        assert receiver is not None  # noqa: S101 the caller has looked
        signature = Signer(due.secret).sign(due.id, at.astimezone(UTC), due.body)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"zombiescope/{__version__}",
            "webhook-id": due.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        async with (
            httpx.AsyncClient(
                transport=receiver(), follow_redirects=False, timeout=TIMEOUT, trust_env=False
            ) as client,
            client.stream("POST", due.url, content=due.body.encode(), headers=headers) as answer,
        ):
            return answer.status_code  # what else it says is not read

    def _record(self, due: DueDelivery, attempt: Attempt) -> None:
        job_intervals, again_at = self._context.job_intervals, None
        gone = attempt.status == GONE
        if attempt.error is not None:
            _LOG.warning("webhook %s, %s: try %d: %s", due.webhook_id, due.id, due.attempt, attempt.error)
            if not gone and due.attempt < job_intervals.redeliveries:
                seconds = wait_after(due.attempt, job_intervals.redeliver)
                again_at = self._context.now() + timedelta(seconds=seconds)
        self._webhooks.record(due, attempt, again_at=again_at, gone=gone)


def wait_after(attempt: int, first: float) -> float:
    """Seconds to wait after a try that failed: `first` after the first, four times as long each time, a day at most."""
    return min(LONGEST_WAIT, first * float(_GROWTH) ** min(attempt - 1, 50))


def check_receiver(url: str, guard: SsrfGuard) -> str:
    """An address that events may be sent to. Raises InputError, or Untrusted for what the guard refuses.

    Where its name leads is checked each time something is sent.
    """
    try:
        parsed = httpx.URL(url)
        port = parsed.port or (443 if parsed.scheme == "https" else 80)
    except (httpx.InvalidURL, ValueError):
        parsed, port = httpx.URL(""), 0
    if not parsed.host or len(url) > _LONGEST_URL or not url.isprintable():
        raise InputError("the url is no address", "Write https://HOST/PATH.")
    if parsed.userinfo or parsed.fragment:
        raise InputError(
            "the url has a user, a password or a fragment",
            "Leave it out: what is sent is signed, which the receiver checks.",
        )
    guard.scheme(parsed.scheme, parsed.host, port)
    return url
