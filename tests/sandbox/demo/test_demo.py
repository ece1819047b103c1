"""The local Discord of `make demo`, with a bot built like the real one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import simcord

from sandbox.demo import Demo
from tests.sandbox.demo.example import Bot, Route, picture

QUICK_S = 0.7
SOON_S = 5.0


@pytest.fixture
async def bot() -> Bot:
    return Bot()


@pytest.fixture
async def demo(bot: Bot) -> AsyncIterator[Demo]:
    async with Demo.running(bot, browser=False) as demo:
        demo.start(bot.deliver(), name="deliverer")
        yield demo
        assert demo.errors == []


@pytest.mark.parametrize("route", ["original", "webhook", "bot"])
async def test_a_worker_puts_the_pictures_on_the_card(demo: Demo, bot: Bot, route: Route) -> None:
    """By the interaction's token or the bot's own, and the bytes come back as they were."""
    bot.route = route
    card = await demo.imagine("a red fox", size="1536x1024", quality="low", count=2)
    assert demo.pictures(card) == []
    assert "in the queue" in demo.text(card)
    bot.release.set()
    await demo.until(lambda: demo.pictures(card))
    assert demo.pictures(card) == [bot.bytes, bot.bytes]
    assert bot.said == ["1536x1024 low 2"]
    assert "done" in demo.text(card)
    assert demo.buttons(card) == ["Remix", "Delete", "Break"]


async def test_actions_are_quick_while_workers_wait(demo: Demo, bot: Bot) -> None:
    """Neither the worker nor the store's thread is waited for."""
    start = time.perf_counter()
    card = await demo.imagine("a red fox")
    answer = await demo.press(card, "Cancel")
    assert time.perf_counter() - start < QUICK_S
    assert demo.text(answer) == "cancel: refused"
    assert answer.ephemeral


async def test_the_moderator_may_more_than_the_member(demo: Demo) -> None:
    card = await demo.imagine("a red fox", as_="moderator")
    assert demo.text(await demo.press(card, "Cancel", as_="moderator")) == "cancel: allowed"
    assert demo.text(await demo.press(card, "Cancel", as_="member")) == "cancel: refused"


async def test_a_modal_opens_and_is_filled_in(demo: Demo, bot: Bot) -> None:
    bot.release.set()
    card = await demo.imagine("a red fox")
    await demo.until(lambda: demo.pictures(card))
    assert (await demo.press(card, "Remix")).modal == "Change the picture"
    second = await demo.press(card, "Remix", fill={"words": "a blue fox"})
    assert "a blue fox" in demo.text(second)
    await demo.until(lambda: demo.pictures(second))


async def test_a_reference_picture_reaches_the_bot(demo: Demo, bot: Bot) -> None:
    blob = picture("navy")
    await demo.imagine("like this", reference=("mine.png", blob))
    assert bot.said == [f"1024x1024 high 1 mine.png {len(blob)}"]


async def test_upload_limit_is_that_of_a_plain_server(demo: Demo, bot: Bot) -> None:
    await demo.imagine("a red fox")
    assert bot.limits == [10 * 1024 * 1024]


async def test_what_the_client_would_not_send_is_refused(demo: Demo) -> None:
    with pytest.raises(simcord.OptionError):
        await demo.imagine("a red fox", size="7x7")
    with pytest.raises(simcord.OptionError):
        await demo.imagine("x" * 6001)


async def test_time_is_real(demo: Demo, bot: Bot) -> None:
    """Message ids, and what discord.py takes for now inside the bot, follow the wall clock."""
    card = await demo.imagine("a red fox")
    assert card.message_id is not None
    made = discord.utils.snowflake_time(card.message_id).timestamp()
    assert abs(made - time.time()) < SOON_S
    (expiry,) = bot.expiries
    assert abs(expiry.timestamp() - time.time() - 15 * 60) < SOON_S


async def test_an_error_in_the_bot_is_logged_and_the_demo_goes_on(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    async with Demo.running(bot, browser=False) as demo:
        demo.start(bot.deliver(), name="deliverer")
        bot.release.set()
        card = await demo.imagine("a red fox")
        await demo.until(lambda: demo.pictures(card))
        assert (await demo.press(card, "Break")).message_id is None
        assert "RuntimeError" in caplog.text
        assert demo.text(await demo.press(card, "Delete")) == "delete: refused"


async def test_a_worker_that_dies_is_logged(demo: Demo, caplog: pytest.LogCaptureFixture) -> None:
    async def die() -> None:
        raise OSError("no disk")

    await asyncio.wait([demo.start(die(), name="renderer")])
    assert "renderer ended with an error" in caplog.text


async def test_background_work_inside_the_bot_is_left_out(
    bot: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that a command started is waited for once, named, and then no longer."""
    accept = bot.accept
    started: set[asyncio.Task[Any]] = set()

    async def accept_and_read(*given: Any) -> None:
        if not started:
            started.add(asyncio.create_task(asyncio.Event().wait()))
        await accept(*given)

    monkeypatch.setattr(bot, "accept", accept_and_read)
    async with Demo.running(bot, browser=False) as demo:
        await demo.imagine("a red fox")
        assert "Event.wait" in caplog.text
        start = time.perf_counter()
        await demo.imagine("a blue fox")
        assert time.perf_counter() - start < QUICK_S


async def test_a_bot_that_cannot_start_is_closed(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_items: Any) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(bot, "add_dynamic_items", fail)
    with pytest.raises(OSError, match="no disk"):
        async with Demo.running(bot, browser=False):
            pass
    assert bot.is_closed()
    assert bot.said == ["closed"]


async def test_leaving_is_quick_and_closes_the_bot(bot: Bot) -> None:
    async with Demo.running(bot) as demo:
        worker = demo.start(bot.deliver(), name="deliverer")
        await demo.imagine("a red fox")
        start = time.perf_counter()
    assert time.perf_counter() - start < 1
    assert worker.cancelled()
    assert bot.is_closed()
    assert bot.said[-1] == "closed"
