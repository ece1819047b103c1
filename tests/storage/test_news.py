"""What happens is told to the log channel by the very transaction in which it happens."""

from typing import Any

import pytest

from bot.domain.admission import Circumstances
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import FailureReason
from bot.domain.limits import Limit
from bot.domain.moderation import OperatorDefaults
from bot.domain.units import after
from bot.storage.servers import Servers
from bot.storage.sqlite import Transaction
from tests.support.drafts import ANA, BEN, SERVER, place
from tests.support.records import MESSAGE_ID, Records

TOLD = "SELECT kind, member_id, job_id, text FROM notice ORDER BY id"
LOG = 9


@pytest.fixture(autouse=True)
def log_channel(records: Records) -> None:
    """The server has one."""
    records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, ?)", SERVER, LOG)


async def delivered(records: Records) -> None:
    """What is over is shown."""
    for view in await records.jobs.claim(9, records.clock.now()):
        if all(task.over for task in view.tasks):
            await records.jobs.begin_delivery(view.job.id, records.clock.now())
            await records.jobs.finish(view.job.id, "digest", records.clock.now())


async def test_accepted_is_told_when_the_card_is_up(records: Records) -> None:
    view = await records.accepted()
    assert records.database.rows(TOLD) == []
    await records.jobs.acknowledge(view.job.id, MESSAGE_ID, None, records.clock.now())
    assert records.database.rows(TOLD) == [("accepted", ANA, view.job.id, None)]


async def test_what_needs_approval_is_told_as_that_with_the_term(records: Records) -> None:
    hit = Hit(Term("dragon", FilterAction.REVIEW))
    view = await records.opened(around=Circumstances(hit=hit))
    assert records.database.rows(TOLD) == [("review", ANA, view.job.id, "dragon")]


async def test_withdrawn_is_not_told(records: Records) -> None:
    view = await records.accepted()
    await records.jobs.withdraw(view.job.id, records.clock.now())
    assert records.database.rows(TOLD) == []


@pytest.mark.parametrize(("fails", "told"), [(True, ["accepted", "failed"]), (False, ["accepted"])])
async def test_failed_is_told_when_the_card_says_so(records: Records, fails: bool, told: list[str]) -> None:
    view = await records.opened(count=2)
    first, second = await records.rendering(2)
    await records.render(first)
    if fails:
        await records.fail(second, FailureReason.SAFETY)
    else:
        await records.render(second)
    assert [row[0] for row in records.database.rows(TOLD)] == ["accepted"]
    await delivered(records)
    assert [row[0] for row in records.database.rows(TOLD)] == told
    assert {row[2] for row in records.database.rows(TOLD)} == {view.job.id}


async def test_personal_use_is_told_to_nobody(records: Records) -> None:
    await records.opened(at=place(guild_id=None))
    await records.opened(at=place(bot_is_member=False))
    assert records.database.rows(TOLD) == []


async def test_deleted_is_told_once_with_whoever_did_it(records: Records) -> None:
    view = await records.opened()
    for by_id in (BEN, None):
        await records.jobs.mark_deleted(view.job.id, MESSAGE_ID, by_id, records.clock.now())
    assert records.database.rows(TOLD)[1:] == [("deleted", ANA, view.job.id, str(BEN))]


async def test_what_is_taken_back_is_not_told(records: Records) -> None:
    async def fails(tx: Transaction) -> Any:
        await tx.run(
            "notice_added",
            kind="spend",
            guild_id=SERVER,
            member_id=None,
            job_id=None,
            text=None,
            now=1,
            important=1,
        )
        raise RuntimeError("on second thoughts")

    with pytest.raises(RuntimeError, match="second thoughts"):
        await records.store.write(fails)
    assert records.database.rows(TOLD) == []


async def test_a_review_taken_back_by_any_statement_is_decided(records: Records) -> None:
    """A trigger sees to it, whoever cancels."""
    hit = Hit(Term("dragon", FilterAction.REVIEW))
    view = await records.opened(around=Circumstances(hit=hit))
    records.database.alter("UPDATE notice SET message_id = 5, due_at = NULL")
    now = after(records.clock.now(), 5)
    await records.jobs.cancel(view.job.id, now)
    assert records.database.rows("SELECT notice_id, what, by_id, at FROM decision") == [
        (1, "taken_back", None, now)
    ]
    assert records.database.rows("SELECT due_at FROM notice") == [now]
    assert records.database.value("SELECT review FROM job") is None


async def test_what_was_not_told_while_a_channel_rested_is_told_in_the_one_chosen_next(
    records: Records,
) -> None:
    """Nobody would see it any more: the old channel is gone."""
    hit = Hit(Term("dragon", FilterAction.REVIEW))
    await records.opened(around=Circumstances(hit=hit))
    servers = Servers(records.store, OperatorDefaults())
    await servers.set_log(SERVER, LOG + 1, False, BEN, records.clock.now())
    assert records.database.rows("SELECT channel_id FROM notice") == [LOG + 1]


async def test_who_tries_on_and_on_does_not_flood_the_log(records: Records) -> None:
    """Told once for each member and rule, and again after a while; reports count every one."""
    run = records.run("capped", limits={Limit.LARGEST_COUNT: 1})
    for member in (ANA, ANA, BEN, ANA):
        await run.refused(by=member, count=2)
    told = [("refused", ANA, None, "largest_count"), ("refused", BEN, None, "largest_count")]
    assert records.database.rows(TOLD) == told
    records.clock.advance(601)
    await run.refused(by=ANA, count=2)
    assert records.database.rows(TOLD) == [*told, told[0]]
    assert records.database.value("SELECT COUNT(*) FROM refusal") == 5
