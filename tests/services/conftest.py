"""The use cases over a real record."""

from dataclasses import dataclass, field

import pytest

from bot.domain.filters import Hit
from bot.services.cards import Cards
from bot.services.imagine import Imagine
from tests.support.prices import default_prices
from tests.support.records import Records


@dataclass
class Desk:
    """What a cog holds, and how often it woke the workers."""

    records: Records
    wakes: list[str] = field(default_factory=list)
    room: bool = True
    """Whether the disk takes more pictures."""
    hit: Hit | None = None
    """What every prompt is found to contain."""
    imagine: Imagine = field(init=False)
    cards: Cards = field(init=False)

    def __post_init__(self) -> None:
        jobs, tasks, clock = self.records.jobs, self.records.tasks, self.records.clock
        self.imagine = Imagine(
            jobs,
            default_prices(),
            self,
            clock,
            has_room=lambda: self.room,
            written=lambda: self.wakes.append("written"),
            opened=lambda: self.wakes.append("opened"),
        )
        self.cards = Cards(jobs, tasks, clock, changed=lambda: self.wakes.append("changed"))

    async def check(self, _guild_id: int, _text: str) -> Hit | None:
        """The filter, as `Imagine` asks it."""
        return self.hit


@pytest.fixture
def desk(records: Records) -> Desk:
    return Desk(records)
