"""From a slash command on the wire to a decoded picture: promise by promise, nothing replaced."""

import asyncio
import io
from itertools import product

import pytest
from PIL import Image

from bot.domain.jobs import Quality, Size
from sandbox.discord import Attachment
from tests.e2e.conftest import Place

pytestmark = pytest.mark.e2e


def pixels(attachment: Attachment) -> tuple[int, int]:
    assert attachment.data is not None
    with Image.open(io.BytesIO(attachment.data)) as image:
        image.load()
        return image.size


async def test_every_size_in_every_quality_is_delivered_as_asked(place: Place) -> None:
    """All 21 at once: each card ends with one file that decodes to the asked size."""
    wanted = list(product(Size, Quality))
    asked = [
        place.alice.slash("imagine", prompt=f"{size} in {quality}", size=size.value, quality=quality.value)
        for size, quality in wanted
    ]

    cards = await asyncio.gather(*(place.delivered(interaction, 60) for interaction in asked))

    for (size, _), card in zip(wanted, cards, strict=True):
        assert [pixels(attachment) for attachment in card.attachments] == [size.pixels]
    assert len(place.discord.books.created) == len(wanted)
    assert place.discord.books.followups == []
    assert place.discord.violations == []
    assert len(place.provider.world.tasks) == len(wanted)


async def test_four_pictures_come_on_one_card(place: Place) -> None:
    asked = place.alice.slash("imagine", prompt="four seasons", count=4)

    card = await place.delivered(asked)

    assert [pixels(attachment) for attachment in card.attachments] == [(1024, 1024)] * 4
    assert place.discord.violations == []


async def test_a_picture_over_the_upload_limit_is_compressed_and_the_card_says_so(place: Place) -> None:
    """Incompressible noise in 4K: the original is kept on disk, what is posted fits."""
    place.provider.world.change({"pictures": "noise"})

    card = await place.delivered(place.alice.slash("imagine", prompt="static", size=Size.LANDSCAPE_4K.value))

    (attachment,) = card.attachments
    assert pixels(attachment) == (3840, 2160)
    assert attachment.filename.endswith(".jpg")
    assert len(attachment.data or b"") <= 10 * 1024 * 1024
    assert "compressed to fit" in card.text
    assert place.discord.violations == []


async def test_the_card_is_up_before_anything_is_paid(place: Place) -> None:
    """The acknowledgement never comes: the job is withdrawn, and the provider hears nothing of it."""
    place.discord.faults.drop("create_interaction_response")

    asked = place.alice.slash("imagine", prompt="nobody will see this")
    await place.discord.until(lambda: place.discord.books.count("get_original_webhook_message"), 30)
    await place.delivered(place.alice.slash("imagine", prompt="but this"))

    assert asked.original is None
    assert [task.prompt for task in place.provider.world.tasks.values()] == ["but this"]
