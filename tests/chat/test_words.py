"""Every sentence a person can meet: there is one, it is short, and it is plain."""

import re
from collections.abc import Iterator

import pytest

from bot.chat import words
from bot.chat.cards import card_words
from bot.domain import errors
from bot.domain.jobs import FailureReason, Quality, Size, TaskState
from bot.domain.prices import TIERS, Prices
from tests.chat.cards.test_cards import ONE_OF_EACH
from tests.chat.examples import a_card, a_task

JARGON = re.compile(
    r"\b(task|api|http|https|null|none|json|id|token|timeout|exception|error|sql|database|server error|"
    r"provider|queue|retry|microusd|nonce|backend|webhook|interaction|member|card)\b",
    re.IGNORECASE,
)
SENTENCE_MAX_CHARS = 130
ANSWER_MAX_CHARS = 300
FAMILIES = (
    errors.StoreError,
    errors.RequestError,
    errors.JobError,
    errors.AppealError,
    errors.PreferenceUnknown,
    errors.ExportUnderWay,
    errors.ExportUnwritten,
    errors.PictureError,
    errors.PublishError,
)


def everyone(family: type[errors.BotError]) -> Iterator[type[errors.BotError]]:
    """A class and all below it."""
    yield family
    for child in family.__subclasses__():
        yield from everyone(child)


def example(kind: type[errors.BotError]) -> errors.BotError:
    """An error of that class."""
    if kind is errors.PromptTooLong:
        return errors.PromptTooLong(32_001)
    if kind is errors.DiscordAway:
        return errors.DiscordAway("503")
    if kind is errors.OverLimit:
        return errors.OverLimit(refusal=None)
    return kind()


MET = [
    kind
    for family in FAMILIES
    for kind in everyone(family)
    if kind not in {errors.RequestError, errors.JobError}  # never raised themselves
]


def all_answers() -> Iterator[str]:
    """Everything that is told to one person."""
    yield from (words.refusal(example(kind)) for kind in MET)
    yield from (str(words.TOO_SLOW), str(words.CANCELLED_PARTLY), str(words.RETRYING), str(words.LEFT_IT))
    yield from (
        str(words.NOT_A_BUTTON_OF_MINE),
        str(words.NOT_A_COMMAND_OF_MINE),
        str(words.FULL_PROMPT_FILE),
    )
    yield words.bug("abc123")


def all_status_lines() -> Iterator[str]:
    """Everything that a card says of a job."""
    for card in ONE_OF_EACH.values():
        yield from card_words.status(card)
    for reason in FailureReason:
        for cost in (0, 6_000):
            yield from card_words.status(a_card(a_task(1, TaskState.FAILED, reason=reason, cost=cost)))


@pytest.mark.parametrize("kind", MET, ids=lambda kind: str(kind.__name__))
def test_every_error_a_person_can_meet_has_a_sentence(kind: type[errors.BotError]) -> None:
    """Databases fail, requests are wrong, buttons are late, Discord is away."""
    assert words.refusal(example(kind))


@pytest.mark.parametrize("kind", [errors.TokenRefused, errors.KeyRefused, errors.DecoderBroken])
def test_an_error_that_no_person_should_meet_is_a_bug(kind: type[errors.BotError]) -> None:
    """It gets a code instead of a sentence that does not fit."""
    with pytest.raises(KeyError):
        words.refusal(kind())


@pytest.mark.parametrize("kind", list(everyone(errors.RequestError)))
def test_every_refusal_of_a_request_says_that_nothing_was_charged(kind: type[errors.BotError]) -> None:
    """It is what people wonder first."""
    if kind is not errors.RequestError:
        assert "Nothing was charged." in words.refusal(example(kind))


@pytest.mark.parametrize("sentence", sorted(set(all_answers())))
def test_answers_are_short_and_plain(sentence: str) -> None:
    """A few sentences without words that only programmers know."""
    plain_and_short(sentence)
    assert len(sentence) <= ANSWER_MAX_CHARS


@pytest.mark.parametrize("line", sorted(set(all_status_lines())))
def test_what_a_card_says_is_short_and_plain(line: str) -> None:
    """The same for everybody in the channel."""
    plain_and_short(line)
    assert len(line) <= ANSWER_MAX_CHARS


def plain_and_short(text: str) -> None:
    """No jargon; each sentence can be read in one breath and ends as a sentence does."""
    assert not JARGON.search(text), JARGON.findall(text)
    assert text.rstrip("*")[-1] in ".?!"
    assert all(len(sentence) <= SENTENCE_MAX_CHARS for sentence in re.split(r"(?<=[.?!])\s", text))
    assert "{" not in text


def test_names_of_sizes_and_qualities_are_complete_and_different() -> None:
    """A person tells them apart, and a new one cannot be forgotten."""
    assert set(words.SIZES) == set(Size)
    assert set(words.QUALITIES) == set(Quality)
    assert len(set(words.SIZES.values())) == len(Size)
    assert len(set(words.QUALITIES.values())) == len(Quality)


def test_a_quality_of_one_price_names_one() -> None:
    """No range from a sum to itself."""
    prices = Prices({(Quality.LOW, tier): 1_000_000 for tier in TIERS})
    assert str(words.quality_choice(Quality.LOW, prices)) == "Low: quick sketch, about $1.00 each"


@pytest.mark.parametrize(
    ("microusd", "written"),
    [
        (0, "$0.00"),
        (6_000, "$0.006"),
        (10_000, "$0.01"),
        (130_000, "$0.13"),
        (1_000_000, "$1.00"),
        (1_234_500, "$1.2345"),
        (1_000_000_000, "$1000.00"),
    ],
)
def test_money_has_as_many_digits_as_it_needs(microusd: int, written: str) -> None:
    """Two at least, as people write it."""
    assert words.dollars(microusd) == written


def test_a_moment_ticks_in_discord() -> None:
    """Without an edit of the message."""
    assert words.relative(1_790_000_000_999) == "<t:1790000000:R>"
