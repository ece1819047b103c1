"""A server on this machine that answers each request as a test says, down to the bytes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.units import Instant


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer: TypeAlias = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Loopback:
    """Where the server listens, and all that it received."""

    url: str
    requests: list[Received] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Loopback]:
    """A server for the length of a test; each connection serves any number of requests."""
    loopback = Loopback("")
    handlers: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        loopback.connections += 1
        try:
            while not writer.is_closing():
                received = await _receive(reader)
                loopback.requests.append(received)
                await answer(received, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    loopback.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield loopback
    finally:
        server.close()
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await server.wait_closed()


def reply(
    status: int = 200, body: bytes | dict[str, Any] = b"", headers: dict[str, str] | None = None
) -> Answer:
    """Answer with this, whatever was asked."""

    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        await send(writer, status, body, headers)

    return answer


async def send(
    writer: asyncio.StreamWriter,
    status: int = 200,
    body: bytes | dict[str, Any] = b"",
    headers: dict[str, str] | None = None,
) -> None:
    """Write one answer; its headers may lie about its length."""
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    lines = {"Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"HTTP/1.1 {status} Any\r\n{head}\r\n".encode() + content)
    await writer.drain()


async def hang_up(_: Received, writer: asyncio.StreamWriter) -> None:
    """Take the request and close without an answer."""
    writer.close()


async def reset(_: Received, writer: asyncio.StreamWriter) -> None:
    """Take the request and break the connection."""
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def say_nothing(_: Received, __: asyncio.StreamWriter) -> None:
    """Take the request and leave the connection open."""


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Names(AbstractResolver):
    """A resolver that knows the names of a test and no other."""

    def __init__(self, **known: list[str]) -> None:
        self._known = {name.replace("_", "."): found for name, found in known.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self._known:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._known[host]
        ]

    async def close(self) -> None:
        pass


class StillClock:
    """A clock that stands still."""

    def __init__(self, now: Instant) -> None:
        self._now = now

    def now(self) -> Instant:
        return self._now

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


async def _receive(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    return Received(method, path, headers, body)
