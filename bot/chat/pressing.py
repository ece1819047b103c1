"""Buttons and selects, found again by their names: they outlive a restart."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Self

import discord
from discord import ui

from bot.chat.replies import answering, answering_moderator

Press = Callable[[discord.Interaction, re.Match[str]], Awaitable[None]]
Answering = Callable[[discord.Interaction], AbstractAsyncContextManager[None]]
Choose = Callable[[discord.Interaction, re.Match[str], str], Awaitable[None]]


def named_button(pattern: re.Pattern[str], press: Press) -> type[ui.DynamicItem[Any]]:
    """The class of all buttons with such a name; `press` gets what the pattern finds in it."""
    return _named_item(pattern, press, answering)


def moderators_button(pattern: re.Pattern[str], press: Press) -> type[ui.DynamicItem[Any]]:
    """The same for buttons of moderators."""
    return _named_item(pattern, press, answering_moderator)


def named_select(pattern: re.Pattern[str], choose: Choose) -> type[ui.DynamicItem[Any]]:
    """The class of all selects of one value with such a name; `choose` gets the value too, perhaps forged."""

    async def press(interaction: discord.Interaction, match: re.Match[str]) -> None:
        data: Any = interaction.data
        values = data.get("values") or []
        await choose(interaction, match, str(values[0]) if len(values) == 1 else "")

    return _named_item(pattern, press, answering)


def _named_item(pattern: re.Pattern[str], press: Press, answering: Answering) -> type[ui.DynamicItem[Any]]:
    class NamedItem(ui.DynamicItem[ui.Item[Any]], template=pattern):
        """One of them."""

        def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
            super().__init__(item)
            self._match = match

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            """The one of that name."""
            return cls(item, match)

        def _refresh_state(self, *_: object) -> None:
            """What was chosen is read from the interaction; discord.py would trip over a forged one."""

        async def callback(self, interaction: discord.Interaction) -> None:
            """Do what it says."""
            async with answering(interaction):
                await press(interaction, self._match)

    return NamedItem
