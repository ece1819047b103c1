"""What a card shows of a job, case by case."""

from dataclasses import fields, replace
from typing import Any

import pytest

from bot.domain.cards import Card, Outlook, Phase, compose, steady
from bot.domain.jobs import MAYBE_CHARGED, FailureReason, Job, JobState, Picture, Review, Task, TaskState
from bot.domain.language import Language
from bot.domain.provider import HoldReason
from tests.support.clock import START
from tests.support.drafts import place, request

PLACE = place()
PICTURE = Picture("images/job/1.png", 1024, 1024, "png", 1_000)
Q, S, R, D, F, U, C = (
    TaskState.QUEUED,
    TaskState.SUBMITTING,
    TaskState.RENDERING,
    TaskState.RENDERED,
    TaskState.FAILED,
    TaskState.UNKNOWN,
    TaskState.CANCELLED,
)


def job(state: JobState = JobState.OPEN, count: int = 1) -> Job:
    return Job("k7m2q9xw4p", state, request(count=count), 101, PLACE, START)


def task(state: TaskState, number: int = 1, **changes: Any) -> Task:
    usual: dict[TaskState, dict[str, Any]] = {
        R: {"provider_task_id": "p"},
        D: {"provider_task_id": "p", "picture": PICTURE, "cost_microusd": 5_000},
        F: {"reason": FailureReason.SAFETY, "cost_microusd": 0},
        C: {"cost_microusd": 0},
    }
    given = {"estimate_microusd": 6_000, **usual.get(state, {}), **changes}
    return Task(f"k7m2q9xw4p-{number}", "k7m2q9xw4p", number, state, **given)


def card(*states: TaskState, job_state: JobState = JobState.OPEN, **outlook: Any) -> Card:
    tasks = tuple(task(state, number) for number, state in enumerate(states, 1))
    return compose(job(job_state, len(states)), tasks, Outlook(**outlook))


class TestPhase:
    @pytest.mark.parametrize(
        ("states", "phase"),
        [
            ((Q,), Phase.WAITING),
            ((Q, Q), Phase.WAITING),
            ((S,), Phase.DRAWING),
            ((R,), Phase.DRAWING),
            ((Q, R), Phase.DRAWING),
            ((D, R), Phase.DRAWING),
            ((U, R), Phase.DRAWING),
            ((D, Q), Phase.WAITING),
            ((U, Q), Phase.WAITING),
            ((U,), Phase.UNSURE),
            ((U, D, F, C), Phase.UNSURE),
            ((D,), Phase.DONE),
            ((D, F, C), Phase.DONE),
            ((F,), Phase.FAILED),
            ((F, C), Phase.FAILED),
            ((C,), Phase.CANCELLED),
            ((C, C), Phase.CANCELLED),
        ],
    )
    def test_a_card_says_one_thing(self, states: tuple[TaskState, ...], phase: Phase) -> None:
        assert card(*states).phase is phase

    def test_in_line_behind_a_hold_it_says_so(self) -> None:
        assert card(Q, hold=HoldReason.BALANCE).phase is Phase.HELD

    def test_a_hold_concerns_nothing_that_is_under_way(self) -> None:
        assert card(Q, R, hold=HoldReason.BALANCE).phase is Phase.DRAWING
        assert card(D, hold=HoldReason.BALANCE).phase is Phase.DONE

    def test_withdrawn_and_cancelled_are_told_apart(self) -> None:
        assert card(C, job_state=JobState.WITHDRAWN).phase is Phase.WITHDRAWN
        assert card(C, job_state=JobState.CANCELLED).phase is Phase.CANCELLED

    def test_it_is_the_outcome_exactly_when_nothing_moves_any_more(self) -> None:
        outcomes = {Phase.DONE, Phase.FAILED, Phase.UNSHOWN, Phase.CANCELLED, Phase.WITHDRAWN}
        for phase in Phase:
            assert replace(card(Q), phase=phase).over == (phase in outcomes)


class TestContents:
    def test_it_counts_what_is_ready_unsure_and_cancelled(self) -> None:
        shown = card(D, D, U, C)
        assert (shown.ready, shown.unsure, shown.cancelled) == (2, 1, 1)
        assert shown.pictures == (PICTURE, PICTURE)

    def test_failures_and_pictures_come_in_the_order_of_the_images(self) -> None:
        first, second = (replace(PICTURE, path=f"images/job/{number}.png") for number in (1, 3))
        tasks = (
            task(D, 1, picture=first),
            task(F, 2, reason=FailureReason.EXPIRED),
            task(D, 3, picture=second),
            task(F, 4),
        )
        shown = compose(job(count=4), tasks, Outlook())
        assert shown.pictures == (first, second)
        assert [failure.reason for failure in shown.failures] == [FailureReason.EXPIRED, FailureReason.SAFETY]

    def test_it_can_be_cancelled_while_something_waits(self) -> None:
        assert card(Q, R, place=3).cancellable
        assert not card(R, R).cancellable


class TestMoney:
    def test_what_is_not_settled_counts_as_estimated(self) -> None:
        shown = card(D, R, C)
        assert (shown.cost_microusd, shown.settled) == (5_000 + 6_000 + 0, False)

    def test_when_all_is_over_it_is_the_bill(self) -> None:
        shown = card(D, F)
        assert (shown.cost_microusd, shown.settled) == (5_000, True)

    @pytest.mark.parametrize("reason", list(FailureReason))
    def test_a_failure_without_a_bill_may_be_charged(self, reason: FailureReason) -> None:
        shown = compose(job(), (task(F, reason=reason),), Outlook())
        assert shown.maybe_charged == (reason in MAYBE_CHARGED)

    def test_what_is_unknown_may_be_charged(self) -> None:
        assert card(U).maybe_charged
        assert not card(D, C).maybe_charged

    @pytest.mark.parametrize("state", list(TaskState))
    def test_what_an_earlier_try_may_have_cost_stands_beside_the_bill(self, state: TaskState) -> None:
        """However the later try stands or ends: its own cost is told apart from the doubt."""
        shown = compose(job(), (task(state, doubt_microusd=6_000),), Outlook())
        assert (shown.cost_microusd, shown.doubt_microusd) == (card(state).cost_microusd, 6_000)
        assert shown.maybe_charged

    def test_a_failure_knows_whether_its_own_image_was_tried_before(self) -> None:
        tasks = (task(F, 1, doubt_microusd=6_000), task(F, 2))
        shown = compose(job(count=2), tasks, Outlook())
        assert [failure.doubted for failure in shown.failures] == [True, False]


class TestDigest:
    def test_two_cards_that_show_the_same_have_the_same(self) -> None:
        assert card(Q, R, place=2).digest() == card(Q, R, place=2).digest()

    def test_it_does_not_depend_on_what_is_not_shown(self) -> None:
        """Polls, attempts, leases: an edit for each of them would be an edit for nothing."""
        polled = task(R, polls=7, stumbles=2, due_at=START + 1, detail="warming up")
        shown = [compose(job(), (one,), Outlook()) for one in (task(R), polled)]
        later = compose(replace(job(), attempts=3, shown_at=START), (task(R),), Outlook())
        assert shown[0].digest() == shown[1].digest() == later.digest()

    @pytest.mark.parametrize("name", [field.name for field in fields(Card)])
    def test_it_changes_with_everything_that_is_shown(self, name: str) -> None:
        other: dict[str, Any] = {
            "job_id": "0000000000",
            "requester_id": 1,
            "request": request("a hen"),
            "phase": Phase.HELD,
            "outlook": Outlook(place=9),
            "ready": 4,
            "unsure": 4,
            "sent": True,
            "cancelled": 4,
            "failures": (FailureReason.LEFT,),
            "pictures": (PICTURE,),
            "cost_microusd": 1,
            "doubt_microusd": 1,
            "settled": True,
            "review": Review.REFUSED,
            "review_reason": "no",
            "in_server": False,
            "spoiler": True,
            "language": Language.GERMAN,
            "command_language": Language.FRENCH,
            "private": True,
            "copied": True,
        }
        shown = card(Q, place=1)
        assert replace(shown, **{name: other[name]}).digest() != shown.digest()

    def test_a_prompt_that_is_no_proper_unicode_has_one_too(self) -> None:
        """Half of a surrogate pair: Discord does not send it, a forged request might."""
        odd = compose(replace(job(), request=request("\ud83e")), (task(Q),), Outlook())
        assert (
            odd.digest() == compose(replace(job(), request=request("\ud83e")), (task(Q),), Outlook()).digest()
        )

    def test_it_tells_whether_an_edit_would_only_repeat_the_pictures(self) -> None:
        """Sent or put back, in line or on hold: nothing came of it. A picture, a failure, a doubt is news."""
        shown = card(D, Q, Q, place=1).digest()
        assert card(D, S, Q, place=1).repeats(shown)
        assert card(D, Q, Q, place=1, hold=HoldReason.BALANCE).repeats(shown)
        assert not any(card(D, news, Q, place=1).repeats(shown) for news in (D, F, U, C))
        assert not card(D, S, Q, place=1).repeats(None)
        assert not card(S, Q, Q).repeats(card(Q, Q, Q, place=1).digest())


class TestSteady:
    @pytest.mark.parametrize(
        ("promised", "expected", "shown"),
        [
            (None, None, None),
            (None, 60, 60),
            (60, None, None),
            (60, 60, 60),
            (60, 65, 60),
            (60, 70, 60),
            (60, 76, 60),
            (60, 81, 81),
            (60, 51, 60),
            (60, 40, 40),
            (600, 700, 600),
            (600, 900, 900),
            (-1, 60, 60),
            (0, 1, 1),
        ],
    )
    def test_a_promise_stands_until_it_is_clearly_wrong(
        self, promised: int | None, expected: int | None, shown: int | None
    ) -> None:
        """In seconds from now; off by ten seconds or a quarter of the wait is no reason to change it."""

        def moment(seconds: int | None) -> int | None:
            return None if seconds is None else START + seconds * 1_000

        assert steady(moment(promised), moment(expected), START) == moment(shown)
