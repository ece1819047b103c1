"""Hooks into simcord's Discord: what changed, and what went wrong in the bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from simcord import Env

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_WITHOUT_A_TRACE = frozenset({"INTERACTION_CREATE", "TYPING_START"})


def observe(env: Env, *, changed: Callable[[], None]) -> None:
    """Call `changed` when the channel may look different, log what the bot raises.

    The gateway's subscribers hear of everything but ephemeral messages, so the three operations
    that all messages go through are wrapped as well: whoever edits a message, and by whichever
    route, ends there. Before `env.start()`, which takes some of these along.
    """
    backend = env.backend
    backend.commit_message = _then(backend.commit_message, changed)  # type: ignore[method-assign]
    backend.edit_message = _then(backend.edit_message, changed)  # type: ignore[method-assign]
    backend.delete_message = _then(backend.delete_message, changed)  # type: ignore[method-assign]

    def heard(event: str, _payload: Mapping[str, Any]) -> None:
        if event not in _WITHOUT_A_TRACE:
            changed()

    backend.subscribers.append(heard)
    record = env._record_error

    def recorded(error: BaseException) -> None:
        log.error("the bot raised %s", type(error).__name__, exc_info=error)
        record(error)

    # simcord marks the errors of bare tasks as seen: asyncio would never report them
    env._record_error = recorded  # type: ignore[method-assign]


def _then(operation: Callable[P, R], changed: Callable[[], None]) -> Callable[P, R]:
    @wraps(operation)
    def observed(*args: P.args, **kwargs: P.kwargs) -> R:
        result = operation(*args, **kwargs)
        changed()
        return result

    return observed
