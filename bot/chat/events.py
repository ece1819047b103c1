"""Discord's events on their way in: no single one brings the bot down, and what people write is not read."""

from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_UNREAD = ("MESSAGE_CREATE", "MESSAGE_UPDATE")
"""What comes along with the news of deletions: what people write is none of the bot's business, and parsing
every message of a busy server would cost more than all the rest."""


def guard(parsers: MutableMapping[str, Callable[[Any], Any]]) -> None:
    """Have a malformed event logged and dropped; unguarded, discord.py lets it end the process."""
    for name, parse in list(parsers.items()):
        parsers[name] = _guarded(name, parse)
    for name in _UNREAD:
        parsers[name] = _drop


def _guarded(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def guarded(data: Any) -> Any:
        try:
            return parse(data)
        except Exception:
            log.exception("discord.malformed_event", discord_event=name)
            return None

    return guarded


def _drop(_: Any) -> None:
    """Not even parsed."""
