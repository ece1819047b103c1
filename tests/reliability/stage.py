"""What outlives a crash in the model world: the database, the outside, and the time."""

import copy
import sqlite3
from hashlib import sha256
from typing import Self

from tests.reliability.invariants import Facts, Shown
from tests.reliability.memory import new_database, restored
from tests.reliability.record import consents, job_rows
from tests.reliability.world import World
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

    def facts(self) -> Facts:
        """Both sides, for the invariants."""
        world = self.world
        return Facts(
            jobs=job_rows(self.database),
            charged=world.charged,
            shown=[
                Shown(message.job_id, message.card.over, message.pictures, message.deleted or message.closed)
                for message in world.messages.values()
            ],
            on_disk=len(world.disk),
            consents=consents(self.database, world.consents),
            finished=[world.tasks[task_id] for task_id in world.finished],
        )
