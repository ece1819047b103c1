"""What moderators name in `/imagine-admin limits`: whose limit, which, how much."""

import discord

from bot.chat.limit_words import NAMES
from bot.chat.measures import MeasureUnclear
from bot.chat.moderation.limit_values import read_value
from bot.chat.moderation.moderating import person_named
from bot.domain.errors import HolderUnclear, NothingThere, Unclear
from bot.domain.limits import Limit, Value
from bot.services.limits import Holder
from bot.services.moderators import RoleTarget

_DELETED_RANK = -1


def holder_of(
    interaction: discord.Interaction, member: object, role: object, deleted_role: str | None = None
) -> Holder:
    """Whose limit it is: a member's, a role's, or for neither the server's own. @everyone is the server too.

    Raises:
        HolderUnclear: more than one is named.
        NothingThere: not of this server.
    """
    named = [each for each in (member, role, deleted_role) if each is not None]
    if len(named) > 1:
        raise HolderUnclear
    if member is not None:
        return person_named(interaction, member)
    if deleted_role is not None:
        return _deleted(interaction, deleted_role)
    if role is None:
        return None
    if not isinstance(role, discord.Role):
        raise NothingThere
    return None if role.is_default() else RoleTarget(role.id, role.position)


def _deleted(interaction: discord.Interaction, typed: str) -> RoleTarget:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _ID_MAX_DIGITS):
        raise NothingThere
    role = interaction.guild.get_role(int(typed)) if interaction.guild else None
    return RoleTarget(int(typed), role.position if role else _DELETED_RANK)


_ID_MAX_DIGITS = 19


def limit_named(name: str) -> Limit:
    """A limit from the list, chosen there or typed as it is called.

    Raises:
        NothingThere: not in it, whatever Discord let through.
    """
    typed = name.strip().casefold()
    for limit, called in NAMES.items():
        if typed in {limit.value, str(called).casefold()}:
            return limit
    raise NothingThere


def value_typed(limit: Limit, text: str) -> Value:
    """The number of a limit as a person typed it; None for no limit.

    Raises:
        Unclear: not understood.
    """
    try:
        return read_value(limit, text)
    except MeasureUnclear as fault:
        raise Unclear(fault.expected) from fault
