"""What nobody catches is logged like everything else: the tracebacks that Python writes mask nothing."""

import sys
import threading

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def keep_last_words() -> None:
    """From now on, in every thread of this process."""
    sys.excepthook = lambda *fault: log.critical("bot.crashed", exc_info=fault)
    threading.excepthook = lambda its: log.critical(
        "bot.thread_crashed", exc_info=(its.exc_type, its.exc_value, its.exc_traceback)
    )
    sys.unraisablehook = lambda its: log.critical(
        "bot.unraisable", exc_info=(its.exc_type, its.exc_value, its.exc_traceback)
    )
