"""The privacy notice is exact: tables, settings and numbers are those of the program."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.privacy import COUNTED_DAYS, REPORT_HOLDS_DAYS
from bot.settings import Settings
from bot.storage.migrate import migrations
from bot.workers.eraser import CLOSED_S, CLOSED_TRIES

TEXT = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
_OF_NOBODY = {"channel_rule", "fact", "filter_term", "server", "spend_mark", "sqlite_sequence"}
"""What is there of servers and of the program."""


def test_it_names_every_table_that_holds_something_of_people() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for step in migrations():
            connection.executescript(step.sql)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    named = {name for line in re.findall(r"^\| tables? .*", TEXT, re.MULTILINE) for name in _codes(line)}
    assert named & tables == tables - _OF_NOBODY


def test_its_settings_and_numbers_are_the_defaults() -> None:
    for name in ("retention_days", "backups_kept", "data_dir"):
        assert f"`{name.upper()}`" in TEXT
    assert f"`RETENTION_DAYS` ({Settings.model_fields['retention_days'].default};" in TEXT
    assert f"`BACKUPS_KEPT` ({Settings.model_fields['backups_kept'].default})" in TEXT
    assert f"after {COUNTED_DAYS} days" in TEXT
    assert f"at the latest {REPORT_HOLDS_DAYS} days after" in TEXT
    assert f"for {REPORT_HOLDS_DAYS} days at most" in TEXT
    assert (CLOSED_S, CLOSED_TRIES) == (86_400, 7), "once a day for a week"


def _codes(line: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", line.split("|")[1])
