"""`/imagine-admin block`: who may not ask for pictures."""

import json
from typing import Any

import pytest
from simcord import MemberActor

from sandbox.modellix.faults import Fault
from tests.support.discord import World, nothing_happened

DAY_S = 86_400


async def test_a_blocked_member_reads_why_and_until_when(world: World) -> None:
    told = await world.admin("block add", member=world.mira, reason="spam", duration="3d")
    end = (world.clock.now() + 3 * DAY_S * 1_000) // 1_000
    assert told.startswith(f"<@{world.mira.id}> is blocked on this server. It ends <t:{end}:R>. ")
    refused = world.told(await world.invoke())
    assert f"<t:{end}:R>" in refused
    assert "Reason: spam. Nothing was charged." in refused
    await nothing_happened(world)
    assert world.audit == [("blocked", world.vera.id, world.mira.id, None, f"until {end}000")]


async def test_a_block_ends_by_itself(world: World) -> None:
    await world.admin("block add", member=world.mira, reason="spam", duration="3d")
    world.clock.advance(3 * DAY_S)
    assert "**Waiting**" in (await world.imagine()).text
    assert await world.admin("block list") == "Nobody is blocked on this server."


async def test_without_a_duration_it_lasts_until_it_is_lifted(world: World) -> None:
    told = await world.admin("block add", member=world.mira, reason="spam")
    assert "It lasts until somebody lifts it." in told
    world.clock.advance(400 * DAY_S)
    assert "Reason: spam." in world.told(await world.invoke())
    assert await world.admin("block remove", member=world.mira) == (
        f"<@{world.mira.id}> can ask for pictures again."
    )
    assert "**Waiting**" in (await world.imagine()).text
    assert world.audit[1] == ("unblocked", world.vera.id, world.mira.id, "until lifted", None)


async def test_a_block_outlives_a_restart(world: World) -> None:
    await world.admin("block add", member=world.mira, reason="spam")
    await world.restart()
    assert "Reason: spam." in world.told(await world.invoke())


async def test_blocking_again_changes_reason_and_end(world: World) -> None:
    await world.admin("block add", member=world.mira, reason="spam", duration="1h")
    await world.admin("block add", member=world.mira, reason="worse")
    world.clock.advance(3_600)
    assert "Reason: worse." in world.told(await world.invoke())
    assert [line[3:] for line in world.audit] == [
        (None, world.audit[0][4]),
        (world.audit[0][4], "until lifted"),
    ]
    listed = await world.admin("block list")
    assert "**Blocked on this server: 1**" in listed
    assert "spam" not in listed


async def test_what_waits_is_cancelled_and_the_cards_say_so(world: World) -> None:
    card = await world.imagine()
    told = await world.admin("block add", member=world.mira, reason="spam")
    assert "cancelled and not charged" in told
    await world.finish()
    assert "**Cancelled.** Nothing was sent, and nothing was charged." in world.again(card).text
    assert world.paid == []
    assert world.audit[1] == ("queue_cleared", world.vera.id, world.mira.id, "requests 1, images 1", None)


async def test_what_waits_goes_on_where_the_moderator_wants_that(world: World) -> None:
    card = await world.imagine()
    told = await world.admin("block add", member=world.mira, reason="spam", cancel_waiting=False)
    assert "What they have in line goes on." in told
    await world.finish()
    assert world.again(card).pictures
    assert "Reason: spam." in world.told(await world.invoke())


async def test_others_go_on(world: World) -> None:
    card = await world.imagine(as_=world.nora)
    await world.admin("block add", member=world.mira, reason="spam")
    await world.finish()
    assert world.again(card).pictures


async def test_the_list_says_who_why_by_whom_and_until_when(world: World) -> None:
    assert await world.admin("block list") == "Nobody is blocked on this server."
    await world.admin("block add", member=world.mira, reason="spam", duration="1h")
    world.clock.advance(60)
    await world.admin("block add", member=world.nora, reason="@everyone **look**")
    listed = (await world.admin("block list")).splitlines()
    assert listed[0] == "**Blocked on this server: 2**"
    assert listed[1].startswith(f"- <@{world.nora.id}>, by <@{world.vera.id}>, <t:")
    assert listed[1].endswith("It lasts until somebody lifts it. “\\@\u200beveryone \\*\\*look\\*\\*”"), (
        "as it was typed, and nobody is pinged"
    )
    assert listed[2].startswith(f"- <@{world.mira.id}>, by <@{world.vera.id}>, <t:")
    assert listed[2].endswith(" “spam”")


async def test_a_long_list_is_in_a_file_that_can_be_read_outside_discord(world: World) -> None:
    for number in range(30):
        world.database.alter(
            "INSERT INTO block (guild_id, member_id, reason, by_id, at, until) VALUES (?, ?, ?, ?, ?, ?)",
            *(world.env.guild.id, 100 + number, "r" * 100, None, 1_790_000_000_000, None),
        )
    shown = world.answer(await world.invoke_admin("block list"))
    assert shown.text.endswith("… the whole list is in the file.")
    assert len(shown.text) <= 2_000
    lines = shown.files["list.txt"].decode().splitlines()
    assert len(lines) == 30
    assert lines[0] == f"100, by itself, 2026-09-21 14:13 UTC, until lifted: {'r' * 100}"


async def test_somebody_who_left_can_be_blocked_and_let_in_again(world: World) -> None:
    gone = world.env.create_user("gone")
    world.env.guild.remove_member(world.env.guild.add_member(gone))
    told = await world.admin("block add", member=gone, reason="left in anger")
    assert told.startswith(f"<@{gone.id}> is blocked on this server.")
    assert f"<@{gone.id}>" in await world.admin("block list")
    assert "can ask for pictures again" in await world.admin("block remove", member=gone)


@pytest.mark.parametrize("duration", ["soon", "3", "0d", "-1d", "1d 1d", "3 fortnights"])
async def test_a_duration_that_is_not_clear_blocks_nobody(world: World, duration: str) -> None:
    told = await world.admin("block add", member=world.mira, reason="spam", duration=duration)
    assert told.endswith("Nothing was changed.")
    assert ("Leave it out for a block without an end." in told) == (duration != "0d")
    assert world.audit == []
    assert "**Waiting**" in (await world.imagine()).text


async def test_a_reason_that_nobody_could_read_is_none(world: World) -> None:
    told = await world.admin("block add", member=world.mira, reason="\u200b\u3164 ")
    assert told == "That reason has no words in it. Nothing was changed. Please write why."


async def test_nobody_is_unblocked_twice(world: World) -> None:
    told = await world.admin("block remove", member=world.mira)
    assert told == "They are not blocked on this server. Nothing was changed."
    await world.admin("block add", member=world.mira, reason="spam", duration="1h")
    world.clock.advance(3_600)
    assert await world.admin("block remove", member=world.mira) == told


class TestReach:
    async def test_nobody_blocks_themselves(self, world: World) -> None:
        told = await world.admin("block add", member=world.vera, reason="x")
        assert told.startswith("You cannot do that to yourself.")
        assert world.audit == []

    async def test_nobody_blocks_the_owner(self, world: World) -> None:
        told = await world.admin("block add", member=owner_of(world), reason="x")
        assert told.startswith("Nobody can do that to the server's owner.")
        assert world.audit == []

    async def test_nor_somebody_above_nor_an_equal(self, world: World) -> None:
        guild = world.env.guild
        bosses = guild.create_role("Bosses", position=90)
        boss = guild.add_member(world.env.create_user("boss"), roles=[bosses])
        equal = guild.add_member(world.env.create_user("equal"), roles=[guild.roles["Managers"]])
        for member in (boss, equal):
            told = await world.admin("block add", member=member, reason="x")
            assert told.startswith("Their highest role is not below yours")
        assert world.audit == []

    async def test_but_the_owner_blocks_everybody(self, world: World) -> None:
        told = await world.admin("block add", member=world.vera, reason="x", as_=owner_of(world))
        assert told.startswith(f"<@{world.vera.id}> is blocked on this server.")

    async def test_nor_a_bot_this_one_included(self, world: World) -> None:
        robot = world.env.guild.add_member(world.env.create_user("robot", bot=True))
        told = await world.admin("block add", member=robot, reason="x")
        assert told.startswith("That is a bot, and bots ask for no pictures.")
        me = str(world.app.client.application_id)
        world.forges.append(lambda payload: payload.update(data=renamed(payload["data"], str(robot.id), me)))
        told = await world.admin("block add", member=robot, reason="x")
        assert told.startswith("That is a bot, and bots ask for no pictures.")
        assert world.audit == []

    async def test_nobody_lifts_their_own_block(self, world: World) -> None:
        await world.admin("block add", member=world.vera, reason="x", as_=owner_of(world))
        told = await world.admin("block remove", member=world.vera)
        assert told.startswith("You cannot do that to yourself.")
        assert "Reason: x." in world.told(await world.invoke(as_=world.vera))

    async def test_but_the_owner_after_strikes(self, world: World) -> None:
        """There may be nobody else to do it."""
        owner = owner_of(world)
        world.database.alter(
            "INSERT INTO block (guild_id, member_id, reason, at) VALUES (?, ?, 'strikes', 1)",
            *(world.env.guild.id, owner.id),
        )
        assert "can ask for pictures again" in await world.admin("block remove", member=owner, as_=owner)

    async def test_a_person_that_nobody_sent_is_nobody(self, world: World) -> None:
        """A forged interaction names an id that Discord resolved no one for."""

        def unresolve(payload: dict[str, Any]) -> None:
            payload["data"]["resolved"] = {}

        world.forges += [unresolve, unresolve]
        for told in (
            await world.admin("block add", member=world.mira, reason="x"),
            await world.admin("block remove", member=world.mira),
        ):
            assert told.endswith("Nothing was changed.")
        assert world.audit == []

    @pytest.mark.parametrize("command", ["add", "remove", "list"])
    async def test_only_who_manages_the_server_may(self, world: World, command: str) -> None:
        options: dict[str, dict[str, Any]] = {
            "add": {"member": world.mira, "reason": "x"},
            "remove": {"member": world.mira},
        }
        told = await world.admin_as_outsider(f"block {command}", **options.get(command, {}))
        assert told.startswith("Only people who may manage this server can do that.")
        assert world.audit == []
        assert "**Waiting**" in (await world.imagine()).text

    async def test_a_moderator_without_manage_server_may_not(self, world: World) -> None:
        world.forges.append(lambda payload: payload["member"].update(permissions=str(1 << 13)))
        told = await world.admin("block add", member=world.mira, reason="x")
        assert told.startswith("Only people who may manage this server can do that.")


class TestStrikes:
    async def test_unsafe_requests_block_and_a_moderator_lifts_it(self, world: World) -> None:
        for _ in range(3):
            world.sandbox.fault(Fault.FAILED_BY_SAFETY)
            card = await world.imagine()
            await world.finish()
            assert "**No picture.**" in world.again(card).text
        refused = world.told(await world.invoke())
        assert "Reason: 3 requests refused as unsafe by the image service." in refused
        listed = await world.admin("block list")
        assert f"- <@{world.mira.id}>, by itself, <t:" in listed
        await world.admin("block remove", member=world.mira)
        assert "**Waiting**" in (await world.imagine()).text


def owner_of(world: World) -> MemberActor:
    """Who made the server."""
    return MemberActor(world.env, world.env.guild, world.env.guild.owner)


def renamed(data: Any, old: str, new: str) -> Any:
    """The same with another id."""
    return json.loads(json.dumps(data).replace(old, new))
