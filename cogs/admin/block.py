"""`/imagine-admin block`: who may not ask for pictures."""

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.moderation import block_words as words
from bot.chat.moderation.moderating import (
    block_duration_typed,
    moderator_of,
    person_named,
    reason_typed,
    tell_lines,
)
from bot.chat.replies import answering_moderator, tell
from bot.domain.moderation import REASON_MAX_CHARS
from bot.services.blocks import Blocks


def block_group(blocks: Blocks) -> app_commands.Group:
    """The group."""
    group = app_commands.Group(name="block", description=words.BLOCK)

    @group.command(name="add", description=words.ADD)
    @app_commands.describe(
        member=words.ADD_MEMBER,
        reason=words.ADD_REASON,
        duration=words.ADD_DURATION,
        cancel_waiting=words.ADD_CANCEL_WAITING,
    )
    async def add(
        interaction: discord.Interaction,
        member: discord.Member | discord.User,
        reason: Range[str, 1, REASON_MAX_CHARS],
        duration: Range[str, 1, 50] | None = None,
        cancel_waiting: bool = True,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            target = person_named(interaction, member)
            until = blocks.until(block_duration_typed(duration))
            block = await blocks.add(
                moderator, target, reason_typed(reason), until, cancel_waiting=cancel_waiting
            )
            await tell(interaction, words.added(block, cancel_waiting=cancel_waiting))

    @group.command(name="remove", description=words.REMOVE)
    @app_commands.describe(member=words.REMOVE_MEMBER)
    async def remove(interaction: discord.Interaction, member: discord.Member | discord.User) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            target = person_named(interaction, member)
            await blocks.remove(moderator, target.id)
            await tell(interaction, words.removed(target.id))

    @group.command(name="list", description=words.LIST)
    async def list_(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            held = await blocks.list(moderator_of(interaction))
            await tell_lines(
                interaction,
                words.title(len(held)),
                map(words.line, held),
                in_file=lambda: "\n".join(map(words.line_in_file, held)),
            )

    return group
