"""`/imagine-admin filter`: words and phrases that prompts must not have in them."""

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat.moderation import filter_words as words
from bot.chat.moderation.filter_reading import action_named, term_file
from bot.chat.moderation.moderating import CHOICES_MAX, moderator_of, tell_lines
from bot.chat.replies import answering_moderator, tell
from bot.domain.errors import BotError
from bot.domain.filters import TERM_MAX_CHARS, FilterAction
from bot.services.filters import WordFilter


def filter_group(filters: WordFilter) -> app_commands.Group:
    """The group. Where a long list has to be made ready first, Discord is told to wait."""
    group = app_commands.Group(name="filter", description=words.FILTER)

    @group.command(name="add", description=words.ADD)
    @app_commands.describe(term=words.ADD_TERM, action=words.ADD_ACTION)
    @app_commands.choices(
        action=[Choice(name=name, value=action.value) for action, name in words.ACTIONS.items()]
    )
    async def add(
        interaction: discord.Interaction,
        term: Range[str, 1, TERM_MAX_CHARS],
        action: str = FilterAction.REFUSE.value,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            then = action_named(action)
            await interaction.response.defer(ephemeral=True, thinking=True)
            added, before = await filters.add(moderator, term, then)
            can_review = await filters.can_review(moderator)
            await tell(interaction, words.added(added, before, can_review=can_review))

    @group.command(name="remove", description=words.REMOVE)
    @app_commands.describe(term=words.REMOVE_TERM)
    async def remove(interaction: discord.Interaction, term: Range[str, 1, TERM_MAX_CHARS]) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            await tell(interaction, words.removed(await filters.remove(moderator, term)))

    @remove.autocomplete("term")
    async def terms(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        try:
            found = await filters.containing(moderator_of(interaction), typed, CHOICES_MAX)
        except BotError:  # who may not, sees nothing; who may, types on
            return []
        return [Choice(name=term, value=term) for term in found]

    @group.command(name="list", description=words.LIST)
    async def list_(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            found = await filters.list(moderator_of(interaction))
            await tell_lines(
                interaction, words.title(found), words.lines(found), in_file=lambda: words.in_file(found)
            )

    @group.command(name="test", description=words.TEST)
    @app_commands.describe(text=words.TEST_TEXT)
    async def test(interaction: discord.Interaction, text: Range[str, 1, 6000]) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            hit = await filters.test(moderator, text)
            await tell(interaction, words.tested(hit, can_review=await filters.can_review(moderator)))

    @group.command(name="import", description=words.IMPORT)
    @app_commands.describe(file=words.IMPORT_FILE)
    async def import_(interaction: discord.Interaction, file: discord.Attachment) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            result = await filters.import_(moderator, await term_file(file))
            can_review = await filters.can_review(moderator)
            await tell(interaction, words.imported(result, can_review=can_review))

    return group
