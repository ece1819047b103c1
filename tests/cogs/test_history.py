"""`/history`: what a member asked for, page by page."""

import io
import json
from typing import Any

import pytest
from PIL import Image
from structlog.typing import EventDict

from bot.chat import words
from bot.chat.own import history_words
from bot.domain import errors
from bot.domain.history import EVERYTHING, Wanted
from bot.services.history import History
from tests.support.discord import World
from tests.support.shown import Payload, Shown

THUMBNAIL = 11


async def history(world: World, *, as_: Any = None, **options: Any) -> Shown:
    """What `/history` answers."""
    return world.answer(await (as_ or world.mira).slash(world.channel, "history", **options))


def codes(shown: Shown) -> list[str]:
    """The codes of the requests on a page, by their buttons."""
    return [label.removeprefix("Show ") for label in shown.buttons if label.startswith("Show ")]


def many(world: World, count: int) -> list[str]:
    """So many requests of long ago, each with a picture whose file is gone; their codes, newest first."""
    world.database.alter("DROP TRIGGER job_accepted")
    world.database.alter("DROP TRIGGER task_accepted")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
    world.database.alter(
        numbers + "INSERT INTO job (id, state, requester_id, prompt, size, quality, count, interaction_id, "
        "channel_id, guild_id, token, token_expires_at, bot_is_member, upload_limit_bytes, language, "
        "accepted_at, moved_at, message_id, account_id) "
        "SELECT printf('%010d', i), 'delivered', ?, 'fox number ' || i, '1024x1024', 'low', 1, i, ?, 1, '', "
        "0, 1, 10000000, 'en-US', ? + i / 3, 0, i, 1 FROM n",
        count,
        world.mira.id,
        world.channel.id,
        world.clock.now() - 1_000_000,
    )
    world.database.alter(
        numbers + "INSERT INTO task (id, job_id, number, state, requester_id, size, quality, turn, moved_at, "
        "estimate_microusd, cost_microusd, provider_task_id, picture_path, picture_width, picture_height, "
        "picture_format, picture_bytes, account_id, accepted_at) "
        "SELECT printf('%010d-1', i), printf('%010d', i), 1, 'rendered', ?, '1024x1024', 'low', 0, 0, 6000, "
        "6000, 't' || i, printf('images/%010d/1.png', i), 8, 8, 'png', 99, 1, 0 FROM n",
        count,
        world.mira.id,
    )
    return [f"{i:010d}" for i in range(count, 0, -1)]


async def test_a_new_member_is_told_what_to_do_first(world: World) -> None:
    shown = await history(world)
    assert shown.private
    assert (shown.text, shown.buttons) == (history_words.nothing(EVERYTHING, older=False), [])


async def test_a_request_is_shown_small_with_what_came_of_it_and_comes_back_at_a_press(world: World) -> None:
    card = await world.imagine("a *red* fox", size="1536x1024", quality="medium", count=2)
    await world.finish()
    world.database.alter("UPDATE job SET kept_at = 1")
    asked_s = (await world.job(card)).job.accepted_at // 1000

    shown = await history(world)

    assert shown.private
    assert shown.text.splitlines()[1:] == [
        "> a \\*red\\* fox",
        "Landscape 1536×1024 · Medium quality · 2 pictures",
        f"Done · $0.106 · <t:{asked_s}:R> · ⭐ Kept · `{card.job_id}`",
    ]
    (thumbnail,) = world.components(shown, THUMBNAIL)
    assert thumbnail["description"] == "AI-generated picture 1 of 2: a *red* fox"
    ((name, content),) = shown.files.items()
    assert thumbnail["media"]["url"].rpartition("/")[2] == name
    with Image.open(io.BytesIO(content)) as small:
        assert (small.format, max(small.size)) == ("WEBP", 256)

    copy = world.answer(await world.press(shown, f"Show {card.job_id}"))
    assert copy.private
    assert len(copy.pictures) == 2


async def test_others_and_what_was_withdrawn_or_erased_are_left_out(world: World) -> None:
    await world.imagine(as_=world.nora)
    mine, erased = await world.imagine(), await world.imagine()
    world.database.alter("UPDATE job SET erased_at = 1 WHERE id = ?", erased.job_id)
    assert codes(await history(world)) == [mine.job_id]


async def test_filters_are_taken_by_their_letters_and_go_on_over_pages(world: World) -> None:
    """Percent and underscore are no wildcards; capitals make no difference, not even in German."""
    many(world, 20)
    world.database.alter("UPDATE job SET prompt = '100% ÜBER_fox 🦊', kept_at = 1 WHERE id < '0000000008'")
    assert codes(await history(world, text="100% x")) == []
    for text in ("100%", "über_FOX", "🦊"):
        assert len(codes(await history(world, text=text))) == 5
    wanted = {"text": "  % über_Fox 🦊 ", "kept": True, "size": "1024x1024"}
    shown = await history(world, **wanted)
    title = (
        "Only those with “% über\\_Fox 🦊” in the prompt. Only those that you keep. Only this size: Square"
    )
    assert title in shown.text
    await world.press(shown, "Older")
    shown = world.again(shown)
    assert title in shown.text
    assert codes(shown) == ["0000000002", "0000000001"]
    assert codes(await history(world, **{**wanted, "size": "3840x2160"})) == []


async def test_a_filter_that_nothing_fits_says_so(world: World) -> None:
    await world.imagine()
    assert (await history(world, text="whale")).text == history_words.nothing(Wanted("whale"), older=False)


async def test_ten_thousand_are_turned_like_ten_and_after_a_restart(
    world: World, logs: list[EventDict]
) -> None:
    """Three of them came at each moment; the files are gone, which is said."""
    every = many(world, 10_000)
    shown = await history(world)
    assert codes(shown) == every[:5]
    assert shown.text.count("Its picture cannot be read at the moment.") == 5
    assert (shown.files, shown.buttons[5:]) == ({}, ["Older"])
    await world.restart()
    await world.press(shown, "Older")
    shown = world.again(shown)
    assert (codes(shown), shown.buttons[5:]) == (every[5:10], ["Newer", "Older"])
    await world.press(shown, "Newer")
    assert codes(world.again(shown)) == every[:5]

    last = await forged(world, shown, "Older", "history:older:0000000003:-:-:")
    assert (codes(last), last.buttons[2:]) == (every[-2:], ["Newer"])
    await world.press(last, "Newer")
    assert codes(world.again(last)) == every[-7:-2]
    nothing = await forged(world, last, "Older", "history:older:0000000001:-:-:")
    assert (nothing.text, nothing.buttons) == (history_words.nothing(EVERYTHING, older=True), [])


async def test_a_forged_button_leads_to_ones_own_and_nothing_else(world: World) -> None:
    hers = await world.imagine(as_=world.nora, where=world.env.guild.create_text_channel("elsewhere"))
    mine = many(world, 6)
    shown = await history(world)
    for name in (f"history:older:{hers.job_id}:-:-:", f"history:newer:{hers.job_id}:-:-:"):
        assert codes(await forged(world, shown, "Older", name)) == mine[:5]
    shown = await history(world)
    for name, fault in {
        f"history:show:{hers.job_id}": errors.CodeUnknown(),
        "history:older:0000000001:-:-:A": errors.OptionUnknown(),
        "history:older:0000000001:-:-:_____w": errors.OptionUnknown(),
    }.items():
        await forged(world, shown, "Older", name)
        assert words.refusal(fault) in [each.text for each in world.cards]
    for name in ("history:older:0000000001:-:9x9:", f"history:older:0000000001:-:-:{'A' * 61}"):
        await forged(world, shown, "Older", name)
    assert [each.text for each in world.cards].count(str(words.NOT_A_BUTTON_OF_MINE)) == 2
    assert codes(world.again(shown)) == mine[:5]


async def test_what_somebody_looked_for_is_not_logged_with_a_bug(
    world: World, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of the button holds it; what is logged of that ends before."""
    many(world, 6)
    shown = await history(world, text="fox")

    async def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(History, "page", broken)
    assert "Zm94" in shown.custom_id("Older")
    await world.press(shown, "Older")
    (logged,) = [entry for entry in logs if entry["event"] == "answer.bug"]
    assert logged["used"] == "history:older"
    logs.remove(logged)


async def test_what_no_client_would_send_is_refused(world: World) -> None:
    """And what is more than a button has room for: fifteen characters of Japanese are not."""
    told = world.told(await world.mira.slash(world.channel, "history", text="狐" * 16))
    assert told == words.refusal(errors.SearchTooLong())
    world.forges.append(
        lambda payload: payload["data"].update(options=[{"name": "size", "type": 3, "value": "1x1"}])
    )
    told = world.told(await world.mira.slash(world.channel, "history", size="1024x1024"))
    assert told == words.refusal(errors.OptionUnknown())


async def forged(world: World, shown: Shown, label: str, name: str) -> Shown:
    """The page after somebody pressed a button with a name of their own making."""
    button = shown.custom_id(label)

    def forge(payload: Payload) -> None:
        payload.update(json.loads(json.dumps(payload).replace(button, name)))

    world.forges.append(forge)
    await world.press(shown, label)
    return world.again(shown)
