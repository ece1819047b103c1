"""Members take along what is theirs: all of it, in files that Discord takes."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from bot.domain.errors import ExportUnderWay, ExportUnwritten
from bot.domain.jobs import JobId
from bot.media.keep import PictureStore
from bot.services.privacy import Mark, Part, Privacy, Stage
from bot.storage.privacy import PrivacyFile
from tests.support.drafts import ANA, BEN
from tests.support.over import delivered
from tests.support.records import Records

MB = 1 << 20


class Full(io.BytesIO):
    """A file on a disk that takes no more than this."""

    def write(self, data: Any, /) -> int:
        if self.tell() > 100_000:
            raise OSError(28, "No space left on device")
        return super().write(data)


@dataclass
class Shelf:
    """The service over a real record and a real folder."""

    records: Records
    pictures: PictureStore
    folder: Path
    privacy: Privacy
    room: bool = True

    async def drawn(self, size: int = 1_000, **wishes: Any) -> JobId:
        """A delivered request with pictures of that many bytes."""
        job_id = await delivered(self.records, **wishes)
        self.records.database.alter("UPDATE task SET picture_bytes = ? WHERE job_id = ?", size, job_id)
        for task in (await self.records.found(job_id)).tasks:
            assert task.picture
            file = self.folder / task.picture.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bytes([task.number]) * size)
        return job_id

    async def exported(self, max_bytes: int, member_id: int = ANA) -> list[tuple[Part, ZipFile]]:
        """Every file, one after the other."""
        found: list[tuple[Part, ZipFile]] = []
        mark: Mark | None = Mark()
        while mark is not None:
            assert len(found) < 20, "there is no end to it"
            file = io.BytesIO()
            part = await self.privacy.export(member_id, mark, file, max_bytes)
            assert len(file.getvalue()) <= max_bytes
            found.append((part, ZipFile(file)))
            mark = part.rest
        return found


@pytest.fixture
async def shelf(records: Records, tmp_path: Path) -> AsyncIterator[Shelf]:
    async with PictureStore(tmp_path, allow_loopback=True) as pictures:
        privacy = Privacy(
            PrivacyFile(records.store),
            pictures,
            tmp_path,
            records.clock,
            has_room=lambda: filled.room,
            forgotten=lambda _: None,
            changed=lambda: None,
        )
        filled = Shelf(records, pictures, tmp_path, privacy)
        yield filled


async def test_everything_small_is_one_file(shelf: Shelf) -> None:
    mine = await shelf.drawn(by=ANA, prompt="a quiet 狐 in snow", count=2)
    await shelf.drawn(by=BEN, prompt="somebody else's")
    ((part, file),) = await shelf.exported(10 * MB)
    data = json.loads(file.read("data.json"))
    assert file.testzip() is None
    assert file.namelist() == ["data.json", f"{mine}-1.png", f"{mine}-2.png"]
    assert file.read(f"{mine}-2.png") == b"\2" * 1_000
    assert (part.pictures, part.missing, part.smaller) == (2, [], [])
    (request,) = data["requests"]
    assert (request["id"], request["prompt"]) == (mine, "a quiet 狐 in snow")
    assert [each["file"]["name"] for each in request["pictures"]] == file.namelist()[1:]
    assert request["pictures"][0]["cost_usd"] == 0.006
    assert data["member_id"] == str(ANA)


async def test_who_has_nothing_gets_that_in_writing(shelf: Shelf) -> None:
    ((part, file),) = await shelf.exported(10 * MB)
    assert json.loads(file.read("data.json"))["requests"] == []
    assert (part.pictures, part.rest) == (0, None)


async def test_many_pictures_come_in_several_files_each_once(shelf: Shelf) -> None:
    jobs = [await shelf.drawn(400_000, by=ANA, count=2) for _ in range(5)]
    parts = await shelf.exported(MB)
    names = [name for _, file in parts for name in file.namelist()]
    assert len(parts) > 2
    assert sorted(names) == sorted(["data.json", *(f"{job}-{n}.png" for job in jobs for n in (1, 2))])
    assert [part.number for part, _ in parts] == list(range(1, len(parts) + 1))


async def test_very_long_prompts_come_in_several_files_each_once(shelf: Shelf) -> None:
    """What is written down is never held in memory as a whole, and no file outgrows Discord."""
    jobs = []
    for number in range(24):
        text = "".join(chr(0x4E00 + (number * 7919 + place * 104_729) % 20_000) for place in range(32_000))
        view = await shelf.records.accepted(by=ANA, prompt=text)
        jobs.append(view.job.id)
    parts = await shelf.exported(MB)
    lists = [json.loads(file.read(file.namelist()[0]))["requests"] for _, file in parts]
    assert len(parts) > 1
    assert sorted(each["id"] for requests in lists for each in requests) == sorted(jobs)


async def test_a_picture_that_is_too_large_is_there_in_a_smaller_version(shelf: Shelf) -> None:
    job_id = await shelf.drawn(by=ANA)
    (task,) = (await shelf.records.found(job_id)).tasks
    assert task.picture
    original = shelf.folder / task.picture.path
    Image.effect_noise((900, 900), 90).convert("RGB").save(original)
    shelf.records.database.alter("UPDATE task SET picture_bytes = ?", original.stat().st_size)
    parts = await shelf.exported(MB)
    assert original.stat().st_size > MB
    assert [name for _, file in parts for name in file.namelist()] == ["data.json", f"{job_id}-1.jpg"]
    assert parts[-1][0].smaller == [job_id]


async def test_what_is_gone_from_the_disk_is_named(shelf: Shelf) -> None:
    """Also one that was larger than anybody wrote down: there is an end in any case."""
    gone, grown = await shelf.drawn(by=ANA), await shelf.drawn(by=ANA)
    (shelf.folder / "images" / gone / "1.png").unlink()
    (shelf.folder / "images" / grown / "1.png").write_bytes(bytes(2 * MB))
    parts = await shelf.exported(MB)
    assert sorted(job for part, _ in parts for job in part.missing) == sorted([gone, grown])


async def test_what_is_erased_in_between_is_not_in_the_next_file(shelf: Shelf) -> None:
    await shelf.drawn(700_000, by=ANA)
    await shelf.drawn(700_000, by=ANA)
    first = await shelf.privacy.export(ANA, Mark(), io.BytesIO(), MB)
    assert first.rest is not None
    await shelf.privacy.erase(ANA, with_cards=False)
    file = io.BytesIO()
    part = await shelf.privacy.export(ANA, first.rest, file, MB)
    assert (part.pictures, part.rest, ZipFile(file).namelist()) == (0, None, [])


async def test_somebody_elses_mark_leads_to_ones_own(shelf: Shelf) -> None:
    """A forged button names a request of another person."""
    theirs = await shelf.drawn(by=BEN)
    file = io.BytesIO()
    await shelf.privacy.export(ANA, Mark(2, Stage.PICTURES, 0, theirs, 0), file, MB)
    assert ZipFile(file).namelist() == []


async def test_one_file_for_each_member_and_two_on_the_disk_at_a_time(shelf: Shelf) -> None:
    """Until they are handed over: files of everybody at once would fill the disk that pictures need."""
    begun: list[int] = []
    gate = asyncio.Event()

    async def export(member_id: int) -> None:
        async with shelf.privacy.exporting(member_id):
            begun.append(member_id)
            await gate.wait()

    others = [asyncio.create_task(export(member_id)) for member_id in (ANA, BEN, 3)]
    await asyncio.sleep(0)
    for waiting in (ANA, 3):
        with pytest.raises(ExportUnderWay):
            await export(waiting)
    assert begun == [ANA, BEN]
    gate.set()
    await asyncio.gather(*others)
    await export(ANA)
    assert begun == [ANA, BEN, 3, ANA]


async def test_what_is_left_of_the_disk_is_for_what_is_under_way(shelf: Shelf) -> None:
    shelf.room = False
    with pytest.raises(ExportUnwritten):
        async with shelf.privacy.exporting(ANA):
            pass
    shelf.room = True
    async with shelf.privacy.exporting(ANA):
        pass


async def test_a_full_disk_is_told_and_the_next_try_works(shelf: Shelf) -> None:
    await shelf.drawn(400_000, by=ANA)
    with pytest.raises(ExportUnwritten):
        await shelf.privacy.export(ANA, Mark(), Full(), MB)
    assert len(await shelf.exported(MB)) == 1
