"""What the menu of a message offers: Imagine this, and Imagine details."""

import discord
from discord import app_commands

from bot.chat import forms
from bot.chat.messages import named_by, text_of
from bot.chat.own import detail_page, menu_words
from bot.chat.places import everywhere
from bot.chat.reading import person_of, place_of, seen_alone
from bot.chat.replies import NOBODY, answering, tell
from bot.chat.text import is_blank
from bot.domain.prices import Prices
from bot.services.details import Details
from bot.services.preferences import Choices


def imagine_this_menu(details: Details, choices: Choices, prices: Prices) -> app_commands.ContextMenu:
    """“Imagine this”: the form of `/imagine` with the words of a message, or with the prompt of a card."""

    @everywhere
    async def imagine_this(interaction: discord.Interaction, message: discord.Message) -> None:
        async with answering(interaction):
            named = named_by(message, interaction.client.user)
            view = await details.find(named, person_of(interaction)) if named else None
            prompt = view.job.request.prompt if view else text_of(message, interaction.user)
            if is_blank(prompt):
                await tell(interaction, menu_words.no_words())
                return
            defaults = await choices.defaults(interaction.user.id, place_of(interaction).account_id)
            private = defaults.is_private(source=seen_alone(message, view.job if view else None))
            form = forms.imagine_form(*defaults.options, prices, private=private, prompt=prompt)
            await interaction.response.send_modal(form)

    return app_commands.ContextMenu(name=menu_words.IMAGINE_THIS_NAME, callback=imagine_this)


def details_menu(details: Details) -> app_commands.ContextMenu:
    """“Imagine details”: what is known of the picture that a message shows, for whoever can see it."""

    @everywhere
    async def imagine_details(interaction: discord.Interaction, message: discord.Message) -> None:
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            named = named_by(message, interaction.client.user)
            detail = await details.of(named, person_of(interaction)) if named else None
            if detail is None:
                await tell(interaction, menu_words.NOT_A_PICTURE)
                return
            view = detail_page.render(detail)
            await interaction.edit_original_response(view=view, allowed_mentions=NOBODY)

    return app_commands.ContextMenu(name=menu_words.DETAILS_NAME, callback=imagine_details)
