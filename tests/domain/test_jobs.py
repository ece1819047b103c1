"""What a request may be, and where its states lead."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from bot.domain.errors import OptionUnknown
from bot.domain.jobs import (
    COUNT_MAX,
    JOB_MOVES,
    JOB_OVER,
    MAYBE_CHARGED,
    PROMPT_MAX_CHARS,
    TASK_MOVES,
    TASK_OVER,
    FailureReason,
    JobState,
    Request,
    Size,
    TaskState,
    bigger,
)

TABLES = pytest.mark.parametrize(
    ("moves", "states", "first"),
    [(TASK_MOVES, TaskState, TaskState.QUEUED), (JOB_MOVES, JobState, JobState.ACCEPTED)],
    ids=["task", "job"],
)


def reachable(moves: Mapping[StrEnum, frozenset[StrEnum]], first: StrEnum) -> set[StrEnum]:
    """Every state that some way leads to."""
    seen, ahead = {first}, [first]
    while ahead:
        fresh = moves[ahead.pop()] - seen
        seen |= fresh
        ahead += fresh
    return seen


class TestMoves:
    @TABLES
    def test_every_state_has_its_row(
        self, moves: Mapping[StrEnum, frozenset[StrEnum]], states: type[StrEnum], first: StrEnum
    ) -> None:
        assert set(moves) == set(states)

    @TABLES
    def test_every_state_is_reached_from_the_first(
        self, moves: Mapping[StrEnum, frozenset[StrEnum]], states: type[StrEnum], first: StrEnum
    ) -> None:
        assert reachable(moves, first) == set(states)

    @TABLES
    def test_every_state_leads_to_an_end(
        self, moves: Mapping[StrEnum, frozenset[StrEnum]], states: type[StrEnum], first: StrEnum
    ) -> None:
        ends = {state for state in states if not moves[state]}
        assert ends
        assert all(reachable(moves, state) & ends for state in states)

    def test_what_is_over_stays_over(self) -> None:
        assert {TaskState.RENDERED, TaskState.FAILED, TaskState.CANCELLED} == TASK_OVER
        assert {
            JobState.DELIVERED,
            JobState.WITHDRAWN,
            JobState.CANCELLED,
            JobState.UNDELIVERABLE,
        } == JOB_OVER

    def test_nothing_unknown_is_sent_again_without_being_queued_again(self) -> None:
        """A move straight from unknown to submitting would pay twice without anybody saying so."""
        leads_to_sending = {state for state, ends in TASK_MOVES.items() if TaskState.SUBMITTING in ends}
        assert leads_to_sending == {TaskState.QUEUED}

    def test_what_may_be_at_the_provider_is_never_cancelled(self) -> None:
        leads_to_cancelled = {state for state, ends in TASK_MOVES.items() if TaskState.CANCELLED in ends}
        assert leads_to_cancelled == {TaskState.QUEUED}


def shape(size: Size) -> str:
    return size.name.partition("_")[0]


class TestRequest:
    @pytest.mark.parametrize("prompt", ["x", "x" * PROMPT_MAX_CHARS, "🦊" * PROMPT_MAX_CHARS])
    def test_a_prompt_of_any_allowed_length_is_accepted(self, prompt: str) -> None:
        assert Request(prompt).prompt == prompt

    @pytest.mark.parametrize("prompt", ["", "x" * (PROMPT_MAX_CHARS + 1)])
    def test_an_empty_or_too_long_prompt_is_none(self, prompt: str) -> None:
        with pytest.raises(ValueError, match="characters"):
            Request(prompt)

    @pytest.mark.parametrize("count", [0, -1, COUNT_MAX + 1])
    def test_a_number_of_images_out_of_bounds_is_none(self, count: int) -> None:
        with pytest.raises(ValueError, match="images"):
            Request("a fox", count=count)

    @pytest.mark.parametrize(
        ("size", "pixels"), [(Size.SQUARE, (1024, 1024)), (Size.PORTRAIT_4K, (2160, 3840))]
    )
    def test_a_size_knows_its_pixels(self, size: Size, pixels: tuple[int, int]) -> None:
        assert size.pixels == pixels

    def test_a_larger_size_has_the_same_shape(self) -> None:
        """As near as the provider has one; one size of each shape is the largest."""
        larger = {size: size.larger for size in Size if size.larger is not None}
        assert all(after.pixels > size.pixels for size, after in larger.items())
        assert all(shape(after) == shape(size) for size, after in larger.items())
        assert sorted(map(shape, set(Size) - set(larger))) == ["LANDSCAPE", "PORTRAIT", "SQUARE"]

    def test_the_largest_size_is_not_made_bigger(self) -> None:
        assert bigger(Request("a fox", Size.LANDSCAPE)).size is Size.LANDSCAPE_2K
        with pytest.raises(OptionUnknown):
            bigger(Request("a fox", Size.PORTRAIT_4K))


def test_the_failures_that_may_be_charged_are_those_without_a_last_word() -> None:
    assert {FailureReason.TOO_LATE, FailureReason.EXPIRED, FailureReason.LEFT} == MAYBE_CHARGED
