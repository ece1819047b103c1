"""How a card gets into Discord: which road, and what each way to fail means."""

from typing import Any, cast

import aiohttp
import discord
import pytest
from structlog.typing import EventDict

from bot.chat.cards.publisher import DiscordPublisher
from bot.chat.troubles import in_our_words
from bot.domain.errors import CardGone, DiscordAway, FilesTooLarge, PlaceClosed, PublishError
from bot.domain.jobs import JobState
from tests.support.discord import World
from tests.support.shown import Shown

BY_TOKEN, AS_BOT = "/webhooks/*/messages/*", "/channels/*/messages/*"


class Answer:
    """What discord.py keeps of an HTTP answer."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = ""
        self.headers = {"Retry-After": "120"} if status == 429 else {}


def refused(status: int, code: int = 0) -> discord.HTTPException:
    """An error as discord.py raises it."""
    answer = Answer(status)
    return discord.HTTPException(cast(Any, answer), {"code": code, "message": "no"})


@pytest.mark.parametrize(
    ("fault", "ours"),
    [
        (refused(404, 10003), CardGone),
        (refused(404, 10004), CardGone),
        (refused(404, 10008), CardGone),
        (refused(404, 10015), CardGone),
        (refused(403, 50001), PlaceClosed),
        (refused(403, 50013), PlaceClosed),
        (refused(401, 50027), PlaceClosed),
        (refused(404), DiscordAway),
        (refused(403), DiscordAway),
        (refused(403, 40333), DiscordAway),
        (refused(401), DiscordAway),
        (refused(400, 50083), PlaceClosed),
        (refused(400, 160005), PlaceClosed),
        (refused(413), FilesTooLarge),
        (refused(400, 40005), FilesTooLarge),
        (refused(429), DiscordAway),
        (refused(500), DiscordAway),
        (refused(502), DiscordAway),
        (refused(503), DiscordAway),
        (aiohttp.ServerDisconnectedError(), DiscordAway),
        (ConnectionResetError(), DiscordAway),
        (TimeoutError(), DiscordAway),
    ],
)
def test_each_answer_of_discord_has_one_meaning(fault: Exception, ours: type[PublishError]) -> None:
    """Come back later, the card is gone, the door is shut, or send less."""
    with pytest.raises(PublishError) as raised, in_our_words():
        raise fault
    assert type(raised.value) is ours


def test_a_rate_limit_keeps_how_long_to_wait() -> None:
    """Discord says it; the deliverer waits so long."""
    with pytest.raises(DiscordAway) as raised, in_our_words():
        raise discord.RateLimited(47.5)
    assert raised.value.retry_after_s == 47.5


def test_a_request_of_ours_that_discord_finds_wrong_is_a_bug() -> None:
    """Nothing in the tree of errors fits, so it is logged as one."""
    with pytest.raises(discord.HTTPException), in_our_words():
        raise refused(400, 50035)


async def rendered(world: World, *, after_s: float = 10.0) -> Shown:
    """A card whose picture is on disk and waits to be shown, so long after the command."""
    asked_at = world.clock.now()
    card = await world.imagine()
    due = await world.render()
    assert due is not None
    world.clock.move_to(due)
    await world.render()
    world.clock.move_to(asked_at + round(after_s * 1000))
    return card


def roads(world: World) -> list[str]:
    """By which roads the bot edited messages so far."""
    edits = [each.path for each in world.env.http_requests if each.method == "PATCH"]
    return ["token" if path.startswith("/webhooks/") else "bot" for path in edits]


@pytest.mark.parametrize(
    ("after_s", "road"), [(10, "token"), (13.9 * 60, "token"), (14.1 * 60, "bot"), (16 * 60, "bot")]
)
async def test_the_token_is_left_a_minute_before_it_dies(world: World, after_s: float, road: str) -> None:
    """An upload takes its time, and a token that dies in it helps nobody."""
    card = await rendered(world, after_s=after_s)
    await world.deliver()
    assert world.again(card).pictures
    assert roads(world) == [road]


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015)])
async def test_a_token_that_died_early_is_no_loss(world: World, status: int, code: int) -> None:
    """The bot edits as itself, in the same step."""
    card = await rendered(world)
    world.env.inject_error("PATCH", BY_TOKEN, status=status, code=code)
    await world.deliver()
    assert world.again(card).pictures
    assert roads(world) == ["token", "bot"]


@pytest.mark.parametrize("after_s", [10, 16 * 60])
async def test_a_deleted_card_ends_the_job_and_keeps_the_picture(world: World, after_s: float) -> None:
    """By either road; no second message is ever sent."""
    card = await rendered(world, after_s=after_s)
    world.env.backend.delete_message(world.channel.id, card.id)
    await world.finish()
    assert world.cards == []
    view = await world.job(card)
    assert view.job.state is JobState.UNDELIVERABLE
    (task,) = view.tasks
    assert task.picture is not None
    assert (world.data_dir / task.picture.path).is_file()


async def test_a_place_that_was_closed_ends_the_job_and_keeps_the_picture(world: World) -> None:
    """The bot was thrown out, or may not see the channel any more."""
    card = await rendered(world, after_s=16 * 60)
    world.env.inject_error("PATCH", AS_BOT, status=403, code=50001)
    await world.finish()
    assert (await world.job(card)).job.state is JobState.UNDELIVERABLE
    assert world.again(card).pictures == []


@pytest.mark.parametrize("after_s", [10, 16 * 60])
async def test_when_discord_is_away_the_picture_comes_later(world: World, after_s: float) -> None:
    """However often; it is put up exactly once."""
    card = await rendered(world, after_s=after_s)
    world.env.inject_error("PATCH", "*", status=503, times=4)
    await world.finish()
    assert world.again(card).pictures
    assert (await world.job(card)).job.state is JobState.DELIVERED
    assert len(world.cards) == 1


async def test_a_file_that_is_too_large_after_all_is_sent_smaller(world: World) -> None:
    """Discord may allow less than it said; the card tells that the original is stored."""
    world.sandbox.world.change({"pictures": "noise"})
    card = await rendered(world)
    world.env.inject_error("PATCH", BY_TOKEN, status=413, code=40005, times=3)
    await world.finish()
    card = world.again(card)
    (picture,) = card.pictures
    assert picture.name.endswith(".jpg")
    assert len(picture.content) <= 10 * 1024 * 1024 // 8
    assert "compressed to fit Discord's upload limit; the original is stored" in card.text


async def test_every_edit_lists_all_that_shall_remain(world: World) -> None:
    """Shown twice, a picture is there once: what an edit does not list is taken away."""
    card = await rendered(world)
    await world.deliver()
    view = await world.job(card)
    publisher = world.app.crew.deliverer._publisher
    assert isinstance(publisher, DiscordPublisher)
    current = await world.app.crew.deliverer._card(view, world.clock.now())
    uploads = await world.app.crew.deliverer._pictures.fit(
        [(task.number, task.picture) for task in view.tasks if task.picture], 10**7
    )
    for _ in range(2):
        with world.env.time_context():
            await publisher.show(view.job, current, uploads)
    assert len(world.again(card).pictures) == 1
    assert len(world.again(card).files) == 1


async def test_a_message_that_does_not_name_the_job_is_not_its_card(world: World) -> None:
    """The answer to an interaction may be a refusal, which is no card."""
    first, second = await world.imagine(), await world.imagine("a blue fox")
    publisher = world.app.crew.deliverer._publisher
    job = (await world.job(first)).job
    with world.env.time_context():
        assert await publisher.find(job) == first.id
    world.env.backend.edit_message(world.channel.id, first.id, {"components": second.message.components})
    with world.env.time_context():
        assert await publisher.find(job) is None


async def test_trouble_is_logged_without_secrets(world: World, logs: list[EventDict]) -> None:
    """Promise 8: tokens are credentials, also in a warning."""
    card = await rendered(world)
    token = (await world.job(card)).job.place.token
    world.env.inject_error("PATCH", "*", status=503, times=2)
    await world.finish()
    assert any(entry["event"] == "job.discord_away" for entry in logs)
    assert token not in repr(logs)
