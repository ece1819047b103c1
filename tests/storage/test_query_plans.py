"""What runs every second must not cost more with every job ever made."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import sqlite
from bot.storage.migrate import migrations

_VALUES: defaultdict[str, int] = defaultdict(lambda: 1)
"""Any value does: a plan does not depend on it."""
_DERIVED = {
    "CONSTANT",
    "counted",
    "running",
    "turns",
    "dues",
    "mine",
    "subquery",
    "leaving",
    "hours",
    "jobs",
    "live",
    "asked",
    "numbered",
    "line",
}
"""What is scanned without being a table."""
HOT = [
    "jobs_claimed",
    "jobs_lapsed",
    "job_next_due",
    "next_submit",
    "submits_waiting",
    "next_submit_due",
    "polls_claimed",
    "next_poll_due",
    "tasks_running",
    "last_turn_of",
    "place_in_line",
    "durations_seen",
    "tasks_of_job",
    "job_by_id",
    "tasks_ready",
    "tasks_taken_back",
    "submits_orphaned",
    "waiting_jobs_touched",
    "put_back_for_nobody",
    "unknown_retried",
    "unknown_left",
    "unknown_left_by_nobody",
    "tokens_forgotten",
    "mentions_claimed",
    "mention_next_due",
    "mention_sent",
    "fact_value",
    "outcomes_since",
    "outcomes_begin",
    "job_of_interaction",
    "rules_for",
    "channel_rules_of",
    "block_of",
    "member_use",
    "member_ran",
    "member_last_asked",
    "refused_lately",
    "member_waiting",
    "account_waiting",
    "account_spend",
    "bot_spend",
    "grants_live",
    "image_frees_at",
    "member_spend_frees_at",
    "account_spend_frees_at",
    "terms_after",
    "terms_containing",
    "strikes_since",
    "waiting_of_member",
    "blocks_live",
    "notice_heads",
    "notices_from",
    "notices_to_redraw",
    "notice_next_redraw",
    "notice_by_id",
    "notices_of_job",
    "decisions_of",
    "report_of",
    "copies_reported",
    "reported_copy_gone",
    "reports_redrawn",
    "reports_closed",
    "reports_since",
    "review_decided",
    "reviews_unanswered",
    "block_appealed",
    "use_by_slot",
    "report_sums",
    "refusals_of_account",
    "use_of_member",
    "failures_of_member",
    "refusals_of_member",
    "recent_of_member",
    "images_exported",
    "jobs_of_message",
    "jobs_unfinished_in",
    "queue_waiting",
    "queue_drawing",
    "queue_unknown",
    "queue_backlog",
    "audit_newest",
    "audit_batch",
    "preferences_of",
    "history_edge",
    "history_older_end",
    "history_older",
    "history_newer_end",
    "history_newer",
    "history_named",
    "jobs_under_way",
    "holding_jobs",
    "holding_pictures",
    "blocks_of_member",
    "rules_of_member",
    "grants_of_member",
    "reports_of_member",
    "appeals_of_member",
    "refusals_of_person",
    "jobs_of_person",
    "erasure_left",
    "jobs_erased_of_member",
    "jobs_erased_by_age",
    "cards_removed_too",
    "unknown_left_by_member",
    "own_reports_blanked",
    "own_notices_blanked",
    "own_refusal_notices_unnamed",
    "own_refusals_unnamed",
    "persons_forgotten",
    "notices_dropped_by_age",
    "last_notice_blanked",
    "refusals_dropped_by_age",
    "removals_recovered",
    "removals_claimed",
    "removal_over",
    "removal_given_up",
    "removal_next_due",
    "newest_move",
    "moves_since",
    "jobs_standing",
    "images_standing",
]


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    """An empty schema without statistics, as it is on every operator's disk."""
    with closing(sqlite3.connect(":memory:")) as opened:
        for step in migrations():
            opened.executescript(step.sql)
        yield opened


def plan(connection: sqlite3.Connection, query: str) -> list[str]:
    sql = getattr(sqlite._QUERIES, query).sql
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", _VALUES)]


@pytest.mark.parametrize("query", HOT)
def test_a_query_on_the_way_of_every_request_reads_no_whole_table(
    connection: sqlite3.Connection, query: str
) -> None:
    steps = plan(connection, query)
    scans = [step for step in steps if step.startswith("SCAN") and "USING" not in step]
    assert [step for step in scans if not any(word in step for word in _DERIVED)] == []


@pytest.mark.parametrize("query", ["next_submit", "job_next_due", "next_submit_due"])
def test_the_front_of_the_line_is_found_without_sorting_it(
    connection: sqlite3.Connection, query: str
) -> None:
    assert not any("TEMP B-TREE" in step for step in plan(connection, query))


@pytest.mark.parametrize("query", ["next_submit", "place_in_line"])
def test_the_line_is_read_in_the_order_of_turns(connection: sqlite3.Connection, query: str) -> None:
    assert "task_line" in " ".join(plan(connection, query))


def test_every_index_is_of_use_to_some_statement(connection: sqlite3.Connection) -> None:
    made = {
        row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE INDEX%'")
    }
    used = " ".join(step for query in HOT for step in plan(connection, query))
    for_people = {"event_of_job", "job_of_account"}
    assert {name for name in made if name not in used} - for_people == set()


def test_every_statement_has_a_line_that_says_why_or_a_name_that_does() -> None:
    """And a name that the record uses: no statement is left over."""
    folder = Path(sqlite.__file__).parent
    code = "".join(file.read_text() for file in folder.glob("*.py"))
    names = [
        line.removeprefix("-- name: ").rstrip("^!$*#")
        for file in sorted((folder / "queries").glob("*.sql"))
        for line in file.read_text().splitlines()
        if line.startswith("-- name: ")
    ]
    assert len(names) == len(set(names)) > 30
    assert [name for name in names if f'"{name}"' not in code] == []
