"""Tables that people and programs can trust: nothing is run, rounded or held in memory."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.domain.errors import ExportTooLarge
from bot.services.tables import Cell, Form, Row, csv_cell, json_cell, utc, write_table
from tests.support.clock import START

MANY_BYTES = 1 << 30


async def batches(*each: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    for batch in each:
        yield batch


async def written(form: Form, *each: Sequence[Row], max_bytes: int = MANY_BYTES) -> bytes:
    file = io.BytesIO()
    columns = ("who", "said")
    count = await write_table(file, form, columns, batches(*each), max_bytes=max_bytes)
    assert count == sum(map(len, each))
    return file.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u3000=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "\tplain",
    ],
)
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert str(csv_cell(cell)).startswith("'")


@pytest.mark.parametrize("cell", ["a;=1+1", "a, -1", 'a"=1', "a|@x", "a\t+1", "a\n=1", "; ＝1"])
def test_nor_does_one_that_is_set_to_another_separator_run_the_rest(cell: str) -> None:
    """Where cells are separated by semicolons, the text after one is a cell of its own."""
    text = str(csv_cell(cell))
    assert text.replace("'", "") == cell
    for separator in ';,|\t\n"':
        assert not any(part.lstrip().startswith(tuple("=+-@＝＋－＠")) for part in text.split(separator)[1:])


@pytest.mark.parametrize("cell", ["a fox", "2-1", "a=b", "mail@example.org", "", None, 5, -5, 1.5, 10**14])
def test_what_is_harmless_stays_as_it_is(cell: Cell) -> None:
    assert csv_cell(cell) == cell


def test_no_digit_of_an_id_is_lost() -> None:
    """Spreadsheets keep fifteen digits of a number, JavaScript a little more."""
    snowflake = 1_551_597_200_998_400_009
    assert csv_cell(snowflake) == f"'{snowflake}"
    assert json_cell(snowflake) == str(snowflake)
    assert json_cell(2**53 - 1) == 2**53 - 1


async def test_a_spreadsheet_reads_back_what_was_written() -> None:
    content = await written(Form.CSV, [("Ana", 'a "fox", red\nand shy'), (None, "ünïcode 🦊")], [("Ben", 3)])
    assert content.startswith("\ufeff".encode())
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [
        ["who", "said"],
        ["Ana", 'a "fox", red\nand shy'],
        ["", "ünïcode 🦊"],
        ["Ben", "3"],
    ]


async def test_a_program_reads_back_what_was_written() -> None:
    content = await written(Form.JSON, [("Ana", "=1+1")], [], [(None, 1.5)])
    assert json.loads(content) == [{"who": "Ana", "said": "=1+1"}, {"who": None, "said": 1.5}]


@pytest.mark.parametrize("form", Form)
async def test_no_rows_are_a_table_too(form: Form) -> None:
    content = await written(form)
    assert content == {Form.CSV: "\ufeffwho,said\r\n".encode(), Form.JSON: b"[]\n"}[form]


@pytest.mark.parametrize("form", Form)
async def test_it_stops_as_soon_as_it_is_too_much(form: Form) -> None:
    asked = 0

    async def endless() -> AsyncIterator[Sequence[Row]]:
        nonlocal asked
        while True:
            asked += 1
            yield [("Ana", "x" * 100)]

    with pytest.raises(ExportTooLarge) as refused:
        await write_table(io.BytesIO(), form, ("who", "said"), endless(), max_bytes=1_000)
    assert refused.value.max_bytes == 1_000
    assert asked < 12


@pytest.mark.parametrize("form", Form)
async def test_the_file_stays_open_for_whoever_hands_it_over(tmp_path: Path, form: Form) -> None:
    with (tmp_path / "table").open("w+b") as file:
        await write_table(file, form, ("who",), batches([("Ana",)]), max_bytes=MANY_BYTES)
        file.seek(0)
        assert b"Ana" in file.read()


def test_moments_are_written_in_utc() -> None:
    assert utc(START) == "2026-09-21T14:13:20Z"
