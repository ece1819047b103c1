"""What is known of a picture, as a message for one person."""

from discord import ui

from bot.chat import words
from bot.chat.buttons import Verb, button_id
from bot.chat.cards import card_words
from bot.chat.cards.cards import is_shortened, prompt_line
from bot.chat.own import detail_words
from bot.services.details import Detail


def render(detail: Detail) -> ui.LayoutView:
    """The message, in the language of the moment."""
    card = detail.card
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(prompt_line(card)))
    view.add_item(ui.TextDisplay(card_words.asked(card)))
    view.add_item(ui.TextDisplay("\n".join(detail_words.lines(detail))))
    if is_shortened(card):
        full: ui.Button[ui.LayoutView] = ui.Button(
            label=str(words.FULL_PROMPT), custom_id=button_id(Verb.FULL_PROMPT, card.job_id)
        )
        view.add_item(ui.ActionRow(full))
    view.stop()  # its button is found by its name
    return view
