"""The languages that the bot speaks."""

from enum import StrEnum


class Language(StrEnum):
    """A language by Discord's own code for it."""

    ENGLISH = "en-US"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es-ES"
    PORTUGUESE = "pt-BR"
    JAPANESE = "ja"
    KOREAN = "ko"
    CHINESE = "zh-CN"


_NEAR = {"en-GB": Language.ENGLISH, "es-419": Language.SPANISH}
"""Locales of Discord that one of ours is understood in."""
_LANGUAGES = {**{language.value: language for language in Language}, **_NEAR}


def language_of(locale: str) -> Language:
    """The language for one of Discord's locales; English where the bot does not speak it."""
    return _LANGUAGES.get(locale, Language.ENGLISH)
