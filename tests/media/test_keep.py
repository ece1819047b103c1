"""A picture is on disk whole or not at all, and is found again."""

import asyncio
import errno
import gzip
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.domain.errors import PictureBad, PictureNotKept, PictureUnfit, PictureUnreachable
from bot.domain.jobs import Picture
from bot.domain.ports import Upload
from bot.media import keep
from bot.media.decoders import Decoders
from bot.media.keep import PictureStore
from tests.media.odd_decoder import told
from tests.media.pictures import encoded, noise, plain, written
from tests.modellix.loopback import Answer, Received, reply, send, serving

TASK = "k7m2q9xw4p-1"
ODD = "tests.media.odd_decoder"


@asynccontextmanager
async def keeping(data_dir: Path, **options: Any) -> AsyncIterator[PictureStore]:
    async with PictureStore(data_dir, allow_loopback=True, **options) as store:
        yield store


async def fetched(data_dir: Path, answer: Answer, task_id: str = TASK, **options: Any) -> Picture:
    async with serving(answer) as server, keeping(data_dir, **options) as store:
        return await store.fetch(f"{server.url}/x.bin", task_id)


def files(data_dir: Path) -> list[str]:
    found = (one for one in data_dir.rglob("*") if one.is_file())
    return sorted(one.relative_to(data_dir).as_posix() for one in found)


def kept(data_dir: Path, number: int, image: Image.Image) -> tuple[int, Picture]:
    path = f"images/job/{number}.png"
    file = written(data_dir / path, image)
    return number, Picture(path, *image.size, "png", file.stat().st_size)


class TestFetch:
    async def test_a_result_is_kept_under_its_job_and_number(self, tmp_path: Path) -> None:
        content = encoded(plain(8, 6))
        picture = await fetched(tmp_path, reply(200, content))
        assert picture == Picture("images/k7m2q9xw4p/1.png", 8, 6, "png", len(content))
        assert (tmp_path / picture.path).read_bytes() == content
        assert files(tmp_path) == [picture.path]

    async def test_the_bytes_are_durable_before_they_have_their_name_and_the_name_after(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A power cut leaves the whole picture or none (promise 3)."""
        done: list[int | str] = []
        fsync, replace = os.fsync, Path.replace

        def noted_fsync(descriptor: int) -> None:
            fsync(descriptor)
            done.append(os.fstat(descriptor).st_ino)

        def noted_replace(part: Path, final: Path) -> Path:
            done.append("named")
            return replace(part, final)

        monkeypatch.setattr(os, "fsync", noted_fsync)
        monkeypatch.setattr(Path, "replace", noted_replace)
        picture = await fetched(tmp_path, reply(200, encoded(plain())))
        final = tmp_path / picture.path
        file, folder, images = (one.stat().st_ino for one in (final, final.parent, final.parent.parent))
        assert done[-4:] == [file, "named", folder, images]

    async def test_a_repetition_replaces_what_an_earlier_one_left(self, tmp_path: Path) -> None:
        first = await fetched(tmp_path, reply(200, encoded(noise(99, 99))))
        async with keeping(tmp_path) as store:
            await store.fit([(1, first)], 9_000)
        other = await fetched(tmp_path, reply(200, encoded(plain())), "k7m2q9xw4p-11")
        assert len(files(tmp_path)) == 3
        second = await fetched(tmp_path, reply(200, encoded(plain(), "webp")))
        assert files(tmp_path) == [second.path, other.path]

    @pytest.mark.parametrize("content", [b"<html>", encoded(noise(50, 50))[:500], b""])
    async def test_what_is_no_picture_leaves_nothing_behind(self, tmp_path: Path, content: bytes) -> None:
        with pytest.raises(PictureBad):
            await fetched(tmp_path, reply(200, content))
        assert files(tmp_path) == []

    async def test_what_was_packed_on_the_way_is_no_picture(self, tmp_path: Path) -> None:
        """Nothing unpacks it: a few bytes could become any number."""
        packed = reply(200, gzip.compress(encoded(plain())), {"Content-Encoding": "gzip"})
        with pytest.raises(PictureBad, match="not a PNG"):
            await fetched(tmp_path, packed)

    async def test_a_picture_whose_decoder_is_killed_is_fetched_anew_later(self, tmp_path: Path) -> None:
        """The machine may be short of memory: that is no reason to give up a paid picture."""
        sent = told(written(tmp_path / "sent", plain()), die=signal.SIGKILL).read_bytes()
        (tmp_path / "sent").unlink()
        decoders = Decoders(program=ODD)
        async with serving(reply(200, sent)) as server, keeping(tmp_path, decoders=decoders) as store:
            with pytest.raises(PictureNotKept, match="ended"):
                await store.fetch(f"{server.url}/x", TASK)
        assert files(tmp_path) == []

    async def test_a_failed_download_leaves_the_earlier_picture(self, tmp_path: Path) -> None:
        picture = await fetched(tmp_path, reply(200, encoded(plain())))
        with pytest.raises(PictureUnreachable):
            await fetched(tmp_path, reply(503))
        assert files(tmp_path) == [picture.path]

    async def test_cancelling_leaves_nothing_behind(self, tmp_path: Path) -> None:
        begun = asyncio.Event()

        async def stall(_: Received, writer: asyncio.StreamWriter) -> None:
            await send(writer, 200, b"\x89PNG", {"Content-Length": "5000"})
            begun.set()

        async with serving(stall) as server, keeping(tmp_path) as store:
            fetching = asyncio.create_task(store.fetch(server.url, TASK))
            await begun.wait()
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
        assert files(tmp_path) == []

    @pytest.mark.parametrize(
        "task_id", ["../../etc-1", "a/b-1", "job", "job-0", "job-", "JOB-1", "job-1\n", "job-1/x"]
    )
    async def test_an_id_that_could_leave_the_folder_is_refused(self, tmp_path: Path, task_id: str) -> None:
        async with keeping(tmp_path) as store:
            with pytest.raises(ValueError, match="id"):
                await store.fetch("https://file.example/x", task_id)

    @pytest.mark.parametrize(
        ("number", "words"), [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EIO, "EIO")]
    )
    async def test_trouble_with_the_disk_may_pass(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
    ) -> None:
        def fail(_: Path) -> None:
            raise OSError(number, "made up")

        async with serving(reply(200, encoded(plain()))) as server, keeping(tmp_path) as store:
            monkeypatch.setattr(keep, "_sync", fail)
            with pytest.raises(PictureNotKept, match=words):
                await store.fetch(server.url, TASK)

    async def test_a_disk_that_was_set_to_read_only_lets_go_of_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither is a file made nor one removed; it is still the disk that is to blame."""

        def fail(*_: object, **__: object) -> None:
            raise OSError(errno.EROFS, "made up")

        async with serving(reply(200, encoded(plain()))) as server, keeping(tmp_path) as store:
            with monkeypatch.context() as patch:
                patch.setattr(Path, "open", fail)
                patch.setattr(Path, "unlink", fail)
                with pytest.raises(PictureNotKept, match="EROFS"):
                    await store.fetch(server.url, TASK)

    async def test_opening_removes_what_an_earlier_run_was_writing(self, tmp_path: Path) -> None:
        _, picture = kept(tmp_path, 1, plain())
        (tmp_path / "images/job/2.0a1b2c3d.part").write_bytes(b"half")
        async with keeping(tmp_path):
            assert files(tmp_path) == [picture.path]


class TestFit:
    async def test_what_fits_is_sent_as_it_is(self, tmp_path: Path) -> None:
        one, two = kept(tmp_path, 1, plain()), kept(tmp_path, 2, noise(30, 30))
        async with keeping(tmp_path) as store:
            assert await store.fit([one, two], 1 << 20) == (
                Upload("images/job/1.png", 1, reencoded=False),
                Upload("images/job/2.png", 2, reencoded=False),
            )

    async def test_only_what_is_too_large_is_made_smaller(self, tmp_path: Path) -> None:
        large, small = kept(tmp_path, 3, noise(120, 120)), kept(tmp_path, 1, plain())
        async with keeping(tmp_path) as store:
            first, second = await store.fit([large, small], 20_000)
        assert (first.number, first.reencoded) == (3, True)
        assert (tmp_path / first.path).stat().st_size <= 20_000
        assert second == Upload("images/job/1.png", 1, reencoded=False)
        assert (tmp_path / large[1].path).stat().st_size == large[1].size_bytes

    async def test_four_files_fit_into_one_message(self, tmp_path: Path) -> None:
        pictures = [kept(tmp_path, number, noise(90, 90)) for number in (1, 2, 3)]
        pictures.append(kept(tmp_path, 4, plain()))
        async with keeping(tmp_path, message_limit_bytes=40_000) as store:
            uploads = await store.fit(pictures, 30_000)
        assert [one.reencoded for one in uploads] == [True, True, True, False]
        assert sum((tmp_path / one.path).stat().st_size for one in uploads) <= 40_000

    async def test_a_repeated_delivery_does_not_encode_again(self, tmp_path: Path) -> None:
        picture = kept(tmp_path, 1, noise(120, 120))
        async with keeping(tmp_path) as store:
            first = await store.fit([picture], 20_000)
        async with keeping(tmp_path, decoders=Decoders(program="tests.media.nowhere")) as store:
            assert await store.fit([picture], 20_000) == first
        assert len(files(tmp_path)) == 2

    async def test_two_deliveries_at_once_agree(self, tmp_path: Path) -> None:
        picture = kept(tmp_path, 1, noise(120, 120))
        async with keeping(tmp_path) as store:
            first, second = await asyncio.gather(*(store.fit([picture], 20_000) for _ in range(2)))
        assert first == second
        assert len(files(tmp_path)) == 2

    @pytest.mark.parametrize("limit", [1_000, 10_000], ids=["too large", "fits"])
    async def test_a_picture_that_is_gone_is_said(self, tmp_path: Path, limit: int) -> None:
        """Here, and not by a file that cannot be opened while Discord waits for it."""
        async with keeping(tmp_path) as store:
            with pytest.raises(PictureBad, match="gone"):
                await store.fit([(1, Picture("images/job/1.png", 8, 6, "png", 9_999))], limit)

    @pytest.mark.parametrize(
        ("number", "words"), [(errno.ENOSPC, "full"), (errno.EROFS, "EROFS"), (errno.ENOMEM, "memory")]
    )
    async def test_trouble_with_the_disk_may_pass(self, tmp_path: Path, number: int, words: str) -> None:
        _, picture = kept(tmp_path, 1, noise(120, 120))
        told(tmp_path / picture.path, answer={"errno": number})
        async with keeping(tmp_path, decoders=Decoders(program=ODD)) as store:
            with pytest.raises(PictureNotKept, match=words):
                await store.fit([(1, picture)], 1_000)

    async def test_a_machine_short_of_memory_costs_no_picture(self, tmp_path: Path) -> None:
        """It was decoded when it came: what ends its decoder now is not its fault."""
        _, picture = kept(tmp_path, 1, noise(120, 120))
        told(tmp_path / picture.path, die=signal.SIGKILL)
        async with keeping(tmp_path, decoders=Decoders(program=ODD)) as store:
            with pytest.raises(PictureNotKept, match="ended"):
                await store.fit([(1, picture)], 1_000)
        assert files(tmp_path) == [picture.path]

    async def test_a_sound_picture_that_crashes_its_decoder_is_not_called_lost(self, tmp_path: Path) -> None:
        """It decoded when it came, and does so now: making it smaller is what fails."""
        _, picture = kept(tmp_path, 1, noise(120, 120))
        told(tmp_path / picture.path, on="shrink", die=signal.SIGSEGV)
        async with keeping(tmp_path, decoders=Decoders(program=ODD)) as store:
            with pytest.raises(PictureUnfit, match="SIGSEGV"):
                await store.fit([(1, picture)], 1_000)

    async def test_one_that_was_damaged_since_is(self, tmp_path: Path) -> None:
        _, picture = kept(tmp_path, 1, noise(120, 120))
        (tmp_path / picture.path).write_bytes(encoded(noise(120, 120))[:5_000])
        async with keeping(tmp_path) as store:
            with pytest.raises(PictureBad):
                await store.fit([(1, picture)], 1_000)

    @pytest.mark.parametrize(
        "path", ["/etc/passwd", "images/../x.png", "images/a/b/1.png", "images/job/1.svg"]
    )
    async def test_a_path_that_is_no_pictures_is_refused(self, tmp_path: Path, path: str) -> None:
        async with keeping(tmp_path) as store:
            with pytest.raises(ValueError, match="path"):
                await store.fit([(1, Picture(path, 8, 6, "png", 10))], 1_000)


class TestThumbnail:
    async def test_it_is_small_made_once_and_goes_with_its_picture(self, tmp_path: Path) -> None:
        picture = await fetched(tmp_path, reply(200, encoded(noise(600, 300))))
        async with keeping(tmp_path) as store:
            path = await store.thumbnail(picture)
            with Image.open(tmp_path / path) as small:
                assert (small.format, small.size) == ("WEBP", (256, 128))
            assert (tmp_path / path).stat().st_size <= 20_000
        async with keeping(tmp_path, decoders=Decoders(program="tests.media.nowhere")) as store:
            assert await store.thumbnail(picture) == path
        fresh = await fetched(tmp_path, reply(200, encoded(plain(), "webp")))
        assert files(tmp_path) == [fresh.path]

    @pytest.mark.parametrize("content", [None, b"\x89PNG\r\n\x1a\nand no more"])
    async def test_a_picture_that_is_gone_or_damaged_is_said(
        self, tmp_path: Path, content: bytes | None
    ) -> None:
        _, picture = kept(tmp_path, 1, plain())
        if content is None:
            (tmp_path / picture.path).unlink()
        else:
            (tmp_path / picture.path).write_bytes(content)
        async with keeping(tmp_path) as store:
            with pytest.raises(PictureBad):
                await store.thumbnail(picture)
        assert [name for name in files(tmp_path) if name != picture.path] == []


class TestDiscard:
    async def test_all_of_a_job_goes_and_nothing_else(self, tmp_path: Path) -> None:
        await fetched(tmp_path, reply(200, encoded(plain())))
        _, other = kept(tmp_path, 1, plain())
        async with keeping(tmp_path) as store:
            await store.discard("k7m2q9xw4p")
            await store.discard("k7m2q9xw4p")
        assert files(tmp_path) == [other.path]

    @pytest.mark.parametrize("job_id", ["", ".", "..", "a/b"])
    async def test_an_id_that_could_leave_the_folder_is_refused(self, tmp_path: Path, job_id: str) -> None:
        async with keeping(tmp_path) as store:
            with pytest.raises(ValueError, match="id"):
                await store.discard(job_id)
