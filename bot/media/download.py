"""Results from the web to disk: nothing in a link, a header or a body is trusted."""

import asyncio
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot import __version__
from bot.domain.errors import PictureBad, PictureError, PictureUnreachable
from bot.media.addresses import AddressRefused, GuardedResolver, check_link
from bot.media.workshop import Workshop

MAX_BYTES = 64 << 20
_REDIRECTS_MAX = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_TIMEOUT_S = 10.0
_SILENCE_MAX_S = 30.0
_BUFFER_BYTES = 1 << 20


class Downloader:
    """Fetches result links without a key, without cookies, within bounds. Enter it before use."""

    def __init__(
        self,
        workshop: Workshop,
        *,
        allow_loopback: bool = False,
        max_bytes: int = MAX_BYTES,
        timeout_s: float = 120.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._workshop = workshop
        self._allow_loopback = allow_loopback
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._resolver = resolver
        self._session: aiohttp.ClientSession
        self._guard: GuardedResolver

    async def __aenter__(self) -> Self:
        self._guard = GuardedResolver(
            self._resolver or aiohttp.ThreadedResolver(), allow_loopback=self._allow_loopback
        )
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=self._guard),
            timeout=aiohttp.ClientTimeout(
                total=self._timeout_s, connect=_CONNECT_TIMEOUT_S, sock_read=_SILENCE_MAX_S
            ),
            headers={"User-Agent": f"imagine-bot/{__version__}", "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            read_bufsize=_BUFFER_BYTES,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        await self._guard.close()

    async def download(self, link: str, target: Path) -> None:
        """Write what a link leads to, to a new file, durably.

        Raises:
            PictureUnreachable: network, status, or an end before the announced length.
            PictureBad: a link that must not be opened, or more bytes than allowed.
            OSError: the disk; not translated here.
        """
        refusal: PictureError
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._follow(_parsed(link), target)
            return
        except aiohttp.ClientConnectorDNSError as fault:
            refused = isinstance(fault.os_error, AddressRefused)
            refusal = (
                PictureBad("the link leads to a private address")
                if refused
                else PictureUnreachable("the host has no address")
            )
        except (aiohttp.ClientError, TimeoutError) as fault:
            refusal = PictureUnreachable(type(fault).__name__)
        raise refusal  # outside the handlers: a chained error of aiohttp would bring the link along

    async def _follow(self, url: URL, target: Path) -> None:
        """Open a link and what it redirects to, each checked."""
        for _ in range(_REDIRECTS_MAX + 1):
            check_link(url, allow_loopback=self._allow_loopback)
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    await self._save(answer, target)
                    return
                url = _parsed(answer.headers.get("Location", ""), url)
        raise PictureUnreachable("too many redirects")

    async def _save(self, answer: aiohttp.ClientResponse, target: Path) -> None:
        if answer.status != 200:
            raise PictureUnreachable(f"HTTP {answer.status}")
        if (answer.content_length or 0) > self._max_bytes:
            raise PictureBad(f"more than {self._max_bytes} bytes")
        file = await self._workshop.run(target.open, "xb", buffering=0)
        try:
            await self._copy(answer, file)
            await self._workshop.run(os.fsync, file.fileno())
        finally:
            await self._workshop.run(file.close)

    async def _copy(self, answer: aiohttp.ClientResponse, file: BinaryIO) -> None:
        """A megabyte at a time: a thread for every network packet would cost more than the packet."""
        waiting = bytearray()
        total = 0
        async for chunk in answer.content.iter_any():
            total += len(chunk)
            if total > self._max_bytes:
                raise PictureBad(f"more than {self._max_bytes} bytes")
            waiting += chunk
            if len(waiting) >= _BUFFER_BYTES:
                await self._workshop.run(_write, file, waiting)
                waiting = bytearray()
        await self._workshop.run(_write, file, waiting)


def _write(file: BinaryIO, content: bytearray) -> None:
    """All of it: an unbuffered file may take less at a time, on a disk that fills up."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _parsed(link: str, base: URL | None = None) -> URL:
    try:
        url = URL(link)
        return url if base is None else base.join(url)
    except ValueError:
        pass
    raise PictureBad("the link is not a URL")
