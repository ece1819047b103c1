"""Words in the language that is spoken at the moment.

A sentence is written in English where it is needed: as `say("...")` inside a function, as `Phrase("...")`
where it is a constant. Whoever answers a person or draws a card enters `speaking(language)` around it; what
is awaited within, and only that, speaks the same language. The translations are gettext catalogues in
`catalogues/`; what one does not have is said in English. `make catalogues` collects the sentences and
compiles the catalogues.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import structlog
from discord.app_commands import locale_str

from bot.domain.language import Language

log: structlog.stdlib.BoundLogger = structlog.get_logger()

CATALOGUES = Path(__file__).parent / "catalogues"

_ENGLISH = gettext.NullTranslations()
_catalogue: ContextVar[gettext.NullTranslations] = ContextVar("catalogue", default=_ENGLISH)
_language: ContextVar[Language] = ContextVar("language", default=Language.ENGLISH)
_names: ContextVar[Language] = ContextVar("names", default=Language.ENGLISH)

_THOUSANDS = {
    Language.GERMAN: ".",
    Language.FRENCH: "\u202f",
    Language.SPANISH: ".",
    Language.PORTUGUESE: ".",
}
"""What stands between groups of three digits where a comma begins the decimals; a comma elsewhere."""
_UNSPACED = {Language.JAPANESE, Language.CHINESE}
"""Languages without a space between sentences."""


class Phrase(locale_str):
    """A constant text. `str()` and f-strings say it in the language of the moment.

    To discord.py it is the name or description of a command, which it hands to the translator.
    """

    def __init__(self, english: str, /, **values: object) -> None:
        """`values` stand in place of their names in braces, in every language."""
        super().__init__(english.format(**values) if values else english)
        self._english = english
        self._values = values

    def __str__(self) -> str:
        return say(self._english, **self._values)

    def format(self, **values: object) -> str:
        """It with these values in place of their names."""
        return say(self._english, **values)


class Name(Phrase):
    """What a command, an option or an entry of a menu is called: as the reader's Discord shows it.

    Somebody may choose to be spoken to in another language; Discord knows a command by no other name then.
    """

    def __str__(self) -> str:
        with speaking(_names.get()):
            return super().__str__()


def say(english: str, /, **values: object) -> str:
    """A text in the language of the moment, with these values in place of their names in braces."""
    said = _catalogue.get().gettext(english)
    return _filled(said, english, values) if values else said


def say_many(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of a text for that many; `{number}` in it is the number itself, with its thousands apart."""
    said = _catalogue.get().ngettext(one, many, number)
    return _filled(said, one if number == 1 else many, {"number": figure(number), **values})


def figure(number: int) -> str:
    """A whole number as the language of the moment writes it."""
    return f"{number:,}".replace(",", _THOUSANDS.get(_language.get(), ","))


def tenths(number: float) -> str:
    """A number with one digit after the point, or the comma."""
    return f"{number:.1f}".replace(".", "," if _language.get() in _THOUSANDS else ".")


def sentences(*said: object) -> str:
    """Whole sentences, or the parts of a measure, one after another; empty ones are left out."""
    between = "" if _language.get() in _UNSPACED else " "
    return between.join(filter(None, map(str, said)))


def listed(*items: object) -> str:
    """Several things of one kind."""
    return ("、" if _language.get() in _UNSPACED else ", ").join(map(str, items))


def spoken() -> Language:
    """The language of the moment."""
    return _language.get()


@contextmanager
def speaking(language: Language, *, names: Language | None = None) -> Iterator[None]:
    """Say everything within in this language, and call commands by their `names` in that one."""
    words = _catalogue.set(catalogue_of(language))
    tongue = _language.set(language)
    named = _names.set(names or language)
    try:
        yield
    finally:
        _names.reset(named)
        _language.reset(tongue)
        _catalogue.reset(words)


def _filled(said: str, english: str, values: Mapping[str, object]) -> str:
    """It with its values; in English where the translation has a brace too many or a name that is none.

    A translator's slip must not take a paid outcome away.
    """
    try:
        return said.format(**values)
    except (LookupError, ValueError, AttributeError, TypeError) as fault:
        _tell_once(said, repr(fault))
        return english.format(**values)


@cache
def _tell_once(said: str, fault: str) -> None:
    log.error("translation.broken", said=said, fault=fault)


@cache
def catalogue_of(language: Language) -> gettext.NullTranslations:
    """What a language's catalogue has; English needs none."""
    if language is Language.ENGLISH:
        return _ENGLISH
    with (CATALOGUES / f"{language.value}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
