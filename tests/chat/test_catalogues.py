"""The translations: complete, current, within Discord's limits, and with all values and marks in them."""

import ast
import gettext
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

from bot.chat import speech
from bot.chat.speech import speaking
from bot.chat.translator import Translator
from bot.domain.language import Language
from tests.chat.everything import everything
from tests.support.catalogues import LANGUAGES, compiled, extracted, mo_path, read, sources, strings
from tests.support.discord import World
from tests.support.languages import Silent

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
RUN = "run `make catalogues`"
EMOJI = re.compile("[\u2300-\u2bff\U0001f000-\U0001faff]")
CODE = re.compile("`[^`]*`")
TEXT_MAX_CHARS = 4_000
COMMAND_MAX_CHARS = 8_000
LIMITS: Mapping[tuple[int | None, str], int] = {
    (None, "title"): 45,  # of a form
    (2, "label"): 80,  # a button's
    (3, "placeholder"): 150,  # a select's
    (4, "placeholder"): 100,  # a text field's
    (18, "label"): 45,  # around a field of a form
    (18, "description"): 100,
    (10, "content"): TEXT_MAX_CHARS,
}
"""By the kind of a component (facts: Discord, 2)."""
OPTION_OF_A_SELECT = 100
FORMS = {"Name": 1, "Phrase": 1, "say": 1, "say_many": 2}
"""What a sentence is said with, and how many texts that takes."""


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Every sentence in the program."""
    return extracted()


@EVERY_LANGUAGE
def test_every_sentence_has_a_translation(language: Language, template: Catalog) -> None:
    catalogue = read(language)
    assert {message.id for message in catalogue} == {message.id for message in template}, RUN
    missing = [name(each) for each in said(catalogue) if each.fuzzy or not all(strings(each.string))]
    assert missing == []


@EVERY_LANGUAGE
def test_the_bot_reads_what_the_translators_wrote(language: Language) -> None:
    assert entries(mo_path(language).read_bytes()) == entries(compiled(read(language))), RUN


def test_every_sentence_stands_where_it_is_found() -> None:
    """In quotes, between the brackets: a name, a choice of two, a call in an f-string are not collected."""
    elsewhere = [
        f"{source.name}:{call.lineno}"
        for source in sources()
        if source.name != "speech.py"
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FORMS
        for text in call.args[: FORMS[call.func.id]]
        if not (isinstance(text, ast.Constant) and isinstance(text.value, str))
    ]
    within_another = [
        f"{source.name}:{call.lineno}"
        for source in sources()
        for text in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FORMS
    ]
    assert elsewhere + within_another == []


@EVERY_LANGUAGE
def test_values_and_marks_are_the_same(language: Language) -> None:
    """Whatever a value or a mark is lost in would break, or show a star."""
    wrong = [problem for message in said(read(language)) for problem in problems(message)]
    assert wrong == []


def test_a_value_or_a_mark_that_is_lost_is_named() -> None:
    assert list(problems(Message("**{size}** by `/{show}`", "**{size}** mit `/{show}`"))) == []
    assert len(list(problems(Message("**{size}**", "{groesse}")))) == 2
    assert len(list(problems(Message(("{number} fox", "{number} foxes"), ("Fuchs", "{number} Füchse"))))) == 1


@pytest.mark.parametrize("language", Language)
def test_messages_and_forms_are_within_discords_limits(language: Language) -> None:
    with speaking(language):
        too_long = {
            (name, what, text)
            for name, shown in everything()
            for what, text, limit in limited(shown)
            if len(text) > limit
        }
    assert too_long == set()


async def test_commands_are_within_discords_limits_in_every_language(world: World) -> None:
    """Names, descriptions and choices; no two of the same name side by side; and all of it together."""
    tree = world.app.client.tree
    commands = [await each.get_translated_payload(tree, Translator()) for each in tree.get_commands()]
    for locale in (None, *{"es-419", *(language.value for language in LANGUAGES)}):
        for kind in {command["type"] for command in commands}:
            check_names([command for command in commands if command["type"] == kind], locale)
        for command in commands:
            check(command, locale)
    assert all(chars(command) <= COMMAND_MAX_CHARS for command in commands)


async def test_the_tests_see_every_sentence(
    world: World, template: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new sentence comes to `tests/chat/everything.py` too, or its length and values are never tried."""
    asked: set[str] = set()

    class Asked(Silent):
        def gettext(self, message: str) -> str:
            asked.add(message)
            return super().gettext(message)

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            asked.add(msgid1)
            return super().ngettext(msgid1, msgid2, n)

    monkeypatch.setattr(speech, "catalogue_of", Asked)
    with speaking(Language.GERMAN):
        list(everything())
    tree = world.app.client.tree
    for command in tree.get_commands():
        await command.get_translated_payload(tree, Translator())
    assert [name(message) for message in said(template) if name(message) not in asked] == []


# What is looked for


def said(catalogue: Catalog) -> Iterator[Message]:
    """Its sentences, without its head."""
    return (message for message in catalogue if message.id)


def name(message: Message) -> str:
    """A sentence in English, where it counts something in the singular."""
    return strings(message.id)[0]


def entries(mo: bytes) -> dict[Any, str]:
    """What a compiled catalogue has, its head aside."""
    catalogue: dict[Any, str] = dict(vars(gettext.GNUTranslations(io.BytesIO(mo)))["_catalog"])
    catalogue.pop("", None)
    return catalogue


def problems(message: Message) -> Iterator[str]:
    """What is lost or added in a translation."""
    english, forms = strings(message.id), strings(message.string)
    for at, form in enumerate(forms):
        if not form:
            continue
        # The form for one may leave out the number where English does.
        alike = [english[-1], english[0]] if at == 0 and len(forms) > 1 else [english[-1]]
        for what in (values, marks):
            if what(form) not in [what(each) for each in alike]:
                yield f"{name(message)} → {form}: {what(english[-1])} became {what(form)}"


def values(text: str) -> set[str]:
    """The names in braces."""
    return {
        f"{value}!{convert}:{spec}"
        for _, value, spec, convert in Formatter().parse(text)
        if value is not None
    }


def marks(text: str) -> Mapping[str, int]:
    """Formatting, code, emoji and lines: what makes the shape of a text."""
    shape = Counter([*CODE.findall(text), *EMOJI.findall(text)])
    shape.update({mark: text.count(mark) for mark in ("**", "\n", "](", "/{")})
    shape["blanks around it"] = len(text) - len(text.strip())
    return shape


def limited(shown: Any) -> Iterator[tuple[str, str, int]]:
    """Every text that Discord limits, with what it is and how long it may be."""
    if isinstance(shown, str):
        yield "text", shown, TEXT_MAX_CHARS
    elif isinstance(shown, list):
        for part in shown:
            yield from limited(part)
    elif isinstance(shown, dict):
        for what, text in shown.items():
            if isinstance(text, str) and (limit := LIMITS.get((shown.get("type"), what))):
                yield what, text, limit
            elif what == "options":
                yield from (
                    ("option", each[part], OPTION_OF_A_SELECT)
                    for each in text
                    for part in ("label", "description")
                    if each.get(part)
                )
            elif isinstance(text, dict | list):
                yield from limited(text)


def told(part: Mapping[str, Any], what: str, locale: str | None) -> str:
    """A name or description in a language."""
    translations: Mapping[str, str] = part.get(f"{what}_localizations") or {}
    return str(translations.get(locale or "", part[what]))


def check(command: Mapping[str, Any], locale: str | None) -> None:
    """A command, a group of them, or an option, with all that is in it."""
    if "description" in command:
        assert 1 <= len(told(command, "description", locale)) <= 100, (command["name"], locale)
    options = command.get("options", [])
    check_names(options, locale)
    for option in options:
        check(option, locale)
    choices = [told(choice, "name", locale) for choice in command.get("choices", [])]
    assert all(1 <= len(choice) <= 100 for choice in choices), (command["name"], locale)
    assert len(set(choices)) == len(choices), (command["name"], locale)


def check_names(parts: list[Any], locale: str | None) -> None:
    """What stands side by side."""
    names = [told(part, "name", locale) for part in parts]
    assert len(set(names)) == len(names), (names, locale)
    for part, called in zip(parts, names, strict=True):
        assert 1 <= len(called) <= 32, (called, locale)
        if "description" in part:  # a menu's name is free
            assert called == called.lower(), (called, locale)
            assert all(char in "-_'" or unicodedata.category(char)[0] in "LN" for char in called), (
                called,
                locale,
            )


def chars(part: Mapping[str, Any]) -> int:
    """How long a command is: of every text the longest of all languages counts."""
    own = sum(
        max(map(len, (part[what], *(part.get(f"{what}_localizations") or {}).values())))
        for what in ("name", "description")
        if what in part
    )
    inner = [*part.get("options", []), *part.get("choices", [])]
    return own + len(str(part.get("value", ""))) + sum(map(chars, inner))
