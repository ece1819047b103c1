"""Where Python itself would write a traceback, a masked line is logged."""

import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from bot.ops import logs
from bot.ops.last_words import keep_last_words

SECRET = "mx-0123456789-very-secret"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is logged; hooks and logging are as before afterwards."""
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    logs.set_up("info", "json", secrets=[SECRET], stream=stream)
    keep_last_words()
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def fail() -> None:
    raise RuntimeError(f"https://x/?key={SECRET}")


class Unmourned:
    """Fails when it goes."""

    def __del__(self) -> None:
        fail()


def test_a_thread_s_are_masked(said: StringIO) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert '"event": "bot.thread_crashed"' in said.getvalue()
    assert "RuntimeError: https://x/?key=***" in said.getvalue()


def test_so_are_those_that_nobody_can_catch(said: StringIO) -> None:
    Unmourned()
    assert '"event": "bot.unraisable"' in said.getvalue()
    assert "RuntimeError: https://x/?key=***" in said.getvalue()
