"""`/imagine-admin limits`: what is beside the rules: explain a request, grant extra pictures, forget use."""

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, Transform

from bot.chat.moderation import explain_words
from bot.chat.moderation import limits_words as words
from bot.chat.moderation.moderating import duration_typed, moderator_of, person_named, tell_lines
from bot.chat.places import WrittenIn
from bot.chat.reading import (
    NamedPlace,
    around_elsewhere,
    may_use_commands,
    request_from,
    with_defaults,
)
from bot.chat.replies import answering_moderator, tell
from bot.chat.words import QUALITIES, SIZES
from bot.domain.jobs import COUNT_MAX
from bot.domain.prices import Prices
from bot.services.limits import GRANT_MAX_IMAGES, Limits
from bot.services.server_settings import ServerSetup

_A_WEEK = "7d"
_NO_PROMPT = "-"


def add_exceptions(group: app_commands.Group, limits: Limits, setup: ServerSetup, prices: Prices) -> None:
    """Add these commands to the group."""

    @group.command(name="explain", description=words.EXPLAIN)
    @app_commands.describe(
        member=words.EXPLAIN_MEMBER,
        channel=words.EXPLAIN_CHANNEL,
        prompt=words.EXPLAIN_PROMPT,
        size=words.EXPLAIN_SIZE,
        quality=words.EXPLAIN_QUALITY,
        count=words.EXPLAIN_COUNT,
    )
    @app_commands.choices(
        size=[Choice(name=str(name), value=size.value) for size, name in SIZES.items()],
        quality=[Choice(name=str(name), value=quality.value) for quality, name in QUALITIES.items()],
    )
    async def explain(
        interaction: discord.Interaction,
        member: discord.Member | discord.User,
        channel: Transform[NamedPlace, WrittenIn] | None = None,
        prompt: Range[str, 1, 6000] = _NO_PROMPT,
        size: str | None = None,
        quality: str | None = None,
        count: Range[int, 1, COUNT_MAX] | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            target = person_named(interaction, member)
            options = with_defaults((size, quality, count), await setup.defaults(moderator.guild_id))
            request = request_from(prompt, *options)
            around = around_elsewhere(interaction, member, channel)
            # A long list of words may have to be read first.
            await interaction.response.defer(ephemeral=True, thinking=True)
            assessment = await limits.explain(moderator, target, request, around)
            where = channel.id if channel else interaction.channel_id or 0
            notes = [] if isinstance(member, discord.Member) else [explain_words.NOT_HERE]
            if not may_use_commands(interaction, member, channel):
                notes.append(explain_words.NO_COMMANDS)
            asked = explain_words.asked(target.id, where, request, prices.request(request))
            await tell_lines(interaction, asked, [*explain_words.verdict(assessment), *notes])

    @group.command(name="grant", description=words.GRANT)
    @app_commands.describe(
        member=words.GRANT_MEMBER, images=words.GRANT_IMAGES, expires_after=words.GRANT_LASTS
    )
    async def grant(
        interaction: discord.Interaction,
        member: discord.Member | discord.User,
        images: Range[int, 1, GRANT_MAX_IMAGES],
        expires_after: Range[str, 1, 50] = _A_WEEK,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            target = person_named(interaction, member)
            grants = await limits.grant(moderator, target, images, duration_typed(expires_after))
            await tell(interaction, words.granted(target.id, grants))

    @group.command(name="reset", description=words.RESET)
    @app_commands.describe(member=words.RESET_MEMBER)
    async def reset(interaction: discord.Interaction, member: discord.Member | discord.User) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            target = person_named(interaction, member)
            await tell(interaction, words.was_reset(target.id, await limits.reset(moderator, target)))
