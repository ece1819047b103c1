"""Interactions that discord.py cannot read: whoever sent one is answered all the same."""

from collections.abc import Callable, MutableMapping
from typing import Any

import discord
from discord import ui

from bot.chat import words
from bot.chat.replies import tell
from bot.chat.speech import speaking
from bot.domain.language import language_of

INTERACTION = "INTERACTION_CREATE"

_ID_MAX = 2**63 - 1
_COMPONENT = discord.InteractionType.component.value
_ROW = discord.ComponentType.action_row.value
_LAYOUT = discord.MessageFlags.components_v2.flag
"""Without it a message has its buttons in rows, and nothing else beside them."""
_ANSWERED = (
    discord.InteractionType.application_command.value,
    _COMPONENT,
    discord.InteractionType.autocomplete.value,
    discord.InteractionType.modal_submit.value,
)


def mind_unread(parsers: MutableMapping[str, Callable[[Any], Any]], unread: Callable[[Any], object]) -> None:
    """Have `unread` hear of every interaction that cannot be read; the error goes its way."""
    parse = parsers[INTERACTION]

    def minded(data: Any) -> None:
        try:
            _check(data)
            parse(data)
        except Exception:
            unread(data)
            raise

    parsers[INTERACTION] = minded


async def tell_unread(state: Any, data: Any) -> None:
    """Say that it was not understood, in the language of their Discord, if it tells whom to answer.

    `state`: discord.py's own, which every interaction is made with.
    """
    try:
        interaction_id, token, kind = _address(data)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return
    bare: Any = {
        "id": interaction_id,
        "token": token,
        "type": kind,
        "application_id": state.application_id,
        "version": 1,
        "attachment_size_limit": 0,
    }
    said = words.NOT_A_BUTTON_OF_MINE if kind == _COMPONENT else words.NOT_A_COMMAND_OF_MINE
    with speaking(language_of(str(data.get("locale")))):
        await tell(discord.Interaction(data=bare, state=state), said)


def is_shown(interaction: discord.Interaction) -> bool:
    """Whether discord.py will find what was used below the message; where not, it does nothing."""
    message, data = interaction.message, interaction.data
    if message is None:
        return False
    used: Any = data
    form = ui.LayoutView if message.flags.components_v2 else ui.View
    return any(
        (item.type.value, getattr(item, "custom_id", None)) == (used["component_type"], used["custom_id"])
        for item in form.from_message(message, timeout=None).walk_children()
    )


def _check(data: Any) -> None:
    """Raise where discord.py takes what comes, and fails at it later where nobody would answer."""
    _address(data)
    guild_id = _id(data["guild_id"]) if data.get("guild_id") else None
    _id((data["member"]["user"] if guild_id else data["user"])["id"])
    if data.get("channel"):
        _id(data["channel"]["id"])
    message = data.get("message") or {}
    if not message.get("flags", 0) & _LAYOUT and any(
        part["type"] != _ROW for part in message.get("components", ())
    ):
        raise TypeError("a message of another kind than it says")
    texts, limit = (data.get("locale", ""), data.get("guild_locale", "")), data["attachment_size_limit"]
    if not (all(isinstance(text, str) for text in texts) and isinstance(limit, int)):
        raise TypeError("of another type")
    _id(limit)


def _address(data: Any) -> tuple[int, str, int]:
    """The interaction's id, its token and what kind it is: what an answer needs."""
    token, kind = data["token"], data["type"]
    if not (isinstance(token, str) and token and token.isascii() and token.isprintable()):
        raise ValueError("not a token")
    if kind not in _ANSWERED:
        raise ValueError("not a kind of interaction that waits for an answer")
    return _id(data["id"]), token, kind


def _id(value: Any) -> int:
    if not 0 < (ident := int(value)) <= _ID_MAX:
        raise ValueError("not an id")
    return ident
