"""What a report of usage is about: a time that moderators name, or what somebody used themselves."""

import discord

from bot.chat.reading import around_of, place_of
from bot.domain.errors import NothingThere
from bot.domain.usage import MemberReport, Period
from bot.services.usage import Usage


def period_named(value: str) -> Period:
    """How much time a report covers.

    Raises:
        NothingThere: not in the list, whatever Discord let through.
    """
    try:
        return Period(value)
    except ValueError as fault:
        raise NothingThere from fault


async def own_report(interaction: discord.Interaction, usage: Usage) -> MemberReport:
    """What somebody used and what is left here; it may take longer than an answer has, which comes later."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    return await usage.own(interaction.user.id, place_of(interaction), around_of(interaction))
