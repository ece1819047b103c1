"""A world outside the program that counts: what was paid, what was shown, what is on disk.

Each part is a port with fault points around its effects, and a script of what goes wrong, consumed call by
call; past its end all goes well.
"""

import errno
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.cards import Card
from bot.domain.errors import (
    CardGone,
    DiscordAway,
    FilesTooLarge,
    PictureBad,
    PictureNotKept,
    PictureUnreachable,
    PlaceClosed,
)
from bot.domain.jobs import FailureReason, Job, Picture, Request, TaskId
from bot.domain.mentions import Mention
from bot.domain.ports import Clock, Spilled, Upload
from bot.domain.provider import (
    Done,
    Gone,
    Held,
    HoldReason,
    NotSent,
    Over,
    PollOutcome,
    Refused,
    SubmitOutcome,
    Taken,
    Throttled,
    Uncertain,
    Unreachable,
    Working,
)
from bot.domain.units import Instant, after
from tests.reliability.fuse import Fuse

PRICE_MICROUSD = 6_000
SLOW_S = 8.0
"""How long a slow submit takes: long enough that its card is shown meanwhile."""
_TAKES_BACK = {"gone", "unsafe", "failed", "no link"}
"""Answers to a poll after which there is no picture to be had."""
_UNBILLED = {"unsafe", "failed"}
"""Answers to a poll that say that nothing is charged."""
_RESULTS = "https://results/"
_NONCE_REMEMBERED_S = 180.0


@dataclass
class Message:
    """One message in the channel, as the bot made it."""

    job_id: str
    interaction_id: int
    card: Card
    pictures: int = 0
    deleted: bool = False
    closed: bool = False
    """Whether the bot may not touch it any more."""


@dataclass(frozen=True)
class Reply:
    """A message that tells somebody of an outcome."""

    job_id: str
    mentioned: int
    at: Instant


@dataclass
class World:
    """All that outlives a crash, the database aside."""

    charged: list[str] = field(default_factory=list)
    """The prompt of every paid submit, in order."""
    consents: Counter[str] = field(default_factory=Counter)
    """By prompt: how many images a person accepted to pay for perhaps twice."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Provider task id -> prompt."""
    bills: dict[str, int] = field(default_factory=dict)
    """Provider task id -> what is charged for it, in micro-dollars: nothing for what failed unbilled."""
    finished: dict[str, None] = field(default_factory=dict)
    """Provider tasks, in order, that we were told are done and whose picture may be had."""
    disk: dict[TaskId, Picture] = field(default_factory=dict)
    spilled: list[Spilled] = field(default_factory=list)
    ever_spilled: list[str] = field(default_factory=list)
    """Every paid task's id that was ever in the spill file."""
    messages: dict[int, Message] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    submits: list[str] = field(default_factory=list)
    polls: list[str] = field(default_factory=list)
    fetches: list[str] = field(default_factory=list)
    fits: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    bells: list[str] = field(default_factory=list)
    locked: dict[str, int] = field(default_factory=dict)
    """How many more times a statement with these words finds the database locked."""
    full_after: int = 0
    """How many more writes to the disk succeed, of the database, of the spill file or of pictures ..."""
    full_for: int = 0
    """... and how many then find it full."""
    last_id: int = 0

    def new_id(self) -> int:
        """A number of its own for anything."""
        self.last_id += 1
        return self.last_id

    def takes_write(self) -> bool:
        """Whether the disk takes what is to be written now."""
        if self.full_after:
            self.full_after -= 1
            return True
        if self.full_for:
            self.full_for -= 1
            return False
        return True


def _next(script: list[str]) -> str:
    return script.pop(0) if script else "fine"


class ModelProvider:
    """The `Provider` port."""

    def __init__(self, world: World, fuse: Fuse, clock: Clock) -> None:
        self._world = world
        self._fuse = fuse
        self._clock = clock

    async def submit(self, request: Request) -> SubmitOutcome:
        """Charges when it takes, whether or not the answer arrives."""
        await self._fuse.point("submit: before")
        fault = _next(self._world.submits)
        match fault:
            case "not sent":
                return NotSent("refused connection")
            case "throttled":
                return Throttled(None, concurrency=True)
            case "refused":
                return Refused(FailureReason.SAFETY, "no")
            case "no key":
                return Held(HoldReason.KEY)
            case "no balance":
                return Held(HoldReason.BALANCE)
            case "lost before":
                return Uncertain("reset")
        provider_task_id = f"p-{self._world.new_id()}"
        self._world.charged.append(request.prompt)
        self._world.tasks[provider_task_id] = request.prompt
        self._world.bills[provider_task_id] = PRICE_MICROUSD
        await self._fuse.point("submit: after")
        if fault.startswith("slow"):
            await self._clock.sleep(SLOW_S)
            await self._fuse.point("submit: long after")
        return Uncertain("reset") if fault in {"lost after", "slow and lost"} else Taken(provider_task_id)

    async def poll(self, provider_task_id: str) -> PollOutcome:
        """Free, and without effect."""
        await self._fuse.pause()
        fault = _next(self._world.polls)
        if fault in _TAKES_BACK:
            self._world.finished.pop(provider_task_id, None)
        self._world.bills[provider_task_id] = 0 if fault in _UNBILLED else PRICE_MICROUSD
        match fault:
            case "working":
                return Working()
            case "unreachable":
                return Unreachable("503")
            case "gone":
                return Gone()
            case "throttled":
                return Throttled(1.0, concurrency=False)
            case "unsafe":
                return Over(FailureReason.SAFETY, "no", None)
            case "failed":
                return Over(FailureReason.PROVIDER_FAILED, "", None)
            case "no link":
                return Done(None, 1_000, PRICE_MICROUSD, None)
        self._world.finished[provider_task_id] = None
        return Done(f"{_RESULTS}{provider_task_id}", 1_000, PRICE_MICROUSD, None)

    async def probe(self) -> HoldReason | None:
        """Well again."""
        await self._fuse.pause()
        return None


class ModelSpill:
    """The `Spill` port: a file beside the database."""

    def __init__(self, world: World, fuse: Fuse) -> None:
        self._world = world
        self._fuse = fuse

    def keep(self, spilled: Spilled) -> None:
        """Durable, unless the process is dead already."""
        if self._fuse.blown:
            return
        if not self._world.takes_write():
            raise OSError(errno.ENOSPC, "the disk is full")
        self._world.spilled.append(spilled)
        self._world.ever_spilled.append(spilled.provider_task_id)

    def kept(self) -> list[Spilled]:
        """All of it."""
        return list(self._world.spilled)

    def clear(self) -> None:
        """None of it."""
        if not self._fuse.blown:
            self._world.spilled.clear()


class ModelPictures:
    """The `Pictures` port: a disk."""

    def __init__(self, world: World, fuse: Fuse) -> None:
        self._world = world
        self._fuse = fuse

    async def fetch(self, url: str, task_id: TaskId) -> Picture:
        """The picture is on disk when this returns, and may be when it does not."""
        await self._fuse.point("fetch: before")
        fault = _next(self._world.fetches)
        match fault:
            case "unreachable":
                raise PictureUnreachable("503")
            case "bad":
                # Paid, but there is nothing to be had.
                self._world.finished.pop(url.removeprefix(_RESULTS), None)
                raise PictureBad("html")
            case "full":
                raise PictureNotKept("the disk is full")
        if not self._world.takes_write():
            raise PictureNotKept("the disk is full")
        picture = Picture(f"images/{task_id}.png", 1024, 1024, "png", 1_000)
        self._world.disk[task_id] = picture
        await self._fuse.point("fetch: after")
        if fault == "not synced":
            raise PictureNotKept("the disk: EIO")
        return picture

    async def fit(self, pictures: Sequence[tuple[int, Picture]], file_limit_bytes: int) -> tuple[Upload, ...]:
        """All fit."""
        await self._fuse.pause()
        if _next(self._world.fits) == "unreadable":
            raise PictureNotKept("the disk: EIO")
        on_disk = set(self._world.disk.values())
        assert all(picture in on_disk for _, picture in pictures), "recorded as rendered, but not on disk"
        return tuple(Upload(picture.path, number, reencoded=False) for number, picture in pictures)


class ModelDiscord:
    """The `Publisher` port, and the answer to a command."""

    def __init__(self, world: World, fuse: Fuse) -> None:
        self._world = world
        self._fuse = fuse

    async def answer(self, job: Job, card: Card) -> int:
        """The first response to an interaction: a message, at most one."""
        await self._fuse.point("answer: before")
        fault = _next(self._world.answers)
        if fault == "refused":
            raise CardGone("10062")
        if fault == "lost before":
            raise DiscordAway("reset")
        message_id = self._world.new_id()
        self._world.messages[message_id] = Message(job.id, job.place.interaction_id, card)
        await self._fuse.point("answer: after")
        if fault == "lost after":
            raise DiscordAway("reset")
        return message_id

    async def show(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        """An edit of a known message."""
        await self._fuse.point("edit: before")
        fault = _next(self._world.edits)
        if fault == "away":
            raise DiscordAway("503")
        if fault == "too large" and uploads:
            raise FilesTooLarge("413")
        message = self._world.messages[job.message_id or 0]
        if fault == "closed":
            message.closed = True
        if message.closed:
            raise PlaceClosed("403")
        if fault == "deleted":
            message.deleted = True
        if message.deleted:
            raise CardGone("10008")
        message.card, message.pictures = card, len(uploads)
        await self._fuse.point("edit: after")
        if fault == "lost after":
            raise DiscordAway("502")

    async def find(self, job: Job) -> int | None:
        """By the interaction."""
        await self._fuse.pause()
        for message_id, message in self._world.messages.items():
            if message.interaction_id == job.place.interaction_id:
                return message_id
        return None

    async def delete(self, message_id: int) -> None:
        """What a person's press of Delete does; again and again without harm."""
        await self._fuse.point("delete: before")
        self._world.messages[message_id].deleted = True
        await self._fuse.point("delete: after")


class ModelBell:
    """The `Bell` port: the nonce of a reply is its job's, and is forgotten after a while."""

    def __init__(self, world: World, fuse: Fuse, clock: Clock) -> None:
        self._world = world
        self._fuse = fuse
        self._clock = clock

    async def ring(self, mention: Mention) -> int:
        """A message, or the one that an earlier try has made; by its number."""
        await self._fuse.point("ring: before")
        fault = _next(self._world.bells)
        if fault == "away":
            raise DiscordAway("503")
        job, now = mention.job, self._clock.now()
        if self._world.messages[job.message_id or 0].deleted:
            raise CardGone("50035")
        remembered = after(now, -_NONCE_REMEMBERED_S)
        if not any(reply.job_id == job.id and reply.at >= remembered for reply in self._world.replies):
            self._world.replies.append(Reply(job.id, job.requester_id, now))
        await self._fuse.point("ring: after")
        if fault == "lost after":
            raise DiscordAway("502")
        replies = enumerate(self._world.replies, 1)
        return next(number for number, reply in replies if reply.job_id == job.id and reply.at >= remembered)
