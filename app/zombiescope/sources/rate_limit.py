"""Rate limits of hosts: the documented limit, and the one in the headers of their answers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["HostRateLimit", "HostRateLimits", "asked_wait", "exhausted", "reset_wait"]

_UNIX = 1_000_000_000  # a larger number is a date in unix seconds, a smaller one a count of seconds
_MILLIS = 1_000_000_000_000

_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")


class HostRateLimit:
    """At most `limit` requests in any `window` seconds, whichever thread or event loop sends them.

    The window slides, so a limit counted from any moment is respected; until it is reached no request waits.
    """

    def __init__(self, limit: int, window: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._sent: deque[float] = deque(maxlen=limit)
        self._held = -float("inf")
        self._lock = threading.Lock()
        self.requests = 0
        self.waited = 0.0

    async def turn(self) -> float:
        """Wait until one more request may be sent; the seconds that it took."""
        begun = self._clock()
        at = self.reserve()
        while (left := max(at, self._held) - self._clock()) > 0:
            await asyncio.sleep(left)
        return self._clock() - begun

    def count(self, waited: float) -> None:
        """One more request is sent, after waiting so many seconds."""
        with self._lock:
            self.requests += 1
            self.waited += waited

    def reserve(self) -> float:
        """The time, on the clock of this pace, at which one more request may be sent: it is taken."""
        with self._lock:
            at = max(self._clock(), self._held)
            if len(self._sent) == self._limit:
                at = max(at, self._sent[0] + self._window)
            self._sent.append(at)
        return at

    def hold(self, seconds: float) -> None:
        """Send nothing for so long: the host asked for it."""
        with self._lock:
            self._held = max(self._held, self._clock() + seconds)

    def held(self) -> float:
        """The seconds for which a host has asked that nothing be sent, 0 where it has not."""
        with self._lock:
            return max(0.0, self._held - self._clock())

    def seconds(self, requests: int) -> float:
        """The least time that so many requests take."""
        return max(0, requests - 1) // self._limit * self._window


class HostRateLimits:
    """The rate limits of a process, one a host and kind of call, shared by its audits."""

    def __init__(self) -> None:
        self._rate_limits: dict[str, HostRateLimit] = {}
        self._lock = threading.Lock()

    def of(self, name: str, limit: int, window: float) -> HostRateLimit:
        """The pace of that name, made at its first use."""
        with self._lock:
            return self._rate_limits.setdefault(name, HostRateLimit(limit, window))

    def totals(self) -> tuple[int, float]:
        """Requests sent so far, and the seconds waited for them."""
        with self._lock:
            host_rate_limits = list(self._rate_limits.values())
        return sum(pace.requests for pace in host_rate_limits), sum(pace.waited for pace in host_rate_limits)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that an answer asks to wait: Retry-After, else the reset of its rate limit; None: it says
    nothing.

    headers: by lower-case name. Dates are taken against the answer's own Date, so that a clock that is wrong
    here or there does no harm.
    """
    wait = _seconds(headers.get("retry-after", ""), headers, now)
    return reset_wait(headers, now) if wait is None else wait


def reset_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the rate limit's window ends, written as unix seconds, ISO 8601 or seconds from now."""
    for name in _RESETS:
        if name in headers:
            return _seconds(headers[name], headers, now)
    return None


def exhausted(headers: Mapping[str, str]) -> bool:
    """Whether no request is left in this window, by the headers of the answer."""
    return any(headers.get(name, "").strip() == "0" for name in _REMAINING)


def _seconds(text: str, headers: Mapping[str, str], now: datetime) -> float | None:
    text = text.strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        date = _date(text)
        if date is None:
            return None
    else:
        if not 0 <= number < float("inf"):
            return None
        if number < _UNIX:
            return number
        try:
            date = datetime.fromtimestamp(number / 1000 if number > _MILLIS else number, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    return max(0.0, (date - (_date(headers.get("date", "")) or now)).total_seconds())


def _date(text: str) -> datetime | None:
    """An HTTP date or an ISO 8601 one, in UTC; None: neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
