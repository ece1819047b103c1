"""The choice of another size or quality below an outcome."""

from collections.abc import Iterator
from dataclasses import replace

import discord
from discord import ui

from bot.chat.buttons import other_select_id
from bot.chat.cards import button_words, card_words
from bot.chat.words import SIZES
from bot.domain.cards import Card
from bot.domain.errors import OptionUnknown
from bot.domain.jobs import Change, Quality, Request, Size
from bot.domain.prices import Prices

_SIZES = {size.value: size for size in Size}
_QUALITIES = {quality.value: quality for quality in Quality}


def others_select(card: Card, prices: Prices) -> ui.Select[ui.LayoutView]:
    """Every other size in the same quality and every other quality in the same size, with its price."""
    return ui.Select(
        custom_id=other_select_id(card.job_id),
        placeholder=str(button_words.OTHER),
        options=[
            discord.SelectOption(
                label=label, value=value, description=button_words.costs(prices.request(other), other.count)
            )
            for label, value, other in _others(card.request)
        ],
    )


def change_of(value: str) -> Change:
    """What an option of that value changes in a request.

    Raises:
        OptionUnknown: no option of ours.
    """
    size, quality = _SIZES.get(value), _QUALITIES.get(value)
    if size:
        return lambda request: replace(request, size=size)
    if quality:
        return lambda request: replace(request, quality=quality)
    raise OptionUnknown("size or quality")


def _others(request: Request) -> Iterator[tuple[str, str, Request]]:
    """Label, value, and the request that comes of it."""
    for size in Size:
        if size is not request.size:
            yield str(SIZES[size]), size.value, replace(request, size=size)
    for quality in Quality:
        if quality is not request.quality:
            label = str(card_words.QUALITIES[quality])
            yield label, quality.value, replace(request, quality=quality)
