"""Keeps far away from Discord's ban: 10,000 invalid requests in ten minutes shut an address out.

Invalid is what Discord answers with 401, 403 or 429, but for limits that it shares out among all bots. They
are counted, and so is what is on its way and may come to the same. What is urgent goes before what can wait:
the first response to an interaction, which a person sees within three seconds or never, and the gateway;
before edits, messages and deletions.
"""

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import aiohttp
import structlog

from bot.domain.ports import Clock
from bot.domain.units import Instant, after, seconds_between

log: structlog.stdlib.BoundLogger = structlog.get_logger()

WINDOW_S = 600.0
INVALID_MAX = 2_000
"""In any ten minutes, by construction: a fifth of the ban, for others may share the address."""
BACKGROUND_MAX = 1_500
"""Above it only what is urgent is sent."""
FREE = 500
"""From here on what can wait is sent one at a time. A bot in good order has a handful."""
FREE_AT_START = 50
"""The same in a run's first ten minutes: it does not know what the run before was answered, nor whether it is
one of a hundred that all crash."""
GAP_S = 1.0
"""Between two of those that can wait."""
PATIENCE_S = 10.0
"""So long one of them is held back; then its sender is told to come again."""
_PAUSE_S = 60.0
"""After a block that does not say how long it holds."""
_PAUSE_MAX_S = 900.0
"""The longest `Retry-After` that is believed; after it a few requests find out."""
_MOMENT_S = 0.001

Start: TypeAlias = aiohttp.TraceRequestStartParams
End: TypeAlias = aiohttp.TraceRequestEndParams
Lost: TypeAlias = aiohttp.TraceRequestExceptionParams


class HeldBack(aiohttp.ClientError):
    """A request was not sent. An error of aiohttp's kind: who copes with a lost connection copes with it."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"not sent, to spare Discord; again in {retry_after_s:.0f} s at the earliest")
        self.retry_after_s = retry_after_s


class InvalidRequests:
    """Counts them, and says how long the next request has to wait. Pure: every method is told the time."""

    def __init__(self, now: Instant) -> None:
        self._began_at = now
        self._answered_at: deque[Instant] = deque()
        self._under_way = 0
        self._slowed = False
        self._next_at = self._paused_until = self._barred_until = now

    def count(self, now: Instant) -> int:
        """How many came in the last ten minutes, their ends included."""
        while self._answered_at and after(self._answered_at[0], WINDOW_S) < now:
            self._answered_at.popleft()
        return len(self._answered_at)

    def slowed(self, now: Instant) -> bool:
        """Whether requests that can wait are held back; that ends at half of where it began."""
        free = FREE if after(self._began_at, WINDOW_S) < now else FREE_AT_START
        self._slowed = self.count(now) >= (free // 2 if self._slowed else free)
        return self._slowed or now < max(self._paused_until, self._barred_until)

    def ask(self, now: Instant, *, urgent: bool) -> float:
        """How many seconds to wait before asking again; 0.0: it is sent now, and counted as under way."""
        free_at = self._barred_until
        if not urgent:
            free_at = max(free_at, self._paused_until)
            if self.slowed(now):
                free_at = max(free_at, self._next_at)
        most = INVALID_MAX if urgent else BACKGROUND_MAX
        if self.count(now) >= most:
            free_at = max(free_at, after(self._answered_at[0], WINDOW_S + _MOMENT_S))
        elif self.count(now) + self._under_way >= most:
            free_at = max(free_at, after(now, GAP_S))
        if now < free_at:
            return seconds_between(now, free_at)
        if not urgent:
            self._next_at = after(now, GAP_S)
        self._under_way += 1
        return 0.0

    def answered(self, now: Instant, *, invalid: bool) -> None:
        """One that was under way has its answer, or is lost."""
        self._under_way -= 1
        if invalid:
            self._answered_at.append(now)

    def pause(self, now: Instant, seconds: float | None, *, everything: bool) -> None:
        """Discord wants no request for so long; `everything`: what is urgent, too."""
        until = after(now, max(GAP_S, _PAUSE_S if seconds is None else seconds))
        self._paused_until = max(self._paused_until, until)
        if everything:
            self._barred_until = max(self._barred_until, until)


class Restraint:
    """Stands before every request to Discord, whoever sends it and however often it is tried."""

    def __init__(self, clock: Clock, *, unauthorized: Callable[[], None]) -> None:
        """`unauthorized` is called when Discord does not take the bot's token for a request."""
        self._clock = clock
        self._requests = InvalidRequests(clock.now())
        self._unauthorized = unauthorized
        self._told = False

    @property
    def invalid(self) -> int:
        """How many invalid requests there were in the last ten minutes."""
        return self._requests.count(self._clock.now())

    @property
    def holds_back(self) -> bool:
        """Whether requests that can wait are held back."""
        return self._requests.slowed(self._clock.now())

    def watch(self, trace: aiohttp.TraceConfig) -> None:
        """Stand before every request of a session with this trace."""
        trace.on_request_start.append(self._before)
        trace.on_request_end.append(self._after)
        trace.on_request_exception.append(self._lost)

    async def _before(self, _: object, __: object, start: Start) -> None:
        """Let it go, hold it back, or refuse it; what is urgent would be of no use later."""
        urgent = start.url.path.endswith("/callback") or start.url.scheme in {"ws", "wss"}
        began_at = self._clock.now()
        self._tell()
        while wait_s := self._requests.ask(now := self._clock.now(), urgent=urgent):
            if urgent or seconds_between(began_at, now) + wait_s > PATIENCE_S:
                raise HeldBack(wait_s)
            await self._clock.sleep(wait_s)

    async def _after(self, _: object, __: object, end: End) -> None:
        status, headers = end.response.status, end.response.headers
        now, scope = self._clock.now(), headers.get("X-RateLimit-Scope")
        invalid = status in {401, 403} or (status == 429 and scope != "shared")
        self._requests.answered(now, invalid=invalid)
        if status == 401 and "Authorization" in end.headers:
            self._unauthorized()
        # Cloudflare, which stands before Discord, blocks the address and knows of no scopes.
        is_block = status == 429 and scope is None and "Via" not in headers
        if is_block or (status == 429 and scope == "global"):
            self._requests.pause(now, retry_after_s(headers.get("Retry-After")), everything=is_block)
        self._tell()

    async def _lost(self, _: object, __: object, ___: Lost) -> None:
        self._requests.answered(self._clock.now(), invalid=False)

    def _tell(self) -> None:
        """The log, when it begins and when it ends."""
        holds_back = self.holds_back
        if holds_back and not self._told:
            log.warning("discord.held_back", invalid=self.invalid)
        elif self._told and not holds_back:
            log.info("discord.no_longer_held_back", invalid=self.invalid)
        self._told = holds_back


def retry_after_s(said: str | None) -> float | None:
    """A `Retry-After` in seconds, as far as it is believed; None for one that is missing or is no time."""
    try:
        seconds = float(said or "")
    except ValueError:
        return None
    return min(seconds, _PAUSE_MAX_S) if seconds >= 0 else None
