"""The specs: read by nobody but Vega-Lite, so a test tells what it would only leave blank."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.usage.report_pictures import OWN, REPORT, Values, own_values, report_values
from tests.charts.examples import NAMES, RULES, a_report, an_own_use

SPECS = sorted((Path(__file__).parents[2] / "bot" / "charts" / "specs").iterdir())
VALUES: dict[str, Values] = {
    REPORT: report_values(a_report(), NAMES, RULES),
    OWN: own_values(an_own_use(), RULES),
}


def within(part: Any) -> Iterator[dict[str, Any]]:
    """Every object of a spec, however deep."""
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from within(each)


def read(name: str) -> dict[str, Any]:
    """A spec as it is on disk."""
    (path,) = [path for path in SPECS if path.name == f"{name}.vl.json"]
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return spec


def test_every_spec_is_used() -> None:
    """And every chart has one."""
    assert {path.name for path in SPECS} == {f"{name}.vl.json" for name in VALUES}


@pytest.mark.parametrize("name", VALUES)
def test_a_spec_is_given_exactly_the_data_that_it_names(name: str) -> None:
    named = {part["data"]["name"] for part in within(read(name)) if "data" in part}
    assert named == set(VALUES[name])


@pytest.mark.parametrize("name", VALUES)
def test_every_field_of_a_spec_is_in_the_rows_or_calculated(name: str) -> None:
    """Vega-Lite draws nothing for a field that is not there, and says nothing."""
    parts = list(within(read(name)))
    known = {key for rows in VALUES[name].values() for row in rows for key in row}
    for part in parts:
        made = part.get("as", [])
        known |= {made} if isinstance(made, str) else set(made)
    wanted = {part["field"] for part in parts if "field" in part}
    wanted |= set(re.findall(r"datum\.(\w+)", json.dumps(parts[0])))
    assert wanted - known == set()


@pytest.mark.parametrize("name", VALUES)
def test_a_spec_holds_no_data_and_fetches_none(name: str) -> None:
    """What is drawn comes from the record alone."""
    assert not any({"url", "values", "datasets"} & set(part) for part in within(read(name)))


@pytest.mark.parametrize("name", VALUES)
def test_no_writing_is_smaller_than_a_phone_can_show(name: str) -> None:
    """14 units are 28 of 1200 pixels, about 8 points on a phone."""
    sizes = [part["fontSize"] for part in within(read(name)) if "fontSize" in part]
    assert min(sizes) >= 14
