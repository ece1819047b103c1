"""What the bot logs, and what docs/operations/logs.md says that it does."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

DOC = Path(__file__).parents[2] / "docs" / "operations" / "logs.md"
IN_EVERY_LINE = {"timestamp", "level", "event"}


@cache
def documented() -> Mapping[str, set[str]]:
    """Events in the document's table, with their values."""
    return {event: set(re.findall(r"`(\w+)`", values)) for event, _, values in _table("All events")}


def vocabulary() -> set[str]:
    """Values in the document's table."""
    return {value for value, _ in _table("All values")}


def runs(said: str) -> list[list[dict[str, Any]]]:
    """Each line of a log as its values, one list for each run of the program."""
    found: list[list[dict[str, Any]]] = [[]]
    for line in said.splitlines():
        values = json.loads(line)
        if values["event"] == "bot.starting":
            found.append([])
        found[-1].append(values)
    return found


def _table(heading: str) -> Iterator[list[str]]:
    """The rows below a heading, the name in each without its ticks."""
    section = DOC.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            name, *rest = (cell.strip() for cell in line.strip("|").split(" | "))
            yield [name.strip("` "), *rest]
