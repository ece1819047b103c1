"""The buttons for the pictures themselves: keep them, have them sent, have them as they were made."""

from fnmatch import fnmatch
from typing import Any

import pytest

from bot.chat import words
from bot.chat.cards import button_words, handing
from bot.domain import errors
from bot.storage.jobs import KEEP_GRACE_S
from tests.cogs.test_forged import pressing
from tests.support.discord import Actor, World
from tests.support.shown import Payload, Shown

DMS = "/channels/*/messages"


async def done(world: World, **options: Any) -> Shown:
    """A card with its pictures."""
    card = await world.imagine(**options)
    await world.finish()
    return world.again(card)


async def compressed(world: World) -> Shown:
    """A card whose picture had to be made smaller."""
    world.sandbox.world.change({"pictures": "noise"})
    world.forges.append(takes_little)
    return await done(world)


def takes_little(payload: Payload) -> None:
    """Discord takes files of 1 MB in that place."""
    payload["attachment_size_limit"] = 1 << 20


def kept(world: World) -> bool:
    return bool(world.database.value("SELECT kept_at IS NOT NULL FROM job"))


def inbox(world: World, person: Actor) -> list[Shown]:
    """What the bot wrote to somebody."""
    channel = world.env.backend.get_dm_channel(person.id)
    return [Shown(world.env, each) for each in world.env.backend.messages[channel.id].values()]


async def originals(world: World, card: Shown) -> list[bytes]:
    """The files on disk."""
    view = await world.job(card)
    return [(world.data_dir / task.picture.path).read_bytes() for task in view.tasks if task.picture]


async def test_the_requester_keeps_it_and_lets_it_go(world: World) -> None:
    """Told in private, and the card is not drawn anew; it works after a restart."""
    card = await done(world)
    edits = len(world.env.http_requests)
    told = world.told(await world.press(card, "Keep"))
    assert told.startswith("Kept. It stays when old pictures are removed, and `/history` finds it")
    assert kept(world)
    assert (await world.deliver()) is None
    assert len(world.env.http_requests) == edits + 1
    await world.restart()
    world.clock.advance(KEEP_GRACE_S)
    assert world.told(await world.press(card, "Keep")) == str(button_words.LET_GO)
    assert not kept(world)


async def test_two_presses_keep_it(world: World) -> None:
    """One finger, a slow phone: not kept and let go. The second comes when the first is answered already."""
    card = await done(world)
    for _ in range(2):
        assert world.told(await world.press(card, "Keep")) == str(button_words.KEPT)
        world.clock.advance(2)
    assert kept(world)


async def test_nobody_else_keeps_it(world: World) -> None:
    card = await done(world)
    for person in (world.nora, world.theo):
        assert world.told(await world.press(card, "Keep", as_=person)) == words.refusal(errors.NotYours())
    assert not kept(world)


async def test_the_originals_are_sent_to_whoever_presses(world: World) -> None:
    """With prompt and code; the picture described, and nobody pinged. It works after a restart."""
    card = await done(world, prompt="a *red* fox", count=2)
    await world.restart()

    told = world.told(await world.press(card, "Send to me", as_=world.nora))

    assert told == "Sent. Look into your direct messages."
    (message,) = inbox(world, world.nora)
    assert list(message.files.values()) == await originals(world, card)
    assert message.text == (
        "> a \\*red\\* fox\nYou asked me to send you these 2 pictures. They are AI-generated, "
        f"their code is `{card.job_id}`."
    )
    descriptions = [attachment["description"] for attachment in message.message.attachments]
    assert descriptions[0] == "AI-generated picture 1 of 2: a *red* fox"
    assert inbox(world, world.mira) == []


async def test_pressing_twice_sends_one_message(world: World) -> None:
    """Discord makes one of two with the same nonce; each member has their own."""
    card = await done(world)
    for person in (world.mira, world.mira, world.nora):
        await world.press(card, "Send to me", as_=person)
    nonces = [body["nonce"] for body in sent(world)]
    assert nonces[0] == nonces[1] != nonces[2]
    assert all(body["enforce_nonce"] and len(body["nonce"]) <= 25 for body in sent(world))
    assert all(body["allowed_mentions"] == {"parse": []} for body in sent(world))


async def test_after_the_message_was_deleted_another_is_sent(world: World) -> None:
    """Under the same nonce Discord would make none for a while (facts: Discord, 2)."""
    card = await done(world)
    world.env.inject_error("POST", DMS, status=404, code=10008)
    assert world.told(await world.press(card, "Send to me")) == str(button_words.SENT)
    assert len(inbox(world, world.mira)) == 1
    assert len({body["nonce"] for body in sent(world)}) == len(sent(world))


async def test_who_takes_no_direct_messages_is_told_what_to_switch_on(world: World) -> None:
    card = await done(world)
    world.env.inject_error("POST", DMS, status=403, code=50007)
    told = world.told(await world.press(card, "Send to me"))
    assert told == str(button_words.DM_REFUSED)
    assert "switch on Direct Messages" in told
    assert inbox(world, world.mira) == []


async def test_what_is_too_large_for_a_direct_message_is_compressed_and_said_to_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both places: it is not what was asked for."""
    monkeypatch.setattr(handing, "DM_FILE_MAX_BYTES", 1 << 20)
    world.sandbox.world.change({"pictures": "noise"})
    card = await done(world)
    told = world.told(await world.press(card, "Send to me"))
    (message,) = inbox(world, world.mira)
    (content,) = message.files.values()
    assert len(content) <= 1 << 20
    assert str(button_words.DM_COMPRESSED) in told
    assert str(button_words.DM_COMPRESSED) in message.text


async def test_the_original_of_a_compressed_picture_comes_in_private(world: World) -> None:
    card = await compressed(world)
    assert "Original" in card.buttons
    answer = world.answer(await world.press(card, "Original", as_=world.nora))
    assert answer.private
    assert answer.text == "Here is the original, exactly as it was made."
    assert list(answer.files.values()) == await originals(world, card)


async def test_several_originals_come_in_a_message_each(world: World) -> None:
    """Together they may be more than one message holds."""
    card = await done(world, count=3)
    world.forges.append(pressing(f"job:original:{card.job_id}"))
    result = await world.press(card, "Again")
    answers = [world.answer(result), *(world.see(each.id, each.channel_id) for each in result.followups)]
    assert [content for answer in answers for content in answer.files.values()] == await originals(
        world, card
    )
    assert all(answer.private for answer in answers)
    assert answers[0].text == "Here are 3 originals, exactly as they were made."


async def test_an_original_that_discord_does_not_take_is_told_with_what_helps(world: World) -> None:
    """And with what does not."""
    card = await compressed(world)
    world.forges.append(takes_little)
    answer = world.answer(await world.press(card, "Original"))
    assert answer.files == {}
    assert answer.text.startswith(
        "One original is too large: it has 4 MB, and Discord takes up to 1 MB here. "
        "“Send to me” does not help: direct messages take no more."
    )
    assert f"`/show` and the code `{card.job_id}`" in answer.text


async def test_without_a_picture_there_is_nothing_to_hand_over(world: World) -> None:
    """A forged press on a card that offers none of it."""
    card = await world.imagine()
    for verb in ("keep", "send", "original"):
        world.forges.append(pressing(f"job:{verb}:{card.job_id}"))
        assert world.told(await world.press(card, "Cancel")) == words.refusal(errors.NoPicture())


def sent(world: World) -> list[Any]:
    """The direct messages that went to Discord."""
    posts = [each for each in world.env.http_requests if each.method == "POST"]
    return [each.json for each in posts if fnmatch(each.path, DMS)]
