"""What a server waits for, as the rows stand."""

import asyncio

from bot.domain.admission import Circumstances
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import JobState, TaskState
from bot.domain.queue import Backlog, Stage
from bot.storage.queue import Queues
from tests.support.drafts import ANA, BEN, CLEO, SERVER, place
from tests.support.records import Records

MOST = 100


async def test_the_place_is_the_one_that_the_cards_say(records: Records) -> None:
    """In the line of all servers, in the order in which they are going to be drawn."""
    for by, at in [(ANA, SERVER), (ANA, SERVER), (BEN, SERVER + 1), (CLEO, SERVER)]:
        await records.opened(by=by, count=2, at=place(guild_id=at))
    queued = await Queues(records.store).queued(SERVER, MOST)
    said = {}
    for each in queued:
        view = await records.found(each.job_id)
        said[each.job_id] = (await records.jobs.outlook(view, records.clock.now())).place
    assert {each.job_id: each.place for each in queued} == said
    assert [each.requester_id for each in queued] == [ANA, CLEO, ANA]
    assert [each.place for each in queued] == sorted(place for place in said.values() if place)


async def test_the_images_of_one_request_are_counted_at_each_stage(records: Records) -> None:
    await records.opened(count=4)
    first, second, _ = await records.submitting(3)
    await records.lose(first)
    await records.fail(second)
    found = [(each.stage, each.images) for each in await Queues(records.store).queued(SERVER, MOST)]
    assert found == [(Stage.UNKNOWN, 1), (Stage.DRAWING, 1), (Stage.WAITING, 1)]


async def test_a_request_without_a_card_has_no_place_yet(records: Records) -> None:
    await records.accepted()
    await records.opened()
    places = [each.place for each in await Queues(records.store).queued(SERVER, MOST)]
    assert places == [1, None]


async def test_what_waits_for_a_moderator_is_not_in_line(records: Records) -> None:
    hit = Hit(Term("dragon", FilterAction.REVIEW))
    records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
    await records.opened(around=Circumstances(hit=hit))
    (waiting,) = await Queues(records.store).queued(SERVER, MOST)
    assert (waiting.stage, waiting.place) == (Stage.REVIEW, None)


async def test_a_doubt_whose_card_is_gone_is_nobodys_to_decide(records: Records) -> None:
    view = await records.opened()
    (claim,) = await records.submitting()
    await records.lose(claim)
    records.database.alter("UPDATE job SET state = 'undeliverable' WHERE id = ?", view.job.id)
    assert await Queues(records.store).queued(SERVER, MOST) == []


async def test_of_each_stage_no_more_than_asked_for(records: Records) -> None:
    for _ in range(5):
        await records.opened()
    assert len(await Queues(records.store).queued(SERVER, 3)) == 3


class TestClear:
    async def test_reservations_are_released_and_what_is_drawn_goes_on(self, records: Records) -> None:
        drawn = await records.opened(by=ANA, count=2)
        await records.submitting()
        waiting = await records.opened(by=BEN, count=3)
        now = records.clock.now()
        cleared = await Queues(records.store).clear(SERVER, None, now, CLEO, now)
        assert cleared == Backlog(2, 4)
        states = [task.state for task in (await records.found(drawn.job.id)).tasks]
        assert states == [TaskState.SUBMITTING, TaskState.CANCELLED]
        assert (await records.found(drawn.job.id)).job.state is JobState.OPEN
        after = await records.found(waiting.job.id)
        assert after.job.state is JobState.CANCELLED
        assert {task.cost_microusd for task in after.tasks} == {0}
        assert records.database.value("SELECT SUM(images) FROM use_of_hour WHERE account_id = ?", SERVER) == 1

    async def test_other_servers_members_and_later_requests_stay(self, records: Records) -> None:
        asked_at = records.clock.now()
        await records.opened(by=ANA)
        await records.opened(by=BEN)
        await records.opened(by=ANA, at=place(guild_id=SERVER + 1))
        records.clock.advance(1)
        await records.opened(by=ANA)
        queues = Queues(records.store)
        assert await queues.backlog(SERVER, ANA, asked_at) == Backlog(1, 1)
        assert await queues.clear(SERVER, ANA, asked_at, CLEO, records.clock.now()) == Backlog(1, 1)
        assert await queues.clear(SERVER, ANA, asked_at, CLEO, records.clock.now()) == Backlog(0, 0)
        assert records.database.value("SELECT COUNT(*) FROM task WHERE state = 'queued'") == 3
        assert records.database.value("SELECT COUNT(*) FROM audit") == 1

    async def test_a_request_that_is_not_shown_yet_is_left_to_its_member(self, records: Records) -> None:
        """Its card is on the way, and would come up for nothing."""
        await records.accepted()
        now = records.clock.now()
        assert await Queues(records.store).clear(SERVER, None, now, CLEO, now) == Backlog(0, 0)

    async def test_at_the_same_time_as_submits_each_image_is_either_sent_or_taken_back(
        self, records: Records
    ) -> None:
        for by in (ANA, BEN, CLEO):
            await records.opened(by=by, count=4)
        now = records.clock.now()
        claims, cleared = await asyncio.gather(
            records.submitting(5), Queues(records.store).clear(SERVER, None, now, CLEO, now)
        )
        assert len(claims) + cleared.images == 12
        states = records.database.rows("SELECT state, COUNT(*) FROM task GROUP BY state ORDER BY state")
        assert states == [("cancelled", cleared.images), ("submitting", 5)]
