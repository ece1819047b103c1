"""The log channel of the whole program: told once, though the process is killed in between."""

import asyncio
from typing import Any

import pytest

from sandbox.discord import Actor, Channel, Message
from sandbox.discord.permissions import Permission
from tests.e2e.conftest import Place

pytestmark = pytest.mark.e2e


@pytest.fixture
async def log(place: Place) -> Channel:
    """A log channel, chosen by a moderator."""
    channel = place.discord.add_text_channel(place.guild, "log")
    vera = moderator(place)
    asked = vera.slash("imagine-admin settings log", channel=channel)
    await asked.message(lambda message: bool(message.text))
    return channel


def moderator(place: Place) -> Actor:
    """Somebody who manages the server."""
    rights = Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES
    return place.discord.add_member(place.guild, "vera", permissions=rights)


def told(place: Place, channel: Channel) -> list[Message]:
    """What stands in the log channel."""
    return [
        message
        for message in place.discord.books.created
        if message.channel is channel and message.deleted_at is None
    ]


async def test_killed_after_posting_and_before_knowing_it_is_not_posted_twice(
    place: Place, log: Channel
) -> None:
    posted = asyncio.Event()

    async def kill(when: str, call: Any) -> None:
        if when == "after" and call.operation == "create_message" and not posted.is_set():
            posted.set()
            await place.bot.kill()

    place.discord.on_event(kill)
    place.alice.slash("imagine", prompt="a sudden end")
    await asyncio.wait_for(posted.wait(), 30)
    await place.discord.gone()
    await place.bot.start()

    await place.discord.until(lambda: max(place.discord.books.posts_by_nonce().values()) > 1, 30)
    await place.discord.ready("imagine")  # it posts again before the gateway is up, where commands arrive
    second = place.alice.slash("imagine", prompt="and on it goes")
    await place.delivered(second)
    await place.discord.until(lambda: len(told(place, log)) == 2, 30)

    assert set(place.discord.books.created_by_nonce().values()) == {1}
    assert [message.text.count("✅") for message in told(place, log)] == [1, 1]
    assert place.discord.violations == []


async def test_a_report_travels_to_the_log_and_the_picture_is_deleted(place: Place, log: Channel) -> None:
    """On the wire, with its forms, and held against Discord's own document."""
    card = await place.delivered(place.alice.slash("imagine", prompt="a quarrel"))
    bob, vera = place.discord.add_member(place.guild, "bob"), moderator(place)
    form = bob.press(card, "Report")
    await place.discord.until(lambda: form.callback is not None, 10)
    bob.submit_modal(form, {"reason": "it is rude"})
    await place.discord.until(lambda: any("Reported" in each.text for each in told(place, log)), 30)

    (notice,) = [each for each in told(place, log) if "Reported" in each.text]
    vera.at(log).press(notice, "Delete picture")
    await place.discord.until(lambda: "Deleted" in notice.text, 30)

    assert card.deleted_at is not None
    assert not notice.pings
    assert place.discord.violations == []
