"""Structured logs: an event name and its values, one line each; JSON unless somebody is watching.

Secrets, prompts and links to results are never among the values. As a second line of defence the
secrets of this process are masked in whatever is logged, tracebacks and other libraries' words too.
What is logged cannot stop who logs it, and cannot look like a line of its own.
"""

import contextlib
import json
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

_MASK = "***"
_FIRST = ("timestamp", "level", "event")
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
            _on_one_line,
            structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=_indented),
        ]
        if text
        else [structlog.processors.format_exc_info, _as_json]
    )
    handler = _Handler(out)
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


class _Handler(logging.StreamHandler[TextIO]):
    """Says which line could not be written, in the form of all others; logging's own way shows its values."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name for it
        lost = {
            "event": "log.unwritable",
            "level": "error",
            "timestamp": datetime.now(UTC).isoformat(),
            "logger": record.name,
            "line": record.lineno,
        }
        with contextlib.suppress(OSError, ValueError):  # then there is nobody left to tell
            self.stream.write(json.dumps(lost) + self.terminator)


class _Masked:
    """Replaces secrets in a finished line."""

    def __init__(self, secrets: Sequence[str]) -> None:
        given = {secret for secret in secrets if secret}
        forms = given | {quote(secret, safe="") for secret in given}
        for _ in ("a line", "JSON within it"):
            forms |= {json.dumps(form)[1:-1] for form in forms}
        # The longest first: what is left of one after its part was masked would be found no more.
        self._secrets = sorted(forms, key=len, reverse=True)

    def __call__(self, _: WrappedLogger, __: str, line: str | EventDict) -> str:
        text = str(line)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return _TOKEN_IN_PATH.sub(rf"\1{_MASK}", text)


def _as_json(_: WrappedLogger, __: str, values: EventDict) -> str:
    """Whatever the values are; what every line has comes first."""
    values = {name: values[name] for name in _FIRST if name in values} | dict(values)
    try:
        return json.dumps(values, default=_shown)
    except (TypeError, ValueError, RecursionError):  # a key that is no text, or something within itself
        return json.dumps({name: _plain(value) for name, value in values.items()})


def _on_one_line(_: WrappedLogger, __: str, values: EventDict) -> EventDict:
    """For people: nothing in it ends the line or deceives the eye. Tracebacks come later, indented."""
    for name, value in values.items():
        if name != "exc_info":
            plain = _plain(value)
            values[name] = _printable(plain) if isinstance(plain, str) else plain
    return values


def _indented(out: TextIO, fault: ExcInfo) -> None:
    """A traceback whose every line is indented: the message of an error may hold anything."""
    told = "".join(traceback.format_exception(*fault)).split("\n")
    out.write("".join(f"\n    {_printable(line)}" for line in told if line))


def _plain(value: object) -> str | int | float | None:
    return value if isinstance(value, str | int | float | None) else _shown(value)


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - somebody else's __repr__
        return f"<{type(value).__name__}>"


def _printable(text: str) -> str:
    """Without what moves a terminal's cursor, turns its text round or hides in it."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
