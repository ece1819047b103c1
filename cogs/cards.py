"""The buttons on a card. They carry the job's id, so they work after restarts and months later."""

import re
from contextlib import suppress
from typing import Any, Self

import discord
from discord import ui

from bot.chat import words
from bot.chat.buttons import PATTERN, Verb
from bot.chat.reading import person_of, place_of
from bot.chat.replies import answering, show_new_card, show_prompt, tell
from bot.domain.cards import Phase
from bot.domain.jobs import JobId
from bot.services.cards import Cards
from bot.services.imagine import Imagine


def card_button(cards: Cards, imagine: Imagine) -> type[ui.DynamicItem[Any]]:
    """The class of every button on a card."""

    async def cancel(interaction: discord.Interaction, job_id: JobId) -> None:
        card = await cards.cancel(job_id, person_of(interaction))
        if card.phase is Phase.CANCELLED:
            await interaction.response.defer()  # the card itself is about to say so
        else:
            await tell(interaction, words.CANCELLED_PARTLY)

    async def again(interaction: discord.Interaction, job_id: JobId) -> None:
        accepting = imagine.again(job_id, person_of(interaction), place_of(interaction))
        await show_new_card(interaction, accepting, imagine)

    async def delete(interaction: discord.Interaction, job_id: JobId) -> None:
        person = person_of(interaction)
        await cards.may_delete(job_id, person)
        await interaction.response.defer()
        with suppress(discord.NotFound):  # two people pressed, and the other was first
            await interaction.delete_original_response()
        await cards.deleted(job_id, person)

    async def full_prompt(interaction: discord.Interaction, job_id: JobId) -> None:
        view = await cards.find(job_id, person_of(interaction))
        await show_prompt(interaction, view.job.request.prompt, job_id)

    async def retry_unknown(interaction: discord.Interaction, job_id: JobId) -> None:
        await cards.retry_unknown(job_id, person_of(interaction))
        await tell(interaction, words.RETRYING)

    async def leave_unknown(interaction: discord.Interaction, job_id: JobId) -> None:
        await cards.leave_unknown(job_id, person_of(interaction))
        await tell(interaction, words.LEFT_IT)

    handlers = {
        Verb.CANCEL: cancel,
        Verb.AGAIN: again,
        Verb.DELETE: delete,
        Verb.FULL_PROMPT: full_prompt,
        Verb.RETRY_UNKNOWN: retry_unknown,
        Verb.LEAVE_UNKNOWN: leave_unknown,
    }

    class CardButton(ui.DynamicItem[ui.Button[Any]], template=PATTERN):
        """One button, found again by its name."""

        def __init__(self, item: ui.Button[Any], verb: Verb, job_id: JobId) -> None:
            super().__init__(item)
            self._verb = verb
            self._job_id = job_id

        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            """The button of that name."""
            assert isinstance(item, ui.Button)  # noqa: S101 - the template names buttons only
            return cls(item, Verb(match["verb"]), match["job_id"])

        async def callback(self, interaction: discord.Interaction) -> None:
            """Do what it says."""
            async with answering(interaction):
                await handlers[self._verb](interaction, self._job_id)

    return CardButton
