"""`/imagine-admin audit`: who did what."""

import re
from pathlib import Path
from typing import Any, BinaryIO

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range

from bot.chat.buttons import AUDIT_PATTERN, id_in
from bot.chat.days import day_end, day_start
from bot.chat.exporting import form_named, send_export
from bot.chat.moderation import audit_words as words
from bot.chat.moderation.audit_pages import LINES_MAX, page
from bot.chat.moderation.audit_reading import action_named
from bot.chat.moderation.moderating import CHOICES_MAX, moderator_of, person_named
from bot.chat.pressing import moderators_button
from bot.chat.replies import NOBODY, answering_moderator
from bot.services.audit import Audit
from bot.services.tables import Form


def audit_group(audit: Audit, data_dir: Path) -> app_commands.Group:
    """The group."""
    group = app_commands.Group(name="audit", description=words.AUDIT)

    @group.command(name="list", description=words.LIST)
    @app_commands.describe(member=words.LIST_MEMBER, action=words.LIST_ACTION, until=words.LIST_UNTIL)
    async def list_(
        interaction: discord.Interaction,
        member: discord.Member | discord.User | None = None,
        action: str | None = None,
        until: Range[str, 1, 20] | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            wanted = action_named(action)
            member_id = None if member is None else person_named(interaction, member).id
            end = None if until is None else day_end(until)
            lines = await audit.newest(
                moderator, LINES_MAX + 1, until=end, member_id=member_id, action=wanted
            )
            view = page(lines, moderator.guild_id, at_top=end is None, member_id=member_id, action=wanted)
            await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=NOBODY)

    @list_.autocomplete("action")
    async def actions(_: discord.Interaction, typed: str) -> list[Choice[str]]:
        fitting = [
            Choice(name=name, value=action.value)
            for action, name in words.ACTIONS.items()
            if typed.strip().lower() in name
        ]
        return fitting[:CHOICES_MAX]

    @group.command(name="export", description=words.EXPORT)
    @app_commands.describe(first_day=words.EXPORT_FIRST, last_day=words.EXPORT_LAST, form=words.EXPORT_FORM)
    @app_commands.choices(form=[Choice(name=each.name, value=each.value) for each in Form])
    async def export(
        interaction: discord.Interaction,
        first_day: Range[str, 1, 20] | None = None,
        last_day: Range[str, 1, 20] | None = None,
        form: str = Form.CSV.value,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            start = None if first_day is None else day_start(first_day)
            end = None if last_day is None else day_end(last_day)
            chosen = form_named(form)
            await interaction.response.defer(ephemeral=True, thinking=True)

            async def write(file: BinaryIO, max_bytes: int) -> str:
                exported = await audit.export(moderator, start, end, chosen, file, max_bytes=max_bytes)
                return words.exported(exported)

            await send_export(interaction, data_dir, f"audit.{chosen.value}", write)

    return group


def audit_button(audit: Audit) -> type[ui.DynamicItem[Any]]:
    """The class of the buttons below a page."""

    async def turn(interaction: discord.Interaction, match: re.Match[str]) -> None:
        moderator = moderator_of(interaction)
        before, member_id = id_in(match["before"]), id_in(match["member_id"])
        action = action_named(None if match["action"] == "-" else match["action"])
        lines = await audit.newest(
            moderator, LINES_MAX + 1, before=before, member_id=member_id, action=action
        )
        view = page(lines, moderator.guild_id, at_top=before is None, member_id=member_id, action=action)
        await interaction.response.edit_message(view=view, allowed_mentions=NOBODY)

    return moderators_button(AUDIT_PATTERN, turn)
