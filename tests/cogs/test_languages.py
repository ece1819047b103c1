"""Who reads what in which language: cards in the server's, answers in the member's, moderators in English."""

from collections.abc import Iterator

import pytest

from bot.chat import speech, words
from bot.chat.cards import card_words
from bot.chat.speech import say, speaking
from bot.domain.errors import CodeUnknown, NoSuchBlock
from bot.domain.language import Language
from tests.support.discord import Forge, World
from tests.support.languages import Marked
from tests.support.shown import Payload


def speaks(member: str, server: str) -> Forge:
    """The next interaction comes from a Discord in that language, on a server in that one."""

    def forge(payload: Payload) -> None:
        payload["locale"], payload["guild_locale"] = member, server

    return forge


async def test_the_main_job_runs_in_every_language(world: World) -> None:
    """From the line to the picture, with the words that its catalogue has."""
    for language in Language:
        world.forges.append(speaks(language, language))
        card = await world.imagine()
        waiting = card.text
        await world.finish()
        done = world.again(card)
        with speaking(language):
            assert say("⏳ **Waiting**, next in line.") in waiting
            assert say("AI-generated") in done.text
            assert str(card_words.QUALITIES[(await world.job(card)).job.request.quality]) in done.text
            assert str(words.AGAIN) in done.buttons
        assert ("AI-generated" in done.text) is (language is Language.ENGLISH)
        assert len(done.pictures) == 1


async def test_what_one_person_reads_is_in_their_language_and_what_all_read_in_the_servers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Spanish of Latin America is Spanish; a language that I do not speak is English."""
    monkeypatch.setattr(speech, "catalogue_of", Marked)
    world.forges.append(speaks("es-419", "ja"))
    assert "[ja] " in (await world.imagine()).text
    for locale, language in [
        ("es-419", Language.SPANISH),
        ("ja", Language.JAPANESE),
        ("tr", Language.ENGLISH),
    ]:
        world.forges.append(speaks(locale, "de"))
        told = world.told(await world.mira.slash(world.channel, "show", code="0000000000"))
        with speaking(language):
            assert told == words.refusal(CodeUnknown())


async def test_moderators_are_answered_in_english(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their Discord speaks; of words that members read too they get the English ones."""
    monkeypatch.setattr(speech, "catalogue_of", Marked)
    world.forges.append(speaks("de", "de"))
    assert await world.admin("block remove", member=world.mira.user) == words.refusal(NoSuchBlock())
    world.forges.append(speaks("de", "de"))
    assert "[" not in await world.admin("limits show")


async def test_a_new_translation_is_told_to_discord(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands in all languages, once, when the program starts with it."""
    monkeypatch.setattr(speech, "catalogue_of", Marked)
    await world.restart()
    await world.restart()
    _, told = world.requests("PUT", "/commands")
    commands = {command["name"]: command for command in told}
    imagine = commands["imagine"]["description_localizations"]
    assert imagine["fr"] == f"[fr] {words.IMAGINE}"
    assert imagine["es-419"] == imagine["es-ES"] == f"[es-ES] {words.IMAGINE}"
    assert {"en-GB", "en-US", "tr"}.isdisjoint(imagine)
    assert list(in_french(commands.pop("imagine-admin"))) == []
    assert [text for command in commands.values() for text in untold(command)] == []


def in_french(part: Payload) -> Iterator[str]:
    """The names and descriptions in a command that Discord is told in French."""
    for what in ("name", "description"):
        if told := (part.get(f"{what}_localizations") or {}).get("fr"):
            yield told
    for inner in (*part.get("options", []), *part.get("choices", [])):
        yield from in_french(inner)


def untold(part: Payload) -> Iterator[str]:
    """Those that it is told in English only."""
    for what in ("name", "description"):
        if what in part and "fr" not in (part.get(f"{what}_localizations") or {}):
            yield part[what]
    for inner in (*part.get("options", []), *part.get("choices", [])):
        yield from untold(inner)
