"""What Discord refuses in command definitions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from sandbox.discord.refusals import Refused, invalid
from sandbox.discord.rules_components import length
from sandbox.discord.values import Json

_LOCALES = (
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru "
    "uk hi th zh-CN ja zh-TW ko"
)
LOCALES = frozenset(_LOCALES.split())
SLASH, PER_SCOPE = 1, {1: 100, 2: 15, 3: 15}
SUBCOMMAND, GROUP = 1, 2


def check_commands(commands: list[Json]) -> None:
    """A whole scope, as bulk overwrite sends it."""
    for kind, most in PER_SCOPE.items():
        names = [c["name"] for c in commands if c.get("type", SLASH) == kind]
        if len(names) > most:
            raise Refused(400, 30032, "Maximum number of application commands reached")
        if len(set(names)) != len(names):
            raise invalid("name", "Application command names must be unique")
    for command in commands:
        check_command(command)


def check_command(command: Json) -> None:
    if command.get("type", SLASH) != SLASH:
        length(command["name"], 1, 32, "name")
        return
    if characters(command) > 8000:
        raise invalid("name", "Command exceeds maximum size of 8000")
    _named(command, "")


def _named(thing: Json, field: str) -> None:
    """A command, subcommand, group or option."""
    names, descriptions = _words(thing, "name"), _words(thing, "description")
    for name in names:
        _name(name, f"{field}name")
    for description in descriptions:
        length(description, 1, 100, f"{field}description")
    options = thing.get("options") or []
    length(options, 0, 25, f"{field}options")
    _option_names(options, field)
    seen_optional = False
    for option in options:
        if option["type"] in (SUBCOMMAND, GROUP):
            _named(option, f"{field}options.")
            continue
        if option.get("required") and seen_optional:
            raise invalid(f"{field}options", "Required options must be placed before non-required options")
        seen_optional |= not option.get("required")
        _named(option, f"{field}options.")
        _bounds(option, f"{field}options.")


def _name(name: str, field: str) -> None:
    length(name, 1, 32, field)
    letters = all(c in "-_'" or unicodedata.category(c)[0] in "LNM" for c in name)
    if not letters or name != name.lower():
        raise invalid(field, f"Command name is invalid: {name}")


def _words(thing: Json, key: str) -> list[str]:
    localized = thing.get(f"{key}_localizations") or {}
    if unknown := set(localized) - LOCALES:
        raise invalid(f"{key}_localizations", f"Unknown locales {sorted(unknown)}")
    return [thing[key], *localized.values()]


def _option_names(options: list[Json], field: str) -> None:
    locales = {loc for o in options for loc in (o.get("name_localizations") or {})} | {None}
    for locale in locales:
        names = [(o.get("name_localizations") or {}).get(locale, o["name"]) for o in options]
        if len(set(names)) != len(names):
            raise invalid(f"{field}options", "Option names must be unique, in each locale")


def _bounds(option: Json, field: str) -> None:
    choices = option.get("choices") or []
    length(choices, 0, 25, f"{field}choices")
    for choice in choices:
        length(choice["name"], 1, 100, f"{field}choices.name")
        if isinstance(choice["value"], str):
            length(choice["value"], 0, 100, f"{field}choices.value")
    if choices and option.get("autocomplete"):
        raise invalid(f"{field}choices", "Not together with autocomplete")
    least, most = option.get("min_length"), option.get("max_length")
    if not 0 <= (least or 0) <= 6000 or not 1 <= (most or 6000) <= 6000:
        raise invalid(f"{field}max_length", "Must be between 1 and 6000")


def characters(command: Json) -> int:
    """What counts against 8000: names, descriptions and values, the longest localisation each."""
    return sum(_longest(thing) for thing in _nested(command))


def _nested(thing: Json) -> Iterator[Json]:
    yield thing
    for option in thing.get("options") or ():
        yield from _nested(option)
    yield from thing.get("choices") or ()


def _longest(thing: Json) -> int:
    total = len(str(thing.get("value", "")))
    for key in ("name", "description"):
        words = [thing.get(key) or "", *(thing.get(f"{key}_localizations") or {}).values()]
        total += max(map(len, words))
    return total
