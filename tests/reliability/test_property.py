"""Random walks through the model world: what people do, what goes wrong, crashes, starts, and time."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.jobs import Quality, Request, Size
from bot.domain.units import MS_PER_S
from bot.services.person import Person
from tests.reliability.fuse import Fuse
from tests.reliability.invariants import breaches, violations
from tests.reliability.life import Life
from tests.reliability.record import unknown
from tests.reliability.stage import Stage
from tests.reliability.world import Message, World
from tests.support.drafts import ANA, BEN, CHANNEL

T = TypeVar("T")

PEOPLE = [Person(who, CHANNEL, moderator=False) for who in (ANA, BEN)]
SUBMITS = ["not sent", "throttled", "refused", "no key", "lost before", "lost after", "slow", "slow"]
POLLS = ["working", "unreachable", "gone", "throttled", "unsafe", "no link"]
FETCHES = ["unreachable", "bad", "full", "not synced"]
ANSWERS = ["refused", "lost before", "lost after"]
EDITS = ["away", "too large", "lost after", "lost after", "deleted", "closed"]
BELLS = ["away", "lost after"]
SOON_S = [0, 1, 4, 4, 15]
LOCKED = [
    "state = 'rendering', provider_task_id",
    "state = 'unknown'",
    "state = 'delivered'",
    "INTO job",
    "FROM mention",
]
"""Words of the statements that find the database locked."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of steps log what nobody reads."""
    with structlog.testing.capture_logs():
        yield


class Promises(RuleBasedStateMachine):
    """The program between a provider and a Discord that count, and people who press whatever is there."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._stage = Stage(World())
        self._fuse = Fuse()
        self._lives = self._requests = 0
        self._life = self._run(self._born())

    # What people do

    @rule(
        person=st.sampled_from(PEOPLE),
        count=st.integers(1, 3),
        cancels=st.booleans(),
        then_s=st.sampled_from(SOON_S),
    )
    def ask(self, person: Person, count: int, cancels: bool, then_s: int) -> None:
        self._requests += 1
        request = Request(f"picture {self._requests}", Size.SQUARE, Quality.LOW, count)
        self._now(lambda: self._life.ask(request, person, cancels=cancels))
        self.time_passes(then_s)

    @precondition(lambda self: self._cards())
    @rule(card=st.integers(0, 50), person=st.sampled_from(PEOPLE))
    def press_again(self, card: int, person: Person) -> None:
        message = self._card(card)
        self._now(lambda: self._life.again(message.job_id, person))

    @precondition(lambda self: self._cards())
    @rule(card=st.integers(0, 50))
    def press_cancel(self, card: int) -> None:
        message = self._card(card)
        self._now(lambda: self._life.cancel(message.job_id, self._owner(message)))

    @precondition(lambda self: self._cards())
    @rule(card=st.integers(0, 50))
    def press_delete(self, card: int) -> None:
        """Also where no such button is shown yet: a client that is behind, or a forged press."""
        number, message = self._cards()[card % len(self._cards())]
        self._now(lambda: self._life.delete(message.job_id, number, self._owner(message)))

    @precondition(lambda self: self._ended())
    @rule(card=st.integers(0, 50))
    def press_delete_on_an_outcome(self, card: int) -> None:
        number, message = self._ended()[card % len(self._ended())]
        self._now(lambda: self._life.delete(message.job_id, number, self._owner(message)))

    @precondition(lambda self: self._unsure())
    @rule(retry=st.booleans())
    def decide(self, retry: bool) -> None:
        self._now(lambda: self._decide(self._unsure()[0], retry))

    # What goes wrong

    @rule(
        submits=st.lists(st.sampled_from(SUBMITS), max_size=2),
        polls=st.lists(st.sampled_from(POLLS), max_size=3),
        fetches=st.lists(st.sampled_from(FETCHES), max_size=2),
    )
    def the_provider_fails(self, submits: list[str], polls: list[str], fetches: list[str]) -> None:
        self._stage.world.submits += submits
        self._stage.world.polls += polls
        self._stage.world.fetches += fetches

    @rule(
        answers=st.lists(st.sampled_from(ANSWERS), max_size=1),
        edits=st.lists(st.sampled_from(EDITS), max_size=3),
        bells=st.lists(st.sampled_from(BELLS), max_size=2),
    )
    def discord_fails(self, answers: list[str], edits: list[str], bells: list[str]) -> None:
        self._stage.world.answers += answers
        self._stage.world.edits += edits
        self._stage.world.bells += bells

    @rule(words=st.sampled_from(LOCKED), times=st.integers(1, 3))
    def the_database_is_locked(self, words: str, times: int) -> None:
        self._stage.world.locked[words] = times

    @precondition(lambda self: self._cards())
    @rule(card=st.integers(0, 50))
    def a_card_is_deleted_by_hand(self, card: int) -> None:
        """As any message; nobody tells the program."""
        self._card(card).deleted = True

    @rule(after=st.integers(0, 6), times=st.integers(1, 4))
    def the_disk_is_full(self, after: int, times: int) -> None:
        self._stage.world.full_after, self._stage.world.full_for = after, times

    @rule(times=st.integers(1, 3))
    def the_disk_cannot_be_read(self, times: int) -> None:
        self._stage.world.fits = ["unreadable"] * times

    @rule(down_s=st.sampled_from([0, 0, 20, 1_000]))
    def crash(self, down_s: int) -> None:
        """And a new start, perhaps after a while."""
        self._fuse.blown = True
        self._stage.clock.advance(down_s)
        self._now(lambda: None)

    @rule(points=st.integers(0, 12))
    def crash_soon(self, points: int) -> None:
        self._fuse.arm(points)

    @rule(seconds=st.sampled_from([*SOON_S, 60, 1_000, 3_600]))
    def time_passes(self, seconds: int) -> None:
        self._run(self._pass(seconds))

    # What must hold

    @invariant()
    def no_promise_is_broken(self) -> None:
        assert not (broken := breaches(self._stage.facts())), broken

    def teardown(self) -> None:
        """When nothing goes wrong any more, everything comes to its end."""
        world = self._stage.world
        for script in (
            *(world.submits, world.polls, world.fetches, world.fits),
            *(world.answers, world.edits, world.bells),
        ):
            script.clear()
        world.locked.clear()
        world.full_for = 0
        try:
            self._run(self._rest())
            facts = self._run(self._stage.facts_at_rest())
            assert not (broken := violations(facts)), broken
        finally:
            self._run(self._life.end())
            self._stage.close()
            self._loop.close()

    # How it is done

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def _now(self, deed: Callable[[], None]) -> None:
        """Do it, and let all go on that can."""

        async def done() -> None:
            deed()
            await self._go_on()

        self._run(done())

    async def _born(self) -> Life:
        self._lives += 1
        self._fuse = Fuse()
        return Life(self._stage, self._fuse, owner=f"run-{self._lives}")

    async def _go_on(self) -> None:
        """Should the process have died of it, it is started again."""
        await self._life.goes_on()
        while self._life.is_over:
            await self._life.end()
            self._life = await self._born()
            await self._life.goes_on()

    async def _pass(self, seconds: int) -> None:
        clock = self._stage.clock
        until = clock.now() + seconds * MS_PER_S
        while (wakes_at := clock.wakes_at) is not None and wakes_at <= until:
            clock.move_to(wakes_at)
            await self._go_on()
        clock.move_to(until)
        await self._go_on()

    async def _rest(self) -> None:
        """Come to rest; a fuse that was lit may still end one life on the way."""
        await self._go_on()
        await self._life.comes_to_rest(self._somebody_decides)
        if self._life.is_over:
            await self._go_on()
            await self._life.comes_to_rest(self._somebody_decides)

    def _somebody_decides(self) -> bool:
        unsure = self._unsure()
        if unsure:
            self._decide(unsure[0], retry=self._requests % 2 == 0)
        return bool(unsure)

    def _decide(self, message: Message, retry: bool) -> None:
        if retry:
            self._life.retry_unknown(message.job_id, message.card.request.prompt, self._owner(message))
        else:
            self._life.leave_unknown(message.job_id, self._owner(message))

    def _owner(self, message: Message) -> Person:
        return next(person for person in PEOPLE if person.id == message.card.requester_id)

    def _cards(self) -> list[tuple[int, Message]]:
        return [(number, it) for number, it in self._stage.world.messages.items() if not it.deleted]

    def _ended(self) -> list[tuple[int, Message]]:
        """Cards that show an outcome, and so the button Delete."""
        return [(number, message) for number, message in self._cards() if message.card.over]

    def _card(self, index: int) -> Message:
        return self._cards()[index % len(self._cards())][1]

    def _unsure(self) -> list[Message]:
        """Cards that ask a person, and have not been answered yet."""
        return [
            message
            for _, message in self._cards()
            if message.card.unsure and unknown(self._stage.database, message.job_id)
        ]


TestPromises = Promises.TestCase
TestPromises.settings = settings(
    max_examples=350,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,  # the same walks every time: a failure is of the change at hand
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
