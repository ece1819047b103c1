"""Whatever a link leads to: the bytes it announced are on disk, or it is known why not."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import ResolveResult

from bot.domain.errors import PictureBad, PictureError, PictureUnreachable
from bot.media.download import Downloader
from bot.media.workshop import Workshop
from tests.modellix.loopback import (
    Answer,
    Names,
    Received,
    closed_port,
    hang_up,
    reply,
    reset,
    say_nothing,
    send,
    serving,
)


class Turning(Names):
    """Answers as told the first time, and with this machine ever after."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        self._known[host] = ["127.0.0.1"]
        return found


SECRET = "result-7f3a.png?signature=abc"
CONTENT = bytes(range(256)) * 10_000


@asynccontextmanager
async def downloading(**options: Any) -> AsyncIterator[Downloader]:
    workshop = Workshop()
    async with Downloader(workshop, **{"allow_loopback": True, **options}) as downloader:
        yield downloader
    await workshop.close()


async def fault_of(answer: Answer, tmp_path: Path, **options: Any) -> PictureError:
    """How a download from such a server fails; never with the link in what is told."""
    async with serving(answer) as server, downloading(**options) as downloader:
        with pytest.raises(PictureError) as caught:
            await downloader.download(f"{server.url}/{SECRET}", tmp_path / "1.part")
    told = "".join(traceback.format_exception(caught.value))
    assert "7f3a" not in told.replace(__file__, "")
    assert "signature" not in told
    return caught.value


async def test_the_bytes_are_on_disk_as_they_were_sent(tmp_path: Path) -> None:
    async with serving(reply(200, CONTENT)) as server, downloading() as downloader:
        await downloader.download(f"{server.url}/{SECRET}", tmp_path / "1.part")
    assert (tmp_path / "1.part").read_bytes() == CONTENT
    assert server.requests[0].path == f"/{SECRET}"


async def test_neither_a_key_nor_cookies_are_sent(tmp_path: Path) -> None:
    names = Names(localhost=["127.0.0.1"])
    async with (
        serving(reply(200, b"x", {"Set-Cookie": "a=b"})) as server,
        downloading(resolver=names) as downloader,
    ):
        url = server.url.replace("127.0.0.1", "localhost")
        await downloader.download(f"{url}/1", tmp_path / "1.part")
        await downloader.download(f"{url}/2", tmp_path / "2.part")
    assert len(server.requests) == 2
    for received in server.requests:
        assert not {"authorization", "cookie"} & received.headers.keys()


async def test_a_picture_of_unknown_length_ends_with_its_connection(tmp_path: Path) -> None:
    async def until_closed(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + CONTENT)
        writer.close()

    async with serving(until_closed) as server, downloading() as downloader:
        await downloader.download(server.url, tmp_path / "1.part")
    assert (tmp_path / "1.part").read_bytes() == CONTENT


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503])
async def test_any_other_status_may_pass(tmp_path: Path, status: int) -> None:
    fault = await fault_of(reply(status), tmp_path)
    assert isinstance(fault, PictureUnreachable)
    assert str(fault) == f"HTTP {status}"


async def test_an_end_before_the_announced_length_may_pass(tmp_path: Path) -> None:
    async def cut_off(_: Received, writer: asyncio.StreamWriter) -> None:
        await send(writer, 200, CONTENT[:-1], {"Content-Length": str(len(CONTENT))})
        writer.close()

    assert isinstance(await fault_of(cut_off, tmp_path), PictureUnreachable)


@pytest.mark.parametrize("answer", [hang_up, reset], ids=["closed", "reset"])
async def test_a_broken_connection_may_pass(tmp_path: Path, answer: Answer) -> None:
    assert isinstance(await fault_of(answer, tmp_path), PictureUnreachable)


async def test_slowness_may_pass(tmp_path: Path) -> None:
    fault = await fault_of(say_nothing, tmp_path, timeout_s=0.1)
    assert isinstance(fault, PictureUnreachable)


async def test_a_host_that_refuses_or_has_no_address_may_pass(tmp_path: Path) -> None:
    async with downloading(resolver=Names()) as downloader:
        with pytest.raises(PictureUnreachable):
            await downloader.download(f"http://127.0.0.1:{closed_port()}/x", tmp_path / "1")
        with pytest.raises(PictureUnreachable, match="no address"):
            await downloader.download("https://gone.example/x", tmp_path / "1")


async def test_more_bytes_than_allowed_are_refused_by_their_announcement(tmp_path: Path) -> None:
    fault = await fault_of(reply(200, b"x" * 101), tmp_path, max_bytes=100)
    assert isinstance(fault, PictureBad)
    assert not (tmp_path / "1.part").exists()


async def test_more_bytes_than_allowed_are_refused_when_unannounced(tmp_path: Path) -> None:
    async def endless(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(bytes(65_536))
            await writer.drain()

    fault = await fault_of(endless, tmp_path, max_bytes=3_000_000)
    assert isinstance(fault, PictureBad)


async def test_a_compressed_body_is_not_unpacked(tmp_path: Path) -> None:
    """It was not asked for, and a few bytes of it could fill the disk."""
    packed = reply(200, b"\x1f\x8b not unpacked", {"Content-Encoding": "gzip"})
    async with serving(packed) as server, downloading() as downloader:
        await downloader.download(server.url, tmp_path / "1.part")
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert (tmp_path / "1.part").read_bytes() == b"\x1f\x8b not unpacked"


async def test_three_redirects_are_followed_and_no_fourth(tmp_path: Path) -> None:
    async def onward(received: Received, writer: asyncio.StreamWriter) -> None:
        left = int(received.path[1:])
        if left:
            await send(writer, 302, b"", {"Location": f"/{left - 1}"})
        else:
            await send(writer, 200, CONTENT)

    async with serving(onward) as server, downloading() as downloader:
        await downloader.download(f"{server.url}/3", tmp_path / "1.part")
        with pytest.raises(PictureUnreachable, match="redirects"):
            await downloader.download(f"{server.url}/4", tmp_path / "2.part")
    assert (tmp_path / "1.part").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x.png",
        "https://[::ffff:10.0.0.1]/x.png",
        "file:///etc/passwd",
        "http://public.example/x.png",
        "https://evil.example/x.png",
        "//evil.example/x.png",
        "https://user:pass@public.example/x.png",
        "https://2130706433/x.png",
        "https://0x7f.1/x.png",
        "https://127.0.0.1./x.png",
        "https://[64:ff9b::7f00:1]/x.png",
        "http://[",
    ],
)
async def test_a_redirect_to_where_no_link_may_lead_is_refused(tmp_path: Path, location: str) -> None:
    names = Names(evil_example=["192.168.1.1"], public_example=["93.184.216.34"])
    fault = await fault_of(reply(302, b"", {"Location": location}), tmp_path, resolver=names)
    assert isinstance(fault, PictureBad)


async def test_loopback_is_refused_unless_the_provider_is_there(tmp_path: Path) -> None:
    fault = await fault_of(reply(200, CONTENT), tmp_path, allow_loopback=False)
    assert isinstance(fault, PictureBad)


async def test_a_name_that_leads_to_this_machine_is_never_connected_to(tmp_path: Path) -> None:
    """The address checked is the address connected to: the check is in the connection's resolver."""
    names = Names(evil_example=["127.0.0.1"])
    async with (
        serving(reply(200, CONTENT)) as server,
        downloading(allow_loopback=False, resolver=names) as downloader,
    ):
        port = server.url.rpartition(":")[2]
        with pytest.raises(PictureBad, match="private"):
            await downloader.download(f"https://evil.example:{port}/x.png", tmp_path / "1.part")
    assert names.asked == ["evil.example"]
    assert server.connections == 0


async def test_a_name_that_is_public_at_first_and_this_machine_later_is_never_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer of the resolver is checked, and its addresses are those that are connected to."""
    connected: list[str] = []

    async def noted(_: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", noted)
    names = Turning(evil_example=["93.184.216.34", "2606:2800:220:1::1"])
    async with downloading(allow_loopback=False, resolver=names) as downloader:
        with pytest.raises(PictureUnreachable):
            await downloader.download("https://evil.example/x.png", tmp_path / "1.part")
        assert sorted(connected) == ["2606:2800:220:1::1", "93.184.216.34"]
        assert names.asked == ["evil.example"]
        connected.clear()
        with pytest.raises(PictureBad, match="private"):
            await downloader.download("https://evil.example:8443/x.png", tmp_path / "1.part")
        assert connected == []


async def test_a_connection_that_is_kept_serves_no_other_host(tmp_path: Path) -> None:
    names = Names(localhost=["127.0.0.1"])
    async with serving(reply(200, b"x")) as server, downloading(resolver=names) as downloader:
        other = server.url.replace("127.0.0.1", "localhost")
        for number, url in enumerate((server.url, server.url, other)):
            await downloader.download(f"{url}/x", tmp_path / f"{number}.part")
    assert len(server.requests) == 3
    assert server.connections == 2


async def test_a_proxy_of_the_surroundings_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would resolve the names itself, unchecked."""
    async with serving(reply(200, b"x")) as server, serving(reply(200, b"y")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        async with downloading() as downloader:
            await downloader.download(f"{server.url}/x", tmp_path / "1.part")
    assert proxy.connections == 0
    assert (tmp_path / "1.part").read_bytes() == b"x"


async def test_a_redirect_of_endless_length_may_pass(tmp_path: Path) -> None:
    fault = await fault_of(reply(302, b"", {"Location": "/" + 100_000 * "x"}), tmp_path)
    assert isinstance(fault, PictureUnreachable)


async def test_a_server_that_lets_bytes_drip_is_left_when_the_time_is_up(tmp_path: Path) -> None:
    """However steadily: the time is for the whole picture, redirects included."""

    async def drip(_: Received, writer: asyncio.StreamWriter) -> None:
        await send(writer, 200, b"", {"Content-Length": "1000000"})
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with asyncio.timeout(5):
        fault = await fault_of(drip, tmp_path, timeout_s=0.2)
    assert isinstance(fault, PictureUnreachable)


async def test_a_file_that_cannot_be_written_is_the_disks_fault(tmp_path: Path) -> None:
    async with serving(reply(200, CONTENT)) as server, downloading() as downloader:
        with pytest.raises(FileNotFoundError):
            await downloader.download(server.url, tmp_path / "none" / "1.part")
