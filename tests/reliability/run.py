"""One schedule, or every schedule: a scenario played with crashes, each time until all is quiet."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.cards import Phase
from bot.domain.jobs import Quality, Request, Size
from bot.services.person import Person
from tests.reliability.fuse import Fuse
from tests.reliability.invariants import Facts
from tests.reliability.life import Life
from tests.reliability.record import unknown
from tests.reliability.stage import Stage
from tests.reliability.world import World
from tests.support.drafts import ANA, BEN, CHANNEL

PROMPT = "a fox"
ANA_HERE, BEN_HERE = (Person(who, CHANNEL, moderator=False) for who in (ANA, BEN))


@dataclass(frozen=True)
class Scenario:
    """What is asked for, what goes wrong outside, and what the person decides."""

    name: str
    count: int = 1
    submits: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    fetches: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    bells: tuple[str, ...] = ()
    locked: tuple[tuple[str, int], ...] = ()
    """Words of a statement, and how often it finds the database locked."""
    full: tuple[int, int] = (0, 0)
    """How many writes to the disk succeed, and how many then find it full."""
    retries: bool = False
    """Whether the person, asked about an unknown outcome, tries again."""
    cancels: bool = False
    """Whether the person presses Cancel as soon as there is a card."""
    person: Person = ANA_HERE

    def world(self) -> World:
        """The outside, as it is before anything happens."""
        return World(
            submits=list(self.submits),
            polls=list(self.polls),
            fetches=list(self.fetches),
            fits=list(self.fits),
            answers=list(self.answers),
            edits=list(self.edits),
            bells=list(self.bells),
            locked=dict(self.locked),
            full_after=self.full[0],
            full_for=self.full[1],
        )


@dataclass(frozen=True)
class Outcome:
    """How a schedule ended."""

    crashes: tuple[str, ...]
    """At which points the process died, in turn."""
    facts: Facts
    points: Sequence[str]
    """The points that the last life passed."""


async def play(scenario: Scenario, crashes: Sequence[int] = ()) -> Outcome:
    """Start the program, ask, and crash it at these points, each counted from the start before it."""
    stage, fuse = Stage(scenario.world()), Fuse()
    died: list[str] = []
    for at in [*crashes, None]:
        fuse = Fuse(at)
        if not await lives(stage, scenario, fuse, number=len(died)):
            break
        died.append(f"point {at}")
    outcome = Outcome(tuple(died), await stage.facts_at_rest(), fuse.passed)
    stage.close()
    return outcome


async def explore(scenario: Scenario, crashes: int) -> AsyncIterator[Outcome]:
    """Every schedule of that many crashes, in all places, and of fewer.

    What a crash leaves is the outside as it is at that moment, so one life shows what a crash at each of
    its points leaves. Where two crashes leave the same, what follows is the same, and is played once.
    """
    ahead: list[_Left] = [(Stage(scenario.world()), ())]
    seen: set[tuple[int, bytes]] = set()
    while ahead:
        stage, died = ahead.pop()
        seeing = partial(_keep, stage, died, seen, ahead)
        fuse = Fuse(reached=seeing) if len(died) < crashes else Fuse()
        await lives(stage, scenario, fuse, number=len(died))
        yield Outcome(died, await stage.facts_at_rest(), fuse.passed)
        stage.close()


_Left = tuple[Stage, tuple[str, ...]]
"""What crashes at these points left behind."""


def _keep(
    stage: Stage, died: tuple[str, ...], seen: set[tuple[int, bytes]], ahead: list[_Left], point: str
) -> None:
    """Note what a crash at this point would leave, unless that was seen after as many crashes."""
    what = (len(died), stage.digest())
    if what not in seen:
        seen.add(what)
        ahead.append((stage.copy(), (*died, point)))


async def lives(stage: Stage, scenario: Scenario, fuse: Fuse, number: int) -> bool:
    """Run until all is quiet, or until the fuse blows; whether it blew. In the first life somebody asks."""
    life = Life(stage, fuse, owner=f"run-{number}")
    if number == 0:
        request = Request(PROMPT, Size.SQUARE, Quality.LOW, scenario.count)
        life.ask(request, scenario.person, cancels=scenario.cancels)
    try:
        await life.comes_to_rest(lambda: _decides(stage, scenario, life))  # if not, the invariants tell
        return life.is_over
    finally:
        await life.end()


def _decides(stage: Stage, scenario: Scenario, life: Life) -> bool:
    """Whether a card asks a person, who then presses one of its two buttons."""
    for message in stage.world.messages.values():
        asks = message.card.phase is Phase.UNSURE and not message.deleted
        if asks and unknown(stage.database, message.job_id):
            if scenario.retries and not stage.world.consents:
                life.retry_unknown(message.job_id, PROMPT, scenario.person)
            else:
                life.leave_unknown(message.job_id, scenario.person)
            return True
    return False
