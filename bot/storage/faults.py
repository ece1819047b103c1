"""The errors of SQLite in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreFull


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours, with their own words kept as the message."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        raise in_our_words(fault) from fault


def in_our_words(fault: sqlite3.DatabaseError) -> Exception:
    """The error that callers know, or the same one where it is a mistake of ours."""
    code = getattr(fault, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(str(fault))
    if primary in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}:
        return StoreFull(str(fault))
    if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreDamaged(str(fault))
    if isinstance(fault, sqlite3.OperationalError) and primary not in {None, sqlite3.SQLITE_ERROR}:
        return StoreError(str(fault))
    return fault  # a mistake of ours (a constraint, a wrong statement) stays what it is
