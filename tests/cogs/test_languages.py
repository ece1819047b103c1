"""Who reads what in which language: cards in the server's, answers in the member's, moderators in English."""

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
        await world.finish()
        done = world.again(card)
        with speaking(language):
            assert say("⏳ **Waiting**, next in line.") in card.text
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
    for locale, mark in [("es-419", "[es-ES] "), ("ja", "[ja] "), ("tr", "")]:
        world.forges.append(speaks(locale, "de"))
        told = world.told(await world.mira.slash(world.channel, "show", code="0000000000"))
        assert told == mark + words.refusal(CodeUnknown())


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
    (imagine,) = [command for command in told if command["name"] == "imagine"]
    translations = imagine["description_localizations"]
    assert translations["fr"] == f"[fr] {words.IMAGINE}"
    assert translations["es-419"] == translations["es-ES"] == f"[es-ES] {words.IMAGINE}"
    assert {"en-GB", "en-US", "tr"}.isdisjoint(translations)
    (size,) = [option for option in imagine["options"] if option["name"] == "size"]
    assert size["choices"][0]["name_localizations"]["de"] == "[de] Square 1024×1024"
    (admin,) = [command for command in told if command["name"] == "imagine-admin"]
    assert "[" not in repr([each.get("name_localizations") for each in admin["options"]])
