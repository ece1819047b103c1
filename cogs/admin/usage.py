"""`/imagine-admin usage`: what was used, by whom, and what it cost."""

from pathlib import Path
from typing import BinaryIO

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.chat.exporting import form_named, send_export
from bot.chat.moderation.moderating import moderator_of, person_named
from bot.chat.reading import member_of
from bot.chat.replies import answering_moderator
from bot.chat.usage import usage_words as words
from bot.chat.usage.usage_pages import show_member, show_report
from bot.chat.usage.usage_reading import period_named
from bot.domain.ports import Charts
from bot.domain.usage import Period
from bot.services.tables import Form
from bot.services.usage import Usage

_PERIODS = [Choice(name=name, value=period.value) for period, name in words.PERIODS.items()]
_FORMS = [Choice(name=form.name, value=form.value) for form in Form]


def usage_group(usage: Usage, charts: Charts, data_dir: Path) -> app_commands.Group:
    """The group. Exports are written into `data_dir` for as long as they take."""
    group = app_commands.Group(name="usage", description=words.USAGE)

    @group.command(name="report", description=words.REPORT)
    @app_commands.describe(period=words.PERIOD, public=words.PUBLIC)
    @app_commands.choices(period=_PERIODS)
    async def report(
        interaction: discord.Interaction, period: str = Period.MONTH.value, public: bool = False
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            asked = period_named(period)
            await interaction.response.defer(ephemeral=not public, thinking=True)
            await show_report(interaction, await usage.report(moderator, asked), charts)

    @group.command(name="member", description=words.MEMBER)
    @app_commands.describe(member=words.WHO)
    async def member(interaction: discord.Interaction, member: discord.Member | discord.User) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            target = person_named(interaction, member)
            await interaction.response.defer(ephemeral=True, thinking=True)
            found = await usage.member(moderator, target, member_of(member))
            await show_member(interaction, member, found, charts)

    @group.command(name="export", description=words.EXPORT)
    @app_commands.describe(period=words.PERIOD, form=words.FORM, include_prompts=words.INCLUDE_PROMPTS)
    @app_commands.choices(period=_PERIODS, form=_FORMS)
    async def export(
        interaction: discord.Interaction,
        period: str = Period.MONTH.value,
        form: str = Form.CSV.value,
        include_prompts: bool = False,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            asked, chosen = period_named(period), form_named(form)
            await interaction.response.defer(ephemeral=True, thinking=True)

            async def write(file: BinaryIO, max_bytes: int) -> str:
                images = await usage.export(
                    moderator, asked, chosen, file, prompts=include_prompts, max_bytes=max_bytes
                )
                return words.exported(images, asked, chosen, prompts=include_prompts)

            await send_export(interaction, data_dir, f"usage-{asked.value}.{chosen.value}", write)

    return group
