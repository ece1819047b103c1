"""The world outside as the program needs it: time, the provider, the disk, Discord."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.cards import Card
from bot.domain.filters import Hit
from bot.domain.jobs import Job, Picture, Request, TaskId
from bot.domain.provider import HoldReason, PollOutcome, RequestKind, SubmitOutcome, Throttled
from bot.domain.units import Instant


class Clock(Protocol):
    """The time, and waiting for it: tests move it by hand."""

    def now(self) -> Instant:
        """This moment; it never goes back while the program runs."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that much time has passed."""
        ...


class Provider(Protocol):
    """The paid service that renders images."""

    async def submit(self, request: Request) -> SubmitOutcome:
        """Ask for one image. Every answer is a value, the lack of one too."""
        ...

    async def poll(self, provider_task_id: str) -> PollOutcome:
        """Look how a task stands; free of charge."""
        ...

    async def probe(self) -> HoldReason | None:
        """Why nothing could be submitted at present; None when it could. Free of charge."""
        ...


class Filters(Protocol):
    """The words and phrases that a server's moderators do not want."""

    async def check(self, guild_id: int, text: str) -> Hit | None:
        """The weightiest term in a text, if there is one.

        Raises:
            StoreError: the terms cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Load:
    """How much the provider has to do for us."""

    running: int
    """Tasks that may be at the provider, those on their way too."""
    waiting: int
    """Tasks in line that could be submitted now; counted to a hundred, more than any account takes."""


class Budget(Protocol):
    """How many requests and tasks the provider's account still allows."""

    def submit_room(self, now: Instant, running: int, waiting: int) -> int:
        """How many of the waiting submits may go now."""
        ...

    def poll_room(self, now: Instant, running: int, waiting: int) -> int:
        """How many polls may go now, when that many submits wait."""
        ...

    def submit_at(self, now: Instant, running: int) -> Instant | None:
        """When the next submit may go; None when not before a running task ends."""
        ...

    def poll_at(self, now: Instant, running: int, waiting: int) -> Instant:
        """When the next poll may go."""
        ...

    def spend(self, now: Instant, kind: RequestKind, n: int = 1) -> None:
        """That many requests are about to be sent."""
        ...

    def throttled(self, now: Instant, answer: Throttled, running: int) -> None:
        """The provider answered 429 with so many other tasks running."""
        ...

    def accepted(self, now: Instant) -> None:
        """The provider took a submit: an earlier complaint is over."""
        ...

    def answered(self, now: Instant) -> None:
        """A poll was not throttled."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to put on a card."""

    path: str
    """Relative to the data folder."""
    number: int
    """The image's number from 1."""
    reencoded: bool
    """Whether it had to be made smaller than the original to fit Discord's limit."""


class Pictures(Protocol):
    """The pictures on disk."""

    async def fetch(self, url: str, task_id: TaskId) -> Picture:
        """Bring a result to disk, durably, and decode it once.

        Raises:
            PictureUnreachable: the link; it may work later.
            PictureNotKept: the disk; it may work later.
            PictureBad: what came is no picture that may be shown.
        """
        ...

    async def fit(self, pictures: Sequence[tuple[int, Picture]], file_limit_bytes: int) -> tuple[Upload, ...]:
        """The files to upload for these (number, picture), each and together within Discord's limits.

        Raises:
            PictureNotKept: the disk, or the memory; it may work later.
            PictureUnfit: one is sound, but could not be made smaller.
            PictureBad: a file is gone or damaged.
        """
        ...


class Charts(Protocol):
    """Draws pictures of figures."""

    async def draw(
        self, name: str, values: Mapping[str, Sequence[Mapping[str, str | int | float | None]]]
    ) -> bytes | None:
        """The PNG of the chart of that name with these rows; None when it could not be drawn in time."""
        ...


class Publisher(Protocol):
    """Puts cards into Discord.

    Every method raises `PublishError`: `DiscordAway`, `CardGone` or `PlaceClosed`.
    """

    async def show(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        """Make the job's message look like this card: idempotent, never a second message."""
        ...

    async def find(self, job: Job) -> int | None:
        """The id of the message that acknowledged the job; None when there certainly is none."""
        ...
