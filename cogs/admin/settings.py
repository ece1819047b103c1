"""`/imagine-admin settings`: how the bot behaves on a server."""

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, Transform

from bot.chat.moderation import settings_words as words
from bot.chat.moderation.log_place import Tell, log_place_of, told_there
from bot.chat.moderation.moderating import duration_typed, language_named, moderator_of
from bot.chat.places import WrittenIn
from bot.chat.reading import NamedPlace, options_from
from bot.chat.replies import answering_moderator, tell
from bot.chat.words import QUALITIES, SIZES
from bot.domain.jobs import COUNT_MAX, Quality, Size
from bot.domain.moderation import Strikes
from bot.services.server_settings import STRIKES_MAX, ServerSetup

_A_DAY = "1d"


def settings_group(setup: ServerSetup) -> app_commands.Group:
    """The group."""
    group = app_commands.Group(name="settings", description=words.SETTINGS)

    @group.command(name="show", description=words.SHOW)
    async def show(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            settings = await setup.show(moderator_of(interaction))
            may_reply = interaction.app_permissions.read_message_history
            await tell(interaction, words.overview(settings, may_reply=may_reply))

    @group.command(name="on", description=words.ON)
    async def on(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            await tell(interaction, words.switched(await setup.set_on(moderator_of(interaction), True)))

    @group.command(name="off", description=words.OFF)
    async def off(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            await tell(interaction, words.switched(await setup.set_on(moderator_of(interaction), False)))

    @group.command(name="review", description=words.REVIEW)
    @app_commands.describe(enabled=words.REVIEW_ENABLED)
    async def review(interaction: discord.Interaction, enabled: bool) -> None:
        async with answering_moderator(interaction):
            settings = await setup.set_review(moderator_of(interaction), enabled is True)
            await tell(interaction, words.review_set(settings))

    @group.command(name="log", description=words.LOG)
    @app_commands.describe(channel=words.LOG_CHANNEL, tell_there=words.LOG_TELL)
    @app_commands.rename(tell_there="tell")
    @app_commands.choices(
        tell_there=[Choice(name=name, value=each.value) for each, name in words.TELL.items()]
    )
    async def log(
        interaction: discord.Interaction,
        channel: Transform[NamedPlace, WrittenIn] | None = None,
        tell_there: str | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            what = told_there(tell_there)
            place = log_place_of(interaction, channel) if channel else None
            if what is Tell.OFF:
                settings = await setup.no_log(moderator)
            else:
                everything = None if what is None else what is Tell.ALL
                settings = await setup.set_log(moderator, place, everything=everything)
            await tell(interaction, words.log_set(settings, public=place is not None and place.public))

    @group.command(name="defaults", description=words.DEFAULTS)
    @app_commands.describe(
        size=words.DEFAULTS_SIZE, quality=words.DEFAULTS_QUALITY, count=words.DEFAULTS_COUNT
    )
    @app_commands.choices(
        size=[Choice(name=str(name), value=size.value) for size, name in SIZES.items()],
        quality=[Choice(name=str(name), value=quality.value) for quality, name in QUALITIES.items()],
    )
    async def defaults(
        interaction: discord.Interaction,
        size: str | None = None,
        quality: str | None = None,
        count: Range[int, 1, COUNT_MAX] | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            known_size, known_quality, known_count = options_from(
                size or Size.SQUARE, quality or Quality.LOW, 1 if count is None else count
            )
            settings = await setup.set_defaults(
                moderator,
                known_size if size else None,
                known_quality if quality else None,
                None if count is None else known_count,
            )
            await tell(interaction, words.defaults_set(settings))

    @group.command(name="language", description=words.LANGUAGE)
    @app_commands.describe(language=words.LANGUAGE_LANGUAGE)
    @app_commands.choices(
        language=[Choice(name=name, value=value) for value, name in words.LANGUAGE_CHOICES.items()]
    )
    async def language(interaction: discord.Interaction, language: str) -> None:
        async with answering_moderator(interaction):
            chosen = language_named(language)
            settings = await setup.set_language(moderator_of(interaction), chosen)
            await tell(interaction, words.language_set(settings))

    @group.command(name="strikes", description=words.STRIKES)
    @app_commands.describe(
        refusals=words.STRIKES_REFUSALS, within=words.STRIKES_WITHIN, block=words.STRIKES_BLOCK
    )
    async def strikes(
        interaction: discord.Interaction,
        refusals: Range[int, 0, STRIKES_MAX],
        within: Range[str, 1, 50] = _A_DAY,
        block: Range[str, 1, 50] = _A_DAY,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            wanted = Strikes(refusals, duration_typed(within), duration_typed(block))
            await tell(interaction, words.strikes_set(await setup.set_strikes(moderator, wanted)))

    return group
