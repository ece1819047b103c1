"""The gateway websocket: sessions that remember what they sent, and outages on demand."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.discord import payloads
from sandbox.discord.books import Violation
from sandbox.discord.values import Json
from sandbox.discord.world import World

REPLAYED = 1_000  # events a session keeps for a resume
MAX_PAYLOAD = 4096
GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12
_ABOUT_MESSAGES = {"MESSAGE_DELETE"}


@dataclass(eq=False)
class Session:
    """What one Identify began. Lives on without a socket until resumed or invalidated."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    intents: int = 0
    events: dict[int, str] = field(default_factory=dict)
    seq: int = 0
    socket: web.WebSocketResponse | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wants(self, event: str, data: Json) -> bool:
        """Whether its intents let an event about messages through; all others come in any case."""
        if event not in _ABOUT_MESSAGES:
            return True
        return bool(self.intents & (GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES))

    def add(self, event: str, data: Json) -> None:
        self.seq += 1
        self.events[self.seq] = json.dumps({"op": 0, "t": event, "s": self.seq, "d": data})
        self.wake.set()

    async def pump(self, socket: web.WebSocketResponse, after: int) -> None:
        """Send what happened after `after`, then everything as it happens."""
        while True:
            self.wake.clear()
            while after < self.seq and self.socket is socket:
                after += 1
                await socket.send_str(self.events[after])
                self.events.pop(after - REPLAYED, None)
            await self.wake.wait()


@dataclass
class Spoil:
    """What happens to the next interactions on their way to the bot."""

    times: int = 0
    copies: int = 1
    without: tuple[str, ...] = ()


class Gateway:
    """Every knob may be turned at any time; `world.books.gateway` tells what happened."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}
        self._spoil = Spoil()
        self.refusals: float = 0  # connects still to refuse; math.inf for all
        self.heartbeat_s = 41.25
        self.identified: list[Json] = []  # each Identify, without its token
        world.emit = self.emit

    @property
    def connected(self) -> bool:
        return any(session.socket for session in self._sessions.values())

    # Trouble on demand

    async def drop(self, code: int | None = None) -> None:
        """Cut every connection: rudely, or with a close code."""
        for socket, request in list(self._sockets.items()):
            if code is not None:
                await socket.close(code=code)
            elif request.transport:
                request.transport.abort()

    async def ask_to_reconnect(self) -> None:
        await self._to_all({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9. When not resumable every session is forgotten."""
        if not resumable:
            self.forget_sessions()
        await self._to_all({"op": 9, "d": resumable})

    def forget_sessions(self) -> None:
        """A later resume gets op 9."""
        self._sessions.clear()

    def spoil(self, *, times: int = 1, copies: int = 1, without: tuple[str, ...] = ()) -> None:
        """Send the next interactions several times over, or with keys missing."""
        self._spoil = Spoil(times, copies, without)

    # Events

    def emit(self, event: str, data: Json) -> None:
        copies = 1
        if event == "INTERACTION_CREATE" and self._spoil.times:
            self._spoil.times -= 1
            copies = self._spoil.copies
            data = {k: v for k, v in data.items() if k not in self._spoil.without}
        for session in self._sessions.values():
            if not session.wants(event, data):
                continue
            for _ in range(copies):
                session.add(event, data)

    async def _to_all(self, frame: Json) -> None:
        for socket in list(self._sockets):
            await socket.send_json(frame)

    def note(self, what: str) -> None:
        self._world.books.gateway.append(what)
        self._world.changed()

    # One connection

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refusals > 0:
            self.refusals -= 1
            self.note("refused")
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self._sockets[socket] = request
        self.note("connect")
        connection = Connection(self, self._world, socket)
        try:
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": int(self.heartbeat_s * 1000)}})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await connection.receive(message.data)
        except ConnectionError:
            pass  # the far end is gone; the session stays for a resume
        finally:
            del self._sockets[socket]
            await connection.end()
        return socket

    def open_session(self) -> Session:
        """A new Identify ends the sessions nobody is connected to."""
        self._sessions = {k: v for k, v in self._sessions.items() if v.socket}
        session = Session()
        self._sessions[session.id] = session
        return session

    def find_session(self, ident: str, seq: int) -> Session | None:
        session = self._sessions.get(ident)
        if session is None or (seq < session.seq and seq + 1 not in session.events):
            return None
        return session

    def end_session(self, session: Session) -> None:
        self._sessions.pop(session.id, None)


class Connection:
    """One socket's conversation."""

    def __init__(self, gateway: Gateway, world: World, socket: web.WebSocketResponse) -> None:
        self._gateway = gateway
        self._world = world
        self._socket = socket
        self._session: Session | None = None
        self._pump: asyncio.Task[None] | None = None
        self._ops: dict[int, Callable[[Any], Any]] = {
            1: self._heartbeat,
            2: self._identify,
            6: self._resume,
        }

    async def receive(self, text: str) -> None:
        if len(text.encode()) > MAX_PAYLOAD:
            await self._close(4002, "payload over 4096 bytes")
            return
        frame = json.loads(text)
        op = frame["op"]
        if self._session is None and op not in self._ops:
            await self._close(4003, f"op {op} before identify")
        elif op in self._ops:
            await self._ops[op](frame["d"])

    async def end(self) -> None:
        code = self._socket.close_code
        self._gateway.note(f"closed {code}")
        if self._pump:
            self._pump.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await self._pump
        if self._session and self._session.socket is self._socket:
            self._session.socket = None
            if code in (1000, 1001):
                self._gateway.end_session(self._session)
        self._world.changed()

    async def _heartbeat(self, _: Any) -> None:
        await self._socket.send_json({"op": 11})

    async def _identify(self, data: Json) -> None:
        self._gateway.note("identify")
        if data["token"] != self._world.bot_token:
            await self._close(4004, "wrong token")
            return
        self._gateway.identified.append({k: v for k, v in data.items() if k != "token"})
        session = self._gateway.open_session()
        session.intents = data["intents"]
        session.add("READY", self._ready(session, data))
        for guild in self._world.guilds.values():
            if guild.has_bot:
                session.add("GUILD_CREATE", payloads.guild(guild, self._world.bot))
        self._attach(session, after=0)

    async def _resume(self, data: Json) -> None:
        self._gateway.note("resume")
        session = self._gateway.find_session(data["session_id"], data["seq"] or 0)
        if session is None or data["token"] != self._world.bot_token:
            self._gateway.note("invalid session")
            await self._socket.send_json({"op": 9, "d": False})
            return
        session.add("RESUMED", {})
        self._attach(session, after=data["seq"] or 0)

    def _attach(self, session: Session, after: int) -> None:
        self._session = session
        session.socket = self._socket
        self._pump = asyncio.create_task(session.pump(self._socket, after))
        self._gateway.note("resumed" if after else "ready")

    def _ready(self, session: Session, identify: Json) -> Json:
        world = self._world
        sharded = {"shard": identify["shard"]} if "shard" in identify else {}
        guilds = [g for g in world.guilds.values() if g.has_bot]
        return {
            "v": 10,
            "user": payloads.user(world.bot),
            "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
            "session_id": session.id,
            "resume_gateway_url": world.gateway_url,
            "application": {"id": str(world.application_id), "flags": 0},
            **sharded,
        }

    async def _close(self, code: int, why: str) -> None:
        now = self._world.clock.now()
        self._world.violations.append(Violation(now, "gateway", code, code, why))
        await self._socket.close(code=code)
