"""Direct messages, threads, and servers where only the person installed the bot."""

from typing import Any

from simcord import ChannelHandle, ResponseMessage

from bot.domain.jobs import JobState
from tests.support.discord import UPLOAD_LIMIT_BYTES, World

LATE_S = 16 * 60
UNKNOWN_SERVER = "1234567890123456789"


def in_a_direct_message(payload: dict[str, object]) -> None:
    """As Discord marks the bot's own direct messages."""
    payload["authorizing_integration_owners"] = {"0": "0"}
    payload["context"] = 1


async def test_a_direct_message_gets_its_picture(world: World) -> None:
    """Nobody else sees it, and no server is involved."""
    world.forges.append(in_a_direct_message)
    card = await world.imagine(as_=world.mira.user)
    await world.finish()
    assert world.again(card).pictures
    view = await world.job(card)
    assert view.job.place.guild_id is None
    assert view.job.place.bot_is_member
    assert world.cards == []


async def test_a_direct_message_gets_a_late_picture_too(world: World) -> None:
    """After the interaction's token died the bot edits as itself."""
    world.forges.append(in_a_direct_message)
    card = await world.imagine(as_=world.mira.user)
    await world.render()
    world.clock.advance(LATE_S)
    await world.finish()
    assert world.again(card).pictures


async def test_the_buttons_work_in_a_direct_message(world: World) -> None:
    """There are no moderators there, and the person needs none."""
    world.forges.append(in_a_direct_message)
    card = await world.imagine(as_=world.mira.user)
    await world.finish()
    message = ResponseMessage(world.env, world.again(card).message)
    await world.mira.user.click(message, label="Delete")
    assert not world.is_there(card)


async def test_manage_messages_means_nothing_in_a_direct_message(world: World) -> None:
    """Permissions there are everybody's, so they make nobody a moderator."""
    world.forges.append(in_a_direct_message)
    card = await world.imagine(as_=world.mira.user)
    message = ResponseMessage(world.env, card.message)
    world.forges.append(lambda payload: payload["user"].update(id=str(world.nora.id)))
    told = world.told(await world.mira.user.click(message, label="Cancel"))
    assert told.startswith("Somebody else asked for this picture")


async def test_a_thread_gets_its_picture(world: World) -> None:
    """The card is in the thread, early or late."""
    thread = a_thread(world)
    card = await world.imagine(where=thread)
    assert card.message.channel_id == thread.id
    await world.finish()
    assert world.again(card).pictures


async def test_a_thread_gets_a_late_picture_too(world: World) -> None:
    """By the bot's own right to see the thread."""
    card = await world.imagine(where=a_thread(world))
    await world.render()
    world.clock.advance(LATE_S)
    await world.finish()
    assert world.again(card).pictures


async def test_where_only_the_person_installed_the_bot_the_picture_comes_in_time(world: World) -> None:
    """By the interaction's token, which needs no membership."""
    world.bot_is_member = False
    card = await world.imagine()
    await world.finish()
    assert world.again(card).pictures
    assert not (await world.job(card)).job.place.bot_is_member


async def test_where_only_the_person_installed_the_bot_nothing_can_come_late(world: World) -> None:
    """The picture is paid and kept, and the record says that it could not be shown."""
    world.bot_is_member = False
    card = await world.imagine()
    await world.render()
    world.clock.advance(LATE_S)
    await world.finish()
    assert world.again(card).pictures == []
    view = await world.job(card)
    assert view.job.state is JobState.UNDELIVERABLE
    (task,) = view.tasks
    assert task.picture is not None
    assert (world.data_dir / task.picture.path).is_file()


async def test_in_a_group_chat_the_bot_is_a_guest(world: World) -> None:
    """It can be there only by a person's installation, and answers by the token alone."""

    def in_a_group(payload: dict[str, object]) -> None:
        payload["context"] = 2

    world.forges.append(in_a_group)
    card = await world.imagine(as_=world.mira.user)
    await world.finish()
    assert world.again(card).pictures
    assert not (await world.job(card)).job.place.bot_is_member


async def test_the_upload_limit_is_that_of_the_place(world: World) -> None:
    """What Discord said with the interaction: boosts and subscriptions count."""
    card = await world.imagine()
    assert (await world.job(card)).job.place.upload_limit_bytes == UPLOAD_LIMIT_BYTES
    world.forges.append(lambda payload: payload.update(attachment_size_limit=50 * 1024 * 1024))
    card = await world.imagine()
    assert (await world.job(card)).job.place.upload_limit_bytes == 50 * 1024 * 1024


def a_thread(world: World) -> ChannelHandle:
    """A thread that somebody opened in the channel."""
    thread = world.env.backend.create_thread(world.channel.id, "foxes", world.nora.id)
    return ChannelHandle(world.env, world.env.guild, thread)


async def test_a_thread_of_a_server_that_the_bot_does_not_know_is_no_bug(world: World) -> None:
    """discord.py knows neither its channel nor its category there."""

    def elsewhere(payload: dict[str, Any]) -> None:
        payload["guild_id"] = payload["channel"]["guild_id"] = UNKNOWN_SERVER
        payload["authorizing_integration_owners"] = {"1": str(world.mira.id)}

    world.bot_is_member = False
    world.forges.append(elsewhere)
    card = await world.imagine(where=a_thread(world))
    assert (await world.job(card)).job.place.guild_id == int(UNKNOWN_SERVER)
