"""The harness: logs the bot in, keeps the page up to date, plays the people."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar

import discord
from simcord import ChannelHandle, Env, InteractionResult, MemberActor, ResponseMessage
from simcord.backend.errors import BackendError
from simcord.backend.models import Message
from simcord.components import walk_components
from simcord.enums import ComponentType

from sandbox.demo.clock import DemoClock, WallClock
from sandbox.demo.observer import observe
from sandbox.demo.page import Page, Viewer
from sandbox.demo.patience import PATIENCE_S, be_patient
from sandbox.demo.studio import Studio, build

log = logging.getLogger(__name__)

T = TypeVar("T")
Person = Literal["member", "moderator"]

_BEAT_S = 1.0  # simcord's own timers (views, ext.tasks) are looked at this often
_GATHER_S = 0.05  # changes closer together than this are shown at once
_LEAVE_S = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to a command, a button or a modal."""

    message_id: int | None
    """The card; `None` when the bot answered with a modal, or not at all."""
    ephemeral: bool
    modal: str | None
    """The title of the modal that opened and was not filled in."""


class Demo:
    """A local Discord around a real client: one server, one channel, a member, a moderator."""

    def __init__(self, env: Env, studio: Studio) -> None:
        """For `running` only."""
        self._env = env
        self._studio = studio
        self._people: dict[str, MemberActor] = {
            "member": studio.member,
            "moderator": studio.moderator,
        }
        self._turn = asyncio.Lock()  # simcord refuses two operations at once
        self._dirty = asyncio.Event()
        self._pages: list[Page] = []
        """The channel, the moderators' log, the member's direct messages."""
        self._outside = contextvars.copy_context()
        self._work: set[asyncio.Task[Any]] = set()
        self._watchers: set[asyncio.Event] = set()

    @classmethod
    @asynccontextmanager
    async def running(
        cls, bot: discord.Client, *, port: int = 0, browser: bool = True, clock: DemoClock | None = None
    ) -> AsyncIterator[Self]:
        """Log `bot` in (`setup_hook` runs) and serve the page on loopback until the block is left.

        `bot` must be new: neither logged in nor closed. It is closed on leaving, after what `start`
        started, and also when it could not log in. Only one demo per event loop.
        """
        env = Env(bot, strict_sync=False, check_errors=False, settle_timeout=PATIENCE_S)
        env.backend.clock = WallClock(clock or DemoClock())
        be_patient(env)
        demo = cls(env, build(env))
        observe(env, changed=demo.changed)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(env.shutdown)
            stack.push_async_callback(demo._close_bot)
            await env.start()
            demo._outside = contextvars.copy_context()  # with simcord's webhook adapter
            await demo._register_commands()
            if browser:
                await demo._open_pages(stack, port)
            stack.push_async_callback(demo._stop_work)
            demo.start(demo._keep_up(), name="demo: keep the page up to date")
            yield demo

    @property
    def url(self) -> str:
        """The page's address; who has it can act on the page. Only with `browser=True`."""
        return self._urls[0]

    @property
    def log_url(self) -> str:
        """The address of the moderators' log, likewise."""
        return self._urls[1]

    @property
    def dm_url(self) -> str:
        """The address of the member's direct messages, likewise."""
        return self._urls[2]

    @property
    def _urls(self) -> list[str]:
        if not self._pages:
            raise RuntimeError("this demo has no page: it was started with browser=False")
        return [page.url for page in self._pages]

    @property
    def errors(self) -> list[BaseException]:
        """What the bot raised so far and simcord saw; each is logged when it happens.

        Not among them: errors in a `DynamicItem`'s callback, which discord.py only logs.
        """
        return self._env.errors

    async def wait_closed(self) -> None:
        """Return when somebody chose "End preview session" on a page; without a page, never."""
        if not self._pages:
            await asyncio.Event().wait()
        closed = [asyncio.create_task(page.wait_closed()) for page in self._pages]
        try:
            await asyncio.wait(closed, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in closed:
                task.cancel()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run a worker beside the bot: no action waits for it. Cancelled before the bot is closed.

        Its context has simcord's webhook adapter, so that edits by interaction token reach this
        Discord too. A worker that ends with an error is logged, and the demo goes on.
        """
        task = asyncio.create_task(work, name=name, context=self._outside.copy())
        self._work.add(task)
        task.add_done_callback(self._ended)
        return task

    def changed(self) -> None:
        """Have the page drawn anew soon. Messages report themselves; this is for all else."""
        self._dirty.set()
        for watcher in self._watchers:
            watcher.set()

    async def until(self, true: Callable[[], T], *, within_s: float = 30.0) -> T:
        """Return the first truthy result of `true`, asked again at every change.

        Raises `TimeoutError` after `within_s`: `await demo.until(lambda: demo.pictures(card))`.
        """
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            async with asyncio.timeout(within_s):
                while not (result := true()):
                    await watcher.wait()
                    watcher.clear()
            return result
        finally:
            self._watchers.discard(watcher)

    async def refresh(self) -> None:
        """Let the bot become quiet, then show the present state."""
        async with self._turn:
            self._dirty.clear()
            await self._env.settle()
            for page in self._pages:
                page.publish()

    async def imagine(
        self,
        prompt: str,
        *,
        size: str | None = None,
        quality: str | None = None,
        count: int | None = None,
        as_: Person = "member",
        **more: Any,
    ) -> Answer:
        """Invoke `/imagine` with option values as the command declares them; `None` leaves one out.

        A file is `reference=("name.png", bytes)`. What the client would not let a person
        send (an unknown choice, a prompt that is too long) raises `simcord.OptionError`.
        """
        options = {"prompt": prompt, "size": size, "quality": quality, "count": count, **more}
        given = {name: value for name, value in options.items() if value is not None}
        return await self.run("imagine", as_=as_, **given)

    async def welcome(self) -> None:
        """Say in each channel what to do there, as its newest message."""
        async with self._turn:
            await self._studio.welcome()

    async def clear_whispers(self) -> None:
        """Take away the answers that only one person saw, as Discord does when a page is loaded anew."""
        backend = self._env.backend
        async with self._turn:
            for channel_id, messages in backend.messages.items():
                for message in [each for each in messages.values() if each.is_ephemeral]:
                    backend.delete_message(channel_id, message.id)

    async def log_here(self) -> None:
        """The moderator has the bot tell the log channel what happens."""
        async with self._turn:
            log = self._studio.log
            await self._studio.moderator.slash(log, "imagine-admin settings log", channel=log)

    async def run(self, command: str, *, as_: Person = "member", **options: Any) -> Answer:
        """Invoke a slash command (`"usage show"` for a sub-command)."""
        async with self._turn:
            actor = self._people[as_]
            return _answer(await actor.slash(self._studio.channel, command, **options))

    async def press(
        self,
        card: Answer,
        button: str,
        *,
        as_: Person = "member",
        fill: Mapping[str, str] | None = None,
    ) -> Answer:
        """Press the button of that label; `fill` (custom_id -> text) submits the modal it opens."""
        async with self._turn:
            actor = self._people[as_]
            message = ResponseMessage(self._env, self._message(card))
            result = await actor.click(message, label=button)
            if result.modal is not None and fill is not None:
                result = await actor.submit_modal(result, dict(fill))
            return _answer(result)

    def pictures(self, card: Answer) -> list[bytes]:
        """The bytes of the files on the card at present, in order."""
        urls = (attachment["url"] for attachment in self._message(card).attachments)
        blobs = (self._env.backend.cdn.get(url) for url in urls)
        return [blob for blob in blobs if blob is not None]

    def text(self, card: Answer) -> str:
        """The words on the card at present, one line per text display."""
        message = self._message(card)
        shown = (part.get("content", "") for part in walk_components(message.components))
        return "\n".join(filter(None, (message.content, *shown)))

    def buttons(self, card: Answer) -> list[str]:
        """The labels of the buttons that can be pressed at present."""
        parts = walk_components(self._message(card).components)
        buttons = (part for part in parts if part["type"] == ComponentType.BUTTON)
        return [button["label"] for button in buttons if not button.get("disabled")]

    def _message(self, card: Answer) -> Message:
        if card.message_id is None:
            raise LookupError("the bot answered with no message")
        try:
            return self._env.backend.get_message(self._studio.channel.id, card.message_id)
        except BackendError as gone:
            raise LookupError("the message has been deleted") from gone

    async def _keep_up(self) -> None:
        """Show each change, and look after simcord's timers in between."""
        took_s = 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BEAT_S):
                    await self._dirty.wait()
            await asyncio.sleep(max(_GATHER_S, took_s))  # never more than half of the time
            began = time.perf_counter()
            try:
                await self._keep_up_once()
            except Exception:
                log.exception("the page could not be brought up to date")
            took_s = time.perf_counter() - began

    async def _keep_up_once(self) -> None:
        if self._dirty.is_set() or any(page.is_ageing() for page in self._pages):
            await self.refresh()
            return
        async with self._turn:
            await self._env.settle()

    async def _open_pages(self, stack: AsyncExitStack, port: int) -> None:
        studio = self._studio
        views: list[tuple[ChannelHandle, Sequence[Viewer], int]] = [
            (studio.channel, (studio.member, studio.moderator), port),
            (studio.log, (studio.moderator,), 0),
            (studio.mira.dm_channel, (studio.mira,), 0),
        ]
        for channel, viewers, at in views:
            page = Page.open(self._env, channel, viewers, self._turn, at)
            self._pages.append(await stack.enter_async_context(page))

    async def _register_commands(self) -> None:
        """Sync for a bot that believes it has: this Discord is new at every start."""
        tree = self._env.bot._connection._command_tree
        if tree is not None and not any(self._env.backend.commands.values()):
            with self._env._bot_scope():
                await tree.sync()

    async def _stop_work(self) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _close_bot(self) -> None:
        """Close the client as `Client.run` would; in its scope, so that goodbyes reach simcord."""
        try:
            with self._env._bot_scope():
                async with asyncio.timeout(_LEAVE_S):
                    await self._env.bot.close()
        except Exception:
            log.exception("the bot could not be closed")

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s ended with an error", task.get_name(), exc_info=error)


def _answer(result: InteractionResult) -> Answer:
    shown = result.response
    modal = None if result.modal is None else str(result.modal.get("title", ""))
    return Answer(None if shown is None else shown.id, result.ephemeral, modal)
