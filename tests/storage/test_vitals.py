"""How things stand, for who watches over the bot."""

from bot.domain.admission import Circumstances
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import TaskState
from bot.storage.vitals import Vitals
from tests.support.drafts import SERVER
from tests.support.records import Records


async def test_only_who_waits_for_the_bot_counts_as_the_oldest_in_line(records: Records) -> None:
    """Not for a moderator, nor for the card: neither is mended by whoever runs the bot."""
    vitals, clock = Vitals(records.store), records.clock
    hit = Hit(Term("dragon", FilterAction.REVIEW))
    records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
    await records.opened(around=Circumstances(hit=hit))
    await records.accepted()
    clock.advance(60)
    assert (await vitals.standing(clock.now())).oldest_at is None

    in_line_at = clock.now()
    await records.opened()
    clock.advance(60)
    standing = await vitals.standing(clock.now())
    assert (standing.oldest_at, standing.images[TaskState.QUEUED]) == (in_line_at, 3)
