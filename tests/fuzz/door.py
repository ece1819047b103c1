"""The door that interactions come in by: the real desk, logged in at the stand-in of Discord.

An interaction is handed over where discord.py's websocket hands it on, as JSON that was read. All that it
sets going is waited for, so that nothing of one reaches into the next.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.app import App, opened
from bot.chat.client import point_at
from bot.settings import load
from sandbox.discord import Actor, Channel, DiscordSandbox, Guild, Interaction, Message, Permission
from tests.support.contract import OPENAPI
from tests.support.database import Database, prepare

Json = dict[str, Any]

QUIET_WITHIN_S = 20.0
_coming_in: ContextVar[bool] = ContextVar("coming_in", default=False)


@dataclass
class Came:
    """What came of one interaction."""

    calls: list[tuple[str, int | None]] = field(default_factory=list)
    """First answers: the path that each was sent to, and how Discord took it."""
    logged: list[EventDict] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What nobody caught: the loop's own words, and those of discord.py."""

    @property
    def faults(self) -> list[EventDict]:
        """What the log says is a fault of the program; that Discord sent something malformed is none."""
        loud = [entry for entry in self.logged if entry["log_level"] in {"error", "critical"}]
        return [entry for entry in loud if entry["event"] != "discord.malformed_event"]


class Door:
    """One program for any number of interactions."""

    def __init__(self, app: App, sandbox: DiscordSandbox, database: Database) -> None:
        self.app = app
        self.sandbox = sandbox
        self.database = database
        self._sent: list[tuple[str, Json]] = []
        self._set_going: set[asyncio.Task[Any]] = set()
        sandbox.world.emit = lambda event, payload: self._sent.append((event, payload))

    # -- the place ---------------------------------------------------------------------------

    def new_guild(self) -> Guild:
        """A server of its own for each story: what is blocked or switched off in one stays there."""
        guild = self.sandbox.add_guild("The Studio")
        self.sandbox.add_text_channel(guild, "imagine")
        self._tell_all()
        return guild

    def leave(self, guild: Guild) -> None:
        """The story is over."""
        self.sandbox.world.expel_bot(guild)
        self._tell_all()

    def member(self, guild: Guild, name: str, rights: Permission = Permission.NONE) -> Actor:
        """Somebody there, whose client checks nothing."""
        actor = self.sandbox.add_member(guild, name, permissions=rights).forging()
        self._tell_all()
        return actor

    def message(self, channel: Channel, components: list[Json], flags: int) -> Message:
        """A message of the bot with these components."""
        world = self.sandbox.world
        message = Message(world.new_id(), channel, world.bot, world.clock.now(), 0)
        message.components, message.flags = components, flags
        world.messages[message.id] = message
        return message

    # -- coming in ---------------------------------------------------------------------------

    def written(self, deed: Callable[[], Interaction]) -> tuple[Interaction, Json]:
        """What Discord would send of a deed; nothing is sent yet."""
        interaction = deed()
        (payload,) = [sent for event, sent in self._sent if event == "INTERACTION_CREATE"]
        self._sent.clear()
        return interaction, payload

    async def comes_in(self, payload: Any) -> Came:
        """Hand it over; return when nothing that it set going is under way any more."""
        came, books, loop = Came(), self.sandbox.books, asyncio.get_running_loop()
        seen = len(books.calls)
        loop.set_exception_handler(lambda _, context: came.complaints.append(repr(context)))
        loop.set_task_factory(self._noted)
        with capture_logs() as came.logged, _discord_py_errors(came.complaints):
            token = _coming_in.set(True)
            try:
                self._hand_over("INTERACTION_CREATE", payload)
            finally:
                _coming_in.reset(token)
            async with asyncio.timeout(QUIET_WITHIN_S):
                while self._set_going:
                    await asyncio.wait(self._set_going)
        loop.set_task_factory(None)
        loop.set_exception_handler(None)
        new = [call for call in books.calls[seen:] if call.operation == "create_interaction_response"]
        came.calls = [(call.path, call.status) for call in new]
        self._sent.clear()
        return came

    def _hand_over(self, event: str, payload: Any) -> None:
        read = discord.utils._from_json(json.dumps(payload))
        self.app.client._connection.parsers[event](read)

    def _tell_all(self) -> None:
        for event, payload in self._sent:
            self._hand_over(event, payload)
        self._sent.clear()

    def _noted(self, loop: asyncio.AbstractEventLoop, work: Any, **how: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **how)
        if _coming_in.get():
            self._set_going.add(task)
            task.add_done_callback(self._set_going.discard)
        return task


@asynccontextmanager
async def opened_door(tmp_path: Path) -> AsyncIterator[Door]:
    """Logged in, with an empty record; no worker moves."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    database = Database(tmp_path / "bot.sqlite3")
    prepare(database.path)
    async with DiscordSandbox(openapi=OPENAPI).serving() as sandbox:
        point_at(sandbox.api_url, sandbox.gateway_url)
        settings = load(
            discord_token=sandbox.token,
            modellix_api_key="a-key-of-nobody",
            modellix_base_url="http://127.0.0.1:9",
            data_dir=tmp_path,
            bot_spend_per_day="none",
            bot_spend_per_month="none",
            _env_file=None,
        )
        try:
            async with opened(settings) as app, app.client:
                await app.client.login(sandbox.token)
                yield Door(app, sandbox, database)
        finally:
            discord.http.Route.BASE = before[0]
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before[1]


class _Listener(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(self.format(record))


@contextmanager
def _discord_py_errors(heard: list[str]) -> Iterator[None]:
    """What discord.py gives up with a line in its own log."""
    listener = _Listener(heard)
    logging.getLogger("discord").addHandler(listener)
    try:
        yield
    finally:
        logging.getLogger("discord").removeHandler(listener)
