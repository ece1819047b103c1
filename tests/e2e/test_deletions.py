"""A message deleted in Discord reaches the record over the wire: once, and with a name where one is known."""

import re
import sqlite3
from contextlib import closing

import pytest

from bot.services.ids import JOB_ID_PATTERN
from sandbox.discord import Message, Permission
from tests.e2e.conftest import Place

pytestmark = pytest.mark.e2e


def code(card: Message) -> str:
    """The code at the bottom of a card."""
    found = re.search(f"`({JOB_ID_PATTERN})`", card.text)
    assert found
    return found[1]


async def noted(place: Place, card: Message, by: int | None) -> None:
    """Return when the program has noted a deletion and who did it."""
    who = "null" if by is None else by
    about = f'"job": "{code(card)}", "guild": {place.guild.id}, "member": {place.alice.user.id}'
    await place.bot.has_said(f'"event": "job.deleted", {about}, "by": {who}', 10)


def audit(place: Place) -> list[tuple[str, int | None]]:
    """What was done and by whom."""
    with closing(sqlite3.connect(place.bot.database)) as database:
        return database.execute("SELECT action, actor_id FROM audit ORDER BY seq").fetchall()


async def test_whoever_deletes_a_card_it_is_written_down_once(place: Place) -> None:
    theo = place.discord.add_member(place.guild, "theo", permissions=Permission.MANAGE_MESSAGES)
    by_menu, by_button, last = [
        await place.delivered(place.alice.slash("imagine", prompt=prompt)) for prompt in ("1", "2", "3")
    ]

    place.discord.world.delete_message(by_menu)
    await noted(place, by_menu, None)
    theo.press(by_button, "Delete")
    await noted(place, by_button, theo.user.id)
    place.discord.world.delete_message(last)
    await noted(place, last, None)

    assert audit(place) == [("deleted", None), ("deleted", theo.user.id), ("deleted", None)]
    assert place.discord.violations == []


async def test_a_channel_that_goes_takes_what_is_not_over_along(place: Place) -> None:
    place.provider.world.change({"duration_s": 3_600})
    card = await place.alice.slash("imagine", prompt="too late").message()
    await place.discord.until(lambda: place.provider.world.tasks)

    place.discord.world.delete_channel(place.alice.place)

    await noted(place, card, None)
    assert audit(place) == [("deleted", None)]
