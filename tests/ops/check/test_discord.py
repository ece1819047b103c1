"""What Discord is asked with the bot's token, and what is made of its answers."""

from collections.abc import Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.chat.client import INTENTS, PERMISSIONS
from bot.ops.check.finding import State
from sandbox.discord import EVERYDAY, DiscordSandbox, Permission
from tests.ops.check.conftest import Place
from tests.support.contract import OPENAPI, needs_document

LACKING = EVERYDAY & ~(
    Permission.ATTACH_FILES | Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES_IN_THREADS
)


def _alone(discord: DiscordSandbox) -> None:
    for guild in list(discord.world.guilds.values()):
        discord.world.expel_bot(guild)


def _deprive(discord: DiscordSandbox) -> None:
    everyone = discord.add_guild("Elsewhere\x1b[2J", bot_permissions=Permission.NONE).everyone
    everyone.permissions = LACKING


@pytest.mark.parametrize(
    ("breaking", "row", "says"),
    [
        (
            lambda discord: discord.world.portal.update(interactions_endpoint_url="https://example.com/x"),
            "Discord application",
            "never reach the bot",
        ),
        (
            lambda discord: discord.world.portal.update(bot_require_code_grant=True),
            "Discord application",
            "nobody can add the bot",
        ),
        (lambda discord: setattr(discord.world, "logins_left", 0), "Discord logins", "0 of 1000 left"),
        (
            _deprive,
            "Permissions",
            "missing in Elsewhere[2J: View Channels, Attach Files, Send Messages in Threads",
        ),
        (lambda discord: discord.faults.fail("get_my_user", 503), "Discord", "in trouble (503)"),
        (lambda discord: discord.faults.rate_limit("get_bot_gateway", 7), "Discord logins", "to wait (429)"),
        (lambda discord: discord.faults.fail("list_my_guilds", 500), "Servers", "in trouble (500)"),
        (lambda discord: setattr(discord.gateway, "refusals", 1), "Discord gateway", "no answer"),
        (
            lambda discord: discord.world.portal.update(flags="many"),
            "Discord intents",
            "none of Discord's",
        ),
    ],
)
async def test_what_keeps_a_bot_from_working_is_told(
    place: Place, breaking: Callable[[DiscordSandbox], None], row: str, says: str
) -> None:
    breaking(place.discord)
    assert await place.look() == {row}
    assert says in place.told[row].says


async def test_a_gateway_that_speaks_of_something_else_is_told(place: Place) -> None:
    async def chat(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": "welcome"})
        await socket.receive()
        return socket

    app = web.Application()
    app.router.add_get("/", chat)
    async with TestServer(app) as server:
        assert await place.look(DISCORD_GATEWAY_URL=f"ws://127.0.0.1:{server.port}") == {"Discord gateway"}
    assert "none of Discord's" in place.told["Discord gateway"].says


async def test_how_long_to_wait_is_told(place: Place) -> None:
    place.discord.faults.rate_limit("*", 7)
    assert await place.look() == {"Discord"}
    assert place.told["Discord"].mend == "Try again in 7 s."


async def test_a_bot_in_no_server_gets_the_link_to_add_it(place: Place) -> None:
    _alone(place.discord)
    assert await place.look() == set()
    assert place.told["Servers"].state is State.NOTE
    assert f"permissions={PERMISSIONS.value}" in place.told["Servers"].mend
    assert place.told["Permissions"].state is State.SKIPPED


async def test_an_administrator_lacks_nothing(place: Place) -> None:
    role = place.discord.add_role(place.studio, "painters", Permission.ADMINISTRATOR)
    place.studio.members[place.discord.world.bot.id].role_ids.add(role.id)
    place.studio.everyone.permissions = Permission.NONE
    await place.log_channel(Permission.SEND_MESSAGES)
    assert await place.look() == set()


async def test_privileges_that_nobody_needs_are_a_note(place: Place) -> None:
    place.discord.world.portal["flags"] = 1 << 15 | 1 << 19
    assert await place.look() == set()
    assert place.told["Discord intents"].state is State.NOTE
    assert "without need: Server Members, Message Content" in place.told["Discord intents"].says


def test_no_intent_is_privileged() -> None:
    assert not any(getattr(INTENTS, name) for name in ("presences", "members", "message_content"))


async def test_few_logins_left_are_a_note(place: Place) -> None:
    place.discord.world.logins_left = 99
    assert await place.look() == set()
    assert place.told["Discord logins"].state is State.NOTE


async def test_all_pages_of_servers_are_read(place: Place) -> None:
    for number in range(200):
        place.discord.add_guild(f"server {number}")
    assert await place.look() == set()
    assert place.told["Servers"].says == "in 201"


class TestLogChannels:
    @pytest.mark.parametrize(
        ("deny", "lacks"),
        [(Permission.SEND_MESSAGES, "Send Messages"), (Permission.VIEW_CHANNEL, "View Channels")],
    )
    async def test_one_that_the_bot_cannot_write_in_is_told(
        self, place: Place, deny: Permission, lacks: str
    ) -> None:
        await place.log_channel(deny)
        assert await place.look() == {"Log channels"}
        assert place.told["Log channels"].says == f"nothing can be written in The Studio: {lacks}"

    async def test_what_a_role_may_goes_before_what_everyone_may_not(self, place: Place) -> None:
        await place.log_channel()
        (channel,) = place.studio.channels.values()
        role = place.discord.add_role(place.studio, "painters")
        place.studio.members[place.discord.world.bot.id].role_ids.add(role.id)
        world, nothing = place.discord.world, Permission.NONE
        world.overwrite(channel, place.studio.everyone, allow=nothing, deny=Permission.VIEW_CHANNEL)
        world.overwrite(channel, role, allow=Permission.VIEW_CHANNEL, deny=nothing)
        assert await place.look() == set()

    async def test_a_thread_has_the_say_of_its_channel(self, place: Place) -> None:
        channel = place.discord.add_text_channel(place.studio, "moderators")
        place.discord.restrict_bot(channel, Permission.SEND_MESSAGES_IN_THREADS)
        thread = place.discord.add_thread(channel)
        (await place.database()).alter(
            "INSERT INTO server (guild_id, log_channel_id) VALUES (?, ?)", place.studio.id, thread.id
        )
        assert await place.look() == {"Log channels"}
        assert place.told["Log channels"].says.endswith("The Studio: Send Messages in Threads")

    async def test_one_that_is_gone_is_told(self, place: Place) -> None:
        await place.log_channel()
        (channel,) = place.studio.channels.values()
        place.discord.world.delete_channel(channel)
        assert await place.look() == {"Log channels"}
        assert "The Studio: the channel is gone" in place.told["Log channels"].says

    async def test_they_are_not_known_without_the_database(self, place: Place) -> None:
        await place.log_channel()
        (await place.database()).alter("INSERT INTO migration VALUES (999, 'x', 'then')")
        assert await place.look() == {"Database"}
        assert place.told["Log channels"].state is State.SKIPPED


@needs_document
async def test_the_stand_in_answers_as_discord_does(place: Place) -> None:
    await place.log_channel()
    async with DiscordSandbox(
        openapi=OPENAPI, world=place.discord.world, check_replies=True
    ).serving() as strict:
        assert await place.look(DISCORD_API_URL=strict.api_url) == set()
        assert strict.world.reply_gaps == []
