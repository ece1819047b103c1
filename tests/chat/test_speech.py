"""Words in the language of the moment, and that there are no others."""

import re
from gettext import NullTranslations

import pytest
from structlog.testing import capture_logs

from bot.chat import speech
from bot.chat.own.preference_words import LANGUAGES
from bot.chat.speech import Name, Phrase, figure, say, say_many, sentences, speaking, spoken, tenths
from bot.domain.language import Language
from tests.chat.everything import everything, read_by_people
from tests.chat.examples import JOB_ID
from tests.support.languages import Marked, Silent

NOT_OURS = re.compile(rf"<[@#]\d+>|<t:\d+:[a-zA-Z]>|https://\S+|{JOB_ID}|{'|'.join(LANGUAGES.values())}")
"""What nobody translates: mentions, moments, links, codes, and languages by their own names."""


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every language has a catalogue that leaves no letter in a text."""
    monkeypatch.setattr(speech, "catalogue_of", Silent)


@pytest.mark.usefixtures("silent")
def test_no_word_that_a_member_reads_is_forgotten() -> None:
    """Whatever the catalogue is not asked for keeps its letters."""
    with speaking(Language.GERMAN):
        forgotten = {
            (name, text)
            for name, shown in everything()
            for _, text in read_by_people(shown)
            if re.search("[A-Za-z]", NOT_OURS.sub("", text))
        }
    assert forgotten == set()


class TestSpeaking:
    def test_what_is_said_within_is_said_in_that_language(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(speech, "catalogue_of", Marked)
        assert (say("a fox"), spoken()) == ("a fox", Language.ENGLISH)
        with speaking(Language.KOREAN):
            with speaking(Language.FRENCH):
                assert (say("a fox"), spoken()) == ("[fr] a fox", Language.FRENCH)
            assert (say("{what} fox", what="a"), spoken()) == ("[ko] a fox", Language.KOREAN)
        assert say("a fox") == "a fox"

    def test_a_constant_is_said_when_it_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also where it stands inside another one."""
        fox = Phrase("fox")
        phrase = Phrase("a {fox}", fox=fox)
        monkeypatch.setattr(speech, "catalogue_of", Marked)
        with speaking(Language.GERMAN):
            assert f"{phrase}" == "[de] a [de] fox"
            assert Phrase("{number} foxes").format(number=2) == "[de] 2 foxes"
        assert (phrase.message, str(phrase)) == ("a fox", "a fox")

    def test_commands_are_called_as_the_readers_discord_calls_them(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In whatever language they are spoken of; on what all read it is one and the same."""
        monkeypatch.setattr(speech, "catalogue_of", Marked)
        phrase = Phrase("type {command}", command=Name("imagine"))
        with speaking(Language.GERMAN, names=Language.FRENCH):
            assert str(phrase) == "[de] type [fr] imagine"
            with speaking(Language.KOREAN):
                assert str(phrase) == "[ko] type [ko] imagine"
            assert (str(phrase), spoken()) == ("[de] type [fr] imagine", Language.GERMAN)


@pytest.mark.parametrize("broken", ["ein {fuchs}", "ein {}", "ein {fox", "ein {fox.tail}", "ein {fox[0]:d}"])
def test_what_a_translator_broke_is_said_in_english_and_logged_once(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in a catalogue must not keep an outcome, which is paid, from being shown."""
    catalogue = NullTranslations()
    monkeypatch.setattr(catalogue, "gettext", lambda _: broken)
    monkeypatch.setattr(catalogue, "ngettext", lambda *_: broken)
    monkeypatch.setattr(speech, "catalogue_of", lambda _: catalogue)
    with speaking(Language.GERMAN), capture_logs() as logs:
        assert [say("a {fox}", fox="red fox") for _ in range(2)] == ["a red fox"] * 2
        said = [say_many("{number} {fox}", "{number} {fox}es", number, fox="fox") for number in (1, 2)]
    assert said == ["1 fox", "2 foxes"]
    assert [entry["event"] for entry in logs] == ["translation.broken"]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (Language.ENGLISH, ("1,234,567", "8.2", "1,000 foxes", "One. Two.")),
        (Language.GERMAN, ("1.234.567", "8,2", "1.000 foxes", "One. Two.")),
        (Language.FRENCH, ("1\u202f234\u202f567", "8,2", "1\u202f000 foxes", "One. Two.")),
        (Language.JAPANESE, ("1,234,567", "8.2", "1,000 foxes", "One.Two.")),
        (Language.KOREAN, ("1,234,567", "8.2", "1,000 foxes", "One. Two.")),
    ],
)
def test_numbers_and_sentences_stand_as_the_language_has_them(
    language: Language, written: tuple[str, ...]
) -> None:
    with speaking(language):
        foxes = say_many("{number} fox", "{number} foxes", 1_000)
        assert (figure(1_234_567), tenths(8.2), foxes, sentences("One.", "", "Two.")) == written
