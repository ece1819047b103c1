"""`/imagine-admin limits`: who may, whom they reach, who is no more, and what no honest client sends."""

from collections.abc import Callable
from typing import Any

import pytest
from simcord.builders import RoleHandle, UserHandle

from tests.cogs.admin.conftest import join, owner_of
from tests.support.discord import World

NOBODYS_ID = "1234567890123456789"


def forged(**changes: Any) -> Callable[[Any], None]:
    """Options with other values than the client can have sent."""

    def forge(payload: Any) -> None:
        (group,) = payload["data"]["options"]
        (command,) = group["options"]
        for option in command["options"]:
            option["value"] = changes.get(option["name"], option["value"])

    return forge


class TestReach:
    async def test_nobody_sets_their_own_limit(self, world: World) -> None:
        told = await world.admin("limits set", limit="images_per_day", value="none", member=world.vera)
        assert told.startswith("You cannot do that to yourself.")
        assert (await world.admin("limits clear", member=world.vera)).startswith(
            "You cannot do that to yourself."
        )
        assert world.audit == []

    async def test_but_the_owner(self, world: World) -> None:
        owner = owner_of(world)
        told = await world.admin("limits set", limit="images_per_day", value="none", member=owner, as_=owner)
        assert "**no limit** from now on." in told

    async def test_nobody_reaches_the_owner(self, world: World) -> None:
        told = await world.admin("limits set", limit="waiting", value="1", member=owner_of(world))
        assert told.startswith("Nobody can do that to the server's owner.")

    async def test_nor_somebody_above_nor_an_equal(self, world: World) -> None:
        boss = join(world, "boss", world.env.guild.create_role("Bosses", position=90))
        peer = join(world, "peer", world.env.guild.roles["Managers"])
        for who in (boss, peer):
            told = await world.admin("limits set", limit="waiting", value="1", member=who)
            assert told.startswith("Their highest role is not below yours")
        assert world.audit == []

    async def test_nor_a_bot(self, world: World) -> None:
        robot = world.env.guild.add_member(world.env.create_user("robot", bot=True))
        for command in ("limits set", "limits clear", "limits show"):
            extra: dict[str, Any] = {"limit": "waiting", "value": "1"} if command == "limits set" else {}
            assert (await world.admin(command, member=robot, **extra)).startswith("That is a bot")

    async def test_nor_a_role_that_is_not_below_theirs(self, world: World) -> None:
        bosses = world.env.guild.create_role("Bosses", position=90)
        for role in (bosses, world.env.guild.roles["Managers"]):
            told = await world.admin("limits set", limit="waiting", value="1", role=role)
            assert told.startswith("That role is not below your highest role")
        assert world.audit == []
        owner = owner_of(world)
        assert "from now on" in await world.admin(
            "limits set", limit="waiting", value="1", role=bosses, as_=owner
        )

    async def test_a_limit_of_the_whole_server_is_nobodys_own(
        self, world: World, artists: RoleHandle
    ) -> None:
        whoever: list[dict[str, Any]] = [{"member": world.mira}, {"role": artists}]
        for whom in whoever:
            told = await world.admin("limits set", limit="server_spend_per_day", value="$1", **whom)
            assert told.startswith("That limit is for the whole server.")

    async def test_a_member_and_a_role_at_once_are_one_too_many(
        self, world: World, artists: RoleHandle
    ) -> None:
        for command in ("limits set", "limits show", "limits clear"):
            extra: dict[str, Any] = {"limit": "waiting", "value": "1"} if command == "limits set" else {}
            told = await world.admin(command, member=world.mira, role=artists, **extra)
            assert told.startswith("Please name one person or one role, not both.")
        assert world.audit == []

    @pytest.mark.parametrize("command", ["limits show", "limits set", "limits clear"])
    async def test_only_who_manages_the_server_may(self, world: World, command: str) -> None:
        extra: dict[str, Any] = {"value": "none"} if command == "limits set" else {}
        limit: dict[str, Any] = {} if command == "limits show" else {"limit": "waiting"}
        told = await world.admin_as_outsider(command, **limit, **extra)
        assert told.startswith("Only people who may manage this server can do that.")
        assert world.audit == []

    @pytest.mark.parametrize("limit", ["bot_spend_per_day", "bot_spend_per_month"])
    async def test_what_the_operator_alone_decides_is_refused_also_when_forged(
        self, world: World, limit: str
    ) -> None:
        world.forges.append(forged(limit=limit, value="none"))
        told = await world.admin("limits set", limit="waiting", value="1")
        assert told.startswith("That limit is for the whole server.")
        assert world.audit == []

    @pytest.mark.parametrize(
        "changes", [{"limit": "luck"}, {"limit": ""}, {"member": NOBODYS_ID}, {"role": NOBODYS_ID}], ids=str
    )
    async def test_what_does_not_exist_is_refused(
        self, world: World, artists: RoleHandle, changes: dict[str, Any]
    ) -> None:
        whom: dict[str, Any] = {"role": artists} if "role" in changes else {"member": world.mira}
        world.forges.append(forged(**changes))
        told = await world.admin("limits set", limit="waiting", value="1", **whom)
        assert told.startswith("There is nothing of the kind to change.")
        assert world.audit == []


class TestThoseWhoLeft:
    async def test_a_member_who_left_can_be_shown_and_cleared(self, world: World) -> None:
        await world.admin("limits set", limit="waiting", value="2", member=world.nora)
        user: UserHandle = world.nora.user
        world.env.guild.remove_member(world.nora)
        shown = await world.admin("limits show", member=user)
        assert "They are not on this server now, so no role counts." in shown
        assert "Requests waiting in line: **2**, set for this member" in shown
        told = await world.admin("limits clear", member=user)
        assert told == (
            f"Cleared for <@{user.id}>: Requests waiting in line **2**. "
            "From now on the next wider rule holds."
        )
        assert world.audit[-1] == ("limit_cleared", world.vera.id, user.id, "member waiting 2", None)

    async def test_a_deleted_role_leaves_its_rules_until_they_are_cleared(
        self, world: World, artists: RoleHandle
    ) -> None:
        otto = join(world, "otto", artists)
        await world.admin("limits set", limit="waiting", value="2", role=artists)
        await world.admin("limits set", limit="cooldown", value="2s", role=artists)
        world.env.backend.delete_role(world.env.guild.id, artists.id)
        await world.env.settle()
        assert f"Deleted role `{artists.id}`: Time between two requests **2 seconds**" in await world.admin(
            "limits show"
        )
        assert f"<@&{artists.id}>" not in await world.admin("limits show", member=otto)
        offered = await offers(world)
        assert offered == [{"name": f"Deleted role {artists.id}: 2 limits", "value": str(artists.id)}]
        await world.admin("limits clear", deleted_role=str(artists.id))
        assert world.database.rows("SELECT * FROM limit_rule") == []
        assert await offers(world) == []

    async def test_what_is_typed_finds_a_deleted_role(self, world: World, artists: RoleHandle) -> None:
        await world.admin("limits set", limit="waiting", value="2", role=artists)
        assert await offers(world) == []
        world.env.backend.delete_role(world.env.guild.id, artists.id)
        await world.env.settle()
        assert len(await offers(world, str(artists.id)[-4:])) == 1
        assert await offers(world, "x") == []

    async def test_an_outsider_is_offered_nothing(self, world: World, artists: RoleHandle) -> None:
        await world.admin("limits set", limit="waiting", value="2", role=artists)
        world.env.backend.delete_role(world.env.guild.id, artists.id)
        await world.env.settle()
        world.forges.append(lambda payload: payload["member"].update(permissions="0"))
        assert await offers(world) == []

    @pytest.mark.parametrize("typed", ["", "x", "-1", "1" * 20, "٣", "0x1f", NOBODYS_ID])
    async def test_a_forged_deleted_role_is_nothing(self, world: World, typed: str) -> None:
        world.forges.append(forged(deleted_role=typed))
        told = await world.admin("limits clear", deleted_role="1")
        assert told.startswith("There is nothing of the kind to change.")

    async def test_a_role_that_exists_is_not_cleared_by_the_back_door(self, world: World) -> None:
        bosses = world.env.guild.create_role("Bosses", position=90)
        await world.admin("limits set", limit="waiting", value="2", role=bosses, as_=owner_of(world))
        told = await world.admin("limits clear", deleted_role=str(bosses.id))
        assert told.startswith("That role is not below your highest role")


async def offers(world: World, typed: str = "") -> list[dict[str, Any]]:
    """What is offered while somebody types a deleted role."""
    return await world.vera.autocomplete(world.channel, "imagine-admin limits clear", "deleted_role", typed)
