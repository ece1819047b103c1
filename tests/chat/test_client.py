"""The connection: what it needs, and that no single event brings it down."""

from collections.abc import Sequence
from typing import Any

import discord
import pytest
from structlog.typing import EventDict

from bot.chat.client import ImagineClient, point_at
from bot.domain.errors import TokenRefused
from tests.support.clock import ManualClock
from tests.support.discord import World


async def test_no_privileged_intent_is_needed(world: World) -> None:
    """No members are listed, and of messages only their deletions matter."""
    intents = world.app.client.intents
    assert intents == discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


async def test_nobody_is_pinged_whatever_is_sent(world: World) -> None:
    """The default of the client, for messages that forget to say it."""
    allowed: Any = world.app.client.allowed_mentions
    assert allowed.to_dict() == {"parse": []}


async def test_a_bug_in_an_event_handler_is_logged_once(
    world: World, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the event's name, and without its content."""

    async def broken(_: discord.Interaction) -> None:
        raise ZeroDivisionError

    form = await world.invoke(None)
    monkeypatch.setattr(world.app.client, "_on_form", broken)
    answer = {"prompt": "a secret fox", "size": ["1024x1024"], "quality": ["low"]}
    await world.mira.submit_modal(form, answer)
    (told,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert (told["event"], told["discord_event"]) == ("discord.event_bug", "on_interaction")
    assert "secret" not in repr(told)
    logs.remove(told)
    assert [type(error) for error in world.env.errors] == [ZeroDivisionError]


async def test_a_refused_token_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator reads what to do instead of a traceback."""

    async def refuse(*_: object) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    async def form(_: discord.Interaction) -> None: ...

    monkeypatch.setattr(discord.Client, "login", refuse)
    client = ImagineClient(
        NoFacts(), ManualClock(), commands=[], items=[], on_form=form, deletions=Nobody(), languages={}
    )
    with pytest.raises(TokenRefused):
        await client.login("a.b.c")


def test_the_addresses_of_discord_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a proxy, and for tests: discord.py offers no other way."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    point_at("http://127.0.0.1:1/api/v10", "ws://127.0.0.1:2")
    assert discord.http.Route("GET", "/gateway").url == "http://127.0.0.1:1/api/v10/gateway"
    assert str(gateway.DEFAULT_GATEWAY) == "ws://127.0.0.1:2"


class Nobody:
    """Does not care for deletions."""

    async def deleted(self, message_ids: Sequence[int]) -> None:
        """Nothing happens."""

    async def channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """Nothing happens."""


class NoFacts:
    """Remembers nothing."""

    async def get(self, name: str) -> str | None:
        """Nothing is known."""
        return None

    async def put(self, name: str, value: str) -> None:
        """Nothing is kept."""
