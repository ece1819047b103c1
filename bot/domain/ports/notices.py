"""Log channels: what they are to be told, and what moderators decide there."""

from collections.abc import Collection
from typing import Protocol

from bot.domain.jobs import Job
from bot.domain.notices import Decided, NoticeView, Posting
from bot.domain.units import Instant


class Notices(Protocol):
    """The record of what log channels are to be told. Each method is one transaction."""

    async def recover(self, now: Instant) -> None:
        """At start: what an earlier run held or put off is due."""
        ...

    async def claim(self, limit: int, resting: Collection[int], now: Instant) -> list[Posting]:
        """Messages to post or to draw anew; of each server only the next, and none into a resting channel."""
        ...

    async def posted(self, posting: Posting, message_id: int, now: Instant, *, stale: bool) -> None:
        """The message is there; `stale`: with what was true earlier, so it has to be drawn anew."""
        ...

    async def put_off(self, posting: Posting, due_at: Instant) -> None:
        """Discord would not: try again then."""
        ...

    async def drop(self, posting: Posting) -> None:
        """Nothing comes of this message any more."""
        ...

    async def give_up(self, posting: Posting, now: Instant, *, enter: bool) -> None:
        """The channel is gone or shut: forget all that waits for it; `enter` it in the audit."""
        ...

    async def next_due(self) -> tuple[list[tuple[int, Instant]], Instant | None]:
        """The channel of each server's next message and when it is due; and when one is to be drawn anew."""
        ...

    async def find(self, notice_id: int) -> NoticeView | None:
        """A notice as it stands."""
        ...

    async def decide(self, notice_id: int, what: Decided, by_id: int, now: Instant) -> None:
        """Remember what was decided; the same thing twice is once."""
        ...


class LogChannel(Protocol):
    """Puts notices into Discord. Every method raises `PublishError`."""

    async def post(self, posting: Posting) -> int:
        """Post it, or find that an earlier try of the last minutes has: the message's id."""
        ...

    async def find(self, posting: Posting) -> int | None:
        """Look in the channel for what an earlier try has posted."""
        ...

    async def redraw(self, posting: Posting) -> None:
        """Make its message say what is true now."""
        ...


class ReportRecord(Protocol):
    """The record of complaints. Each change is one transaction with its audit line and its notice."""

    async def check(self, job: Job, reporter_id: int, now: Instant) -> None:
        """Return when this person may report that job.

        Raises:
            ReportedAlready: by the same person, and it is open or was dismissed.
            ReportedTooMuch: by them, within the last hour.
        """
        ...

    async def file(self, job: Job, copy_id: int | None, reporter_id: int, reason: str, now: Instant) -> bool:
        """Write a report down, about the card or that copy of it; whether there is a log channel to tell.

        Raises:
            ReportedAlready, ReportedTooMuch: as for `check`.
        """
        ...

    async def dismiss(self, view: NoticeView, by_id: int, now: Instant) -> None:
        """Close a report without more.

        Raises:
            DecidedAlready: it is closed.
        """
        ...


class ReviewRecord(Protocol):
    """The record of approvals. Each change is one transaction with its audit line."""

    async def approve(self, view: NoticeView, by_id: int, now: Instant) -> None:
        """Its tasks may be claimed.

        Raises:
            DecidedAlready, TakenBack: nothing is left to decide.
        """
        ...

    async def refuse(self, view: NoticeView, by_id: int, reason: str | None, now: Instant) -> None:
        """Cancelled; the reason is shown to the requester.

        Raises:
            DecidedAlready, TakenBack: nothing is left to decide.
        """
        ...

    async def lapse(self, before: Instant, now: Instant) -> int:
        """Cancel what was accepted before then and nobody decided on; how many."""
        ...


class AppealRecord(Protocol):
    """The record of appeals. Each change is one transaction with its audit line and its notice."""

    async def may_appeal(self, guild_id: int, member_id: int, now: Instant) -> bool:
        """Whether a moderator would be told of an appeal; False without a log channel.

        Raises:
            NotBlocked, AppealedAlready: see there.
        """
        ...

    async def appeal(self, guild_id: int, member_id: int, text: str, now: Instant) -> bool:
        """Write an appeal down; False, and nothing written, without a log channel.

        Raises:
            NotBlocked, AppealedAlready: see there.
        """
        ...

    async def turn_down(self, view: NoticeView, by_id: int, now: Instant) -> None:
        """Let the block stand.

        Raises:
            DecidedAlready: somebody was faster.
        """
        ...
