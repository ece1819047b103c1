"""`/imagine`: the command, and the form it opens when it is given no prompt."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import forms, words
from bot.chat.own import preference_words
from bot.chat.places import everywhere
from bot.chat.reading import around_of, options_from, place_of, prompt_of, request_from, with_defaults
from bot.chat.replies import answering, show_new_card
from bot.domain.jobs import COUNT_MAX, Quality
from bot.domain.prices import Prices
from bot.services.imagine import Imagine
from bot.services.preferences import Choices


def imagine_command(
    imagine: Imagine, choices: Choices, prices: Prices
) -> app_commands.Command[Any, ..., None]:
    """The command `/imagine`."""

    @app_commands.command(name=words.IMAGINE_NAME, description=words.IMAGINE)
    @app_commands.rename(
        prompt=words.PROMPT_NAME,
        size=words.SIZE_NAME,
        quality=words.QUALITY_NAME,
        count=words.COUNT_NAME,
        prompt_file=words.PROMPT_FILE_NAME,
        private=preference_words.PRIVATE_NAME,
    )
    @app_commands.describe(
        prompt=words.IMAGINE_PROMPT,
        size=words.IMAGINE_SIZE,
        quality=words.IMAGINE_QUALITY,
        count=words.IMAGINE_COUNT,
        prompt_file=words.IMAGINE_PROMPT_FILE,
        private=preference_words.IMAGINE_PRIVATE,
    )
    @app_commands.choices(
        size=[Choice(name=name, value=size.value) for size, name in words.SIZES.items()],
        quality=[
            Choice(name=words.quality_choice(quality, prices), value=quality.value) for quality in Quality
        ],
    )
    @everywhere
    async def command(
        interaction: discord.Interaction,
        prompt: Range[str, 1, 6000] | None = None,
        size: str | None = None,
        quality: str | None = None,
        count: Range[int, 1, COUNT_MAX] | None = None,
        prompt_file: discord.Attachment | None = None,
        private: bool | None = None,
    ) -> None:
        async with answering(interaction):
            place = place_of(interaction)
            defaults = await choices.defaults(interaction.user.id, place.account_id)
            options = options_from(*with_defaults((size, quality, count), defaults.options))
            is_private = defaults.is_private(private)
            if prompt is None and prompt_file is None:
                form = forms.imagine_form(*options, prices, private=is_private)
                await interaction.response.send_modal(form)
                return
            text = await prompt_of(prompt, prompt_file)
            request = request_from(text, *options)
            place = place_of(interaction, private=is_private)
            accepting = imagine.accept(request, interaction.user.id, place, around_of(interaction))
            await show_new_card(interaction, accepting, imagine)

    return command


def imagine_form_handler(imagine: Imagine) -> Callable[[discord.Interaction], Awaitable[None]]:
    """What a submitted form does; it works for forms opened before a restart too."""

    async def submitted(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            *asked, is_private = forms.read_form(interaction.data)
            place = place_of(interaction, private=is_private)
            accepting = imagine.accept(
                request_from(*asked), interaction.user.id, place, around_of(interaction)
            )
            await show_new_card(interaction, accepting, imagine)

    return submitted
