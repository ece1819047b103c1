"""A member's choices as one message: a select for each, found again by its name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

import discord
from discord import ui

from bot.chat.buttons import PREFERENCES_CLEAR_ID, Preference, preference_select_id
from bot.chat.measures import pictures
from bot.chat.own import preference_words as words
from bot.chat.speech import Phrase
from bot.chat.words import SIZES, quality_choice
from bot.domain.errors import PreferenceUnknown
from bot.domain.jobs import COUNT_MAX, Quality, Size
from bot.domain.language import Language
from bot.domain.preferences import Notify, Preferences
from bot.domain.prices import Prices

_Value: TypeAlias = Size | Quality | int | Notify | Language | None

_VALUES: Mapping[Preference, tuple[_Value, ...]] = {
    Preference.SIZE: (None, *Size),
    Preference.QUALITY: (None, *Quality),
    Preference.COUNT: (None, *range(1, COUNT_MAX + 1)),
    Preference.NOTIFY: tuple(Notify),
    Preference.PRIVATE: (False, True),
    Preference.LANGUAGE: (None, *Language),
}
"""What can be chosen, in the order in which it is offered; None leaves it to the server, or to Discord."""
_WITHOUT_A_CHOICE: Mapping[Preference, _Value] = {Preference.NOTIFY: Notify.LONG, Preference.PRIVATE: False}
_LABELS: Mapping[Preference, Phrase] = {
    Preference.SIZE: words.SIZE,
    Preference.QUALITY: words.QUALITY,
    Preference.COUNT: words.COUNT,
    Preference.NOTIFY: words.NOTIFY,
    Preference.PRIVATE: words.PRIVATE,
    Preference.LANGUAGE: words.LANGUAGE,
}
_UNCHOSEN: Mapping[Preference, Phrase] = {
    Preference.SIZE: words.SERVERS_SIZE,
    Preference.QUALITY: words.SERVERS_QUALITY,
    Preference.COUNT: words.SERVERS_COUNT,
    Preference.LANGUAGE: words.DISCORDS_LANGUAGE,
}
"""What is left to others: each with its name, since a screen reader comes to it without the heading."""


def page(chosen: Preferences, prices: Prices) -> ui.LayoutView:
    """All choices, each in a select that shows what holds."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*_parts(chosen, prices)))
    view.stop()  # found again by their names, also after a restart: nothing to keep in memory
    return view


def change_to(what: Preference, value: str) -> Callable[[Preferences], Preferences]:
    """The change that a chosen value stands for.

    Raises:
        PreferenceUnknown: it is not in the list, whatever Discord let through.
    """
    found = [each for each in _VALUES[what] if _written(each) == value]
    if not found:
        raise PreferenceUnknown(what.value)
    choice: dict[str, Any] = {what.value: found[0]}
    return lambda before: replace(before, **choice)


def _parts(chosen: Preferences, prices: Prices) -> Iterator[ui.Item[ui.LayoutView]]:
    yield ui.TextDisplay(f"{words.TITLE}\n{words.EXPLAINED}")
    for what in Preference:
        yield ui.TextDisplay(str(_LABELS[what]))
        yield ui.ActionRow(_select(what, chosen, prices))
    if chosen != Preferences():
        yield ui.ActionRow(ui.Button(label=str(words.CLEAR), custom_id=PREFERENCES_CLEAR_ID))


def _select(what: Preference, chosen: Preferences, prices: Prices) -> ui.Select[ui.LayoutView]:
    holds = getattr(chosen, what.value)
    if holds is None:
        holds = _WITHOUT_A_CHOICE.get(what)
    return ui.Select(
        custom_id=preference_select_id(what),
        options=[
            discord.SelectOption(
                label=_name(what, value, prices),
                value=_written(value),
                description=str(words.ONLY_YOU_MEANS) if value is True else None,
                default=value == holds,
            )
            for value in _VALUES[what]
        ],
    )


def _written(value: _Value) -> str:
    """A value as a select has it."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _name(what: Preference, value: _Value, prices: Prices) -> str:
    match value:
        case None:
            return str(_UNCHOSEN[what])
        case Size():
            return str(SIZES[value])
        case Quality():
            return str(quality_choice(value, prices))
        case Notify():
            return str(words.NOTIFY_CHOICES[value])
        case Language():
            return words.LANGUAGES[value]
        case bool():
            return str(words.ONLY_YOU if value else words.EVERYBODY)
        case int():
            return pictures(value)
        case _:
            assert_never(value)
