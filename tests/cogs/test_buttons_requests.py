"""The buttons and the select that lead to another request: like the earlier one, but for what was changed."""

from typing import Any

from simcord import ResponseMessage

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import JobState, Quality, Size
from bot.domain.limits import Limit
from tests.cogs.test_forged import NEVER_MADE, pressing
from tests.cogs.test_form import default_of, fields
from tests.cogs.test_refusals import filtered, rule
from tests.support.discord import World
from tests.support.shown import Payload, Shown

BIGGER = "Bigger ($0.024)"
ANSWER = {"size": ["1536x1024"], "quality": ["medium"]}


async def done(world: World, prompt: str = "a red fox", **options: Any) -> Shown:
    """A card with its pictures."""
    card = await world.imagine(prompt, **options)
    await world.finish()
    return world.again(card)


async def test_bigger_is_the_same_at_the_next_size_for_whoever_presses(world: World) -> None:
    """Also after a restart."""
    card = await done(world, size="1536x1024", quality="medium", count=2)
    await world.restart()

    new = world.answer(await world.press(card, "Bigger ($0.24)", as_=world.nora))

    first, second = (await world.job(card)).job, (await world.job(new)).job
    assert second.requester_id == world.nora.id
    assert second.request.size is Size.LANDSCAPE_2K
    assert (second.request.prompt, second.request.quality, second.request.count) == (
        first.request.prompt,
        first.request.quality,
        first.request.count,
    )
    assert f"about $0.24 · `{new.job_id}`" in new.text, "what the button said"
    assert not new.private


async def test_the_select_changes_the_size_or_the_quality_and_nothing_else(world: World) -> None:
    """Also after a restart, and for somebody else, who pays for it."""
    card = await done(world, count=2)
    await world.restart()

    portrait = world.answer(await world.choose(card, "1024x1536", as_=world.nora))
    finest = world.answer(await world.choose(card, "high"))

    asked = (await world.job(portrait)).job
    assert (asked.requester_id, asked.request.size, asked.request.quality, asked.request.count) == (
        world.nora.id,
        Size.PORTRAIT,
        Quality.LOW,
        2,
    )
    request = (await world.job(finest)).job.request
    assert (request.size, request.quality) == (Size.SQUARE, Quality.HIGH)
    assert "about $0.26" in finest.text


async def test_the_form_holds_the_prompt_and_works_after_a_restart(world: World) -> None:
    """As many pictures as before; the first card stays as it was."""
    prompt = "a *red* fox\nin two lines"
    card = await done(world, prompt, size="1536x1024", quality="medium", count=2)

    form = await world.press(card, "Edit prompt", as_=world.nora)
    asked = fields(form)
    assert asked["prompt"][1]["value"] == prompt
    assert default_of(asked["size"][1]) == ["1536x1024"]
    assert default_of(asked["quality"][1]) == ["medium"]
    await world.restart()
    new = world.answer(await world.nora.submit_modal(form, {**ANSWER, "prompt": "a blue fox"}))

    job = (await world.job(new)).job
    assert (job.requester_id, job.request.prompt, job.request.count) == (world.nora.id, "a blue fox", 2)
    assert world.again(card).text == card.text


async def test_what_was_private_stays_so(world: World) -> None:
    """Again, in another size and with another prompt."""
    card = await done(world, private=True)

    again = world.answer(await world.press(card, "Again"))
    other = world.answer(await world.choose(card, "medium"))
    form = await world.press(card, "Edit prompt")
    edited = world.answer(await world.mira.submit_modal(form, {**ANSWER, "prompt": "a blue fox"}))

    assert [new.private for new in (again, other, edited)] == [True, True, True]
    assert [(await world.job(new)).job.place.private for new in (again, other, edited)] == [True] * 3


async def test_who_wants_privacy_has_it_beside_the_cards_of_others_too(world: World) -> None:
    card = await done(world)
    preferences = world.answer(await world.nora.slash(world.channel, "preferences"))
    message = ResponseMessage(world.env, preferences.message)
    await world.nora.select(message, ["yes"], custom_id="pref:private")

    again = world.answer(await world.press(card, "Again", as_=world.nora))
    form = await world.press(card, "Edit prompt", as_=world.nora)
    edited = world.answer(await world.nora.submit_modal(form, {**ANSWER, "prompt": "a blue fox"}))
    hers = world.answer(await world.press(card, "Again"))

    assert [new.private for new in (again, edited, hers)] == [True, True, False]


async def test_what_only_one_person_sees_leads_to_nothing_public(world: World) -> None:
    """A copy of one's own public card, looked at alone in another channel."""
    card = await done(world)
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    copy = world.answer(await world.mira.slash(elsewhere, "show", code=card.job_id))
    assert copy.private

    again = world.answer(await world.press(copy, "Again"))
    form = await world.press(copy, "Edit prompt")
    edited = world.answer(await world.mira.submit_modal(form, {**ANSWER, "prompt": "a blue fox"}))

    assert [new.private for new in (again, edited)] == [True, True]


async def test_a_double_tap_is_one_request(world: World) -> None:
    """The second press is told so in private; a little later it is another request."""
    card = await done(world)
    assert not world.answer(await world.press(card, "Again")).private
    world.clock.advance(1)
    assert world.told(await world.press(card, "Again")) == words.refusal(errors.PressedTwice())
    assert not world.answer(await world.choose(card, "high")).private
    world.clock.advance(2)
    assert not world.answer(await world.press(card, "Again")).private
    assert world.database.value("SELECT COUNT(*) FROM job") == 4


async def test_a_prompt_that_no_form_can_hold_is_changed_in_a_file(world: World) -> None:
    card = await done(world, "x" * 4_001)
    told = world.told(await world.press(card, "Edit prompt"))
    assert told == (
        "This prompt has 4,001 characters, and a form holds 4,000. Press “Full prompt” to get its text, "
        "change it in a text file, and attach that to `/imagine` as `prompt_file`."
    )
    assert "Full prompt" in card.buttons


async def test_a_prompt_edited_into_a_filtered_one_is_refused(world: World) -> None:
    card = await done(world, "a fox")
    await filtered(world)
    form = await world.press(card, "Edit prompt")
    told = world.told(await world.mira.submit_modal(form, {**ANSWER, "prompt": "a red fox"}))
    assert told.startswith("Your prompt has words in it that this server's moderators do not allow.")
    assert told.endswith("Nothing was charged.")
    assert len(world.paid) == 1


async def test_what_is_changed_is_judged_anew(world: World) -> None:
    """A larger size and a better quality than one may ask for here."""
    card = await done(world)
    rule(world, Limit.LARGEST_SIZE, 1024 * 1024)
    rule(world, Limit.HIGHEST_QUALITY, 1)
    larger = world.told(await world.press(card, BIGGER))
    finer = world.told(await world.choose(card, "high"))
    assert larger.startswith("The largest size you can ask for here is Square 1024×1024.")
    assert finer.startswith("The highest quality you can ask for here is Low.")
    assert world.database.value("SELECT COUNT(*) FROM job") == 1


async def test_two_people_who_press_at_once_get_a_request_each(world: World) -> None:
    card = await done(world)
    results = await world.press_at_once(card, (world.mira, BIGGER), (world.nora, BIGGER))
    jobs = [(await world.job(world.answer(result))).job for result in results]
    assert {job.requester_id for job in jobs} == {world.mira.id, world.nora.id}


async def test_again_in_a_channel_that_is_gone_meanwhile_costs_nothing(world: World) -> None:
    """It was deleted while the press was on its way: no card can come up, so nothing is sent."""
    card = await done(world)
    world.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10003)

    await world.press(card, "Again")
    await world.finish()

    states = world.database.rows("SELECT state FROM job ORDER BY accepted_at")
    assert states == [JobState.DELIVERED, JobState.WITHDRAWN]
    assert len(world.paid) == 1


async def test_a_choice_that_was_not_offered_is_refused(world: World) -> None:
    """Whatever Discord let through (promise 10)."""
    card = await done(world)
    for values in (["1x1"], ["ultra"], [""], [], ["high", "1536x1024"], [7], "high"):

        def forge(payload: Payload, values: object = values) -> None:
            payload["data"]["values"] = values

        world.forges.append(forge)
        told = world.told(await world.choose(card, "high"))
        assert told == words.refusal(errors.OptionUnknown()), values
    assert world.database.value("SELECT COUNT(*) FROM job") == 1


async def test_the_largest_is_not_made_bigger_by_a_forged_press(world: World) -> None:
    card = await done(world, size="2048x2048")
    world.forges.append(pressing(f"job:bigger:{card.job_id}"))
    assert world.told(await world.press(card, "Again")) == words.refusal(errors.OptionUnknown())


async def test_of_a_record_that_is_gone_every_button_says_so(world: World) -> None:
    """Never made, erased at its requester's wish, or of a card elsewhere: nothing is told of it."""
    card = await done(world)
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    foreign = world.answer(await world.mira.slash(elsewhere, "imagine", prompt="secret"))
    erased = await done(world, "forgotten")
    world.database.alter("UPDATE job SET erased_at = 1 WHERE id = ?", erased.job_id)
    names = [
        *(f"job:{verb}:{NEVER_MADE}" for verb in ("edit", "bigger", "keep", "send", "original")),
        *(f"job:{verb}:{foreign.job_id}" for verb in ("edit", "bigger", "keep", "send", "original")),
        *(f"job:{verb}:{erased.job_id}" for verb in ("again", "edit", "bigger", "keep", "send", "prompt")),
    ]
    for name in names:
        world.forges.append(pressing(name))
        told = world.told(await world.press(card, "Again", as_=world.nora))
        assert told == words.refusal(errors.JobNotFound()), name
    world.forges.append(pressing(f"other:{foreign.job_id}"))
    assert world.told(await world.choose(card, "high", as_=world.nora)) == words.refusal(errors.JobNotFound())
    assert world.database.value("SELECT COUNT(*) FROM job") == 3
