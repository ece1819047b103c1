"""One writer, one reader, whole transactions: whatever the caller, the disk or others do."""

import asyncio
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.domain.errors import StaleMove, StoreBusy, StoreDamaged, StoreError, StoreFull, StoreInUse
from bot.storage.sqlite import Store, Transaction
from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.drafts import draft
from tests.support.records import Records, opened_records


async def put(store: Store, name: str, value: str = "x") -> None:
    await store.write(lambda tx: tx.run("fact_set", name=name, value=value))


class TestTransactions:
    async def test_what_a_write_returns_is_committed(self, records: Records) -> None:
        await put(records.store, "colour", "green")
        assert records.database.value("SELECT value FROM fact WHERE name = 'colour'") == "green"

    async def test_a_write_that_raises_leaves_nothing(self, records: Records) -> None:
        async def half(tx: Transaction) -> None:
            await tx.run("fact_set", name="half", value="done")
            raise StaleMove

        with pytest.raises(StaleMove):
            await records.store.write(half)
        assert records.database.rows("SELECT * FROM fact") == []
        await put(records.store, "after")

    async def test_writes_go_one_after_another(self, records: Records) -> None:
        """Each reads what the one before wrote: no update is lost among fifty at once."""

        async def add_one(tx: Transaction) -> None:
            seen = int(await tx.value("fact_value", name="count") or 0)
            await tx.run("fact_set", name="count", value=str(seen + 1))

        await asyncio.gather(*(records.store.write(add_one) for _ in range(50)))
        assert records.database.value("SELECT value FROM fact WHERE name = 'count'") == "50"

    async def test_a_read_is_not_held_up_by_a_write_and_sees_only_what_is_committed(
        self, records: Records
    ) -> None:
        wrote, go_on = threading.Event(), threading.Event()

        async def slow(tx: Transaction) -> None:
            await tx.run("fact_set", name="slow", value="x")
            wrote.set()
            go_on.wait()

        writing = asyncio.create_task(records.store.write(slow))
        await asyncio.to_thread(wrote.wait)
        assert await records.store.read(lambda tx: tx.value("fact_value", name="slow")) is None
        go_on.set()
        await writing
        assert await records.store.read(lambda tx: tx.value("fact_value", name="slow")) == "x"

    async def test_a_transaction_that_waits_for_something_else_is_refused_and_undone(
        self, records: Records
    ) -> None:
        """It would hold up everybody else."""

        async def waits(tx: Transaction) -> None:
            await tx.run("fact_set", name="slow", value="x")
            await asyncio.sleep(0)

        with pytest.raises(RuntimeError, match="waited for something else"):
            await records.store.write(waits)
        assert records.database.rows("SELECT * FROM fact") == []

    async def test_the_reader_cannot_write(self, records: Records) -> None:
        with pytest.raises(StoreFull, match="readonly"):
            await records.store.read(lambda tx: tx.run("fact_set", name="x", value="y"))

    async def test_the_file_is_as_durable_as_the_design_says(self, records: Records) -> None:
        connection = records.store._writer
        for pragma, wanted in [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]:
            async with connection.execute(f"PRAGMA {pragma}") as cursor:
                (value,) = await cursor.fetchone() or (None,)
            assert value == wanted


class TestCancellation:
    async def test_a_cancelled_caller_leaves_no_transaction_open(self, records: Records) -> None:
        """Cut off at a random point, two hundred times; the next write must always go through."""
        rng = random.Random(11)
        for number in range(200):
            caller = asyncio.create_task(records.jobs.accept(draft(count=2), records.clock.now()))
            for _ in range(rng.randrange(12)):
                await asyncio.sleep(0)
            if rng.random() < 0.5:
                await asyncio.sleep(rng.random() * 0.0015)
            caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)
            await put(records.store, "last", str(number))
            assert not records.store._writer.in_transaction
        whole = "SELECT COUNT(*) FROM job WHERE (SELECT COUNT(*) FROM task WHERE job_id = job.id) <> 2"
        assert records.database.value(whole) == 0

    async def test_what_was_begun_is_finished_although_nobody_waits_for_it(self, records: Records) -> None:
        begun, go_on = threading.Event(), threading.Event()

        async def slow(tx: Transaction) -> None:
            begun.set()
            go_on.wait()
            await tx.run("fact_set", name="slow", value="done")

        caller = asyncio.create_task(records.store.write(slow))
        await asyncio.to_thread(begun.wait)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        go_on.set()
        await put(records.store, "next")
        assert records.database.value("SELECT value FROM fact WHERE name = 'slow'") == "done"

    async def test_closing_waits_for_it(self, path: Path, clock: ManualClock) -> None:
        async with opened_records(path, clock) as records:
            caller = asyncio.create_task(put(records.store, "late", "kept"))
            await asyncio.sleep(0)
            caller.cancel()
        assert Database(path).value("SELECT value FROM fact WHERE name = 'late'") == "kept"

    async def test_a_failure_that_nobody_waits_for_disturbs_nobody(self, records: Records) -> None:
        async def broken(tx: Transaction) -> None:
            await tx.value("fact_value", name="x")
            raise ZeroDivisionError

        caller = asyncio.create_task(records.store.write(broken))
        await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await put(records.store, "next")


class TestInUse:
    async def test_a_second_store_on_one_file_is_refused(self, records: Records) -> None:
        with pytest.raises(StoreInUse):
            async with Store.open(records.database.path):
                pass

    def test_a_second_process_is_refused_until_the_first_is_gone(self, path: Path) -> None:
        script = (
            "import asyncio, sys; from pathlib import Path; from bot.storage.sqlite import Store\n"
            "async def hold():\n"
            "    async with Store.open(Path(sys.argv[1])):\n"
            "        print('held', flush=True); sys.stdin.read()\n"
            "asyncio.run(hold())"
        )
        root = Path(__file__).parents[2]
        with subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(root)},
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(StoreInUse):
                asyncio.run(_open_and_close(path))
            other.kill()
            other.wait()
        asyncio.run(_open_and_close(path))

    def test_a_failed_start_lets_go_of_the_lock(self, path: Path) -> None:
        path.write_bytes(b"this is no database at all, but a letter to a friend" * 100)
        for _ in range(2):
            with pytest.raises(StoreDamaged):
                asyncio.run(_open_and_close(path))


class TestTrouble:
    async def test_a_full_disk_is_named_and_nothing_of_the_write_stays(self, records: Records) -> None:
        await records.accepted()
        pages = records.database.value("PRAGMA page_count")
        await records.store._writer.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreFull):
            await records.accepted(prompt="x" * 32_000)
        assert records.database.value("SELECT COUNT(*) FROM job") == 1
        await records.store._writer.execute("PRAGMA max_page_count = 100000")
        await records.accepted(prompt="x" * 32_000)

    def test_a_file_that_is_no_database_is_damaged(self, path: Path) -> None:
        path.write_bytes(b"\x00garbage" * 4_096)
        with pytest.raises(StoreDamaged):
            asyncio.run(_open_and_close(path))

    async def test_a_database_with_a_spoilt_page_is_damaged(self, path: Path, clock: ManualClock) -> None:
        async with opened_records(path, clock) as records:
            for _ in range(20):
                await records.accepted(prompt="y" * 3_000)
        _spoil(path, 4_096 * 3, 4_096 * 12)
        with pytest.raises(StoreDamaged):
            await _open_and_close(path)

    async def test_a_lock_held_by_others_is_busy(self, records: Records) -> None:
        await records.store._writer.execute("PRAGMA busy_timeout = 1")
        with records.database.write_locked(), pytest.raises(StoreBusy):
            await records.accepted()
        await records.accepted()

    async def test_a_folder_that_cannot_be_written_is_said_in_words(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file where the folder should be")
        with pytest.raises(StoreError, match="cannot be written"):
            await _open_and_close(tmp_path / "data" / "bot.sqlite3")

    async def test_a_path_with_signs_that_mean_something_in_addresses_works(self, tmp_path: Path) -> None:
        path = tmp_path / "50% of it? #yes" / "bot.sqlite3"
        async with Store.open(path) as store:
            await put(store, "colour", "green")
            assert await store.read(lambda tx: tx.value("fact_value", name="colour")) == "green"


def _spoil(path: Path, start: int, end: int) -> None:
    """Overwrite a part of a file, as a bad disk might."""
    content = bytearray(path.read_bytes())
    content[start:end] = b"\xa5" * (end - start)
    path.write_bytes(content)


async def _open_and_close(path: Path) -> None:
    async with Store.open(path):
        pass
