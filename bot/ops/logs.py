"""Structured logs: an event name and its values, one line each; JSON unless somebody is watching.

Secrets, prompts and links to results are never among the values. As a second line of defence the
secrets of this process are masked in whatever is logged, tracebacks and other libraries' words too.
"""

import json
import logging
import re
import sys
from collections.abc import Sequence
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_MASK = "***"
_TOKEN_IN_PATH = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]+")
"""discord.py puts interaction tokens into the paths that it logs."""


def set_up(
    level: str,
    form: Literal["auto", "json", "text"],
    *,
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logs, those of libraries too, to one place in one form."""
    out = stream or sys.stderr
    text = form == "text" or (form == "auto" and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: list[Processor] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if text
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *renderer,
                _Masked(secrets),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns of voice, which is not used
    for chatty in ("discord", "aiosqlite", "PIL", "asyncio"):
        logging.getLogger(chatty).setLevel(max(root.level, logging.WARNING))


class _Masked:
    """Replaces secrets in a finished line."""

    def __init__(self, secrets: Sequence[str]) -> None:
        given = [secret for secret in secrets if secret]
        self._secrets = [*given, *(json.dumps(secret)[1:-1] for secret in given)]

    def __call__(self, _: WrappedLogger, __: str, line: str | EventDict) -> str:
        text = str(line)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return _TOKEN_IN_PATH.sub(rf"\1{_MASK}", text)
