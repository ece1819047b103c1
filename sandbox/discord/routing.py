"""The table of operations: which handler answers which method and path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.discord.books import Call
from sandbox.discord.values import Json
from sandbox.discord.world import World


@dataclass(frozen=True)
class Reply:
    status: int = 204
    body: Any = None


@dataclass
class Ask:
    """One request on its way to a handler."""

    world: World
    call: Call
    params: dict[str, str]
    query: Mapping[str, str]

    @property
    def body(self) -> Json:
        return self.call.body if isinstance(self.call.body, dict) else {}

    def number(self, name: str) -> int:
        value = self.params.get(name, "0")
        return int(value) if value.isdigit() else 0


Handler = Callable[[Ask], Reply]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    operation: str
    handler: Handler
    needs_bot: bool
    pattern: re.Pattern[str]

    def major(self, params: dict[str, str]) -> str:
        """What its rate limit is counted by: channel, guild or webhook token."""
        keys = ("channel_id", "guild_id", "webhook_token", "interaction_token")
        return "/".join(params[key] for key in keys if key in params)


ROUTES: list[Route] = []


def route(
    method: str, template: str, operation: str, *, needs_bot: bool = True
) -> Callable[[Handler], Handler]:
    """Register a handler under Discord's operationId. Literal paths win over patterns."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template)))
        ROUTES.append(Route(method, template, operation, handler, needs_bot, pattern))
        ROUTES.sort(key=lambda known: known.template.count("{"))
        return handler

    return register


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    for candidate in ROUTES:
        if candidate.method == method and (match := candidate.pattern.fullmatch(path)):
            return candidate, match.groupdict()
    return None
