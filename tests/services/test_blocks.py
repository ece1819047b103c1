"""Blocks: whom a moderator reaches, and who is woken."""

import pytest

from bot.domain.errors import NothingThere, OnABot, OnSomeoneAbove, OnTheOwner, OnYourself
from bot.domain.jobs import JobState
from bot.domain.moderation import Block
from bot.domain.units import after
from bot.services.blocks import Blocks
from bot.services.moderators import Moderator, Target
from bot.storage.blocks import BlockList
from tests.support.drafts import ANA, SERVER
from tests.support.records import Records

VERA = Moderator(900, SERVER, is_owner=False, rank=5)
OWNER = Moderator(901, SERVER, is_owner=True, rank=0)
MEMBER = Target(ANA, is_bot=False, is_owner=False, rank=0)


@pytest.fixture
def wakes() -> list[str]:
    return []


@pytest.fixture
def blocks(records: Records, wakes: list[str]) -> Blocks:
    return Blocks(BlockList(records.store), records.clock, changed=lambda: wakes.append("changed"))


async def test_a_block_is_by_the_moderator_from_now_on(records: Records, blocks: Blocks) -> None:
    until = blocks.until(60)
    assert until == after(records.clock.now(), 60)
    block = await blocks.add(VERA, MEMBER, "spam", until)
    assert block == Block(ANA, "spam", VERA.id, records.clock.now(), until)
    assert await blocks.list(VERA) == [block]


async def test_who_shows_cards_is_woken_for_what_was_cancelled(
    records: Records, blocks: Blocks, wakes: list[str]
) -> None:
    view = await records.opened()
    await blocks.add(VERA, MEMBER, "spam", blocks.until(None))
    assert (await records.found(view.job.id)).job.state is JobState.CANCELLED
    assert wakes == ["changed"]


@pytest.mark.parametrize(
    ("target", "error"),
    [
        (Target(ANA, is_bot=True, is_owner=False, rank=0), OnABot),
        (Target(VERA.id, is_bot=False, is_owner=False, rank=5), OnYourself),
        (Target(OWNER.id, is_bot=False, is_owner=True, rank=0), OnTheOwner),
        (Target(ANA, is_bot=False, is_owner=False, rank=5), OnSomeoneAbove),
        (Target(ANA, is_bot=False, is_owner=False, rank=6), OnSomeoneAbove),
    ],
)
async def test_who_is_out_of_reach_is_not_blocked(
    records: Records, blocks: Blocks, wakes: list[str], target: Target, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await blocks.add(VERA, target, "spam", None)
    assert records.database.value("SELECT COUNT(*) FROM block") == 0
    assert records.database.value("SELECT COUNT(*) FROM audit") == 0
    assert wakes == []


async def test_who_left_can_be_blocked_and_let_in_again(blocks: Blocks) -> None:
    await blocks.add(VERA, Target(ANA, is_bot=False, is_owner=False, rank=-1), "left", None)
    await blocks.remove(VERA, ANA)
    with pytest.raises(NothingThere):
        await blocks.remove(VERA, ANA)


async def test_only_the_owner_lifts_a_block_of_their_own(records: Records, blocks: Blocks) -> None:
    for member_id in (VERA.id, OWNER.id):
        block = Block(member_id, "strikes", None, records.clock.now(), None)
        await BlockList(records.store).add(SERVER, block, cancel_waiting=True)
    with pytest.raises(OnYourself):
        await blocks.remove(VERA, VERA.id)
    await blocks.remove(OWNER, OWNER.id)
    assert [block.member_id for block in await blocks.list(VERA)] == [VERA.id]
