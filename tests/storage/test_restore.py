"""A backup takes the database's place: nothing is done twice by itself, and no kill leaves half of it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.admission import Circumstances
from bot.domain.errors import StoreError
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.limits import Limit
from bot.domain.ports import Spilled
from bot.storage.backup import copy_out
from bot.storage.checkup import version_of
from bot.storage.erasures import ErasureList
from bot.storage.exchange import finish_exchange
from bot.storage.privacy import PrivacyFile
from bot.storage.restore import restore
from bot.storage.sqlite import Store
from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.drafts import ANA, BEN, SERVER
from tests.support.records import opened_records

DAY_S = 86_400.0


def names_in(folder: Path) -> list[str]:
    """What is there."""
    return sorted(file.name for file in folder.iterdir())


class TestDoubt:
    async def test_whatever_may_have_been_sent_since_is_unknown_and_nothing_can_be_claimed(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        """In whatever state the backup knows it; what is at the provider is asked about, which is free."""
        path, backup = tmp_path / "bot.sqlite3", tmp_path / "mine.sqlite3"
        async with opened_records(path, clock) as records:
            rendering = (await records.opened(count=1)).job.id
            await records.rendering()
            submitting = (await records.opened(count=1)).job.id
            await records.submitting()
            again = (await records.opened(count=1)).job.id
            (claim,) = await records.submitting()
            await records.tasks.put_back(claim.task, clock.now(), clock.now())
            open_ = (await records.opened(count=2)).job.id
            accepted = (await records.accepted(count=1)).job.id
            reserved = records.database.rows("SELECT account_id, microusd FROM use_of_hour")
            copy_out(path, backup)
            await records.submitting(9)

        clock.advance(3_600)
        done = await restore(backup, path, clock.now())

        assert (done.doubt.images, done.doubt.requests) == (5, 4)
        async with opened_records(path, clock, owner="run-2") as records:
            await records.tasks.recover(clock.now())
            await records.jobs.recover(clock.now())
            assert await records.submitting(9) == []
            due = {view.job.id for view in await records.jobs.claim(9, clock.now())}
            assert due == {rendering, submitting, again, open_, accepted}
            assert len(await records.tasks.claim_polls(9, clock.now())) == 1
            assert records.database.rows("SELECT account_id, microusd FROM use_of_hour") == reserved
            moved = "SELECT from_state, attempt_id FROM event WHERE to_state = 'unknown' AND task_id = ?"
            ((was, attempt_id),) = records.database.rows(moved, f"{open_}-2")
            assert (was, attempt_id.startswith("restored-")) == ("queued", True)
            ((was, attempt_id),) = records.database.rows(moved, f"{submitting}-1")
            assert (was, attempt_id.startswith("restored-")) == ("submitting", False)

            await records.jobs.withdraw(accepted, clock.now())
            (task,) = (await records.found(accepted)).tasks
            assert (task.state, task.reason, task.cost_microusd) == ("failed", "left", task.estimate_microusd)

    async def test_a_spilled_answer_still_finds_what_was_on_the_wire(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        """The spill file stays where it is: whatever the backup knows of it is attached."""
        path, backup = tmp_path / "bot.sqlite3", tmp_path / "mine.sqlite3"
        async with opened_records(path, clock) as records:
            await records.opened()
            (claim,) = await records.submitting()
            copy_out(path, backup)
        await restore(backup, path, clock.now())
        async with opened_records(path, clock, owner="run-2") as records:
            spilled = Spilled(claim.task.attempt_id or "", "task-of-the-provider")
            assert await records.tasks.attach(spilled, clock.now(), clock.now(), clock.now())

    async def test_what_log_channels_are_told_from_then_on_bears_numbers_that_no_old_button_can_name(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        """Also long after: what fills the gap does not go with its age, nor with what somebody has erased."""
        path, backup = tmp_path / "bot.sqlite3", tmp_path / "mine.sqlite3"
        async with opened_records(path, clock) as records:
            records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
            await records.opened()
            copy_out(path, backup)
            for _ in range(3):
                await records.opened()
            since = records.database.value("SELECT MAX(id) FROM notice")
        await restore(backup, path, clock.now())

        clock.advance(60 * DAY_S)
        async with opened_records(path, clock, owner="run-2") as records:
            await records.run("run-2", limits={Limit.IMAGES_PER_HOUR: 0}).refused()
            records.database.alter("UPDATE notice SET due_at = NULL, message_id = 1")
            for _ in range(2):
                clock.advance(60 * DAY_S)
                await ErasureList(records.store).sweep(clock.now(), 1)
                await PrivacyFile(records.store).erase(ANA, clock.now(), with_cards=False)
            hit = Hit(Term("dragon", FilterAction.REVIEW))
            await records.opened(by=BEN, around=Circumstances(hit=hit))
            number = records.database.value("SELECT id FROM notice WHERE kind = 'review'")
        assert number > since + 90_000


class Killed(BaseException):
    """The process is gone, and tidies nothing up."""


class Fuse:
    """Blows at one of the changes of names; what is left of that run touches nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.passed = 0
        self._at = at
        for name in ("rename", "replace", "unlink"):
            monkeypatch.setattr(Path, name, self._guarded(getattr(Path, name)))

    @property
    def blown(self) -> bool:
        return self.passed > self._at

    def _guarded(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(path: Path, *values: Any, **options: Any) -> Any:
            if not path.exists() and not path.is_symlink():
                return change(path, *values, **options)
            self.passed += not self.blown
            if self.blown:
                raise Killed
            return change(path, *values, **options)

        return guarded


async def prepared(point: int, tmp_path: Path, clock: ManualClock) -> tuple[Path, Path]:
    """A database of two requests, one of them in the write-ahead log only; and its backup, which has one."""
    folder = tmp_path / str(point)
    path, backup = folder / "bot.sqlite3", folder / "mine.sqlite3"
    (tmp_path / f"live-{point}").mkdir()
    folder.mkdir()
    live = tmp_path / f"live-{point}" / "bot.sqlite3"
    async with opened_records(live, clock) as records:
        await records.opened(prompt="of the backup")
        copy_out(live, backup)
        await records.opened(prompt="of the time since")
        for ending in ("", "-wal"):
            shutil.copy(f"{live}{ending}", f"{path}{ending}")
    return path, backup


async def killed_at(
    point: int, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, bool]:
    """The database's path, and whether a restore was killed at that change of names."""
    path, backup = await prepared(point, tmp_path, clock)
    with monkeypatch.context() as patched:
        fuse = Fuse(patched, at=point)
        try:
            await restore(backup, path, clock.now())
        except Killed:
            return path, True
    assert not fuse.blown
    return path, False


async def test_killed_at_any_change_of_names_the_next_start_has_the_one_or_the_other(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, also what only the write-ahead log held; and what was replaced is whole beside it.

    Who looks before the next start is told, lest they take what is still there for what counts.
    """
    old, new = ["of the backup", "of the time since"], ["of the backup"]
    found, point, cut_off = [], 0, 0
    while True:
        path, killed = await killed_at(point, tmp_path, clock, monkeypatch)
        if list(path.parent.glob("*.restored-*Z")):
            cut_off += 1
            with pytest.raises(StoreError, match="was cut off"):
                version_of(path)
            with pytest.raises(StoreError, match="was cut off"):
                async with Store.reading(path):
                    pass
        async with Store.open(path):
            pass
        prompts = Database(path).rows("SELECT prompt FROM job ORDER BY accepted_at, rowid")
        assert prompts in (old, new)
        aside = list(path.parent.glob("*.replaced-*Z"))
        assert len(aside) == (prompts == new)
        for each in aside:
            assert Database(each).rows("SELECT prompt FROM job ORDER BY rowid") == old
        assert [name for name in names_in(path.parent) if ".restor" in name] == []
        found.append(prompts)
        if not killed:
            break
        await restore(path.parent / "mine.sqlite3", path, clock.now() + 1)
        assert Database(path).rows("SELECT prompt FROM job") == new
        assert list(path.parent.glob("*.restoring*")) == []
        point += 1
    assert found == sorted(found, reverse=True), "first the old one, from one point on the new one"
    assert old in found
    assert found.count(new) >= 4
    assert cut_off >= 3


@pytest.mark.parametrize("is_first", [False, True], ids=["a database is there", "there is none yet"])
async def test_a_restore_that_fails_leaves_nothing_that_the_next_start_would_finish(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    """Whatever it is that the disk would not keep."""
    fsync, point, left = os.fsync, 0, -1

    def failing(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    while True:
        left = -1
        path, backup = await prepared(point, tmp_path, clock)
        if is_first:
            for ending in ("", "-wal"):
                path.with_name(f"{path.name}{ending}").unlink()
        before, left = names_in(path.parent), point
        try:
            await restore(backup, path, clock.now())
        except StoreError:
            left = -1
            assert names_in(path.parent) == sorted([*before, "bot.sqlite3.lock"])
            if not is_first:
                async with Store.open(path):
                    pass
                assert len(Database(path).rows("SELECT id FROM job")) == 2
        else:
            break
        point += 1
    assert point == 5


def test_where_nothing_is_to_be_finished_nothing_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that can only be read refuses to remove even what is not there."""

    def refusing(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refusing)
    finish_exchange(tmp_path / "bot.sqlite3")


async def test_a_disk_that_does_not_play_along_leaves_all_as_it_was(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, backup = tmp_path / "bot.sqlite3", tmp_path / "mine.sqlite3"
    async with opened_records(path, clock) as records:
        copy_out(path, backup)
        await records.opened()
    before, rename = path.read_bytes(), Path.rename

    def failing(file: Path, to: Path) -> Path:
        if file.name.startswith("bot.sqlite3.restored-"):
            raise OSError(5, "Input/output error", str(file))
        return rename(file, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", failing)
        with pytest.raises(StoreError, match="Input/output error"):
            await restore(backup, path, clock.now())

    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["bot.sqlite3", "bot.sqlite3.lock", "mine.sqlite3"]
