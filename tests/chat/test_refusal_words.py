"""Every refusal names its rule, the number and the end, and says that nothing was charged."""

import re
from dataclasses import replace

import pytest

from bot.chat import refusal_words
from bot.chat.limit_words import value_text
from bot.domain.admission import Gate, Refusal
from bot.domain.limits import WINDOWS_S, Effective, Limit, Scope
from bot.domain.moderation import REASON_MAX_CHARS, Block
from bot.domain.units import MICROUSD_PER_USD
from tests.chat.test_words import plain_and_short

LIFTS_AT = 1_790_000_600_000
TICKS = "<t:1790000600:R>"
NUMBERS = {
    Limit.MEMBERSHIP: 7 * 86_400,
    Limit.LARGEST_SIZE: 1_572_864,
    Limit.HIGHEST_QUALITY: 2,
    Limit.LARGEST_COUNT: 3,
    Limit.COOLDOWN: 90,
    Limit.WAITING: 4,
    Limit.SERVER_WAITING: 40,
    Limit.IMAGES_PER_HOUR: 10,
    Limit.IMAGES_PER_DAY: 50,
    **{limit: 5 * MICROUSD_PER_USD for limit in Limit if "spend" in limit},
}
NEVER_REFUSE = {Limit.RUNNING, Limit.PRIORITY}
SAYS_WHICH_RULE = {
    Limit.MEMBERSHIP: "on this server",
    Limit.LARGEST_SIZE: "largest size",
    Limit.HIGHEST_QUALITY: "highest quality",
    Limit.LARGEST_COUNT: "You can ask for 3 pictures in one request",
    Limit.COOLDOWN: "Between two requests",
    Limit.WAITING: "You have 4 of 4 requests waiting",
    Limit.SERVER_WAITING: "This server has 40 of 40 requests waiting",
    Limit.IMAGES_PER_HOUR: "10 of 10 pictures this hour",
    Limit.IMAGES_PER_DAY: "50 of 50 pictures in the last 24 hours",
    Limit.SPEND_PER_DAY: "Your pictures of the last 24 hours",
    Limit.SPEND_PER_MONTH: "Your pictures of the last 30 days",
    Limit.SERVER_SPEND_PER_DAY: "This server has spent $5.00 of $5.00 in the last 24 hours",
    Limit.SERVER_SPEND_PER_MONTH: "This server has spent $5.00 of $5.00 in the last 30 days",
    Limit.BOT_SPEND_PER_DAY: "my operator allows for 24 hours",
    Limit.BOT_SPEND_PER_MONTH: "my operator allows for 30 days",
}
BY_WAITING = set(WINDOWS_S) | {Limit.MEMBERSHIP, Limit.COOLDOWN}
"""Those that lift at a known moment."""
ANSWER_MAX_CHARS = 300
MESSAGE_MAX_CHARS = 2_000
NASTY = "@everyone **ha** <@1> <t:0:R> [click](https://example.com)\n# big `x` \u202e"
RAW = re.compile(r"@everyone|<@1|<t:0|\]\(|https://|\n|\u202e|(?<!\\)[*`#]")


def over(limit: Limit, lifts_at: int | None = LIFTS_AT, **more: int) -> Refusal:
    number = more.get("number", NUMBERS[limit])
    return Refusal(limit, Effective(number, Scope.SERVER), used=number, lifts_at=lifts_at)


def at_the_gate(gate: Gate) -> Refusal:
    match gate:
        case Gate.BLOCKED:
            block = Block(1, "spam", 9, 0, LIFTS_AT)
            return Refusal(gate, lifts_at=LIFTS_AT, reason="spam", block=block)
        case Gate.PAUSED:
            return Refusal(gate, reason="Back after the party")
        case Gate.PERMISSIONS:
            return Refusal(gate, reason=", ".join(refusal_words.PERMISSIONS))
        case _:
            return Refusal(gate)


def test_every_limit_that_can_refuse_is_tried_here() -> None:
    assert set(NUMBERS) == set(SAYS_WHICH_RULE) == set(Limit) - NEVER_REFUSE


@pytest.mark.parametrize("limit", NUMBERS)
def test_a_limit_names_itself_its_number_and_its_end(limit: Limit) -> None:
    sentence = refusal_words.sentence(over(limit))
    plain_and_short(sentence)
    assert SAYS_WHICH_RULE[limit] in sentence
    assert value_text(limit, NUMBERS[limit]) in sentence
    assert (TICKS in sentence) == (limit in BY_WAITING)
    assert sentence.endswith(" Nothing was charged.")
    assert len(sentence) < ANSWER_MAX_CHARS


@pytest.mark.parametrize("gate", Gate)
def test_a_gate_names_itself(gate: Gate) -> None:
    sentence = refusal_words.sentence(at_the_gate(gate))
    assert "{" not in sentence
    assert sentence.endswith(" Nothing was charged.")
    assert len(sentence) < ANSWER_MAX_CHARS


def test_what_each_gate_says_is_different() -> None:
    assert len({refusal_words.sentence(at_the_gate(gate)) for gate in Gate}) == len(Gate)


def test_a_block_says_why_and_until_when() -> None:
    told = refusal_words.sentence(at_the_gate(Gate.BLOCKED))
    assert f"It ends {TICKS}. Reason: spam." in told
    assert "Reason: 禁止." in refusal_words.why(Refusal(Gate.PAUSED, reason="禁止。"))
    told = refusal_words.sentence(Refusal(Gate.BLOCKED, reason="spam"))
    assert "It stays until a moderator lifts it." in told


def test_a_server_that_was_switched_off_is_not_called_new() -> None:
    assert refusal_words.sentence(Refusal(Gate.OFF)) == (
        "Pictures are switched off on this server. A moderator can switch them on with "
        "`/imagine-admin settings on`. Nothing was charged."
    )


def test_nobody_takes_the_operators_dollars_for_their_own() -> None:
    for limit in Limit:
        if limit in NUMBERS and "spend" in limit and "bot" not in limit:
            assert "The bot's operator pays for the pictures." in refusal_words.why(over(limit))


def test_one_picture_is_no_pictures() -> None:
    assert "ask for 1 picture in one" in refusal_words.sentence(over(Limit.LARGEST_COUNT, number=1))


def test_missing_permissions_have_the_names_that_discord_shows() -> None:
    told = refusal_words.sentence(Refusal(Gate.PERMISSIONS, reason="view_channel, send_messages_in_threads"))
    assert "I lack a permission in this channel: View Channel, Send Messages in Threads." in told


@pytest.mark.parametrize("limit", sorted(WINDOWS_S))
def test_a_request_larger_than_the_limit_is_not_told_to_wait(limit: Limit) -> None:
    told = refusal_words.sentence(over(limit, lifts_at=None))
    assert "please ask for less" in told
    assert "<t:" not in told


@pytest.mark.parametrize("limit", sorted(WINDOWS_S))
def test_where_nothing_at_all_is_allowed_less_would_not_help(limit: Limit) -> None:
    told = refusal_words.sentence(over(limit, lifts_at=None, number=0))
    assert "Waiting does not help here: please ask a moderator." in told


@pytest.mark.parametrize("limit", [Limit.IMAGES_PER_HOUR, Limit.IMAGES_PER_DAY])
@pytest.mark.parametrize("number", [0, 10])
def test_who_has_extra_pictures_is_told_how_many_would_pass(limit: Limit, number: int) -> None:
    refusal = replace(over(limit, lifts_at=None, number=number), extra_images=2, images_left=2)
    told = refusal_words.sentence(refusal)
    plain_and_short(told)
    assert told.endswith(" You have 2 extra pictures: ask for at most 2. Nothing was charged.")
    later = refusal_words.sentence(replace(refusal, extra_images=1, images_left=1, lifts_at=LIFTS_AT))
    assert f"You have 1 extra picture: ask for at most 1. You can ask for more {TICKS}." in later


@pytest.mark.parametrize("gate", [Gate.BLOCKED, Gate.PAUSED])
def test_a_moderators_reason_is_harmless(gate: Gate) -> None:
    told = refusal_words.sentence(Refusal(gate, reason=NASTY))
    assert not RAW.search(told)
    assert "everyone" in told


@pytest.mark.parametrize("gate", [Gate.BLOCKED, Gate.PAUSED])
@pytest.mark.parametrize("reason", ["w" * REASON_MAX_CHARS, "@" * REASON_MAX_CHARS, "*" * REASON_MAX_CHARS])
def test_the_longest_reason_fits_into_a_message(gate: Gate, reason: str) -> None:
    assert len(refusal_words.sentence(Refusal(gate, reason=reason))) <= MESSAGE_MAX_CHARS


@pytest.mark.parametrize("gate", [Gate.BLOCKED, Gate.PAUSED])
def test_a_reason_that_ends_a_sentence_ends_one_only(gate: Gate) -> None:
    assert "party. Nothing" in refusal_words.sentence(Refusal(gate, reason="After the party."))


@pytest.mark.parametrize("limit", [Limit.IMAGES_PER_DAY, Limit.SERVER_SPEND_PER_DAY])
def test_a_limit_lower_than_what_is_used_shows_both(limit: Limit) -> None:
    refusal = Refusal(limit, Effective(3_000_000, Scope.SERVER), used=9_000_000, lifts_at=LIFTS_AT)
    assert f"{value_text(limit, 9_000_000)} of {value_text(limit, 3_000_000)}" in refusal_words.sentence(
        refusal
    ).replace("the ", "")
