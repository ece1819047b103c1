"""Words in the language that is spoken at the moment.

A sentence is written in English where it is needed: as `say("...")` inside a function, as `Phrase("...")`
where it is a constant. Whoever answers a person or draws a card enters `speaking(language)` around it; what
is awaited within, and only that, speaks the same language. The translations are gettext catalogues in
`catalogues/`; what one does not have is said in English. `make catalogues` collects the sentences and
compiles the catalogues.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from discord.app_commands import locale_str

from bot.domain.language import Language

CATALOGUES = Path(__file__).parent / "catalogues"

_ENGLISH = gettext.NullTranslations()
_catalogue: ContextVar[gettext.NullTranslations] = ContextVar("catalogue", default=_ENGLISH)
_language: ContextVar[Language] = ContextVar("language", default=Language.ENGLISH)

_THOUSANDS = {
    Language.GERMAN: ".",
    Language.FRENCH: "\u202f",
    Language.SPANISH: ".",
    Language.PORTUGUESE: ".",
}
"""What stands between groups of three digits; a comma elsewhere."""


class Phrase(locale_str):
    """A constant text. `str()` and f-strings say it in the language of the moment.

    To discord.py it is the name or description of a command, which it hands to the translator.
    """

    def __init__(self, english: str) -> None:
        super().__init__(english)

    def __str__(self) -> str:
        return _catalogue.get().gettext(self.message)

    def format(self, **values: object) -> str:
        """It with these values in place of their names."""
        return str(self).format(**values)


def say(english: str, /, **values: object) -> str:
    """A text in the language of the moment, with these values in place of their names in braces."""
    said = _catalogue.get().gettext(english)
    return said.format(**values) if values else said


def say_many(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of a text for that many; `{number}` in it is the number itself, with its thousands apart."""
    said = _catalogue.get().ngettext(one, many, number)
    return said.format(number=figure(number), **values)


def figure(number: int) -> str:
    """A whole number as the language of the moment writes it."""
    return f"{number:,}".replace(",", _THOUSANDS.get(_language.get(), ","))


def spoken() -> Language:
    """The language of the moment."""
    return _language.get()


@contextmanager
def speaking(language: Language, catalogue: gettext.NullTranslations | None = None) -> Iterator[None]:
    """Say everything within in this language (with another catalogue than its own, for tests)."""
    words = _catalogue.set(catalogue or catalogue_of(language))
    tongue = _language.set(language)
    try:
        yield
    finally:
        _language.reset(tongue)
        _catalogue.reset(words)


@cache
def catalogue_of(language: Language) -> gettext.NullTranslations:
    """What a language's catalogue has; English needs none."""
    if language is Language.ENGLISH:
        return _ENGLISH
    with (CATALOGUES / f"{language.value}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def translated(text: locale_str, language: Language) -> str | None:
    """A text in a language; None where its catalogue does not have it. For the names of commands."""
    said: Any = catalogue_of(language).gettext(text.message)
    return None if said == text.message else str(said)
