"""`/imagine-admin limits`: how much members may ask for. What is beside the rules is in `exceptions.py`."""

from collections import Counter

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat.limit_words import NAMES
from bot.chat.moderation import limits_words as words
from bot.chat.moderation.limit_reading import holder_of, limit_named, value_typed
from bot.chat.moderation.moderating import CHOICES_MAX, moderator_of, tell_lines
from bot.chat.reading import member_of
from bot.chat.replies import answering_moderator, tell
from bot.domain.admission import PLAIN
from bot.domain.errors import BotError, NothingNamed
from bot.domain.limits import Scope
from bot.domain.prices import Prices
from bot.services.limits import Limits
from bot.services.moderators import Target
from bot.services.server_settings import ServerSetup
from cogs.admin.exceptions import add_exceptions

_CHOICES = [Choice(name=str(NAMES[limit]), value=limit.value) for limit in words.CHOICES]


def limits_group(limits: Limits, setup: ServerSetup, prices: Prices) -> app_commands.Group:
    """The group."""
    group = app_commands.Group(name="limits", description=words.LIMITS)

    @group.command(name="show", description=words.SHOW)
    @app_commands.describe(member=words.WHO_MEMBER, role=words.WHO_ROLE)
    async def show(
        interaction: discord.Interaction,
        member: discord.Member | discord.User | None = None,
        role: discord.Role | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            holder = holder_of(interaction, member, role)
            around = member_of(member) if member else PLAIN
            assessment = await limits.look(moderator, holder, around)
            if isinstance(holder, Target):
                title = words.title(Scope.MEMBER, holder.id, here=isinstance(member, discord.Member))
                extra = [words.grant_line(grant) for grant in await limits.grants(moderator, holder)]
                lines = [*words.limit_lines(assessment, Scope.MEMBER), *extra]
            elif holder is not None:
                title = words.title(Scope.ROLE, holder.id)
                lines = words.limit_lines(assessment, Scope.ROLE)
            else:
                title = words.title(Scope.SERVER, 0)
                rules = words.rule_lines(await limits.rules(moderator), _role_ids(interaction))
                lines = [*words.limit_lines(assessment, Scope.SERVER), *rules]
            await tell_lines(interaction, title, lines)

    @group.command(name="set", description=words.SET)
    @app_commands.describe(limit=words.WHICH, value=words.VALUE, member=words.WHO_MEMBER, role=words.WHO_ROLE)
    @app_commands.choices(limit=_CHOICES)
    async def set_(
        interaction: discord.Interaction,
        limit: str,
        value: Range[str, 1, 50],
        member: discord.Member | discord.User | None = None,
        role: discord.Role | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            which = limit_named(limit)
            holder = holder_of(interaction, member, role)
            change = await limits.set(moderator, holder, which, value_typed(which, value))
            await tell(interaction, words.limit_set(change))

    @group.command(name="clear", description=words.CLEAR)
    @app_commands.describe(
        limit=words.CLEAR_WHICH,
        member=words.WHO_MEMBER,
        role=words.WHO_ROLE,
        deleted_role=words.CLEAR_DELETED,
    )
    async def clear(
        interaction: discord.Interaction,
        limit: Range[str, 1, 100] | None = None,
        member: discord.Member | discord.User | None = None,
        role: discord.Role | None = None,
        deleted_role: Range[str, 1, 20] | None = None,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            holder = holder_of(interaction, member, role, deleted_role)
            if holder is None and limit is None:
                raise NothingNamed
            cleared = await limits.clear(moderator, holder, limit_named(limit) if limit else None)
            await tell(interaction, words.limits_cleared(cleared))

    # Not as choices: with them in two places, the command would be near the most that Discord takes.
    @clear.autocomplete("limit")
    async def limit_names(_: discord.Interaction, typed: str) -> list[Choice[str]]:
        return [choice for choice in _CHOICES if typed.casefold() in choice.name.casefold()]

    @clear.autocomplete("deleted_role")
    async def deleted_roles(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        try:
            rules = await limits.rules(moderator_of(interaction))
        except BotError:  # who may not, sees nothing; who may, asks again
            return []
        there = _role_ids(interaction)
        found = Counter(
            rule.holder_id for rule in rules if rule.scope is Scope.ROLE and rule.holder_id not in there
        )
        return [
            Choice(name=words.deleted_role(role_id, count), value=str(role_id))
            for role_id, count in found.items()
            if typed in str(role_id)
        ][:CHOICES_MAX]

    add_exceptions(group, limits, setup, prices)
    return group


def _role_ids(interaction: discord.Interaction) -> frozenset[int]:
    """The roles that the server has."""
    return frozenset(role.id for role in interaction.guild.roles) if interaction.guild else frozenset()
