"""From `/imagine` to the pictures, as the people in the channel see it."""

import io

import pytest
from PIL import Image
from structlog.typing import EventDict

from bot.chat import words
from bot.domain.jobs import JobState, Quality, Size
from sandbox.modellix import Fault
from tests.support.discord import World


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a picture that decodes."""
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        return image.size


async def test_the_answer_is_a_card_that_waits(world: World) -> None:
    """Everybody sees at once who asked for what, how long it takes and what it will cost."""
    card = await world.imagine("a red fox", size="1536x1024", quality="medium", count=2)
    assert not card.private
    assert "a red fox" in card.text
    assert f"{world.mira.mention} · Landscape 1536×1024 · Medium quality · 2 pictures" in card.text
    assert "**Waiting**, next in line." in card.text
    assert "Expected <t:" in card.text
    assert f"about $0.106 · `{card.job_id}`" in card.text
    assert card.buttons == ["Cancel"]
    assert card.pictures == []


async def test_nothing_is_sent_before_the_card_is_there(world: World) -> None:
    """Accepting costs nothing: only the workers send."""
    await world.imagine()
    assert world.paid == []


async def test_the_outcome_is_put_on_the_same_card(world: World) -> None:
    """One message from the first answer to the picture, with what it cost in the end."""
    card = await world.imagine("a red fox in the snow")
    await world.finish()
    assert len(world.cards) == 1
    card = world.again(card)
    (picture,) = card.pictures
    assert size_of(picture.content) == (1024, 1024)
    assert picture.alt_text == "AI-generated picture: a red fox in the snow"
    assert picture.name == f"imagine-{card.job_id}-1.png"
    assert f"-# $0.006 · `{card.job_id}` · AI-generated" in card.text
    assert "Waiting" not in card.text
    assert "about" not in card.text
    assert card.buttons == [
        "Again",
        "Edit prompt",
        "Bigger ($0.024)",
        "Keep",
        "Send to me",
        "Report",
        "Delete",
    ]
    assert (await world.job(card)).job.state is JobState.DELIVERED


async def test_a_prompt_is_all_that_has_to_be_given(world: World) -> None:
    """One square picture of low quality is what comes of it."""
    card = await world.imagine("a red fox")
    await world.finish()
    assert "Square 1024×1024 · Low quality" in card.text
    (task,) = world.paid
    assert (task["size"], task["quality"]) == ("1024x1024", "low")


async def test_four_pictures_are_shown_together(world: World) -> None:
    """In order, each with a name and an alternative text of its own, paid once each."""
    card = await world.imagine("a red fox", count=4)
    await world.finish()
    card = world.again(card)
    assert [picture.alt_text for picture in card.pictures] == [
        f"AI-generated picture {number} of 4: a red fox" for number in range(1, 5)
    ]
    assert len({picture.name for picture in card.pictures}) == 4
    assert "$0.024" in card.text
    assert len(world.paid) == 4


@pytest.mark.parametrize("size", Size)
async def test_every_size_comes_out_as_it_was_offered(world: World, size: Size) -> None:
    """By the name people chose it under, in the pixels it promises."""
    card = await world.imagine(size=size.value)
    assert str(words.SIZES[size]) in card.text
    width, height = size.pixels
    assert f"{width}×{height}" in str(words.SIZES[size])
    await world.finish()
    (picture,) = world.again(card).pictures
    assert size_of(picture.content) == size.pixels


@pytest.mark.parametrize(
    ("quality", "cost"), [(Quality.LOW, "$0.006"), (Quality.MEDIUM, "$0.053"), (Quality.HIGH, "$0.13 ")]
)
async def test_every_quality_names_its_cost_before_and_after(
    world: World, quality: Quality, cost: str
) -> None:
    """The estimate at first, the bill at the end."""
    card = await world.imagine(quality=quality.value)
    assert f"about {cost}" in card.text
    await world.finish()
    assert f"-# {cost}" in world.again(card).text


async def test_the_card_follows_the_drawing(world: World) -> None:
    """While the image service works there is nothing to cancel, and the card says what happens."""
    world.sandbox.world.change({"duration_s": 30})
    card = await world.imagine()
    await world.render()
    world.clock.advance(4)
    await world.deliver()
    assert "**Drawing**." in world.again(card).text
    assert world.again(card).buttons == []
    await world.finish()
    assert world.again(card).pictures


async def test_a_long_line_tells_each_card_its_place(world: World) -> None:
    """People are served in turn, and see how many are before them."""
    await world.imagine("a red fox", as_=world.mira)
    second = await world.imagine("a blue fox", as_=world.nora)
    assert "number 2 in line" in second.text


async def test_a_prompt_that_the_safety_system_refuses_costs_nothing(world: World) -> None:
    """The card says why there is no picture and what to do."""
    world.sandbox.fault(Fault.FAILED_BY_SAFETY)
    card = await world.imagine()
    await world.finish()
    card = world.again(card)
    assert "**No picture.**" in card.text
    assert "safety system refused this prompt. Nothing was charged." in card.text
    assert "$0.00" in card.text
    assert card.buttons == ["Edit prompt", "Delete"], "the same again would be refused again"


async def test_one_of_several_pictures_may_be_missing(world: World) -> None:
    """Those that came are shown; the card says what is missing and what was paid in all."""
    world.sandbox.fault(Fault.FAILED_WITHOUT_TEXT)
    card = await world.imagine(count=3)
    await world.finish()
    card = world.again(card)
    assert len(card.pictures) == 2
    assert "1 picture missing." in card.text
    assert "Nothing was charged for it." in card.text
    assert "$0.012" in card.text


async def test_an_empty_balance_holds_the_line_and_says_so(world: World, logs: list[EventDict]) -> None:
    """The request keeps its place; when the operator has paid, it goes on by itself."""
    world.sandbox.world.change({"balance_microusd": 0})
    card = await world.imagine()
    await world.render()
    world.clock.advance(4)
    await world.deliver()
    assert "**On hold.**" in world.again(card).text
    assert world.again(card).buttons == ["Cancel"]
    world.sandbox.world.change({"balance_microusd": 1_000_000})
    await world.finish()
    assert world.again(card).pictures
    (told,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert told["event"] == "provider.held"
    logs.remove(told)


async def test_no_log_line_holds_a_prompt(world: World, logs: list[EventDict]) -> None:
    """Promise 8: what people write stays between them, Discord and the image service."""
    secret = "a-very-private-fox"
    await world.imagine(secret)
    await world.finish()
    assert logs
    assert secret not in repr(logs)
    assert world.last_interaction["token"] not in repr(logs)
