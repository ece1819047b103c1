"""The record of one person, and of what is being erased."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.jobs import JobId
from bot.domain.ports.record import JobView
from bot.domain.privacy import Erased, Holding, Personal, Removal, Sweep
from bot.domain.units import Instant


class PrivacyRecord(Protocol):
    """What is kept of a member. Each method is one transaction."""

    async def holding(self, member_id: int) -> Holding:
        """How much that is."""
        ...

    async def personal(self, member_id: int) -> Personal:
        """All but their requests."""
        ...

    async def requests(self, member_id: int, at: Instant, job_id: JobId, most: int) -> Sequence[JobView]:
        """Their requests, oldest first: from the one of that moment and id on, which comes again."""
        ...

    async def erase(self, member_id: int, now: Instant, *, with_cards: bool) -> Erased:
        """Erase all that is over of what they asked for so far, and their choices and words.

        What is under way is erased when it is over, what is reported when moderators have decided, or did not
        in time. Files, and cards if so wanted, are left to `Erasures`.
        """
        ...


class Erasures(Protocol):
    """What is still to be erased, for whoever does it. Each method is one transaction."""

    async def recover(self, now: Instant) -> None:
        """At start: what an earlier run had begun or put off is due."""
        ...

    async def sweep(self, now: Instant, retention_days: int) -> Sweep:
        """Erase what is over by now of those who asked for it, and a batch of what has reached its age."""
        ...

    async def claim(self, limit: int, now: Instant) -> list[Removal]:
        """Jobs of which something is to go; due again later, should nobody say it is done."""
        ...

    async def removed(self, removal: Removal, now: Instant) -> None:
        """All of that is gone: its card, too, if it was to go."""
        ...

    async def put_off(self, removal: Removal, due_at: Instant, *, closed: bool = False) -> None:
        """It could not be removed: try again then. It counts when its place is closed."""
        ...

    async def give_up(self, removal: Removal) -> None:
        """What is left of it in Discord is out of reach, and stays; nobody may say that it was deleted."""
        ...

    async def next_due(self) -> Instant | None:
        """When there is something to remove."""
        ...
