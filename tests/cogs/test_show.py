"""`/show`: a picture comes back by the code on its card."""

from typing import Any, cast

from simcord import InteractionResult

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import JobState
from tests.cogs.test_forged import pressing
from tests.support.discord import World

TOLD_S = 13 * 60
LATE_S = 16 * 60


async def show(world: World, code: str, *, as_: Any = None, where: Any = None) -> InteractionResult:
    person = as_ or world.mira
    return cast(InteractionResult, await person.slash(where or world.channel, "show", code=code))


async def test_a_delivered_picture_is_shown_again_with_live_buttons(world: World) -> None:
    card = await world.imagine()
    await world.finish()
    copy = world.answer(await show(world, world.again(card).job_id))
    assert copy.pictures == world.again(card).pictures
    assert copy.buttons == [
        "Again",
        "Edit prompt",
        "Bigger ($0.024)",
        "Keep",
        "Send to me",
        "Report",
        "Delete",
    ]
    assert len(world.paid) == 1


async def test_what_could_not_be_delivered_in_time_is_fetched(world: World) -> None:
    """Where only the person installed the bot, the token dies after 15 minutes; the picture is kept."""
    world.bot_is_member = False
    card = await world.imagine()
    await world.render()
    world.clock.advance(LATE_S)
    await world.finish()
    assert (await world.job(card)).job.state is JobState.UNDELIVERABLE

    copy = world.answer(await show(world, card.job_id))

    assert len(copy.pictures) == 1


async def test_the_card_says_so_before_its_token_dies(world: World) -> None:
    """While it still can."""
    world.bot_is_member = False
    world.sandbox.world.change({"duration_s": 3_600.0})
    card = await world.imagine()
    await world.render()
    world.clock.advance(TOLD_S)
    await world.deliver()
    shown = world.again(card)
    assert "**Last update here.**" in shown.text
    assert f"`/show` and the code `{card.job_id}`" in shown.text


async def test_where_the_bot_is_a_member_it_says_no_goodbye(world: World) -> None:
    world.sandbox.world.change({"duration_s": 3_600.0})
    card = await world.imagine()
    await world.render()
    world.clock.advance(TOLD_S)
    await world.deliver()
    assert "Last update" not in world.again(card).text


async def test_a_job_under_way_is_shown_as_it_stands(world: World) -> None:
    card = await world.imagine()
    copy = world.answer(await show(world, f" `{card.job_id.upper()}` "))
    assert "**Waiting**" in copy.text
    assert copy.pictures == []


async def test_a_copy_of_what_is_under_way_says_so_and_can_look_again(world: World) -> None:
    card = await world.imagine()
    copy = world.answer(await show(world, card.job_id, as_=world.nora))
    assert "This copy does not change by itself." in copy.text
    await world.finish()
    await world.restart()
    await world.press(copy, "Look again", as_=world.nora)
    copy = world.again(copy)
    assert copy.pictures == world.again(card).pictures
    assert "Look again" not in copy.buttons
    assert "This copy" not in copy.text


async def test_no_copy_looks_again_for_everybody_once_its_card_is_deleted(world: World) -> None:
    """What was being drawn then comes to its requester alone."""
    card = await world.imagine()
    copy = world.answer(await show(world, card.job_id, as_=world.nora))
    await world.finish()
    await world.press(world.again(card), "Delete", as_=world.theo)
    told = world.told(await world.press(copy, "Look again", as_=world.nora))
    assert told == words.refusal(errors.CodeUnknown())
    anew = world.answer(await world.press(copy, "Look again"))
    assert anew.private
    assert anew.pictures
    assert world.again(copy).pictures == []


async def test_looking_again_never_writes_over_another_message(world: World) -> None:
    """The name of a button may be forged."""
    first, second = await world.imagine(), await world.imagine(as_=world.nora)
    for named in (first, second):
        world.forges.append(pressing(f"look:{named.job_id}"))
        assert world.answer(await world.press(second, "Cancel", as_=world.nora)).id != second.id
    assert second.job_id in world.again(second).text
    assert "This copy" not in world.again(second).text


async def test_an_unknown_code_is_a_private_sentence(world: World) -> None:
    for code in ("0000000000", "a fox", "\ud800"):
        assert world.told(await show(world, code)) == words.refusal(errors.CodeUnknown())


async def test_another_channels_picture_is_its_requesters_only(world: World) -> None:
    """A code is no secret; what was asked for elsewhere may be."""
    card = await world.imagine()
    await world.finish()
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    told = world.told(await show(world, card.job_id, as_=world.nora, where=elsewhere))
    assert told == words.refusal(errors.CodeUnknown())
    copy = world.answer(await show(world, card.job_id, where=elsewhere))
    assert copy.pictures


async def test_a_copy_elsewhere_is_for_the_asker_alone(world: World) -> None:
    """That place's rules, filters and moderators have not looked at it."""
    card = await world.imagine()
    await world.finish()
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    copy = world.answer(await show(world, card.job_id, where=elsewhere))
    assert copy.private
    assert "Report" not in copy.buttons, "nobody else sees it"
    assert not world.answer(await show(world, card.job_id)).private


async def test_what_a_moderator_deleted_comes_back_to_its_requester_alone(world: World) -> None:
    card = await world.imagine()
    await world.finish()
    await world.press(world.again(card), "Delete", as_=world.theo)
    told = world.told(await show(world, card.job_id, as_=world.nora))
    assert told == words.refusal(errors.CodeUnknown())
    copy = world.answer(await show(world, card.job_id))
    assert copy.private
    assert copy.pictures


async def test_a_copy_is_no_way_around_what_moderators_decided(world: World) -> None:
    """Where somebody could not ask for it now, it is shown to them alone."""
    card = await world.imagine("a red fox")
    await world.finish()
    mira: dict[str, Any] = {"member": world.mira}
    decisions: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
        ("channels deny", {"channel": world.channel}, "channels clear", {"channel": world.channel}),
        ("filter add", {"term": "fox"}, "filter remove", {"term": "fox"}),
        ("settings off", {}, "settings on", {}),
        ("block add", {**mira, "reason": "rude"}, "block remove", mira),
    ]
    for forbid, what, allow, whom in decisions:
        await world.admin(forbid, **what)
        assert world.answer(await show(world, card.job_id)).private, forbid
        await world.admin(allow, **whom)
    assert not world.answer(await show(world, card.job_id)).private


async def test_of_what_was_erased_that_is_said(world: World) -> None:
    """Whose it was is forgotten too."""
    card = await world.imagine()
    await world.finish()
    world.database.alter("UPDATE job SET erased_at = 1, requester_id = 0")
    assert world.told(await show(world, card.job_id)) == words.refusal(errors.JobErased())


async def test_what_was_private_stays_private(world: World) -> None:
    """To others its code is as good as none, also where it was asked for."""
    card = await world.imagine()
    await world.finish()
    world.database.alter("UPDATE job SET private = 1")
    told = world.told(await show(world, card.job_id, as_=world.nora))
    assert told == words.refusal(errors.CodeUnknown())
    assert world.answer(await show(world, card.job_id)).private


async def test_a_copy_that_is_cancelled_says_so_and_so_does_the_card(world: World) -> None:
    card = await world.imagine()
    copy = world.answer(await show(world, card.job_id))
    await world.press(copy, "Cancel")
    assert "**Cancelled.**" in world.again(copy).text
    await world.finish()
    assert "**Cancelled.**" in world.again(card).text


async def test_deleting_a_copy_leaves_the_card(world: World) -> None:
    """Nobody needs to be told of one that nobody else saw."""
    await world.admin("settings log", channel=world.env.guild.create_text_channel("log"))
    card = await world.imagine()
    await world.finish()
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    copy = world.answer(await show(world, card.job_id, where=elsewhere))
    await world.press(copy, "Delete")
    assert not world.is_there(copy)
    assert world.is_there(card)
    assert world.database.value("SELECT COUNT(*) FROM notice WHERE kind = 'deleted'") == 0
    await world.press(world.answer(await show(world, card.job_id)), "Delete")
    assert world.database.value("SELECT COUNT(*) FROM notice WHERE kind = 'deleted'") == 1


async def test_who_called_a_copy_may_delete_it(world: World) -> None:
    """That moderates nobody: the log channel is told, the audit has nothing of it."""
    await world.admin("settings log", channel=world.env.guild.create_text_channel("log"))
    card = await world.imagine()
    await world.finish()
    copy = world.answer(await show(world, card.job_id, as_=world.nora))
    assert world.told(await world.press(copy, "Delete", as_=world.vera)) == words.refusal(errors.NotYours())
    told = world.told(await world.press(copy, "Delete", as_=world.nora))
    assert told.startswith("The message is gone. Whoever asked for it still has it")
    assert not world.is_there(copy)
    assert world.is_there(card)
    assert world.told(await world.press(world.again(card), "Delete", as_=world.nora)) == words.refusal(
        errors.NotYours()
    )
    deletions = world.database.rows("SELECT member_id, text FROM notice WHERE kind = 'deleted'")
    assert deletions == [(world.nora.id, str(world.nora.id))]
    assert "deleted" not in [line[0] for line in world.audit]


async def test_ones_own_pictures_are_offered_while_typing(world: World) -> None:
    """By code or by what was asked for, as plain text, and nobody else's."""
    fox = await world.imagine("a **red** fox\nin the snow " + "x" * 200)
    await world.imagine("a whale")
    await world.imagine("a fox of hers", as_=world.nora)

    async def offered(typed: str) -> list[tuple[str, str]]:
        found = await world.mira.autocomplete(world.channel, "show", "code", typed)
        return [(each["name"], each["value"]) for each in found]

    named = (f"a **red** fox in the snow {'x' * 43}… · 2026-09-21 · {fox.job_id}", fox.job_id)
    assert await offered(" FOX ") == await offered(fox.job_id[:5]) == [named]
    assert len(await offered("")) == 2
    assert await offered("%") == await offered("\ud800") == []
