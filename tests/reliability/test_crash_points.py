"""Every single crash and every pair of crashes, times what can go wrong outside."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tests.reliability.fuse import Fuse
from tests.reliability.invariants import violations
from tests.reliability.run import BEN_HERE, Scenario, explore, lives, play
from tests.reliability.stage import Stage

WRITES = 18
"""As many as a job of one image makes from its acceptance to its delivery."""
_AGAIN: dict[str, Any] = {"submits": ("lost after",), "retries": True}
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
    Scenario("answer lost, tried again and refused", submits=("lost after", "refused"), retries=True),
    Scenario("answer lost, tried again in vain", submits=("lost after",), polls=("failed",), retries=True),
    Scenario("answer lost, tried again, the next one slow", submits=("lost after", "slow"), retries=True),
    Scenario(
        "answer lost, the next both slow and lost, and Discord's answers too",
        submits=("lost after", "slow and lost"),
        edits=("fine",) + ("lost after",) * 6,
        retries=True,
    ),
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
    Scenario("told of the outcome, whose first answer is lost", bells=("lost after",), person=BEN_HERE),
    Scenario("Discord's answers lost", edits=("lost after",) * 3),
    Scenario("card deleted", edits=("deleted",)),
    Scenario("no permission any more", edits=("closed",)),
    Scenario("files too large at first", edits=("fine", "too large", "too large")),
    Scenario("files too large for good", edits=("fine",) + ("too large",) * 12),
    Scenario("balance used up for a while", submits=("no balance",)),
    Scenario("database locked when the paid answer comes", locked=(("SET state = 'rendering'", 3),)),
    Scenario("database locked when the picture is there", locked=(("SET state = 'rendered'", 3),)),
    Scenario("database locked when the card is up", locked=(("SET state = 'open'", 3),)),
    Scenario("database locked when the outcome is shown", locked=(("SET state = 'delivered'", 2),)),
    Scenario("cancelled at once", count=2, cancels=True),
    Scenario("disk full when the picture is there", fetches=("full",) * 3),
    Scenario("disk full and the link in trouble", fetches=("full", "unreachable") * 3),
    Scenario("disk fails when the picture is there", fetches=("not synced",) * 2),
    Scenario("disk fails when the picture is shown", fits=("unreadable",) * 3),
    *(Scenario(f"disk full after {writes} writes", full=(writes, 3)) for writes in range(0, WRITES, 3)),
    *(
        Scenario(f"answer lost, tried again, disk full after {writes} writes", **_AGAIN, full=(writes, 3))
        for writes in range(8, 26, 6)
    ),
]
"""With pairs of crashes."""
BETWEEN = [
    Scenario(f"disk full after {writes} writes", full=(writes, 3)) for writes in range(WRITES) if writes % 3
]
"""With single crashes only: their neighbours have the pairs."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of schedules log what nobody reads."""
    with structlog.testing.capture_logs():
        yield


@pytest.mark.parametrize("scenario", [*OUTSIDE, *BETWEEN], ids=lambda scenario: scenario.name)
async def test_no_single_crash_breaks_a_promise(scenario: Scenario) -> None:
    """The process dies once, at each point in turn; and, to begin with, not at all."""
    whole = await play(scenario)
    assert violations(whole.facts) == []

    for at, point in enumerate(whole.points):
        outcome = await play(scenario, [at])
        assert violations(outcome.facts) == [], f"crash {point} ({at})"


@pytest.mark.parametrize("scenario", OUTSIDE, ids=lambda scenario: scenario.name)
async def test_no_two_crashes_break_a_promise(scenario: Scenario) -> None:
    """The process dies, starts again, and dies again: every pair."""
    async for outcome in explore(scenario, crashes=2):
        assert violations(outcome.facts) == [], outcome.crashes


async def test_a_disk_that_is_full_for_longer_than_a_link_is_tried_loses_no_picture() -> None:
    """It is the disk's fault, and the provider keeps the picture meanwhile."""
    outcome = await play(Scenario("disk full for hours", fetches=("full",) * 60))

    assert violations(outcome.facts) == []
    assert [task.has_picture for job in outcome.facts.jobs for task in job.tasks] == [True]


async def test_what_a_crash_leaves_is_what_was_there_when_its_point_was_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On which the test of pairs relies: it takes a picture of the outside instead of crashing."""
    monkeypatch.setattr("bot.services.imagine.new_job_id", lambda: "0123456789")
    scenario = Scenario("all kinds of trouble", count=2, submits=("lost after",), edits=("lost after",))
    seen: list[bytes] = []
    whole = Stage(scenario.world())
    await lives(whole, scenario, Fuse(reached=lambda _: seen.append(whole.digest())), number=0)

    for at, kept in enumerate(seen):
        crashed = Stage(scenario.world())
        assert await lives(crashed, scenario, Fuse(at), number=0)
        assert crashed.digest() == kept, at
        crashed.close()
    whole.close()
