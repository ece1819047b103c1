"""Never over budget, never stuck, and obedient to what the provider says."""

from bisect import bisect_right
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.provider import RequestKind, Throttled
from bot.modellix.governor import WINDOW_MS, Governor
from bot.modellix.wire import RateHint

NOW = 1_790_000_000_000
TOO_FAST = Throttled(None, concurrency=False)
TOO_MANY = Throttled(None, concurrency=True)


def governor(max_tasks: int = 10, requests_per_minute: int = 100) -> Governor:
    return Governor(max_tasks, requests_per_minute, Random(7))


class TestTasksAtOnce:
    def test_running_tasks_take_the_room_of_new_ones(self) -> None:
        assert governor(max_tasks=10).submit_room(NOW, running=7, waiting=50) == 3

    def test_no_more_room_than_there_are_submits(self) -> None:
        assert governor().submit_room(NOW, running=0, waiting=2) == 2

    def test_more_running_than_allowed_is_no_negative_room(self) -> None:
        assert governor(max_tasks=2).submit_room(NOW, running=5, waiting=1) == 0

    def test_when_full_the_next_submit_waits_for_a_task_to_end(self) -> None:
        assert governor(max_tasks=2).submit_at(NOW, running=2) is None


class TestRequestsPerMinute:
    def test_a_request_counts_for_a_minute_its_ends_included(self) -> None:
        budget = governor(requests_per_minute=10)
        budget.spend(NOW, RequestKind.SUBMIT, 9)
        assert budget.submit_room(NOW + WINDOW_MS, 0, 5) == 0
        assert budget.submit_room(NOW + WINDOW_MS + 1, 0, 5) == 5
        assert budget.submit_at(NOW, 0) == NOW + WINDOW_MS + 1

    def test_polls_get_nine_tenths_and_no_more(self) -> None:
        budget = governor(requests_per_minute=100)
        assert budget.poll_room(NOW, running=2, waiting=0) == 90
        budget.spend(NOW, RequestKind.POLL, 90)
        assert budget.poll_room(NOW, running=2, waiting=0) == 0
        assert budget.submit_room(NOW, running=2, waiting=20) == 8

    def test_polls_leave_room_for_submits_that_could_go(self) -> None:
        budget = governor(max_tasks=30, requests_per_minute=100)
        assert budget.poll_room(NOW, running=0, waiting=25) == 75

    def test_a_queue_that_waits_for_slots_does_not_hold_back_polls(self) -> None:
        """Else a long queue would stop the very polls that free a slot."""
        budget = governor(max_tasks=10, requests_per_minute=100)
        assert budget.poll_room(NOW, running=10, waiting=500) == 90

    def test_a_flood_of_submits_leaves_polls_their_tenth(self) -> None:
        budget = governor(max_tasks=100, requests_per_minute=100)
        budget.spend(NOW, RequestKind.SUBMIT, budget.submit_room(NOW, 0, 500))
        assert budget.submit_room(NOW, running=0, waiting=500) == 0
        assert budget.poll_room(NOW, running=90, waiting=500) == 10

    def test_poll_at_tells_when_the_first_old_request_is_forgotten(self) -> None:
        budget = governor(requests_per_minute=10)
        budget.spend(NOW, RequestKind.POLL, 3)
        budget.spend(NOW + 10_000, RequestKind.POLL, 6)
        assert budget.poll_at(NOW + 20_000, running=1, waiting=0) == NOW + WINDOW_MS + 1

    def test_with_room_the_next_request_may_go_now(self) -> None:
        assert governor().poll_at(NOW, 1, 0) == NOW
        assert governor().submit_at(NOW, 1) == NOW

    @pytest.mark.parametrize(("tasks", "requests"), [(0, 100), (1, 1)])
    def test_a_budget_that_lets_nothing_through_is_refused(self, tasks: int, requests: int) -> None:
        with pytest.raises(ValueError, match="at least"):
            governor(tasks, requests)


class TestHints:
    def test_a_used_up_budget_stops_both_kinds_until_its_reset(self) -> None:
        budget = governor()
        budget.hint(NOW, RateHint(remaining=0, reset_at=NOW + 20_000))
        assert budget.submit_room(NOW + 19_999, 0, 5) == budget.poll_room(NOW + 19_999, 1, 0) == 0
        assert budget.submit_at(NOW, 0) == budget.poll_at(NOW, 1, 0) == NOW + 20_000

    def test_a_budget_that_is_not_used_up_stops_nothing(self) -> None:
        budget = governor()
        budget.hint(NOW, RateHint(remaining=1, reset_at=NOW + 20_000))
        assert budget.submit_at(NOW, 0) == NOW

    def test_retry_after_stops_both_kinds(self) -> None:
        budget = governor()
        budget.hint(NOW, RateHint(retry_at=NOW + 5_000))
        assert budget.poll_at(NOW, 1, 0) == NOW + 5_000

    def test_a_senseless_reset_is_not_believed_for_long(self) -> None:
        budget = governor()
        budget.hint(NOW, RateHint(remaining=0, reset_at=NOW * 2))
        assert budget.poll_at(NOW, 1, 0) <= NOW + 900_000


class TestTooFast:
    def test_everything_waits_as_long_as_was_asked(self) -> None:
        budget = governor()
        budget.throttled(NOW, Throttled(7.0, concurrency=False), running=3)
        assert budget.submit_at(NOW, 3) == budget.poll_at(NOW, 3, 1) == NOW + 7_000

    def test_retry_after_0_still_waits_a_second(self) -> None:
        budget = governor()
        budget.throttled(NOW, Throttled(0.0, concurrency=False), running=3)
        assert budget.poll_at(NOW, 3, 0) == NOW + 1_000

    @given(st.integers(0, 10_000))
    def test_without_a_hint_the_wait_doubles_at_random_from_2_to_60_s(self, seed: int) -> None:
        budget = Governor(10, 100, Random(seed))
        now = NOW
        for bound_s in (4, 8, 16, 32, 60, 60):
            budget.throttled(now, TOO_FAST, running=0)
            free_at = budget.poll_at(now, 0, 0)
            assert now + 2_000 <= free_at <= now + bound_s * 1_000
            now = free_at

    def test_complaints_of_one_burst_count_once(self) -> None:
        budget = governor()
        for _ in range(20):
            budget.throttled(NOW, TOO_FAST, running=0)
        assert budget.poll_at(NOW, 0, 0) <= NOW + 4_000

    def test_an_answer_ends_the_doubling(self) -> None:
        budget = governor()
        now = NOW
        for _ in range(8):
            budget.throttled(now, TOO_FAST, running=0)
            now = budget.poll_at(now, 0, 0)
        budget.answered(now)
        budget.throttled(now, TOO_FAST, running=0)
        assert budget.poll_at(now, 0, 0) <= now + 4_000


class TestTooManyTasks:
    def test_no_more_at_once_than_were_running_and_one_more_each_minute(self) -> None:
        budget = governor(max_tasks=10)
        budget.throttled(NOW, TOO_MANY, running=4)
        assert [budget.ceiling(NOW + minute * 60_000) for minute in (0, 1, 2, 6, 60)] == [
            4,
            5,
            6,
            10,
            10,
        ]

    def test_one_at_once_is_always_tried(self) -> None:
        budget = governor(max_tasks=10)
        budget.throttled(NOW, TOO_MANY, running=0)
        assert budget.ceiling(NOW) == 1

    def test_only_submits_wait(self) -> None:
        budget = governor()
        budget.throttled(NOW, Throttled(9.0, concurrency=True), running=0)
        assert budget.submit_at(NOW, 0) == NOW + 9_000
        assert budget.poll_at(NOW, 1, 1) == NOW

    def test_a_complaint_never_raises_the_ceiling(self) -> None:
        budget = governor(max_tasks=10)
        budget.throttled(NOW, TOO_MANY, running=3)
        budget.throttled(NOW + 1, TOO_MANY, running=8)
        assert budget.ceiling(NOW + 1) == 3

    def test_when_full_the_next_submit_may_go_when_the_ceiling_creeps(self) -> None:
        budget = governor(max_tasks=10)
        budget.throttled(NOW, TOO_MANY, running=4)
        assert budget.submit_at(NOW, running=5) == NOW + 120_000


events = st.lists(
    st.tuples(
        st.integers(0, 20_000),
        st.sampled_from(["submit", "poll", "fast", "many", "hint", "end", "accepted"]),
        st.integers(0, 40),
    ),
    max_size=120,
)


class TestAlways:
    @given(st.integers(1, 30), st.integers(2, 30), events)
    def test_never_over_budget_in_any_minute_nor_over_the_tasks_at_once(
        self, max_tasks: int, per_minute: int, schedule: list[tuple[int, str, int]]
    ) -> None:
        budget = governor(max_tasks, per_minute)
        now, running, sent = NOW, 0, list[int]()
        for pause, event, n in schedule:
            now += pause
            running += _step(budget, now, event, n, sent, running)
            assert running <= max_tasks
            running -= min(running, n) if event == "end" else 0
        for index, first in enumerate(sent):
            in_minute = bisect_right(sent, first + WINDOW_MS) - index
            assert in_minute <= per_minute

    @given(st.integers(1, 30), st.integers(2, 30), events)
    def test_neither_kind_ever_starves(
        self, max_tasks: int, per_minute: int, schedule: list[tuple[int, str, int]]
    ) -> None:
        """Whatever happened, both kinds go again, at the very time that was told."""
        budget = governor(max_tasks, per_minute)
        now, sent = NOW, list[int]()
        for pause, event, n in schedule:
            now += pause
            _step(budget, now, event, n, sent, running=0)
        submit_at = budget.submit_at(now, running=0)
        poll_at = budget.poll_at(now, running=max_tasks, waiting=1_000)
        assert submit_at is not None
        assert max(submit_at, poll_at) <= now + 900_000
        assert budget.submit_room(submit_at, running=0, waiting=1) == 1
        assert budget.poll_room(poll_at, running=max_tasks, waiting=1_000) > 0

    def test_greedy_submits_and_greedy_polls_both_go_each_minute(self) -> None:
        budget = governor(max_tasks=50, requests_per_minute=20)
        for minute in range(5):
            now = NOW + minute * (WINDOW_MS + 1)
            submits = budget.submit_room(now, 0, 500)
            budget.spend(now, RequestKind.SUBMIT, submits)
            polls = budget.poll_room(now, submits, 500)
            budget.spend(now, RequestKind.POLL, polls)
            assert (submits, polls) == (18, 2)


def _step(budget: Governor, now: int, event: str, n: int, sent: list[int], running: int) -> int:
    """One event; how many submits went."""
    went = 0
    match event:
        case "submit":
            went = budget.submit_room(now, running, n)
            budget.spend(now, RequestKind.SUBMIT, went)
            sent += [now] * went
        case "poll":
            polls = min(n, budget.poll_room(now, running, n))
            budget.spend(now, RequestKind.POLL, polls)
            sent += [now] * polls
        case "fast" | "many":
            asked_s = float(n) if n % 2 else None
            budget.throttled(now, Throttled(asked_s, concurrency=event == "many"), running)
        case "hint":
            budget.hint(now, RateHint(remaining=n % 2, reset_at=now + n * 1_000))
        case "accepted":
            budget.accepted(now)
            budget.answered(now)
    return went
