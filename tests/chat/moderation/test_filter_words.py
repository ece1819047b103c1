"""What moderators read of the word filter and of blocks: complete, short, and plain."""

import pytest

from bot.chat import words
from bot.chat.moderation import filter_words
from bot.domain import errors
from bot.domain.filters import FilterAction, Term, TermFault, Written
from bot.services.filters import Imported, Skipped
from tests.chat.test_words import ANSWER_MAX_CHARS, plain_and_short

MET = [
    *(errors.TermUnusable(fault) for fault in TermFault),
    errors.TooMany(100_000),
    errors.TermFileUnreadable(),
    errors.TermFileAway(),
    errors.NoSuchTerm(),
    errors.NoSuchBlock(),
    errors.ReasonMissing(),
    errors.SpenderBlocked(),
]


@pytest.mark.parametrize("fault", MET, ids=repr)
def test_every_refusal_says_that_nothing_was_changed(fault: errors.BotError) -> None:
    sentence = words.refusal(fault)
    assert "Nothing was changed." in sentence
    assert len(sentence) <= ANSWER_MAX_CHARS
    plain_and_short(sentence)


@pytest.mark.parametrize("action", FilterAction)
@pytest.mark.parametrize("before", [None, *FilterAction])
def test_what_holds_is_told_of_every_change(action: FilterAction, before: FilterAction | None) -> None:
    told = filter_words.added(Term("bomb", action), before, can_review=True)
    assert told.endswith("Nothing was changed." if before is action else "from now on.")


def test_every_fault_of_a_line_is_told() -> None:
    skipped = [Skipped(line, fault) for line, fault in enumerate(TermFault, start=1)]
    result = Imported(Written(1, 2, 3), False, repeated=4, skipped=len(skipped), first_skipped=skipped)
    told = filter_words.imported(result, can_review=False).splitlines()
    assert told[0] == "**The list is imported.** 1 added. 2 changed. 7 there already. 2 skipped."
    assert len(told) == 1 + len(TermFault)
