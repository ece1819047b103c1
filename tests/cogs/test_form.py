"""The form that opens when `/imagine` is given no prompt."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from simcord import InteractionResult

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import Quality, Size
from tests.support.discord import World, nothing_happened
from tests.support.shown import Payload

ANSWER = {"prompt": "a red fox", "size": ["1024x1024"], "quality": ["low"]}


async def opened(world: World, **options: Any) -> InteractionResult:
    """`/imagine` without a prompt."""
    result = await world.invoke(None, **options)
    assert result.modal is not None
    return result


async def submitted(world: World, form: InteractionResult, **answer: Any) -> InteractionResult:
    """The form, filled in and sent."""
    return await world.mira.submit_modal(form, {**ANSWER, **answer})


def fields(form: InteractionResult) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is asked: label and input by name."""
    assert form.modal is not None
    labels = form.modal["components"]
    return {each["component"]["custom_id"]: (each["label"], each["component"]) for each in labels}


def default_of(select: dict[str, Any]) -> list[str]:
    """What is chosen before anybody chose."""
    return [option["value"] for option in select["options"] if option.get("default")]


async def test_the_form_asks_for_prompt_size_and_quality(world: World) -> None:
    """With the same names as the command, and room for 4,000 characters."""
    form = await opened(world)
    assert form.modal is not None
    assert form.modal["title"] == "What shall I draw?"
    asked = fields(form)
    assert [label for label, _ in asked.values()] == ["Your words", "Size", "Quality"]
    assert asked["prompt"][1]["max_length"] == 4000
    sizes = [each["label"] for each in asked["size"][1]["options"]]
    assert sizes == [str(name) for name in words.SIZES.values()]
    assert [each["label"] for each in asked["quality"][1]["options"]] == [
        "Low: quick sketch, about $0.006 to $0.096 each",
        "Medium: good detail, about $0.053 to $0.24 each",
        "High: finest detail, slow, about $0.13 to $0.48 each",
    ]


async def test_the_form_tells_what_it_does_not_ask(world: World) -> None:
    """For how many pictures one pays, what the prices are for, and who sees them."""
    for options, told in [
        ({}, "1 picture. Prices are for each picture."),
        ({"count": 4, "private": True}, "4 pictures; only you see them. Prices are for each picture."),
    ]:
        form = await opened(world, **options)
        assert form.modal is not None
        assert form.modal["components"][2]["description"] == told


async def test_the_form_starts_with_what_was_chosen(world: World) -> None:
    """Options given with the command are its defaults."""
    asked = fields(await opened(world, size="2160x3840", quality="high"))
    assert default_of(asked["size"][1]) == ["2160x3840"]
    assert default_of(asked["quality"][1]) == ["high"]


async def test_the_form_is_within_discords_limits(world: World) -> None:
    """Title, labels, names (facts: Discord, 2)."""
    form = await opened(world)
    assert form.modal is not None
    assert len(form.modal["title"]) <= 45
    assert len(form.modal["custom_id"]) <= 100
    for label, field in fields(form).values():
        assert len(label) <= 45
        assert len(field["custom_id"]) <= 100
        assert len(field.get("placeholder", "")) <= 100


async def test_opening_a_form_accepts_nothing(world: World) -> None:
    """Closing it again leaves no trace."""
    await opened(world)
    await world.finish()
    assert world.cards == []
    assert world.paid == []


async def test_a_submitted_form_makes_the_card(world: World) -> None:
    """What was written and chosen there, as many as the command said."""
    form = await opened(world, count=3)
    result = await submitted(
        world, form, prompt="a fox\nin two lines", size=["1024x1536"], quality=["medium"]
    )
    card = world.answer(result)
    assert not card.private
    assert "Portrait 1024×1536 · Medium quality · 3 pictures" in card.text
    await world.finish()
    assert len(world.again(card).pictures) == 3
    assert {task["prompt"] for task in world.paid} == {"a fox\nin two lines"}


async def test_a_form_opened_before_a_restart_still_works(world: World) -> None:
    """Its answer carries all that is needed."""
    form = await opened(world, count=2)
    await world.restart()
    card = world.answer(await submitted(world, form))
    await world.finish()
    assert len(world.again(card).pictures) == 2


async def test_two_people_with_forms_open_get_their_own_pictures(world: World) -> None:
    """discord.py would mix them up if the forms had one name."""
    hers, his = await opened(world), await opened(world, as_=world.nora)
    assert hers.modal is not None
    assert his.modal is not None
    assert hers.modal["custom_id"] != his.modal["custom_id"]
    second = world.answer(await world.nora.submit_modal(his, {**ANSWER, "prompt": "a blue fox"}))
    first = world.answer(await submitted(world, hers))
    assert ("a red fox" in first.text, "a blue fox" in second.text) == (True, True)
    assert world.nora.mention in second.text


@pytest.mark.parametrize("prompt", ["   ", "\n\n", "\u200b\u2060", "\u3164"])
async def test_a_form_without_visible_words_is_refused(world: World, prompt: str) -> None:
    """Privately, with what to do."""
    told = world.told(await submitted(world, await opened(world), prompt=prompt))
    assert told == words.refusal(errors.PromptMissing())
    await nothing_happened(world)


async def test_a_size_that_does_not_exist_opens_no_form(world: World) -> None:
    """A forged option is refused before anything is shown."""

    def forge(payload: Payload) -> None:
        payload["data"]["options"][0]["value"] = "1x1"

    world.forges.append(forge)
    told = world.told(await world.invoke(None, size="1024x1024"))
    assert told == words.refusal(errors.OptionUnknown())


def component(payload: Payload, name: str) -> dict[str, Any]:
    """An input of a submitted form."""
    (found,) = [
        label["component"]
        for label in payload["data"]["components"]
        if label["component"]["custom_id"] == name
    ]
    return cast(dict[str, Any], found)


def renamed(name: object) -> Callable[[Payload], None]:
    return lambda payload: payload["data"].update(custom_id=name)


def changed(field: str, **values: object) -> Callable[[Payload], None]:
    return lambda payload: component(payload, field).update(values)


def emptied(payload: Payload) -> None:
    payload["data"]["components"] = []


@pytest.mark.parametrize(
    "forge",
    [
        renamed("imagine:9:abcdef01"),
        renamed("imagine:1:abcdef01 "),
        renamed("draw:1:abcdef01"),
        changed("size", values=["1x1"]),
        changed("size", values=[]),
        changed("size", values=["1024x1024", "1536x1024"]),
        changed("size", values=[7]),
        changed("size", values="1024x1024"),
        changed("quality", values=["ultra"]),
        changed("quality", custom_id="other"),
        changed("prompt", value=7),
        changed("prompt", value=None),
        emptied,
    ],
)
async def test_a_tampered_form_is_refused_in_words(world: World, forge: Callable[[Payload], None]) -> None:
    """Privately; nothing is stored and nothing sent."""
    form = await opened(world)
    world.forges.append(forge)
    told = world.told(await submitted(world, form))
    assert told == words.refusal(errors.OptionUnknown())
    await nothing_happened(world)


def test_every_choice_has_a_name() -> None:
    """So that a new size cannot be forgotten in the form."""
    assert set(words.SIZES) == set(Size)
    assert set(words.QUALITIES) == set(Quality)
