"""What the buttons below an outcome answer."""

from dataclasses import replace

import pytest

from bot.chat.cards import button_words
from bot.domain.jobs import TaskState
from bot.services.handover import Parcel
from tests.chat.examples import a_card, a_picture, a_task, uploads_of
from tests.chat.test_words import ANSWER_MAX_CHARS, plain_and_short

CARD = a_card(a_task(1, TaskState.RENDERED))
ALL = uploads_of(CARD)
LARGE, HUGE = (replace(a_picture(2), size_bytes=size << 20) for size in (12, 30))
HERE = 10 << 20
"""What Discord takes in most places."""

ANSWERS = [
    str(button_words.KEPT),
    str(button_words.LET_GO),
    str(button_words.SENT),
    str(button_words.DM_COMPRESSED),
    str(button_words.DM_REFUSED),
    button_words.too_long_to_edit(32_000, 4_000),
    button_words.sent_with("k7m2q9xw4p", 4),
    button_words.originals(Parcel(CARD, ALL), HERE),
    button_words.originals(Parcel(CARD, (), (LARGE,)), HERE),
    button_words.originals(Parcel(CARD, (), (HUGE, HUGE)), HERE),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_are_short_and_plain(answer: str) -> None:
    plain_and_short(answer)
    assert len(answer) <= ANSWER_MAX_CHARS


def test_only_what_helps_is_said_to_help() -> None:
    """Boosts raise the limit for one file, not for a message."""
    large = button_words.originals(Parcel(CARD, (), (LARGE,)), HERE)
    assert "has 12 MB, and Discord takes up to 10 MB" in large
    assert "On a server with more boosts" in large
    huge = button_words.originals(Parcel(CARD, (), (HUGE,)), 100 << 20)
    assert "has 30 MB, and Discord takes up to 24 MB" in huge
    assert "boosts or not" in huge
    assert "ask the bot's operator" in huge


def test_originals_that_fit_come_although_others_do_not() -> None:
    told = button_words.originals(Parcel(CARD, ALL, (LARGE,)), HERE)
    assert told.startswith(
        "Here is the original, exactly as it was made. One original is too large: it has 12 MB"
    )
