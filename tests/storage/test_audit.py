"""The audit: read from the newest down or from the oldest up, and never changed."""

import sqlite3

import pytest

from bot.domain.moderation import Action, Entry
from bot.storage.audit import Audits
from tests.support.drafts import ANA, BEN, CLEO, SERVER
from tests.support.records import Records


async def entered(records: Records, *actions: Action) -> Audits:
    """An audit of these, one a second."""
    audits = Audits(records.store)
    for action in actions:
        await audits.enter(
            SERVER, Entry(action, ANA, BEN, None, "before", "after", "why"), records.clock.now()
        )
        records.clock.advance(1)
    return audits


async def test_a_line_comes_back_as_it_was_entered(records: Records) -> None:
    at = records.clock.now()
    audits = await entered(records, Action.BLOCKED)
    (line,) = await audits.newest(SERVER, before=None, until=None, member_id=None, action=None, most=9)
    assert line.at == at
    assert line.entry == Entry(Action.BLOCKED, ANA, BEN, None, "before", "after", "why")


async def test_conditions_hold_together(records: Records) -> None:
    audits = await entered(records, Action.BLOCKED, Action.UNBLOCKED, Action.BLOCKED)
    await audits.enter(SERVER, Entry(Action.BLOCKED, CLEO), records.clock.now())
    found = await audits.newest(
        SERVER, before=3, until=records.clock.now(), member_id=BEN, action=Action.BLOCKED, most=9
    )
    assert [line.seq for line in found] == [1]


@pytest.mark.parametrize(("member", "count"), [(ANA, 1), (BEN, 1), (CLEO, 0)])
async def test_who_did_it_and_who_had_it_done_to_them_are_found(
    records: Records, member: int, count: int
) -> None:
    audits = await entered(records, Action.BLOCKED)
    found = await audits.newest(SERVER, before=None, until=None, member_id=member, action=None, most=9)
    assert len(found) == count


async def test_batches_follow_each_other_without_gap_or_repetition(records: Records) -> None:
    start = records.clock.now()
    audits = await entered(records, *[Action.PAUSED] * 7)
    await audits.enter(SERVER + 1, Entry(Action.PAUSED, ANA), records.clock.now())
    seen: list[int] = []
    above = 0
    while lines := await audits.batch(SERVER, start, records.clock.now(), above, 3):
        seen += [line.seq for line in lines]
        above = lines[-1].seq
    assert seen == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("sql", ["UPDATE audit SET reason = 'better'", "DELETE FROM audit"])
async def test_nobody_changes_it(records: Records, sql: str) -> None:
    await entered(records, Action.BLOCKED)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        records.database.alter(sql)
