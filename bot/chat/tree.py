"""The table of commands: what is not in it, or was forged, gets an answer too."""

import discord
import structlog
from discord import AppCommandOptionType, app_commands

from bot.chat import words
from bot.chat.replies import answering, tell
from bot.chat.unread import INTERACTION
from bot.domain.errors import OptionUnknown

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_TYPES = {
    AppCommandOptionType.string: str,
    AppCommandOptionType.integer: int,
    AppCommandOptionType.boolean: bool,
}
"""As what discord.py hands an option's value on; that the value is one, it takes on trust."""


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands; each may trust that its texts are texts, and its numbers numbers."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Whether every value is of its option's type; if not, it is refused here, for all commands."""
        if _is_typed(interaction):
            return True
        async with answering(interaction):
            await tell(interaction, words.refusal(OptionUnknown()))
        return False

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Commands answer their own errors; what arrives here never reached one."""
        async with answering(interaction):
            if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
                await tell(interaction, words.NOT_A_COMMAND_OF_MINE)
            elif (
                isinstance(error, app_commands.TransformerError)
                or type(error) is app_commands.AppCommandError
            ):
                # A thread or channel that only others see, or a message that Discord did not send along.
                await tell(interaction, words.NOT_FOUND_HERE)
            else:
                raise getattr(error, "original", error)

    async def _call(self, interaction: discord.Interaction) -> None:
        """As discord.py does it; what it cannot make sense of would be lost with its task."""
        try:
            await super()._call(interaction)
        except app_commands.AppCommandError:
            raise
        except Exception:
            log.exception("discord.malformed_event", discord_event=INTERACTION)
            async with answering(interaction):
                await tell(interaction, words.NOT_A_COMMAND_OF_MINE)
        if interaction.type is discord.InteractionType.autocomplete and not interaction.response.is_done():
            await tell(interaction, "")  # it failed, and discord.py has logged it


def _is_typed(interaction: discord.Interaction) -> bool:
    command, values = interaction.command, interaction.namespace
    if not isinstance(command, app_commands.Command):
        return True
    return all(
        type(values[option.display_name]) is _TYPES[option.type]
        for option in command.parameters
        if option.type in _TYPES and option.display_name in values
    )
