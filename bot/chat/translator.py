"""What commands, their options and choices are called in the languages of Discord (`locale_str`)."""

import discord
from discord import app_commands

from bot.chat.speech import Phrase, speaking
from bot.domain.language import Language, language_of


class Translator(app_commands.Translator):
    """Asks the catalogues. A plain text has no translation: it is for moderators."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        _: app_commands.TranslationContextTypes,
    ) -> str | None:
        """A text in a language; None where it is the English one."""
        language = language_of(locale.value)
        if language is Language.ENGLISH or not isinstance(string, Phrase):
            return None  # most are: there are some ten thousand of them at each start
        with speaking(language):
            said = str(string)
        return None if said == string.message else said
