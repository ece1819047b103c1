"""Whatever a picture does to its decoder, the bot lives, and the next picture is decoded."""

import asyncio
import errno
import os
import signal
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.domain.errors import DecoderBroken, PictureBad, PictureNotKept
from bot.media import decoders as decoders_module
from bot.media.decoder import CPU_MAX_S, FILE_MAX_BYTES, FILES_MAX, MEMORY_MAX_BYTES, work
from bot.media.decoders import Decoders
from tests.media.odd_decoder import told
from tests.media.pictures import FORMATS, encoded, noise, plain, png_that_claims, written

ODD = "tests.media.odd_decoder"


@asynccontextmanager
async def decoding(program: str = ODD, **options: Any) -> AsyncIterator[Decoders]:
    decoders = Decoders(program=program, **options)
    yield decoders
    await decoders.close()


async def look(decoders: Decoders, file: Path) -> Any:
    """What the odd decoder says of its surroundings."""
    return await decoders._made("inspect", told(written(file, plain()), look=True))


async def has_ended(pid: int) -> None:
    """Return when a process is gone, which may be nobody's child here."""
    try:
        ending = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(ending, ended.set)
    try:
        async with asyncio.timeout(5):
            await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(ending)
        os.close(ending)


class TestDeaths:
    @pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGXCPU])
    async def test_a_picture_that_crashes_two_decoders_is_bad_and_the_next_is_not(
        self, tmp_path: Path, number: signal.Signals
    ) -> None:
        evil, good = written(tmp_path / "1.part", plain()), written(tmp_path / "2.part", plain(8, 6))
        async with decoding() as decoders:
            with capture_logs() as logs, pytest.raises(PictureBad, match=number.name):
                await decoders.inspect(told(evil, die=number), "1")
            assert (await decoders.inspect(good, "2")).width == 8
        assert [line["event"] for line in logs] == ["decoder.died"]

    async def test_a_picture_is_given_a_second_decoder_where_the_first_died(self, tmp_path: Path) -> None:
        """Of lack of memory, or of the picture before: a paid one is not lost by that."""
        file = told(written(tmp_path / "1.part", plain()), die=signal.SIGSEGV, once=str(tmp_path / "died"))
        async with decoding() as decoders:
            assert (await decoders.inspect(file, "1")).width == 8
        assert (tmp_path / "died").exists()

    @pytest.mark.parametrize("command", [{"die": signal.SIGKILL}, {"die": signal.SIGHUP}, {"leave": 1}])
    async def test_an_end_that_is_not_the_pictures_fault_may_pass(
        self, tmp_path: Path, command: dict[str, int]
    ) -> None:
        """The machine is short of memory, or the program's files are being replaced."""
        file = told(written(tmp_path / "1.part", plain()), **command)
        async with decoding() as decoders:
            with pytest.raises(PictureNotKept, match="ended"):
                await decoders.inspect(file, "1")

    async def test_a_decoder_killed_while_it_was_idle_is_not_missed(self, tmp_path: Path) -> None:
        async with decoding() as decoders:
            first = await look(decoders, tmp_path / "1.part")
            os.kill(first["pid"], signal.SIGKILL)
            assert (await look(decoders, tmp_path / "1.part"))["pid"] != first["pid"]

    async def test_a_decoder_that_hangs_is_ended_and_another_does_its_work(self, tmp_path: Path) -> None:
        pid = tmp_path / "pid"
        file = told(written(tmp_path / "1.part", plain()), sleep=60, at=str(pid), once=str(tmp_path / "hung"))
        async with decoding(timeout_s=1.0) as decoders:
            assert (await decoders.inspect(file, "1")).width == 8
            with pytest.raises(ProcessLookupError):
                os.kill(int(pid.read_text()), 0)

    async def test_a_decoder_that_cannot_be_started_may_later(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Out of memory, or of processes."""
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        async with decoding() as decoders:
            with pytest.raises(PictureNotKept, match="ENOENT"):
                await decoders.inspect(tmp_path / "1.part", "1")

    @pytest.mark.parametrize("form", FORMATS)
    async def test_a_lack_of_memory_is_no_fault_of_a_picture(self, tmp_path: Path, form: str) -> None:
        """Whatever the library calls it: of a WebP it says that there is no such frame."""
        file, target = written(tmp_path / "1.part", plain(1600, 1200), form), tmp_path / "2.part"
        told(file, memory=6 << 20)
        async with decoding(at_once=1) as decoders:
            for making in (
                decoders.inspect(file, "1"),
                decoders.shrink(file, target, 1_000),
                decoders.thumbnail(file, target),
            ):
                with pytest.raises(OSError, match="decoder") as raised:
                    await making
                assert raised.value.errno == errno.ENOMEM

    @pytest.mark.parametrize(
        ("step", "name", "args"),
        [
            ("PIL.Image.open", "inspect", ["1"]),
            ("PIL.Image.open", "thumbnail", ["2.part"]),
            ("PIL.ImageOps.exif_transpose", "shrink", ["2.part", 9_000]),
        ],
    )
    def test_nor_is_one_that_has_passed_a_moment_later(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, name: str, args: list[Any]
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise MemoryError

        file = written(tmp_path / "1.part", plain())
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(step, fail)
        assert work(name, [str(file), *args]) == {"errno": errno.ENOMEM}

    @pytest.mark.parametrize(
        ("answer", "words"), [({"bug": "KeyError"}, "bug in the decoder: KeyError"), ({"x": 1}, "no sense")]
    )
    async def test_a_bug_in_it_is_no_fault_of_a_picture(
        self, tmp_path: Path, answer: dict[str, Any], words: str
    ) -> None:
        file = told(written(tmp_path / "1.part", plain()), answer=answer)
        async with decoding() as decoders:
            with pytest.raises(PictureNotKept, match=words):
                await decoders.inspect(file, "1")


class TestStarts:
    async def test_one_finds_the_packages_that_the_bot_found(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However it was told where they are: PYTHONPATH, a folder of `pip install --target`, Nix."""
        (tmp_path / "packed.py").write_text("from tests.media.odd_decoder import main\nmain()\n")
        monkeypatch.syspath_prepend(tmp_path)
        async with decoding("packed") as decoders:
            assert (await look(decoders, tmp_path / "1.part"))["pid"]

    async def test_one_that_decodes_nothing_is_found_out_and_says_why(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "unpacked.py").write_text("import no_such_package\n")
        monkeypatch.syspath_prepend(tmp_path)
        async with decoding("unpacked") as decoders:
            with pytest.raises(DecoderBroken, match="ended with 1: ModuleNotFoundError"):
                await decoders.prove()

    async def test_one_for_which_there_is_no_thread_may_later(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def none_left(*_: str, **__: Any) -> None:
            raise RuntimeError("can't start new thread")

        async with decoding() as decoders:
            monkeypatch.setattr(asyncio, "create_subprocess_exec", none_left)
            with pytest.raises(PictureNotKept, match="EAGAIN"):
                await decoders.inspect(tmp_path / "1.part", "1")


class TestLives:
    async def test_a_cancelled_caller_leaves_nobody_writing(self, tmp_path: Path) -> None:
        """It is about to delete the file."""
        pid = tmp_path / "pid"
        os.mkfifo(pid)
        file = told(written(tmp_path / "1.part", plain()), sleep=60, at=str(pid))
        async with decoding() as decoders:
            caller = asyncio.create_task(decoders.shrink(file, tmp_path / "2.part", 1_000))
            begun = int(await asyncio.to_thread(pid.read_text))
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            with pytest.raises(ProcessLookupError):
                os.kill(begun, 0)
            assert (await look(decoders, tmp_path / "3.part"))["pid"] != begun

    async def test_at_most_two_at_once_and_one_where_one_is_enough(self, tmp_path: Path) -> None:
        async with decoding() as decoders:
            seen = [(await look(decoders, tmp_path / "1.part"))["pid"] for _ in range(3)]
            assert len(set(seen)) == 1
            at_once = await asyncio.gather(*(look(decoders, tmp_path / f"{each}.part") for each in range(6)))
        pids = {one["pid"] for one in at_once}
        assert len(pids) == 2
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)

    async def test_an_idle_one_ends_and_another_comes_when_it_is_needed(self, tmp_path: Path) -> None:
        """An idle bot is as small as if it had never decoded anything."""
        async with decoding(idle_s=0.0) as decoders:
            first = await look(decoders, tmp_path / "1.part")
            await has_ended(first["pid"])
            assert (await look(decoders, tmp_path / "1.part"))["pid"] != first["pid"]

    async def test_at_the_end_none_is_waited_for_long_and_nothing_is_begun(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The bot is given 15 s to end; what was not done is done after the next start."""
        monkeypatch.setattr(decoders_module, "CLOSING_S", 0.1)
        pid = tmp_path / "pid"
        os.mkfifo(pid)
        file = told(written(tmp_path / "1.part", plain()), sleep=60, at=str(pid))
        decoders = Decoders(at_once=1, program=ODD)
        callers = [asyncio.create_task(decoders.inspect(file, "1")) for _ in range(2)]
        begun = int(await asyncio.to_thread(pid.read_text))
        async with asyncio.timeout(5):
            await decoders.close()
            ends = await asyncio.gather(*callers, return_exceptions=True)
        assert [type(end) for end in ends] == [PictureNotKept, PictureNotKept]
        with pytest.raises(ProcessLookupError):
            os.kill(begun, 0)

    async def test_none_outlives_a_bot_that_is_killed(self, tmp_path: Path) -> None:
        written(tmp_path / "1.part", plain())
        bot = (
            "import asyncio, os, pathlib, sys\n"
            "from tests.media.test_decoders import Decoders, ODD, look\n"
            "async def main():\n"
            "    print((await look(Decoders(program=ODD), pathlib.Path(sys.argv[1])))['pid'], flush=True)\n"
            "    os.kill(os.getpid(), 9)\n"
            "asyncio.run(main())\n"
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", bot, str(tmp_path / "1.part")), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        assert process.returncode == -signal.SIGKILL
        await has_ended(int(said))

    async def test_it_has_no_secrets_little_room_and_a_life_apart_from_the_bots_terminal(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "made-up-token")
        umask = os.umask(0o077)
        try:
            async with decoding() as decoders:
                seen = await look(decoders, tmp_path / "1.part")
                os.kill(seen["pid"], signal.SIGTERM)
                again = await look(decoders, tmp_path / "1.part")
        finally:
            os.umask(umask)
        assert "PATH" in seen["environment"]
        assert "made-up" not in str(seen["environment"])
        assert seen["umask"] == 0o077
        assert seen["session"] == seen["pid"]
        assert again["pid"] == seen["pid"], "systemd's SIGTERM to all ends the bot, which ends them"
        cpu_s = seen["limits"].pop("CPU")
        assert CPU_MAX_S <= cpu_s <= CPU_MAX_S + 5
        assert seen["limits"] == {
            "AS": MEMORY_MAX_BYTES,
            "FSIZE": FILE_MAX_BYTES,
            "NOFILE": FILES_MAX,
            "CORE": 0,
        }


class TestFiles:
    """What people and machines make of picture files, with the decoder that the bot has."""

    async def test_unusual_files_are_pictures_like_any_other(self, tmp_path: Path) -> None:
        small, thumb = tmp_path / "small", tmp_path / "thumb"
        async with decoding("bot.media.decoder") as decoders:
            for file in unusual_files(tmp_path / "files"):
                picture = await decoders.inspect(file, "1")
                assert (picture.width, picture.height) == (64, 48), file
                await decoders.shrink(file, small, 10_000)
                await decoders.thumbnail(file, thumb)
                for made in (small, thumb):
                    with Image.open(made) as image:
                        upright = (48, 64) if file.stem == "side" else (64, 48)
                        assert image.size == upright, file

    async def test_hostile_files_are_bad_and_harm_nothing(self, tmp_path: Path) -> None:
        """All of them to one process, which has none of them cost it its life."""
        jpeg = bytearray(encoded(noise(64, 48), "jpeg"))
        start = jpeg.index(b"\xff\xc0")
        huge = jpeg[: start + 5] + struct.pack(">HH", 65_500, 65_500) + jpeg[start + 9 :]
        odd = bytearray(jpeg)
        odd[start + 11] = 0xF1
        canvas = b"VP8X\x0a\x00\x00\x00\x02\x00\x00\x00" + (12_999).to_bytes(3, "little") * 2
        hostile: Sequence[bytes] = (
            png_that_claims(60_000, 60_000),
            png_that_claims(3_800, 2_000),
            b"RIFF" + struct.pack("<I", 4 + len(canvas)) + b"WEBP" + canvas,
            bytes(huge),
            bytes(odd),
            bytes(jpeg[:900]),
            encoded(noise(64, 48), "webp")[:900],
        )
        file = tmp_path / "1.part"
        async with decoding("bot.media.decoder") as decoders:
            for content in hostile:
                file.write_bytes(content)
                with capture_logs() as logs, pytest.raises(PictureBad):
                    await decoders.inspect(file, "1")
                assert logs == []


def unusual_files(folder: Path) -> list[Path]:
    """Pictures of 64 x 48 pixels, not all of them upright."""
    folder.mkdir()
    one = noise(64, 48)
    frames: dict[str, Any] = {"save_all": True, "append_images": [plain(64, 48), one]}
    on_its_side = Image.Exif()
    on_its_side[0x0112] = 6
    one.save(folder / "animated.png", **frames)
    one.save(folder / "animated.webp", **frames)
    one.save(folder / "profile.jpg", icc_profile=bytes(range(256)) * 300)
    one.save(folder / "profile.png", icc_profile=b"no profile")
    one.save(folder / "side.jpg", exif=on_its_side)
    one.save(folder / "side.webp", exif=on_its_side)
    one.save(folder / "notes.webp", exif=b"MM\x00\xad\x00\x00\x00\x08no notes")
    one.save(folder / "subsampled.jpg", subsampling="4:1:1")
    noise(64, 48, "CMYK").save(folder / "print.jpg")
    return list(folder.iterdir())


def test_the_bot_itself_does_not_load_the_library() -> None:
    """So it cannot decode anything, by mistake neither."""
    seek = "import sys, bot.media.keep; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seek], check=False).returncode == 0
