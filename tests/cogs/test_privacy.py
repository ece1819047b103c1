"""`/privacy`: everybody sees, takes and erases what is theirs, and only that."""

import io
import json
from typing import Any, cast
from zipfile import ZipFile

import pytest
from simcord import InteractionResult
from simcord.builders import UserHandle

from bot.chat import words
from bot.chat.own import privacy_pages, privacy_words
from bot.chat.text import TEXTS_MAX_CHARS
from bot.domain import errors
from bot.domain.privacy import Erased, Holding, Keeping
from bot.services.privacy import Part
from tests.cogs.test_forged import pressing
from tests.support.discord import Actor, World
from tests.support.log import Log
from tests.support.shown import Shown


async def privacy(world: World, command: str, *, as_: Actor | None = None) -> InteractionResult:
    """`/privacy …` in the channel, or in a direct message for a `UserHandle`."""
    person: Any = as_ or world.mira
    where = () if isinstance(person, UserHandle) else (world.channel,)
    return cast(InteractionResult, await person.slash(*where, f"privacy {command}"))


async def done(world: World, prompt: str = "a red fox", *, as_: Actor | None = None) -> Shown:
    """A card with its picture."""
    card = await world.imagine(prompt, as_=as_)
    await world.finish()
    return world.again(card)


async def removed(world: World) -> None:
    """Let all that is left of erased requests be removed."""
    with world.env.time_context():
        for _ in range(5):
            await world.app.crew.eraser.run_once()


def packed(shown: Shown) -> ZipFile:
    """The one file of an answer."""
    (content,) = shown.files.values()
    return ZipFile(io.BytesIO(content))


async def test_it_shows_what_is_kept_and_for_how_long(world: World) -> None:
    await done(world)
    shown = world.answer(await privacy(world, "show"))
    assert shown.private
    assert "1 request with its prompt." in shown.text
    assert "1 picture on my disk, about 1 MB." in shown.text
    assert "erased 365 days after you asked" in shown.text
    assert shown.buttons == ["Export my data", "Delete my data …"]
    await world.restart(retention_days=0)
    assert "They stay until you have them erased." in world.answer(await privacy(world, "show")).text


async def test_an_export_goes_on_button_by_button_and_is_always_the_pressers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a restart; another person who gets hold of the button's name gets their own data."""
    monkeypatch.setattr(privacy_pages, "file_limit", lambda _: 6_000)
    hers = [(await done(world, prompt)).job_id for prompt in ("one", "two")]
    question = world.answer(await privacy(world, "show", as_=world.nora))
    file = world.answer(await privacy(world, "export"))
    assert file.private
    await world.restart()
    names = packed(file).namelist()
    while file.buttons:
        world.forges.append(pressing(file.custom_id("Next file")))
        forged = world.answer(await world.press(question, "Export my data", as_=world.nora))
        assert not any(job_id in name for name in packed(forged).namelist() for job_id in hers)
        file = world.answer(await world.press(file, "Next file"))
        names += packed(file).namelist()
    pictures = [name for name in names if not name.startswith("data")]
    assert sorted(pictures) == sorted(f"{job_id}-1.png" for job_id in hers)


async def test_a_full_disk_is_told_in_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(privacy_pages, "TemporaryFile", full)
    assert world.told(await privacy(world, "export")) == words.refusal(errors.ExportUnwritten())
    assert {each.name for each in world.data_dir.iterdir()} <= {
        "bot.sqlite3",
        "bot.sqlite3-shm",
        "bot.sqlite3-wal",
        "bot.sqlite3.lock",
        "images",
        "spill.jsonl",
    }


async def test_nothing_is_erased_before_it_is_confirmed(world: World) -> None:
    card = await done(world)
    question = world.answer(await privacy(world, "delete"))
    assert question.private
    assert question.buttons == ["Delete my data", "Delete my data and my pictures in Discord"]
    assert "daily copies" in question.text
    assert (await world.job(card)).job.erased_at is None


async def test_what_is_erased_is_gone_for_everybody_and_its_card_stays(world: World) -> None:
    """Its buttons say so, but it can be reported and deleted; the picture of somebody else is as it was."""
    card, other = await done(world), await done(world, as_=world.nora)
    question = world.answer(await privacy(world, "delete"))
    await world.restart()
    answer = await world.press(question, "Delete my data")
    assert "1 request is erased" in world.again(question).text
    assert answer.acknowledged
    await removed(world)
    assert [each.name for each in (world.data_dir / "images").iterdir()] == [other.job_id]
    assert world.is_there(card)
    gone = words.refusal(errors.JobNotFound())
    for label in ("Again", "Keep"):
        assert world.told(await world.press(card, label)) == gone
    assert (
        json.loads(packed(world.answer(await privacy(world, "export"))).read("data.json"))["requests"] == []
    )
    assert "0 requests" in world.answer(await privacy(world, "show")).text
    form = await world.press(card, "Report", as_=world.nora)
    assert "written it down" in world.told(await world.nora.submit_modal(form, {"reason": "rude"}))
    await world.press(card, "Delete", as_=world.theo)
    assert not world.is_there(card)


async def test_with_the_cards_they_go_too_and_no_moderator_is_told(world: World) -> None:
    """It is nobody's deed but their own."""
    log = Log(world)
    card = await done(world)
    question = world.answer(await privacy(world, "delete"))
    await world.press(question, "Delete my data and my pictures in Discord")
    await removed(world)
    assert not world.is_there(card)
    assert world.audit == []
    assert not any("deleted" in each.text for each in await log.told())


async def test_while_a_picture_is_drawn_and_twice(world: World) -> None:
    """It is finished, shown, and erased then."""
    world.sandbox.world.change({"duration_s": 20})
    card = await world.imagine()
    await world.render()
    question = world.answer(await privacy(world, "delete"))
    again = world.answer(await privacy(world, "delete"))
    assert "1 request is still under way" in question.text
    for asked in (question, again):
        await world.press(asked, "Delete my data")
        await removed(world)
    assert (await world.job(card)).job.erased_at is None
    await world.finish()
    assert world.again(card).pictures
    world.clock.advance(60)
    await removed(world)
    assert (await world.job(card)).job.erased_at is not None
    assert list((world.data_dir / "images").iterdir()) == []


async def test_erasing_is_no_way_out_of_a_report(world: World) -> None:
    """Moderators see what was reported, and then it goes."""
    log = Log(world, everything=False)
    card = await done(world)
    form = await world.press(card, "Report", as_=world.nora)
    await world.nora.submit_modal(form, {"reason": "it is rude"})
    question = world.answer(await privacy(world, "delete"))
    await world.press(question, "Delete my data and my pictures in Discord")
    assert "a moderator has to look at it first" in world.again(question).text
    await removed(world)
    assert "> a red fox" in (await log.last()).text
    await log.press("Delete picture", as_=world.theo)
    assert not world.is_there(card)
    assert "**Deleted**" in (await log.last()).text
    world.clock.advance(60)
    await removed(world)
    assert (await world.job(card)).job.erased_at is not None
    assert list((world.data_dir / "images").iterdir()) == []


async def test_in_a_direct_message_as_well(world: World) -> None:
    person = world.mira.user
    card = await done(world, as_=person)
    question = world.answer(await privacy(world, "delete", as_=person))
    await world.press(question, "Delete my data and my pictures in Discord", as_=person)
    await removed(world)
    assert not world.is_there(card)


def test_only_what_is_removed_is_said_to_be() -> None:
    """With nothing left to erase the second button removes nothing, unless messages were left earlier."""
    nothing, earlier, all_of_it = (
        privacy_words.erased(erased, with_cards=True)
        for erased in (Erased(0, 0), Erased(0, 0, cards=1), Erased(1, 0))
    )
    assert "being removed" not in nothing
    assert "being removed" in earlier
    assert "being removed" in all_of_it
    assert all("Your preferences" in said for said in (nothing, earlier, all_of_it))


def test_all_of_it_fits_into_a_message_of_discords() -> None:
    """With all the numbers there are."""
    most = 10**9
    holding = Holding(most, most, most, most, most, True, most, most, 1)
    keeping = Keeping(36_500, 1_000)
    part = Part(
        9_999, has_data=True, pictures=10**9, smaller=["k7m2q9xw4p"] * 99, missing=["k7m2q9xw4p"] * 99
    )
    assert len(privacy_words.kept(holding, keeping)) < TEXTS_MAX_CHARS / 2
    assert len(privacy_words.question(holding, keeping)) < TEXTS_MAX_CHARS / 2
    assert len(privacy_words.packed(part)) < 1_000
