"""Discord's events on their way in: no single one brings the bot down, and what people write is not read."""

import pytest
from structlog.typing import EventDict

from tests.support.discord import World


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "MESSAGE_UPDATE"])
async def test_what_people_write_is_not_even_parsed(world: World, logs: list[EventDict], event: str) -> None:
    """A busy server writes thousands of messages a minute."""
    before = list(logs)
    world.app.client._connection.parsers[event]({"not": "a message"})
    assert logs == before


@pytest.mark.parametrize("event", ["INTERACTION_CREATE", "CHANNEL_UPDATE", "MESSAGE_DELETE"])
async def test_a_malformed_event_is_logged_and_dropped(
    world: World, logs: list[EventDict], event: str
) -> None:
    """The next one is handled as if nothing had been."""
    world.app.client._connection.parsers[event]({})
    (told,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert told["event"] == "discord.malformed_event"
    assert told["discord_event"] == event
    logs.remove(told)
    assert (await world.imagine()).buttons == ["Cancel"]
