"""What the bot's log says of its outcomes, beside what its database knows of them."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from bot.domain.jobs import JOB_OVER, TASK_OVER
from tests.reliability.outside import opened
from tests.support.said import IN_EVERY_LINE, documented, runs

End: TypeAlias = tuple[str, str | None, str]
"""A job, its image if that is what is over, and the event."""

_IN_CONTEXT = {"job", "task", "guild", "member", "provider_task"}


def ends(database: Path) -> dict[int, End]:
    """Each job and image that is over, by the number of the move that ended it."""
    with opened(database) as connection:
        moves = connection.execute("SELECT seq, job_id, task_id, to_state FROM event").fetchall()
    return {
        seq: (job_id, task_id, f"{'task' if task_id else 'job'}.{state}")
        for seq, job_id, task_id, state in moves
        if state in (TASK_OVER if task_id else JOB_OVER)
    }


def faults(said: str, ends: Mapping[int, End]) -> list[str]:
    """What is wrong with a log beside these ends; empty when nothing is.

    A run that was killed between a line and the note of it leaves that line to be said again by the next.
    """
    wrong: list[str] = []
    ever: set[int] = set()
    for run in runs(said):
        told = [line for line in run if "move" in line]
        moves = Counter(line["move"] for line in told)
        wrong += [f"told twice by one run: {move}" for move, times in moves.items() if times > 1]
        wrong += [f"not true: {line}" for line in told if not _is_true(line, ends)]
        wrong += [f"not documented: {line}" for line in run if not _is_documented(line)]
        ever |= moves.keys()
    return wrong + [f"never told: {ends[move]}" for move in ends.keys() - ever]


def _is_true(line: Mapping[str, Any], ends: Mapping[int, End]) -> bool:
    about = (line["job"], line.get("task"), line["event"])
    whole = line["seconds"] >= 0 and line["cost_microusd"] >= 0 and line["member"] and "guild" in line
    return bool(whole) and about == ends.get(line["move"])


def _is_documented(line: Mapping[str, Any]) -> bool:
    known = documented().get(line["event"], {"logger"}) | IN_EVERY_LINE | _IN_CONTEXT | {"exception"}
    return IN_EVERY_LINE <= line.keys() <= known
