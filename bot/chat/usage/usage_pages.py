"""Reports as messages: the picture with its alternative text, and all of it in words."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress

import aiohttp
import discord
from discord import ui

from bot.chat.replies import NOBODY
from bot.chat.usage import usage_words
from bot.chat.usage.report_pictures import OWN, REPORT, own_values, report_values
from bot.chat.usage.report_words import member_name, own_alt_text, report_alt_text, report_text
from bot.domain.ports import Charts
from bot.domain.usage import MemberReport, Report

_FILE_NAME = "usage.png"
_NAMES_WITHIN_S = 3.0


async def show_report(interaction: discord.Interaction, report: Report, charts: Charts) -> None:
    """Answer an interaction, which waits already, with what a server used."""
    names = await _names(interaction.guild, [use.member_id for use in report.members])
    values = report_values(report, names, usage_words.RULES)
    png = await charts.draw(REPORT, values)
    await _show(interaction, png, report_alt_text(report, names), report_text(report, usage_words.RULES))


async def show_own(interaction: discord.Interaction, report: MemberReport, charts: Charts) -> None:
    """The same with what somebody used themselves."""
    png = await charts.draw(OWN, own_values(report.own, usage_words.RULES))
    await _show(interaction, png, own_alt_text(report.own, usage_words.RULES), usage_words.own(report))


async def show_member(
    interaction: discord.Interaction,
    person: discord.Member | discord.User,
    report: MemberReport,
    charts: Charts,
) -> None:
    """The same with what a member used, for a moderator."""
    name = member_name(person.id, {person.id: person.display_name})
    png = await charts.draw(OWN, own_values(report.own, usage_words.RULES, usage_words.member_title(name)))
    alt_text = own_alt_text(report.own, usage_words.RULES, name)
    await _show(interaction, png, alt_text, usage_words.member(report))


async def _show(interaction: discord.Interaction, png: bytes | None, alt_text: str, text: str) -> None:
    view = ui.LayoutView(timeout=None)
    files = []
    if png is not None:
        files.append(discord.File(io.BytesIO(png), _FILE_NAME, description=alt_text))
        item = discord.MediaGalleryItem(f"attachment://{_FILE_NAME}", description=alt_text)
        view.add_item(ui.MediaGallery(item))
    view.add_item(ui.TextDisplay(text))
    view.stop()
    await interaction.edit_original_response(view=view, attachments=files, allowed_mentions=NOBODY)


async def _names(guild: discord.Guild | None, member_ids: Sequence[int]) -> Mapping[int, str]:
    """What members are called on a server; who has left it is not among them.

    Discord tells the bot of no members by itself, so it asks for each; who cannot be asked about in time is
    called by their id.
    """
    names = {each: str(each) for each in member_ids}

    async def ask(server: discord.Guild, member_id: int) -> None:
        try:
            names[member_id] = (await server.fetch_member(member_id)).display_name
        except discord.NotFound:
            del names[member_id]
        except (discord.HTTPException, aiohttp.ClientError, ConnectionError):
            pass

    if guild is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_NAMES_WITHIN_S):
                await asyncio.gather(*(ask(guild, each) for each in member_ids))
    return names
