"""Every single crash and every pair of crashes, times what can go wrong outside."""

import random
from collections.abc import Iterator

import pytest
import structlog

from tests.reliability.invariants import violations
from tests.reliability.run import Scenario, play

OUTSIDE = [
    Scenario("all well"),
    Scenario("two images", count=2),
    Scenario("submit not sent", submits=("not sent", "not sent")),
    Scenario("submit throttled", submits=("throttled",)),
    Scenario("submit refused", submits=("refused",)),
    Scenario("key refused for a while", submits=("no key", "no key")),
    Scenario("submit lost before it arrived, left", submits=("lost before",)),
    Scenario("submit lost before it arrived, tried again", submits=("lost before",), retries=True),
    Scenario("answer to the submit lost, left", submits=("lost after",)),
    Scenario("answer to the submit lost, tried again", submits=("lost after",), retries=True),
    Scenario("provider away while polling", polls=("unreachable",) * 4 + ("working",)),
    Scenario("task unknown for a moment", polls=("gone", "gone")),
    Scenario("task expired", polls=("gone",) * 10),
    Scenario("polls throttled", polls=("throttled", "working")),
    Scenario("prompt refused", polls=("working", "unsafe")),
    Scenario("provider gives up", polls=("failed",)),
    Scenario("done without a link", polls=("no link", "no link")),
    Scenario("picture out of reach", fetches=("unreachable",) * 3),
    Scenario("not a picture", fetches=("bad",) * 5),
    Scenario("acknowledgement refused", answers=("refused",)),
    Scenario("acknowledgement lost on the way", answers=("lost before",)),
    Scenario("acknowledgement's answer lost", answers=("lost after",)),
    Scenario("Discord away", edits=("away",) * 3),
    Scenario("Discord's answers lost", edits=("lost after",) * 3),
    Scenario("card deleted", edits=("deleted",)),
    Scenario("no permission any more", edits=("closed",)),
    Scenario("files too large at first", edits=("fine", "too large", "too large")),
    Scenario("cancelled at once", count=2, cancels=True),
]


EVERY_PAIR = {
    "all well",
    "answer to the submit lost, tried again",
    "acknowledgement's answer lost",
    "card deleted",
}
PAIRS_SAMPLED = 150


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of schedules log what nobody reads."""
    with structlog.testing.capture_logs():
        yield


@pytest.mark.parametrize("scenario", OUTSIDE, ids=lambda scenario: scenario.name)
async def test_no_single_crash_breaks_a_promise(scenario: Scenario) -> None:
    """The process dies once, at each point in turn; and, to begin with, not at all."""
    whole = await play(scenario)
    assert violations(whole.facts) == []

    for at, point in enumerate(whole.points):
        outcome = await play(scenario, [at])
        assert violations(outcome.facts) == [], f"crash {point} ({at})"


@pytest.mark.parametrize("scenario", OUTSIDE, ids=lambda scenario: scenario.name)
async def test_no_two_crashes_break_a_promise(scenario: Scenario) -> None:
    """The process dies, starts again, and dies again: every pair, or a fair sample of them."""
    pairs = [
        (first, second)
        for first in range(len((await play(scenario)).points))
        for second in range(len((await play(scenario, [first])).points))
    ]
    if scenario.name not in EVERY_PAIR:
        pairs = random.Random(scenario.name).sample(pairs, min(PAIRS_SAMPLED, len(pairs)))

    for first, second in pairs:
        outcome = await play(scenario, [first, second])
        assert violations(outcome.facts) == [], f"crashes at {first} and then {second}"
