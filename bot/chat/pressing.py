"""Buttons, found again by their names: they outlive a restart."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from bot.chat.replies import answering

Press = Callable[[discord.Interaction, re.Match[str]], Awaitable[None]]


def named_button(pattern: re.Pattern[str], press: Press) -> type[ui.DynamicItem[Any]]:
    """The class of all buttons with such a name; `press` gets what the pattern finds in it."""

    class NamedButton(ui.DynamicItem[ui.Button[Any]], template=pattern):
        """One of them."""

        def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
            super().__init__(item)
            self._match = match

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            """The button of that name."""
            assert isinstance(item, ui.Button)  # noqa: S101 - the template names buttons only
            return cls(item, match)

        async def callback(self, interaction: discord.Interaction) -> None:
            """Do what it says."""
            async with answering(interaction):
                await press(interaction, self._match)

    return NamedButton
