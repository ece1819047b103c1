"""What outlives a crash in the model world: the database, the outside, and the time."""

import copy
import sqlite3
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import Self

from bot.services.person import Person
from bot.services.show import Show
from bot.storage.jobs import Jobs
from tests.reliability.fuse import Fuse
from tests.reliability.invariants import Facts, Rung, Shown
from tests.reliability.memory import MemoryStore, as_store, new_database, restored
from tests.reliability.record import consents, given_up, job_rows
from tests.reliability.world import ModelPictures, World
from tests.support.clock import ManualClock


class Stage:
    """A database, a world and a clock."""

    def __init__(
        self,
        world: World,
        *,
        database: sqlite3.Connection | None = None,
        clock: ManualClock | None = None,
    ) -> None:
        self.world = world
        self.database = database or new_database()
        self.clock = clock or ManualClock()

    def digest(self) -> bytes:
        """Of everything there is: two stages where it is the same go on alike."""
        rest = f"{self.clock.now()} {self.world!r}".encode()
        return sha256(self.database.serialize() + rest).digest()

    def copy(self) -> Self:
        """The same once more, to go on from here another way."""
        return type(self)(
            copy.deepcopy(self.world),
            database=restored(self.database.serialize()),
            clock=ManualClock(self.clock.now()),
        )

    def close(self) -> None:
        """It is of no more use."""
        self.database.close()

    async def facts_at_rest(self) -> Facts:
        """Both sides when all is quiet: with what `/show` answers for each job whose card is lost."""
        copies = {job_id: await self._shown(job_id, who) for job_id, who in given_up(self.database)}
        return replace(self.facts(), copies=copies)

    async def _shown(self, job_id: str, requester_id: int) -> Shown:
        """Asked for from elsewhere: that is where somebody asks whose channel is gone."""
        fuse = Fuse()
        store = as_store(MemoryStore(self.database, fuse, {}, lambda: True))
        show = Show(Jobs(store, owner="show", slots=1), ModelPictures(self.world, fuse), self.clock)
        view = await show.find(job_id, Person(requester_id, channel_id=0, moderator=False))
        card, uploads = await show.copy(view, view.job.place.upload_limit_bytes, private=True)
        return Shown(job_id, card.over, len(uploads))

    def facts(self) -> Facts:
        """Both sides, for the invariants."""
        world = self.world
        return Facts(
            jobs=job_rows(self.database),
            charged=world.charged,
            billed_microusd=_billed(world),
            shown=[
                Shown(
                    message.job_id,
                    message.card.over,
                    message.pictures,
                    message.deleted or message.closed,
                    message.card.digest(),
                )
                for message in world.messages.values()
            ],
            on_disk=len(world.disk),
            consents=consents(self.database, world.consents),
            finished=[world.tasks[task_id] for task_id in world.finished],
            spilled=world.ever_spilled,
            rung=[Rung(reply.job_id, frozenset({reply.mentioned})) for reply in world.replies],
        )


def _billed(world: World) -> Counter[str]:
    bills: Counter[str] = Counter()
    for provider_task_id, microusd in world.bills.items():
        bills[world.tasks[provider_task_id]] += microusd
    return bills
