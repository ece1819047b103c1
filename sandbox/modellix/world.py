"""The state behind the API: tasks, money, limits and books. No HTTP and no timers.

A task's state is computed from the clock whenever somebody asks.
"""

import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.modellix.faults import Fault, Faults, Kind
from sandbox.modellix.settings import Settings, duration_s, price_microusd
from sandbox.modellix.tasks import State, Task

_WINDOW_S = 60.0


class Refused(Exception):
    """The API says no: nothing was done. `retry_after_s` only with 429."""

    def __init__(self, status: int, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after_s = retry_after_s


class World:
    """One Modellix with one team in it."""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self.settings = settings
        self.now = now
        self.faults = Faults()
        self.tasks: dict[str, Task] = {}
        self.balance_microusd = settings.balance_microusd
        self.requests: defaultdict[Kind, list[float]] = defaultdict(list)
        self.answers: defaultdict[Kind, Counter[str]] = defaultdict(Counter)
        self._open: list[Task] = []
        self._counted: deque[float] = deque()
        self._brand = secrets.token_hex(4)  # ids must not repeat when the process starts again

    def change(self, changes: Mapping[str, Any]) -> None:
        """Change settings from now on; ValueError changes nothing."""
        self.settings = self.settings.changed(changes)
        if "balance_microusd" in changes:
            self.balance_microusd = self.settings.balance_microusd

    def finish(self, match: str = "") -> int:
        """End every unfinished task whose prompt contains `match` now; return how many."""
        now = self.now()
        chosen = [task for task in self._unfinished() if match in task.prompt]
        for task in chosen:
            task.done_at = now
            task.fates -= {Fault.STUCK}
        return len(chosen)

    # -- what a request does ---------------------------------------------------------------

    def admit(self, kind: Kind, key: str | None) -> None:
        """Check the key and count the request; Refused with 401 or 429."""
        if key != self.settings.key:
            raise Refused(401, "Authentication failed: invalid API key")
        if kind is Kind.POLL and not self.settings.polls_count:
            return
        if self.remaining() <= 0:
            limit = self.settings.requests_per_minute
            raise self._too_many(f"Rate limit exceeded: {limit} requests per minute")
        self._counted.append(self.now())

    def submit(self, prompt: str, size: str, quality: str) -> Task:
        """Take a paid task; Refused with 429 or 402."""
        if len(self._unfinished()) >= self.settings.tasks_at_once:
            limit = self.settings.tasks_at_once
            raise self._too_many(f"Concurrent limit exceeded: {limit} tasks at once")
        if self.balance_microusd < price_microusd(size, quality):
            raise Refused(402, "Insufficient balance: please top up")
        task = self._new_task(prompt, size, quality)
        self.balance_microusd -= task.charge_microusd
        self.tasks[task.id] = task
        self._open.append(task)
        return task

    def poll(self, task_id: str) -> Task:
        """Look at a task; Refused with 404 where it is unknown or expired."""
        task = self._existing(task_id)
        task.polls += 1
        return task

    def download(self, task_id: str) -> Task:
        """Look at the task of a picture; Refused with 404 where there is none."""
        task = self._existing(task_id)
        if task.state(self.now()) is not State.SUCCESS:
            raise Refused(404, "Not found: no such file")
        task.downloads += 1
        return task

    def prompt_of(self, task_id: str) -> str:
        """The prompt of a task, empty where it is unknown."""
        task = self.tasks.get(task_id)
        return task.prompt if task else ""

    # -- limits ----------------------------------------------------------------------------

    def remaining(self) -> int:
        """How many requests are left of this minute (the last 60 s)."""
        while self._counted and self._counted[0] <= self.now() - _WINDOW_S:
            self._counted.popleft()
        return self.settings.requests_per_minute - len(self._counted)

    def resets_at(self) -> float:
        """When the oldest counted request leaves the minute."""
        return (self._counted[0] if self._counted else self.now()) + _WINDOW_S

    def _too_many(self, message: str) -> Refused:
        wait = max(1.0, self.resets_at() - self.now()) if self.settings.retry_after else None
        return Refused(429, message, wait)

    # -- books -----------------------------------------------------------------------------

    def books(self) -> dict[str, Any]:
        """Everything that happened, as JSON: accepted tasks, requests, money."""
        return {
            "now": self.now(),
            "balance_microusd": self.balance_microusd,
            "charged_microusd": sum(task.charge_microusd for task in self.tasks.values()),
            "tasks": [self._entry(task) for task in self.tasks.values()],
            "requests": {
                kind: {
                    "total": len(self.requests[kind]),
                    "times": list(self.requests[kind]),
                    "answers": dict(self.answers[kind]),
                }
                for kind in Kind
            },
        }

    def _entry(self, task: Task) -> dict[str, Any]:
        return {
            "task_id": task.id,
            "number": task.number,
            "prompt": task.prompt,
            "size": task.size,
            "quality": task.quality,
            "status": task.state(self.now()),
            "charge_microusd": task.charge_microusd,
            "fates": sorted(task.fates),
            "polls": task.polls,
            "downloads": task.downloads,
            "submitted_at": task.submitted_at,
            "done_at": task.done_at,
        }

    # -- tasks -----------------------------------------------------------------------------

    def _new_task(self, prompt: str, size: str, quality: str) -> Task:
        number, now, settings = len(self.tasks) + 1, self.now(), self.settings
        usual = settings.duration_s
        takes = duration_s(size, quality, number) if usual is None else usual
        return Task(
            id=f"task-openai-{self._brand}-{number:05d}",
            number=number,
            prompt=prompt,
            size=size,
            quality=quality,
            fates=self.faults.fates(prompt),
            submitted_at=now,
            done_at=now + takes / settings.speed,
        )

    def _existing(self, task_id: str) -> Task:
        task, now = self.tasks.get(task_id), self.now()
        if task is None or now >= self._gone_at(task):
            raise Refused(404, "Not found: the task does not exist or has expired")
        return task

    def _gone_at(self, task: Task) -> float:
        return task.done_at + (0 if Fault.EXPIRED in task.fates else self.settings.kept_s)

    def _unfinished(self) -> list[Task]:
        now = self.now()
        self._open = [task for task in self._open if not task.state(now).is_over]
        return self._open
