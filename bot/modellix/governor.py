"""One budget for every request to the provider: how many may go now, and when the next.

The account has two limits (facts: Modellix, Errors and limits): tasks at once, and requests in a minute,
in which polls count like submits. Pure: no waiting, no I/O; every method is told what time it is.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from random import Random

from bot.domain.provider import RequestKind, Throttled
from bot.domain.units import MS_PER_S, Instant, after, seconds_between
from bot.modellix.wire import RateHint

WINDOW_MS = 60 * MS_PER_S
_SHARE = 0.1
"""Of each minute, what one kind of request always leaves for the other."""
_BACKOFF_MIN_S = 2.0
_BACKOFF_MAX_S = 60.0
_WAIT_MIN_S = 1.0
"""The least wait after a 429: `Retry-After: 0` must not become a busy loop."""
_WAIT_MAX_S = 900.0
"""The longest wait that is believed; after it one more request finds out."""
_CREEP_MS = 60 * MS_PER_S
"""How long without complaint until one more task at once is tried again."""


class Governor:
    """The `Budget` port: says how many submits and polls may go, so that the account's limits hold.

    Of any 60 seconds, their ends included, at most `requests_per_minute` requests are granted. Submits
    go first: polls leave room for those that could go now. Neither kind ever gets more than nine
    tenths, so neither starves the other.
    """

    def __init__(self, max_tasks: int, requests_per_minute: int, random: Random) -> None:
        if max_tasks < 1 or requests_per_minute < 2:
            raise ValueError("a budget is at least 1 task at once and 2 requests a minute")
        self._max_tasks = max_tasks
        self._per_minute = requests_per_minute
        self._per_kind = requests_per_minute - max(1, int(requests_per_minute * _SHARE))
        self._sent: dict[RequestKind, list[Instant]] = {RequestKind.SUBMIT: [], RequestKind.POLL: []}
        self._all_wait = _Patience(random)
        self._submits_wait = _Patience(random)
        self._ceiling = max_tasks
        self._ceiling_since: Instant = 0

    def submit_room(self, now: Instant, running: int, waiting: int) -> int:
        """How many of the `waiting` submits may go now.

        `running` counts the tasks that may be at the provider: those on their way, too.
        """
        if now < max(self._all_wait.until, self._submits_wait.until):
            return 0
        return max(0, min(self._free(now, RequestKind.SUBMIT), self._slots(now, running), waiting))

    def poll_room(self, now: Instant, running: int, waiting: int) -> int:
        """How many polls may go now, when that many submits wait and that many tasks run."""
        if now < self._all_wait.until:
            return 0
        kept = self.submit_room(now, running, waiting)
        return max(0, min(self._free(now, RequestKind.POLL), self._left(now) - kept))

    def submit_at(self, now: Instant, running: int) -> Instant | None:
        """When the next submit may go; None when not before a running task ends."""
        return self._first(now, lambda then: self.submit_room(then, running, 1))

    def poll_at(self, now: Instant, running: int, waiting: int) -> Instant:
        """When the next poll may go, if nothing else goes before."""
        found = self._first(now, lambda then: self.poll_room(then, running, waiting))
        return now + WINDOW_MS if found is None else found

    def spend(self, now: Instant, kind: RequestKind, n: int = 1) -> None:
        """Count requests about to be sent, at the moment they are granted."""
        for sent in self._sent.values():
            del sent[: bisect_left(sent, now - WINDOW_MS)]
        self._sent[kind] += [now] * n

    def hint(self, now: Instant, hint: RateHint) -> None:
        """Believe what an answer told of the budget: others may use the same account."""
        if hint.remaining == 0 and hint.reset_at is not None:
            self._all_wait.at_least(now, hint.reset_at)
        if hint.retry_at is not None:
            self._all_wait.at_least(now, hint.retry_at)

    def throttled(self, now: Instant, answer: Throttled, running: int) -> None:
        """A request came back with 429; `running` counts the other tasks at the provider.

        Too many requests: everything waits. Too many tasks: submits wait, and no more tasks at once are
        tried than were running; that creeps back by one a minute without complaint.
        """
        if not answer.concurrency:
            self._all_wait.refuse(now, answer.retry_after_s)
            return
        self._submits_wait.refuse(now, answer.retry_after_s)
        self._ceiling = max(1, min(self.ceiling(now), running))
        self._ceiling_since = now

    def accepted(self, now: Instant) -> None:
        """A submit was taken: no limit was in the way."""
        self._submits_wait.relax(now)
        self._all_wait.relax(now)

    def answered(self, now: Instant) -> None:
        """A poll was not throttled."""
        self._all_wait.relax(now)

    def ceiling(self, now: Instant) -> int:
        """How many tasks at once are tried now."""
        crept = max(0, now - self._ceiling_since) // _CREEP_MS
        return min(self._max_tasks, self._ceiling + crept)

    def requests_left(self, now: Instant) -> int:
        """How many more requests fit into this minute."""
        return self._left(now)

    def pause_s(self, now: Instant) -> float:
        """How many seconds submits wait yet because the provider complained."""
        return max(0.0, seconds_between(now, max(self._all_wait.until, self._submits_wait.until)))

    def _slots(self, now: Instant, running: int) -> int:
        return self.ceiling(now) - running

    def _used(self, now: Instant, kind: RequestKind) -> int:
        sent = self._sent[kind]
        return len(sent) - bisect_left(sent, now - WINDOW_MS)

    def _left(self, now: Instant) -> int:
        return self._per_minute - sum(self._used(now, kind) for kind in RequestKind)

    def _free(self, now: Instant, kind: RequestKind) -> int:
        return min(self._left(now), self._per_kind - self._used(now, kind))

    def _first(self, now: Instant, room: Callable[[Instant], int]) -> Instant | None:
        return next((then for then in self._turning_points(now) if room(then) > 0), None)

    def _turning_points(self, now: Instant) -> Iterator[Instant]:
        """The moments from now on at which there may be more room than before, in order."""
        yield now
        waits = {self._all_wait.until, self._submits_wait.until}
        frees = {sent + WINDOW_MS + 1 for times in self._sent.values() for sent in times}
        steps = range(1, self._max_tasks - self._ceiling + 1)
        creeps = {self._ceiling_since + _CREEP_MS * step for step in steps}
        yield from sorted(then for then in waits | frees | creeps if then > now)


class _Patience:
    """Waiting after complaints: as long as was asked for, else longer each time."""

    def __init__(self, random: Random) -> None:
        self.until: Instant = 0
        self._random = random
        self._complaints = 0

    def refuse(self, now: Instant, asked_s: float | None) -> None:
        """Wait what was asked, else 2 to 60 s at random below a bound that doubles.

        Complaints that come in while waiting belong to the same burst and do not double it again.
        """
        if now >= self.until:
            self._complaints += 1
        bound_s = min(_BACKOFF_MAX_S, _BACKOFF_MIN_S * 2.0 ** min(self._complaints, 10))
        wait_s = self._random.uniform(_BACKOFF_MIN_S, bound_s) if asked_s is None else asked_s
        self.at_least(now, after(now, max(_WAIT_MIN_S, wait_s)))

    def at_least(self, now: Instant, until: Instant) -> None:
        """Wait until then or longer, within what is believed."""
        self.until = max(self.until, min(until, after(now, _WAIT_MAX_S)))

    def relax(self, now: Instant) -> None:
        """No complaint any more: the next wait without a hint is a short one."""
        if now >= self.until:
            self._complaints = 0
