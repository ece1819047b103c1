"""Tables for people and for programs: CSV and JSON, written row by row, never whole in memory."""

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import BinaryIO, TypeAlias

from bot.domain.errors import ExportTooLarge
from bot.domain.units import MS_PER_S, Instant

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = Sequence[Cell]

_DIGITS_MAX = 15
"""Spreadsheets round whole numbers that have more."""
_SAFE_INTEGER_MAX = 2**53 - 1
"""So does JavaScript, beyond this."""
_FORMULA = "=+\\-@＝＋－＠"
"""What spreadsheets take for the beginning of a formula; the wide ones in Asian editions."""
_FORMULA_AHEAD = re.compile(rf"^[\t\r\n]|^\s*[{_FORMULA}]")
_FORMULA_WITHIN = re.compile(rf"([;,|\t\r\n\"]\s*)(?=[{_FORMULA}])")
"""Where another spreadsheet, set to another separator, would see a cell of its own begin."""


class Form(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    """For spreadsheets: UTF-8 with a mark that tells them so."""
    JSON = "json"
    """For programs: a list with an object for each row."""


async def write_table(
    file: BinaryIO,
    form: Form,
    columns: Sequence[str],
    batches: AsyncIterator[Iterable[Row]],
    *,
    max_bytes: int,
) -> int:
    """Write rows to a file as they come; how many there were.

    Raises:
        ExportTooLarge: more than `max_bytes`; what the file holds then is of no use.
    """
    table = _TABLES[form](file, columns)
    rows = 0
    async for batch in batches:
        rows += await asyncio.to_thread(table.add, batch)
        if file.tell() > max_bytes:
            raise ExportTooLarge(max_bytes)
    table.end()
    if file.tell() > max_bytes:
        raise ExportTooLarge(max_bytes)
    return rows


def utc(at: Instant) -> str:
    """A moment as both forms have it: `2026-11-22T10:05:03Z`."""
    return datetime.fromtimestamp(at // MS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def csv_cell(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula or rounds: an apostrophe stands before such ones."""
    if isinstance(cell, int):
        return f"'{cell}" if len(str(abs(cell))) > _DIGITS_MAX else cell
    if not isinstance(cell, str):
        return cell
    text = _FORMULA_WITHIN.sub(r"\1'", cell)
    return f"'{text}" if _FORMULA_AHEAD.match(text) else text


def json_cell(cell: Cell) -> Cell:
    """A cell that no reader rounds: whole numbers too large for JavaScript are text."""
    if isinstance(cell, int) and abs(cell) > _SAFE_INTEGER_MAX:
        return str(cell)
    return cell


class _Csv:
    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        file.write("\ufeff".encode())
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(columns)

    def add(self, rows: Iterable[Row]) -> int:
        written = 0
        for written, row in enumerate(rows, start=1):  # noqa: B007 - how many is all that is left of them
            self._writer.writerow([csv_cell(cell) for cell in row])
        return written

    def end(self) -> None:
        self._text.detach()  # else it would close the file


class _Json:
    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns
        self._before = "[\n"

    def add(self, rows: Iterable[Row]) -> int:
        written = 0
        for written, row in enumerate(rows, start=1):  # noqa: B007 - as above
            named = dict(zip(self._columns, map(json_cell, row), strict=True))
            self._file.write((self._before + json.dumps(named, ensure_ascii=False)).encode())
            self._before = ",\n"
        return written

    def end(self) -> None:
        self._file.write(b"[]\n" if self._before == "[\n" else b"\n]\n")


_TABLES: dict[Form, type[_Csv] | type[_Json]] = {Form.CSV: _Csv, Form.JSON: _Json}
