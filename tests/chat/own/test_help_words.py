"""`/help` in words: it fits one message in every language, whatever is set, and says what holds."""

import re
from dataclasses import replace

import pytest

from bot.chat.own.help_words import help_text
from bot.chat.speech import speaking
from bot.chat.text import TEXTS_MAX_CHARS
from bot.domain.admission import Admission, Gate, Refusal, Standing
from bot.domain.language import Language
from bot.domain.limits import Limit, Rule, Scope, measure, resolve
from bot.domain.moderation import REASON_MAX_CHARS, ServerSettings
from bot.domain.usage import LimitUse, MemberReport
from tests.charts.examples import JUNE, an_own_use
from tests.chat.test_words import JARGON
from tests.support.prices import default_prices

PRICES = default_prices()
EVERYTHING = resolve([Rule(Scope.SERVER, 0, limit, 3_000_000) for limit in Limit], frozenset(), {})
EVERY_USE = tuple(
    LimitUse(limit.value, 1_999_999, 3_000_000, measure(limit), JUNE) for limit in Limit if "_per_" in limit
)


def a_report(
    verdict: Admission | Refusal | None = None, *, guild_id: int = 777, free: bool = False
) -> MemberReport:
    """How somebody stands with every limit there is, or with none."""
    own = replace(an_own_use(), limits=() if free else EVERY_USE)
    policy = resolve((), frozenset(), {}) if free else EVERYTHING
    return MemberReport(5, own, Standing(ServerSettings(guild_id), policy), verdict or Admission())


@pytest.mark.parametrize("language", Language)
def test_it_fits_one_message_with_all_that_can_be_said(language: Language) -> None:
    """Translations may be a quarter longer: the English text leaves room for that."""
    refusal = Refusal(Gate.BLOCKED, lifts_at=JUNE, reason="*" * REASON_MAX_CHARS)
    with speaking(language):
        text = help_text(a_report(refusal), PRICES, manages=True)
    assert "docs/moderation.md" in text, "nothing was cut off"
    assert len(text) <= (TEXTS_MAX_CHARS if language is not Language.ENGLISH else 3_200)


def test_it_names_what_holds_for_one_request_and_what_is_used() -> None:
    text = help_text(a_report(), PRICES, manages=False)
    assert "- Pictures in one request: 3,000,000\n" in text
    assert "- Spend a day: $2.00 used, $1.00 of $3.00 left\n" in text


def test_without_limits_it_says_so() -> None:
    assert "There are no limits for you here." in help_text(a_report(free=True), PRICES, manages=False)


def test_it_says_where_a_moderator_looks_first() -> None:
    text = help_text(a_report(Admission(review=True)), PRICES, manages=False)
    assert text.startswith("You can ask for pictures here; a moderator looks at each request first.")


def test_it_is_plain() -> None:
    """What commands say of themselves is not its own."""
    text = re.sub(
        "^- `/[a-z]+`: .*$|`[^`]*`", "", help_text(a_report(), PRICES, manages=False), flags=re.MULTILINE
    )
    assert JARGON.findall(text) == []
