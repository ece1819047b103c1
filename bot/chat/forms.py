"""Forms, found again by their names; and the one of `/imagine` without a prompt.

Its answer carries all that is needed, so none is kept.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord import ui

from bot.chat import words
from bot.chat.own.menu_words import FORM_CUT
from bot.chat.speech import Phrase
from bot.domain.errors import OptionUnknown
from bot.domain.jobs import Quality, Size
from bot.domain.prices import Prices

FORM_PROMPT_MAX_CHARS = 4_000
"""Discord's limit for a text input (facts: Discord, 2)."""

FormHandler = Callable[[discord.Interaction], Awaitable[None]]
PATTERN = re.compile(r"imagine:(?P<count>[1-4])(?P<private>p?):[0-9a-f]{8}")


def by_name(handlers: Mapping[str, FormHandler], otherwise: FormHandler) -> FormHandler:
    """What a submitted form does, by the first part of its name; it works after a restart too."""

    async def submitted(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        name = str(data.get("custom_id", "")).partition(":")[0]
        await handlers.get(name, otherwise)(interaction)

    return submitted


def imagine_form(
    size: Size, quality: Quality, count: int, prices: Prices, *, private: bool, prompt: str = ""
) -> ui.Modal:
    """A form to write a prompt in, with these as its defaults; it says so where it cuts too long a prompt.

    The id is unique per opening: discord.py would hand one person's answer to another's form
    (facts: Discord, 3.3).
    """
    form = ui.Modal(title=str(words.FORM_TITLE), custom_id=_name(count, private))
    form.add_item(
        ui.Label(
            text=str(words.FORM_PROMPT),
            description=str(FORM_CUT) if len(prompt) > FORM_PROMPT_MAX_CHARS else None,
            component=ui.TextInput(
                custom_id="prompt",
                style=discord.TextStyle.paragraph,
                placeholder=str(words.FORM_PROMPT_HINT),
                default=prompt[:FORM_PROMPT_MAX_CHARS] or None,
                max_length=FORM_PROMPT_MAX_CHARS,
            ),
        )
    )
    form.add_item(ui.Label(text=str(words.FORM_SIZE), component=_select("size", words.SIZES, size)))
    qualities = {each: words.quality_choice(each, prices) for each in Quality}
    form.add_item(
        ui.Label(
            text=str(words.FORM_QUALITY),
            description=words.form_count(count, private=private),
            component=_select("quality", qualities, quality),
        )
    )
    form.stop()  # answered by its id, also after a restart: nothing to keep in memory
    return form


def read_form(data: Any) -> tuple[str, str, str, int, bool]:
    """Prompt, size, quality and count of a submitted form, and whether only who asks is to see the card.

    Raises:
        OptionUnknown: not a form of ours, or one that was tampered with.
    """
    try:
        match = PATTERN.fullmatch(data["custom_id"])
        fields = {label["component"]["custom_id"]: label["component"] for label in data["components"]}
        prompt = fields["prompt"]["value"]
        (size,), (quality,) = fields["size"]["values"], fields["quality"]["values"]
    except (KeyError, TypeError, ValueError) as fault:
        raise OptionUnknown("not a form of ours") from fault
    if match is None or not isinstance(prompt, str):
        raise OptionUnknown("not a form of ours")
    return prompt, size, quality, int(match["count"]), bool(match["private"])


def _name(count: int, private: bool) -> str:
    return f"imagine:{count}{'p' if private else ''}:{secrets.token_hex(4)}"


def _select(
    custom_id: str, names: Mapping[Size, Phrase] | Mapping[Quality, Phrase], chosen: Size | Quality
) -> ui.Select[ui.LayoutView]:
    return ui.Select(
        custom_id=custom_id,
        options=[
            discord.SelectOption(label=str(name), value=value.value, default=value is chosen)
            for value, name in names.items()
        ],
    )
