"""`/imagine-admin limits`: explain, grant, reset."""

from typing import Any

import discord
import pytest
from simcord import ChannelHandle, MemberActor
from simcord.builders import RoleHandle

from bot.domain.limits import DAY_S, HOUR_S
from bot.domain.units import MS_PER_S, after
from tests.cogs.admin.conftest import join, owner_of
from tests.support.discord import World, nothing_happened


def robot_in(world: World) -> MemberActor:
    return world.env.guild.add_member(world.env.create_user("robot", bot=True))


def ticks(world: World, seconds: int) -> str:
    """A moment so long after now, as Discord shows it."""
    return f"<t:{after(world.clock.now(), seconds) // MS_PER_S}:R>"


class TestExplain:
    async def explain(self, world: World, member: MemberActor | None = None, **options: Any) -> str:
        return await world.admin("limits explain", member=member or world.mira, **options)

    async def test_a_request_that_would_pass(self, world: World) -> None:
        told = await self.explain(world, size="1536x1024", quality="medium", count=2)
        assert told.splitlines() == [
            (
                f"<@{world.mira.id}> in <#{world.channel.id}>: 2 pictures, Landscape 1536×1024, "
                "Medium quality, about $0.106."
            ),
            "**It would be accepted.**",
        ]

    async def test_trying_out_leaves_no_trace(self, world: World) -> None:
        """No request, no refusal, no line in the audit, no cooldown, nothing in the line."""
        await world.admin("limits set", limit="images_per_hour", value="0", member=world.mira)
        audit = world.audit
        await self.explain(world, prompt="a red fox")
        await self.explain(world, world.nora, prompt="a red fox")
        for table in ("job", "task", "refusal", "notice"):
            assert world.database.value(f"SELECT COUNT(*) FROM {table}") == 0
        assert world.audit == audit
        await nothing_happened(world)

    async def test_it_says_what_the_member_would_be_told_and_whose_rule_it_is(
        self, world: World, artists: RoleHandle
    ) -> None:
        otto = join(world, "otto", artists)
        await world.admin("limits set", limit="images_per_hour", value="1", role=artists)
        await world.imagine(as_=otto)
        free = ticks(world, HOUR_S)
        told = await self.explain(world, otto)
        assert told.splitlines()[1:] == [
            "**It would not be accepted.** They would be told:",
            f"> You have used 1 of 1 pictures this hour. The next is free {free}. Nothing was charged.",
            f"Why: Pictures an hour: 1, set for <@&{artists.id}>, 1 used, free again {free}.",
        ]
        assert f"The next is free {free}" in world.told(await world.invoke(as_=otto))

    async def test_it_says_what_else_is_in_the_way(self, world: World) -> None:
        await world.admin("limits set", limit="largest_count", value="1")
        await world.admin("limits set", limit="spend_per_day", value="$0.001")
        await world.admin("channels deny", channel=world.channel)
        told = await self.explain(world, count=4)
        assert told.splitlines()[3:] == [
            f"Why: no pictures in <#{world.channel.id}>, set for that channel.",
            "Without that, these would still be in the way:",
            "- Pictures in one request: 1, set for this server",
            "- Spend a day: $0.001, set for this server, $0.00 used, less than this request alone",
        ]

    async def test_of_a_block_it_says_who_set_it_and_when_it_ends(self, world: World) -> None:
        until = after(world.clock.now(), DAY_S)
        sql = (
            "INSERT INTO block (guild_id, member_id, reason, by_id, at, until) VALUES (?, ?, 'spam', ?, 0, ?)"
        )
        world.database.alter(sql, world.env.guild.id, world.mira.id, world.theo.id, until)
        told = await self.explain(world)
        assert f"Why: they are blocked, by <@{world.theo.id}>, it ends {ticks(world, DAY_S)}." in told

    async def test_of_a_pause_it_says_how_to_end_it(self, world: World) -> None:
        world.database.alter(
            "INSERT INTO server (guild_id, paused_reason) VALUES (?, 'x')", world.env.guild.id
        )
        assert "Why: pictures are paused, `/imagine-admin queue resume`." in await self.explain(world)

    async def test_the_prompt_goes_through_the_filter_and_the_term_is_named(self, world: World) -> None:
        sql = "INSERT INTO filter_term (guild_id, term, action) VALUES (?, ?, ?)"
        world.database.alter(sql, world.env.guild.id, "dragon @everyone", "refuse")
        await world.restart()
        told = await self.explain(world, prompt="look, a DRAGON @everyone")
        assert "Why: the word filter, the prompt contains “dragon \\@\u200beveryone”." in told
        assert "look" not in told
        assert "**It would be accepted.**" in await self.explain(world)

    async def test_a_term_to_review_is_accepted_under_a_condition(self, world: World) -> None:
        sql = "INSERT INTO filter_term (guild_id, term, action) VALUES (?, 'dragon', 'review')"
        world.database.alter(sql, world.env.guild.id)
        world.database.alter(
            "INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", world.env.guild.id
        )
        await world.restart()
        told = await self.explain(world, prompt="a dragon")
        assert told.splitlines()[1:] == [
            "**It would be accepted.**",
            "A moderator has to approve it first: the prompt contains “dragon”.",
        ]

    async def test_extra_pictures_count(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="1")
        await world.admin("limits grant", member=world.mira, images=2)
        told = await self.explain(world, count=3)
        assert "Of its pictures, 2 would come out of extra pictures." in told

    async def test_too_few_extra_pictures_are_named_to_both(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="0")
        await world.admin("limits grant", member=world.mira, images=2)
        told = await self.explain(world, count=3)
        asked = world.told(await world.invoke(count=3))
        assert asked == (
            "You have used 0 of 0 pictures this hour. You have 2 extra pictures: ask for at most 2. "
            "Nothing was charged."
        )
        assert told.splitlines()[2:] == [
            f"> {asked}",
            (
                "Why: Pictures an hour: 0, set for this server, 0 used, 2 extra pictures left, so at most "
                "2 would pass now."
            ),
        ]
        assert "**Waiting**" in (await world.imagine(count=2)).text

    async def test_another_channel_has_its_own_rules_and_permissions(self, world: World) -> None:
        hidden = world.env.guild.create_text_channel(
            "hidden",
            overwrites={
                world.env.guild.default_role: discord.PermissionOverwrite(
                    send_messages=False, attach_files=False
                )
            },
        )
        await world.admin("channels allow", channel=world.channel)
        told = await self.explain(world, channel=hidden)
        assert "Why: no pictures but in the channels that are allowed" in told
        assert "- the bot lacks Send Messages, Attach Files" in told
        assert "**It would be accepted.**" in await self.explain(world, channel=world.channel)

    async def test_a_thread_asks_for_the_permissions_of_threads(self, world: World) -> None:
        thread = a_thread(world)
        await world.admin("channels deny", channel=world.channel)
        assert f"no pictures in <#{world.channel.id}>" in await self.explain(world, channel=thread)

    async def test_a_thread_that_the_bot_does_not_see_is_no_bug(self, world: World) -> None:
        def unseen(payload: Any) -> None:
            (group,) = payload["data"]["options"]
            (command,) = group["options"]
            (option,) = [each for each in command["options"] if each["name"] == "channel"]
            (channel,) = payload["data"]["resolved"]["channels"].values()
            payload["data"]["resolved"]["channels"] = {"77": {**channel, "id": "77"}}
            option["value"] = "77"

        world.forges.append(unseen)
        assert "the bot lacks View Channel there" in await self.explain(world, channel=a_thread(world))

    async def test_discords_own_permissions_of_the_member_are_looked_at(self, world: World) -> None:
        quiet = world.env.guild.create_text_channel(
            "quiet",
            overwrites={
                world.env.guild.default_role: discord.PermissionOverwrite(use_application_commands=False)
            },
        )
        told = await self.explain(world, channel=quiet)
        assert told.endswith("But Discord's own permissions let them use no commands in that channel.")
        assert "use no commands" not in await self.explain(world)

    async def test_somebody_who_left_is_looked_at_without_roles(self, world: World) -> None:
        world.env.guild.remove_member(world.nora)
        told = await world.admin("limits explain", member=world.nora.user)
        assert "**It would be accepted.**" in told
        assert "They are not on this server" in told

    async def test_a_bot_asks_for_nothing(self, world: World) -> None:
        assert (await self.explain(world, robot_in(world))).startswith("That is a bot")

    @pytest.mark.parametrize("option", [{"size": "1x1"}, {"quality": "best"}, {"count": 9}], ids=str)
    async def test_options_are_checked_again(self, world: World, option: dict[str, Any]) -> None:
        def forge(payload: Any) -> None:
            (group,) = payload["data"]["options"]
            (command,) = group["options"]
            ((name, value),) = option.items()
            kind = 4 if isinstance(value, int) else 3
            command["options"].append({"name": name, "type": kind, "value": value})

        world.forges.append(forge)
        assert "does not exist" in await self.explain(world)

    async def test_as_many_obstacles_as_there_are_fit_into_the_answer(self, world: World) -> None:
        sql = "INSERT INTO server (guild_id, is_on, paused_reason) VALUES (?, 0, ?)"
        world.database.alter(sql, world.env.guild.id, "@" * 300)
        block = "INSERT INTO block (guild_id, member_id, reason, by_id, at) VALUES (?, ?, ?, 1, 0)"
        world.database.alter(block, world.env.guild.id, world.mira.id, "@" * 300)
        await world.imagine(as_=world.nora)
        for limit, value in {
            "membership": "365d",
            "largest_size": "1024x1024",
            "highest_quality": "low",
            "largest_count": "1",
            "images_per_hour": "0",
            "images_per_day": "0",
            "spend_per_day": "0",
            "spend_per_month": "0",
            "server_spend_per_day": "0",
            "server_spend_per_month": "0",
        }.items():
            await world.admin("limits set", limit=limit, value=value)
        result = await world.invoke_admin(
            "limits explain", member=world.mira, size="3840x2160", quality="high", count=4
        )
        answers = [
            world.see(each.id, each.channel_id) for each in (result.response, *result.followups) if each
        ]
        (answer,) = [each for each in answers if each.text]
        assert answer.private
        assert len(answer.text) <= 2_000
        whole = "".join([answer.text, *(file.decode() for file in answer.files.values())])
        assert "Spend in 30 days: $0.00, set for this server" in whole


class TestGrant:
    async def test_extra_pictures_go_beyond_the_limits(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="1")
        told = await world.admin("limits grant", member=world.mira, images=1, expires_after="12h")
        expires = after(world.clock.now(), 12 * HOUR_S)
        assert told.splitlines() == [
            (
                f"<@{world.mira.id}> can ask for more pictures than the limits per hour and day. "
                "Costs count as ever."
            ),
            f"Extra pictures: **1 of 1** left, they expire <t:{expires // MS_PER_S}:R>",
        ]
        assert world.audit[-1] == ("granted", world.vera.id, world.mira.id, None, f"1 until {expires}")
        await world.imagine()
        await world.imagine()
        assert "You have used 1 of 1 pictures" in world.told(await world.invoke())

    async def test_what_has_expired_is_no_more(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="0")
        await world.admin("limits grant", member=world.mira, images=1, expires_after="1h")
        world.clock.advance(HOUR_S)
        assert "Waiting does not help here" in world.told(await world.invoke())

    async def test_several_add_up_and_last_a_week_where_nothing_is_said(self, world: World) -> None:
        await world.admin("limits grant", member=world.mira, images=1)
        told = await world.admin("limits grant", member=world.mira, images=2, expires_after="1h")
        assert told.splitlines()[1:] == [
            f"Extra pictures: **2 of 2** left, they expire {ticks(world, HOUR_S)}",
            f"Extra pictures: **1 of 1** left, they expire {ticks(world, 7 * DAY_S)}",
        ]

    async def test_they_outlive_a_restart(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="0")
        await world.admin("limits grant", member=world.mira, images=1)
        await world.restart()
        assert "**Waiting**" in (await world.imagine()).text

    async def test_nobody_grants_to_themselves_but_the_owner(self, world: World) -> None:
        told = await world.admin("limits grant", member=world.vera, images=5)
        assert told.startswith("You cannot do that to yourself.")
        owner = owner_of(world)
        assert "**5 of 5** left" in await world.admin("limits grant", member=owner, images=5, as_=owner)

    async def test_nobody_grants_to_a_bot(self, world: World) -> None:
        assert (await world.admin("limits grant", member=robot_in(world), images=5)).startswith(
            "That is a bot"
        )

    @pytest.mark.parametrize("typed", ["soon", "-1d", "0s", "400d", "none", "3"])
    async def test_an_unclear_time_is_refused(self, world: World, typed: str) -> None:
        told = await world.admin("limits grant", member=world.mira, images=1, expires_after=typed)
        assert told.endswith("Nothing was changed.")
        assert world.audit == []

    @pytest.mark.parametrize("images", [0, -3, 1_001, 2**62])
    async def test_a_forged_number_is_refused(self, world: World, images: int) -> None:
        def forge(payload: Any) -> None:
            (group,) = payload["data"]["options"]
            (command,) = group["options"]
            (option,) = [each for each in command["options"] if each["name"] == "images"]
            option["value"] = images

        world.forges.append(forge)
        told = await world.admin("limits grant", member=world.mira, images=1)
        assert told == "The number has to be 1 to 1,000. Nothing was changed."
        assert world.audit == []


class TestReset:
    async def test_what_was_used_so_far_counts_no_more(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="2")
        await world.admin("limits set", limit="cooldown", value="2h")
        await world.imagine(count=2)
        assert "must be 2 hours" in world.told(await world.invoke())
        told = await world.admin("limits reset", member=world.mira)
        assert told == (
            f"What <@{world.mira.id}> used so far does not count against them any more. "
            "It was: Pictures an hour 2, Pictures a day 2, Spend a day $0.012, Spend in 30 days $0.012. "
            "As money that the server spent, it still counts."
        )
        world.clock.advance(1)
        assert "**Waiting**" in (await world.imagine(count=2)).text

    async def test_the_audit_keeps_what_it_was(self, world: World) -> None:
        await world.imagine()
        await world.admin("limits reset", member=world.mira)
        before = "images_per_hour 1, images_per_day 1, spend_per_day 6000, spend_per_month 6000"
        assert world.audit == [("reset", world.vera.id, world.mira.id, before, None)]

    async def test_what_the_server_spent_stays_spent(self, world: World) -> None:
        await world.admin("limits set", limit="server_spend_per_day", value="$0.006")
        await world.imagine()
        await world.admin("limits reset", member=world.mira)
        assert "This server has spent $0.006 of $0.006" in world.told(await world.invoke())

    async def test_where_nothing_was_used_it_says_so(self, world: World) -> None:
        assert "It was nothing in the last 30 days." in await world.admin("limits reset", member=world.nora)

    async def test_nobody_resets_themselves_but_the_owner(self, world: World) -> None:
        assert (await world.admin("limits reset", member=world.vera)).startswith(
            "You cannot do that to yourself."
        )
        owner = owner_of(world)
        assert "does not count" in await world.admin("limits reset", member=owner, as_=owner)

    async def test_nor_a_bot(self, world: World) -> None:
        assert (await world.admin("limits reset", member=robot_in(world))).startswith("That is a bot")


@pytest.mark.parametrize(
    ("command", "options"), [("limits explain", {}), ("limits grant", {"images": 9}), ("limits reset", {})]
)
async def test_only_who_manages_the_server_may(world: World, command: str, options: dict[str, Any]) -> None:
    told = await world.admin_as_outsider(command, member=world.mira, **options)
    assert told.startswith("Only people who may manage this server can do that.")
    assert world.audit == []


def a_thread(world: World) -> ChannelHandle:
    """A thread that somebody opened in the channel."""
    thread = world.env.backend.create_thread(world.channel.id, "foxes", world.nora.id)
    return ChannelHandle(world.env, world.env.guild, thread)
