"""`/imagine-admin limits`: show, set, clear."""

from typing import Any

import pytest
from simcord.builders import RoleHandle

from bot.domain.limits import HOUR_S, OF_BOT, Limit
from bot.domain.units import MS_PER_S, after
from tests.cogs.admin.conftest import join
from tests.support.discord import World, nothing_happened


class TestSet:
    async def test_a_limit_for_everybody_holds_at_once(self, world: World) -> None:
        told = await world.admin("limits set", limit="images_per_hour", value="1")
        assert told == (
            "Pictures an hour for everybody without another rule: **1** from now on.\n"
            "Members who have used more than that already have to wait until it is less."
        )
        assert "**Waiting**" in (await world.imagine()).text
        assert "You have used 1 of 1 pictures this hour." in world.told(await world.invoke())
        assert world.audit == [("limit_set", world.vera.id, None, None, "server images_per_hour 1")]

    async def test_a_members_own_limit_goes_before_their_roles_and_those_before_the_servers(
        self, world: World, artists: RoleHandle
    ) -> None:
        otto = join(world, "otto", artists)
        await world.admin("limits set", limit="largest_count", value="1")
        assert "You can ask for 1" in world.told(await world.invoke(count=2, as_=otto))
        await world.admin("limits set", limit="largest_count", value="3", role=artists)
        assert "You can ask for 3" in world.told(await world.invoke(count=4, as_=otto))
        await world.admin("limits set", limit="largest_count", value="2", member=otto)
        assert "You can ask for 2" in world.told(await world.invoke(count=3, as_=otto))

    async def test_the_answer_and_the_audit_say_what_it_was_before(self, world: World) -> None:
        await world.admin("limits set", limit="spend_per_day", value="$2.50", member=world.mira)
        told = await world.admin("limits set", limit="spend_per_day", value="none", member=world.mira)
        assert told == f"Spend a day for <@{world.mira.id}>: **no limit** from now on. Before: $2.50."
        assert world.audit[-1] == (
            "limit_set",
            world.vera.id,
            world.mira.id,
            "member spend_per_day 2500000",
            "member spend_per_day none",
        )

    async def test_everyone_is_the_server(self, world: World) -> None:
        told = await world.admin(
            "limits set", limit="images_per_day", value="5", role=world.env.guild.default_role
        )
        assert "for everybody without another rule: **5**" in told
        assert world.audit[-1][-1] == "server images_per_day 5"

    async def test_what_was_set_outlives_a_restart(self, world: World) -> None:
        await world.admin("limits set", limit="cooldown", value="2h")
        await world.restart()
        await world.imagine()
        assert "Between two requests there must be 2 hours here." in world.told(await world.invoke())

    @pytest.mark.parametrize(
        ("limit", "typed", "kept", "shown"),
        [
            ("membership", "7d", 604_800, "7 days"),
            ("largest_size", "1536x1024", 1_572_864, "Landscape 1536×1024 / Portrait 1024×1536"),
            ("largest_size", "3840 × 2160", 8_294_400, "Landscape 4K 3840×2160 / Portrait 4K 2160×3840"),
            ("highest_quality", "Medium", 2, "Medium"),
            ("largest_count", "2", 2, "2"),
            ("cooldown", "90s", 90, "1 minute 30 seconds"),
            ("cooldown", "none", None, "none"),
            ("running", "1", 1, "1"),
            ("waiting", "3", 3, "3"),
            ("images_per_hour", "0", 0, "0"),
            ("images_per_day", "no limit", None, "no limit"),
            ("spend_per_month", "$2.50", 2_500_000, "$2.50"),
            ("priority", "5", 5, "5"),
            ("priority", "none", 1, "1"),
            ("server_waiting", "50", 50, "50"),
            ("server_spend_per_month", "20", 20_000_000, "$20.00"),
        ],
    )
    async def test_numbers_are_typed_as_people_write_them(
        self, world: World, limit: str, typed: str, kept: int | None, shown: str
    ) -> None:
        assert f": **{shown}** from now on." in await world.admin("limits set", limit=limit, value=typed)
        assert world.database.rows("SELECT name, value FROM limit_rule") == [(limit, kept)]

    @pytest.mark.parametrize(
        ("limit", "typed", "told"),
        [
            ("spend_per_day", "2,50 €", "Please write the amount in US dollars with a point, like $2.50."),
            ("spend_per_day", "€2", "Costs are counted in US dollars only"),
            ("spend_per_day", "lots", "Please write an amount of US dollars, like $2.50."),
            ("spend_per_day", "-1", "The amount has to be from $0 to $1,000,000."),
            ("spend_per_day", "0.0000001", "Please write no more than six digits after the point."),
            ("cooldown", "90", "Please write a time like 30s, 10m, 2h, 7d or 4 weeks."),
            ("cooldown", "500d", "The time has to be one second at least, and 365 days at most."),
            ("images_per_hour", "five", "Please write a whole number, like 5."),
            ("images_per_hour", "9" * 50, "The number has to be from 0 to 1,000,000."),
            ("largest_size", "big", "Please write one of the sizes: 1024x1024, 1536x1024,"),
            ("highest_quality", "best", "Please write one of the qualities: low, medium or high."),
            ("running", "0", "The number has to be 1 or more."),
            ("waiting", "0", "The number has to be 1 or more."),
            ("priority", "6", "The number has to be 1 to 5."),
            ("largest_count", "5", "The number has to be 1 to 4."),
        ],
    )
    async def test_what_is_unclear_is_refused_with_an_example(
        self, world: World, limit: str, typed: str, told: str
    ) -> None:
        answer = await world.admin("limits set", limit=limit, value=typed)
        assert answer.startswith(told)
        assert answer.endswith("Nothing was changed.")
        assert world.audit == world.database.rows("SELECT * FROM limit_rule") == []


class TestWarnings:
    async def test_a_number_lower_than_what_a_member_has_used(self, world: World) -> None:
        await world.imagine(count=3)
        began = world.clock.now()
        world.clock.advance(60)
        told = await world.admin("limits set", limit="images_per_hour", value="2", member=world.mira)
        free_at = after(began, HOUR_S) // MS_PER_S
        assert told.splitlines()[1:] == [
            (
                f"That is lower than what is in use: <@{world.mira.id}> has 3 used already: "
                f"free again <t:{free_at}:R>."
            )
        ]
        assert "You have used 3 of 2 pictures this hour." in world.told(await world.invoke())

    async def test_a_number_that_leaves_room_needs_no_warning(self, world: World) -> None:
        await world.imagine(count=3)
        told = await world.admin("limits set", limit="images_per_hour", value="3", member=world.mira)
        assert len(told.splitlines()) == 1

    async def test_a_number_lower_than_what_waits(self, world: World) -> None:
        await world.imagine()
        await world.imagine()
        told = await world.admin("limits set", limit="waiting", value="1", member=world.mira)
        assert f"<@{world.mira.id}> has 2 waiting already." in told
        assert "the server has 2 waiting already." in await world.admin(
            "limits set", limit="server_waiting", value="1"
        )

    async def test_a_number_lower_than_what_the_server_has_spent(self, world: World) -> None:
        await world.imagine(count=2)
        told = await world.admin("limits set", limit="server_spend_per_day", value="$0.007")
        assert "the server has $0.012 used already: free again <t:" in told

    async def test_a_server_number_above_the_operators(self, world: World) -> None:
        await world.restart(limits="server_spend_per_day=$5")
        told = await world.admin("limits set", limit="server_spend_per_day", value="$7")
        assert told.splitlines()[1:] == [
            "But the bot's operator allows this server $5.00, so that is what holds."
        ]
        assert (
            len((await world.admin("limits set", limit="server_spend_per_day", value="$4")).splitlines()) == 1
        )

    async def test_a_server_number_above_what_all_servers_may_spend(self, world: World) -> None:
        told = await world.admin("limits set", limit="server_spend_per_day", value="none")
        assert "But the bot's operator allows $10.00 for all servers together." in told

    @pytest.mark.parametrize(("limit", "value"), [("images_per_day", "0"), ("spend_per_day", "$0.005")])
    async def test_a_number_that_allows_nothing_at_all(self, world: World, limit: str, value: str) -> None:
        whoever: list[dict[str, Any]] = [{"member": world.nora}, {}]
        for whom in whoever:
            told = await world.admin("limits set", limit=limit, value=value, **whom)
            assert "With that, not even one small picture can be asked for." in told
        assert "Nothing was charged." in world.told(await world.invoke(as_=world.nora))


class TestShow:
    async def test_every_limit_has_its_number_and_whose_rule_gives_it(
        self, world: World, artists: RoleHandle
    ) -> None:
        otto = join(world, "otto", artists)
        await world.admin("limits set", limit="images_per_hour", value="7", member=otto)
        await world.admin("limits set", limit="images_per_day", value="60", role=artists)
        await world.admin("limits set", limit="spend_per_day", value="$1")
        await world.admin("limits set", limit="priority", value="none", role=artists)
        shown = await world.admin("limits show", member=otto)
        assert shown.splitlines() == [
            f"**What holds for <@{otto.id}>.**",
            "Requests drawn at once: **3**, set by the bot's operator",
            "Requests waiting in line: **5**, set by the bot's operator, 0 used",
            "Pictures an hour: **7**, set for this member, 0 used",
            f"Pictures a day: **60**, set for <@&{artists.id}>, 0 used",
            "Spend a day: **$1.00**, set for this server, $0.00 used",
            f"Priority in line: **1**, set for <@&{artists.id}>",
            "This bot everywhere: spend a day: **$10.00**, set by the bot's operator",
            "This bot everywhere: spend in 30 days: **$100.00**, set by the bot's operator",
            (
                "No limit is set for: Time on the server before the first picture, Largest size, "
                "Highest quality, Pictures in one request, Time between two requests, Spend in 30 days, "
                "Whole server: requests waiting in line, Whole server: spend a day, "
                "Whole server: spend in 30 days."
            ),
        ]

    async def test_of_a_member_what_is_used_and_when_it_lifts(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="2", member=world.mira)
        await world.admin("limits set", limit="cooldown", value="1h", member=world.mira)
        await world.imagine(count=2)
        free_at = after(world.clock.now(), HOUR_S) // MS_PER_S
        shown = await world.admin("limits show", member=world.mira)
        assert f"Pictures an hour: **2**, set for this member, 2 used, free again <t:{free_at}:R>" in shown
        assert (
            f"Time between two requests: **1 hour**, set for this member, free again <t:{free_at}:R>" in shown
        )

    async def test_extra_pictures_are_part_of_it(self, world: World) -> None:
        await world.admin("limits grant", member=world.mira, images=5, expires_after="2h")
        expires = after(world.clock.now(), 7_200) // MS_PER_S
        shown = await world.admin("limits show", member=world.mira)
        assert f"Extra pictures: **5 of 5** left, they expire <t:{expires}:R>" in shown

    async def test_of_a_role_it_is_what_the_role_gives(self, world: World, artists: RoleHandle) -> None:
        await world.admin("limits set", limit="images_per_day", value="60", role=artists)
        shown = await world.admin("limits show", role=artists)
        assert f"Pictures a day: **60**, set for <@&{artists.id}>\n" in shown
        assert "Requests waiting in line: **5**, set by the bot's operator\n" in shown

    async def test_of_the_server_it_is_what_holds_for_everybody_and_all_other_rules(
        self, world: World, artists: RoleHandle
    ) -> None:
        assert "No role and no member has other rules." in await world.admin("limits show")
        await world.admin("limits set", limit="images_per_day", value="60", role=artists)
        await world.admin("limits set", limit="cooldown", value="10s", role=artists)
        await world.admin("limits set", limit="waiting", value="2", member=world.mira)
        await world.admin("limits set", limit="waiting", value="4")
        shown = await world.admin("limits show")
        assert "Requests waiting in line: **4**, set for this server" in shown
        assert "images" not in shown
        assert shown.splitlines()[-3:] == [
            "**Rules of roles and members:**",
            f"<@{world.mira.id}> (`{world.mira.id}`): Requests waiting in line **2**",
            f"<@&{artists.id}>: Time between two requests **10 seconds**, Pictures a day **60**",
        ]

    async def test_many_rules_are_in_a_file_all_of_them(self, world: World) -> None:
        sql = "INSERT INTO limit_rule (guild_id, scope, holder_id, name, value) VALUES (?, 'member', ?, ?, 1)"
        for member_id in range(1, 101):
            world.database.alter(sql, world.env.guild.id, 10**17 + member_id, Limit.WAITING.value)
        answer = world.answer(await world.invoke_admin("limits show"))
        assert answer.private
        assert len(answer.text) <= 2_000
        (content,) = answer.files.values()
        assert content.decode().count("Requests waiting in line **1**") == 100

    async def test_looking_changes_nothing(self, world: World) -> None:
        await world.admin("limits show", member=world.mira)
        assert world.audit == []
        await nothing_happened(world)


class TestClear:
    async def test_the_next_wider_rule_holds_again(self, world: World) -> None:
        await world.admin("limits set", limit="images_per_hour", value="0", member=world.mira)
        await world.admin("limits clear", limit="images_per_hour", member=world.mira)
        assert "**Waiting**" in (await world.imagine()).text

    async def test_one_limit_or_all_of_somebody(self, world: World) -> None:
        for limit in ("waiting", "running", "images_per_day"):
            await world.admin("limits set", limit=limit, value="2", member=world.mira)
        await world.admin("limits clear", limit="waiting", member=world.mira)
        assert world.database.value("SELECT COUNT(*) FROM limit_rule") == 2
        told = await world.admin("limits clear", member=world.mira)
        assert told == (
            f"Cleared for <@{world.mira.id}>: Pictures a day **2**, Requests drawn at once **2**. "
            "From now on the next wider rule holds."
        )
        assert [line[0] for line in world.audit].count("limit_cleared") == 3

    async def test_what_holds_for_everybody_is_cleared_by_name_only(self, world: World) -> None:
        """Who forgets to name somebody must not take away everything."""
        await world.admin("limits set", limit="waiting", value="2")
        told = await world.admin("limits clear")
        assert told.startswith("Please name what to clear: a limit, a person or a role.")
        assert world.database.value("SELECT COUNT(*) FROM limit_rule") == 1
        told = await world.admin("limits clear", limit="waiting")
        assert told.startswith("Cleared for everybody without another rule: Requests waiting in line **2**.")

    async def test_the_limit_is_found_by_its_name(self, world: World) -> None:
        await world.admin("limits set", limit="waiting", value="2")
        offered = await world.vera.autocomplete(
            world.channel, "imagine-admin limits clear", "limit", "WAITING"
        )
        assert [each["value"] for each in offered] == ["waiting", "server_waiting"]
        everything = await world.vera.autocomplete(world.channel, "imagine-admin limits clear", "limit", "")
        assert {each["value"] for each in everything} == set(Limit) - OF_BOT
        assert "Cleared" in await world.admin("limits clear", limit="requests WAITING in line ")

    async def test_what_is_not_set_cannot_be_cleared(self, world: World) -> None:
        told = await world.admin("limits clear", limit="waiting", member=world.mira)
        assert told.startswith("There is nothing of the kind to change.")
        assert world.audit == []
