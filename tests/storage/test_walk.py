"""What no order of calls can bring about, found out by asking for everything in every order."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from bot.domain.jobs import JOB_MOVES, TASK_MOVES, TASK_OVER, JobState, TaskState
from tests.support.clock import ManualClock
from tests.support.records import opened_records
from tests.support.walk import Walk

STEPS = 250
SEEDS = range(10)
Edge = tuple[JobState | TaskState, JobState | TaskState]


class Auditor:
    """Reads the file from outside after every step and says what is wrong with it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = 0
        self._states: dict[str, str] = {}
        self._settled: dict[str, int] = {}
        self.edges: set[Edge] = set()

    def audit(self) -> None:
        """Everything that must hold at any time."""
        self._moves()
        self._money()
        self._promises()

    def running(self) -> int:
        """How many tasks may be at the provider."""
        states = list(self._states.values())
        return states.count("submitting") + states.count("rendering")

    def _moves(self) -> None:
        """Every state came from the one before it by a move of the tables, and was written down."""
        sql = "SELECT seq, job_id, task_id, from_state, to_state FROM event WHERE seq > ? ORDER BY seq"
        for seq, job_id, task_id, was, becomes in self._rows(sql, self._seen):
            name = task_id or job_id
            assert self._states.get(name) == was
            if was is None:
                assert becomes == ("queued" if task_id else "accepted")
            elif task_id:
                assert TaskState(becomes) in TASK_MOVES[TaskState(was)]
                self.edges.add((TaskState(was), TaskState(becomes)))
            else:
                assert JobState(becomes) in JOB_MOVES[JobState(was)]
                self.edges.add((JobState(was), JobState(becomes)))
            self._states[name] = becomes
            self._seen = seq
        now = dict(self._rows("SELECT id, state FROM job UNION ALL SELECT id, state FROM task"))
        assert now == self._states, "a state changed without an event"

    def _money(self) -> None:
        """Settled or released once, when a task is over; reserved as accepted until then."""
        for task_id, state, cost in self._rows("SELECT id, state, cost_microusd FROM task"):
            assert (cost is not None) == (TaskState(state) in TASK_OVER)
            if cost is not None:
                assert self._settled.setdefault(task_id, cost) == cost
                assert cost == 0 or state in {"rendered", "failed"}
        assert self._rows(_DOUBT_FORGOTTEN) == []
        sent = "SELECT task_id, COUNT(*), COUNT(DISTINCT attempt_id) FROM event WHERE to_state = 'submitting'"
        attempts = dict(self._rows("SELECT id, attempts FROM task"))
        for task_id, times, different in self._rows(sent + " GROUP BY task_id"):
            assert times == different == attempts[task_id], "each sending has a name of its own"

    def _promises(self) -> None:
        assert self._rows(_UNPAID_BUT_OVER) == []
        assert self._rows(_CLAIMABLE_WITHOUT_A_CARD) == []
        assert self._rows(_FORGOTTEN) == []

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._connection.execute(sql, values).fetchall()


_DOUBT_FORGOTTEN = """
SELECT id, doubt_microusd FROM task
 WHERE doubt_microusd <> estimate_microusd * (
   SELECT COUNT(*) FROM event
    WHERE event.task_id = task.id AND event.from_state = 'unknown' AND event.to_state = 'queued')"""
_UNPAID_BUT_OVER = """
SELECT job.state, task.state FROM job JOIN task ON task.job_id = job.id
 WHERE job.state IN ('delivering', 'delivered', 'withdrawn', 'cancelled') AND task.cost_microusd IS NULL
    OR job.state = 'undeliverable' AND task.state IN ('queued', 'unknown')"""
_CLAIMABLE_WITHOUT_A_CARD = """
SELECT task.id FROM job JOIN task ON task.job_id = job.id
 WHERE job.message_id IS NULL AND (task.due_at IS NOT NULL OR task.attempts > 0)"""
_FORGOTTEN = """
SELECT id, state FROM job
 WHERE state IN ('accepted', 'open', 'delivering') AND due_at IS NULL AND lease_owner IS NULL
UNION ALL
SELECT id, state FROM task WHERE state = 'rendering' AND due_at IS NULL
UNION ALL
SELECT task.id, task.state FROM task JOIN job ON job.id = task.job_id
 WHERE task.state = 'queued' AND job.state = 'open' AND task.due_at IS NULL"""


async def walked(path: Path, seed: int) -> set[Edge]:
    """Walk on a file of its own, audited after each step; the moves that were made."""
    clock = ManualClock()
    async with opened_records(path, clock) as records:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as outside:
            walk, auditor = Walk(records, Random(seed)), Auditor(outside)
            for _ in range(STEPS):
                await walk.step()
                auditor.audit()
                load = await walk.records.tasks.load(clock.now())
                assert load.running == auditor.running()
    assert walk.refused > STEPS / 10
    return auditor.edges


async def test_no_order_of_calls_breaks_a_promise(tmp_path: Path) -> None:
    """States move along the tables, money is settled once, and nothing unfinished is forgotten.

    Together the walks make every move that there is: so every state is reached, and a walk that finds
    nothing wrong has looked everywhere.
    """
    made: set[Edge] = set()
    for seed in SEEDS:
        made |= await walked(tmp_path / f"{seed}.sqlite3", seed)
    moves: set[Edge] = {(was, becomes) for was, ends in TASK_MOVES.items() for becomes in ends}
    moves |= {(was, becomes) for was, ends in JOB_MOVES.items() for becomes in ends}
    assert made == moves
