"""Faults by rule: which requests, how many of them, and what goes wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from sandbox.discord.books import Call
from sandbox.discord.values import Json

Where = Callable[[Call], bool]


@dataclass(eq=False)
class Fault:
    """`route` is an operationId or "METHOD /path" with * wildcards; "*" is every request."""

    route: str
    status: int | None = None  # None: the connection is dropped
    after: bool = False  # after the effect: executed, then lost
    times: float = 1
    delay_s: float = 0.0
    delay_only: bool = False
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    where: Where = lambda _: True

    @property
    def name(self) -> str:
        what = "delay" if self.delay_only else str(self.status or "drop")
        return f"{what} {'after' if self.after else 'before'} the effect"

    def matches(self, call: Call) -> bool:
        wanted = any(fnmatchcase(text, self.route) for text in (call.operation, call.route))
        return self.times > 0 and wanted and self.where(call)


class Faults:
    """Rules in the order they were added; the first that matches is used up by one."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def fail(
        self,
        route: str,
        status: int = 503,
        *,
        times: float = 1,
        after: bool = False,
        where: Where = lambda _: True,
    ) -> Fault:
        """Answer with a 5xx (or any error) before the effect, or after it."""
        return self._add(
            Fault(route, status, after, times, where=where, body={"message": f"{status}: sandbox", "code": 0})
        )

    def drop(
        self, route: str, *, times: float = 1, after: bool = False, where: Where = lambda _: True
    ) -> Fault:
        """Close the connection instead of answering."""
        return self._add(Fault(route, None, after, times, where=where))

    def rate_limit(
        self,
        route: str,
        retry_after_s: float,
        *,
        times: float = 1,
        scope: str = "user",
        via: bool = True,
    ) -> Fault:
        """429. Scope user, shared or global; without `via` it looks like Cloudflare's."""
        is_global = scope == "global"
        body, headers = too_many(retry_after_s, scope)
        if is_global:
            headers["X-RateLimit-Global"] = "true"
        if not via:
            headers.pop("Via")
        return self._add(Fault(route, 429, False, times, body=body, headers=headers))

    def delay(self, route: str, seconds: float, *, times: float = math.inf, after: bool = False) -> Fault:
        """Wait before the effect, or before the answer."""
        return self._add(Fault(route, None, after, times, seconds, delay_only=True))

    def clear(self) -> None:
        self._rules.clear()

    def take(self, call: Call, *, after: bool) -> Fault | None:
        for rule in self._rules:
            if rule.after is after and rule.matches(call):
                rule.times -= 1
                call.fault = rule.name
                return rule
        return None

    def _add(self, fault: Fault) -> Fault:
        self._rules.append(fault)
        return fault


def too_many(retry_after_s: float, scope: str) -> tuple[Json, dict[str, str]]:
    """Body and headers of a 429 that discord.py takes for Discord's own."""
    body = {
        "message": "You are being rate limited.",
        "retry_after": retry_after_s,
        "global": scope == "global",
    }
    headers = {
        "Retry-After": str(math.ceil(retry_after_s)),
        "Via": "1.1 google",
        "X-RateLimit-Scope": scope,
    }
    return body, headers
