"""Who may set what for whom; the rest is tried through the commands."""

import pytest

from bot.domain.admission import Circumstances
from bot.domain.errors import (
    ModerationError,
    NothingThere,
    OnABot,
    OnARoleAbove,
    OnlyForServer,
    OnSomeoneAbove,
    OnTheOwner,
    OnYourself,
    OutOfRange,
)
from bot.domain.limits import OF_BOT, OF_SERVER, Limit, Scope
from bot.domain.moderation import OperatorDefaults
from bot.services.limits import GRANT_MAX_IMAGES, Holder, Limits
from bot.services.moderators import Moderator, RoleTarget, Target
from bot.storage.rules import Rules
from tests.services.conftest import Desk
from tests.support.drafts import ANA, SERVER
from tests.support.prices import default_prices

VERA, OLGA = 900, 901
MODERATOR = Moderator(VERA, SERVER, is_owner=False, rank=5)
OWNER = Moderator(OLGA, SERVER, is_owner=True, rank=1)
MEMBER = Target(ANA, is_bot=False, is_owner=False, rank=1)
GONE = Target(ANA, is_bot=False, is_owner=False, rank=-1)
SELF = Target(VERA, is_bot=False, is_owner=False, rank=5)
PEER = Target(77, is_bot=False, is_owner=False, rank=5)
THE_OWNER = Target(OLGA, is_bot=False, is_owner=True, rank=1)
ROBOT = Target(88, is_bot=True, is_owner=False, rank=1)
LOW_ROLE, HIGH_ROLE, NO_ROLE = RoleTarget(801, 4), RoleTarget(802, 5), RoleTarget(803, -1)


@pytest.fixture
def limits(desk: Desk) -> Limits:
    record = Rules(desk.records.store, OperatorDefaults())
    return Limits(record, desk, default_prices(), desk.records.clock)


@pytest.mark.parametrize(
    ("by", "holder", "refused"),
    [
        (MODERATOR, MEMBER, None),
        (MODERATOR, GONE, None),
        (MODERATOR, None, None),
        (MODERATOR, LOW_ROLE, None),
        (MODERATOR, NO_ROLE, None),
        (MODERATOR, SELF, OnYourself),
        (MODERATOR, PEER, OnSomeoneAbove),
        (MODERATOR, THE_OWNER, OnTheOwner),
        (MODERATOR, ROBOT, OnABot),
        (MODERATOR, HIGH_ROLE, OnARoleAbove),
        (OWNER, PEER, None),
        (OWNER, THE_OWNER, None),
        (OWNER, HIGH_ROLE, None),
        (OWNER, ROBOT, OnABot),
    ],
    ids=str,
)
async def test_who_may_set_and_clear_for_whom(
    limits: Limits, desk: Desk, by: Moderator, holder: Holder, refused: type[ModerationError] | None
) -> None:
    if refused is None:
        await limits.set(by, holder, Limit.WAITING, 2)
        assert len(await limits.clear(by, holder, Limit.WAITING)) == 1
        return
    with pytest.raises(refused):
        await limits.set(by, holder, Limit.WAITING, 2)
    with pytest.raises(refused):
        await limits.clear(by, holder, Limit.WAITING)
    assert desk.records.database.value("SELECT COUNT(*) FROM audit") == 0


@pytest.mark.parametrize(
    ("by", "target", "refused"),
    [
        (MODERATOR, MEMBER, None),
        (MODERATOR, PEER, None),
        (MODERATOR, THE_OWNER, None),
        (OWNER, THE_OWNER, None),
        (MODERATOR, SELF, OnYourself),
        (MODERATOR, ROBOT, OnABot),
    ],
    ids=str,
)
async def test_a_favour_may_be_done_to_all_but_oneself_and_bots(
    limits: Limits, desk: Desk, by: Moderator, target: Target, refused: type[ModerationError] | None
) -> None:
    if refused is None:
        assert len(await limits.grant(by, target, 1, 60)) == 1
        await limits.reset(by, target)
        return
    with pytest.raises(refused):
        await limits.grant(by, target, 1, 60)
    with pytest.raises(refused):
        await limits.reset(by, target)
    assert desk.records.database.value("SELECT COUNT(*) FROM audit") == 0


@pytest.mark.parametrize("limit", sorted(OF_BOT))
@pytest.mark.parametrize("holder", [None, MEMBER, LOW_ROLE], ids=str)
async def test_what_the_whole_bot_spends_is_the_operators_alone(
    limits: Limits, limit: Limit, holder: Holder
) -> None:
    with pytest.raises(OnlyForServer):
        await limits.set(MODERATOR, holder, limit, 1)


@pytest.mark.parametrize("limit", sorted(OF_SERVER))
@pytest.mark.parametrize("holder", [MEMBER, LOW_ROLE], ids=str)
async def test_what_a_server_may_is_nobodys_own(limits: Limits, limit: Limit, holder: Holder) -> None:
    with pytest.raises(OnlyForServer):
        await limits.set(MODERATOR, holder, limit, 1)
    assert (await limits.set(MODERATOR, None, limit, 1)).rule.scope is Scope.SERVER


@pytest.mark.parametrize("limit", [limit for limit in Limit if limit not in OF_BOT])
async def test_no_number_is_below_what_makes_sense(limits: Limits, limit: Limit) -> None:
    with pytest.raises(OutOfRange):
        await limits.set(MODERATOR, None, limit, -1)


async def test_no_priority_is_that_of_everybody_not_the_highest(limits: Limits) -> None:
    """Or a role without priority would beat one that has it."""
    change = await limits.set(MODERATOR, LOW_ROLE, Limit.PRIORITY, None)
    assert change.rule.value == 1


@pytest.mark.parametrize("images", [0, -1, GRANT_MAX_IMAGES + 1])
async def test_a_grant_has_its_bounds(limits: Limits, images: int) -> None:
    with pytest.raises(OutOfRange):
        await limits.grant(MODERATOR, MEMBER, images, 60)


async def test_a_role_is_looked_at_as_somebody_who_has_only_that(limits: Limits) -> None:
    await limits.set(MODERATOR, LOW_ROLE, Limit.WAITING, 2)
    await limits.set(MODERATOR, None, Limit.WAITING, 9)
    assert (await limits.look(MODERATOR, LOW_ROLE)).standing.policy[Limit.WAITING].value == 2
    assert (await limits.look(MODERATOR, None)).standing.policy[Limit.WAITING].value == 9
    around = Circumstances(role_ids=frozenset({LOW_ROLE.id}))
    assert (await limits.look(MODERATOR, MEMBER, around)).standing.policy[Limit.WAITING].value == 2


async def test_what_is_not_there_cannot_be_cleared(limits: Limits) -> None:
    with pytest.raises(NothingThere):
        await limits.clear(MODERATOR, MEMBER, None)
