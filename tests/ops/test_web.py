"""Health over HTTP: each part that fails is named, and the watchdog notices who stands still."""

import asyncio
import random
import re
import shutil
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.chat.invalid_requests import Restraint
from bot.domain.errors import StoreBusy, StoreError, StoreFull
from bot.domain.moderation import OperatorDefaults
from bot.domain.units import Instant, after
from bot.modellix.governor import Governor
from bot.ops.health import LOOP_MAX_S, STEP_MAX_S, WATCH_EVERY_S, Health
from bot.ops.metrics import Metrics
from bot.ops.scrape import Scrape
from bot.ops.web import served
from bot.settings import Settings
from bot.storage.facts import Facts
from bot.storage.sqlite import Store
from bot.storage.upkeep import Upkeep
from bot.storage.vitals import Vitals
from bot.workers.worker import Worker
from tests.modellix.loopback import closed_port
from tests.support.clock import ManualClock

WELL = {"ready": True, "gateway": "ok", "database": "ok", "workers": "ok"}


class Idler(Worker):
    """Has nothing to do, unless a test makes it."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__("idler", clock)
        self.may_turn = asyncio.Event()
        self.may_turn.set()
        self.may_end = asyncio.Event()
        self.rows: list[str] = []
        self.due: Instant | None = None
        self.fault: StoreError | None = None

    async def _recover(self) -> None:
        pass

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        await self.may_turn.wait()
        if self.fault:
            raise self.fault
        claimed, self.rows = [(row, self._step()) for row in self.rows], []
        return claimed

    async def _step(self) -> None:
        await self.may_end.wait()

    async def _next_due(self) -> Instant | None:
        return self.due

    async def _renew(self, ids: Sequence[str]) -> None:
        pass


@dataclass
class Watched:
    """A server of health, and what it looks at."""

    clock: ManualClock
    idler: Idler
    health: Health
    upkeep: Upkeep
    port: int
    connected: list[bool] = field(default_factory=lambda: [True])
    fault: list[StoreError] = field(default_factory=list)

    async def asked(self, path: str = "/readyz") -> tuple[int, dict[str, Any]]:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{self.port}{path}") as answer,
        ):
            return answer.status, await answer.json()

    async def metrics(self) -> str:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{self.port}/metrics") as answer,
        ):
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            return await answer.text()


@asynccontextmanager
async def watched(folder: Path, clock: ManualClock, port: int) -> AsyncIterator[Watched]:
    """With a real database, a real worker that turns, and a real socket."""
    async with Store.open(folder / "bot.sqlite3") as store:
        idler = Idler(clock)

        async def write() -> None:
            if opened.fault:
                raise opened.fault[0]
            await Facts(store).put("written", str(clock.now()))

        health = Health({"idler": idler.pulse}, clock, connected=lambda: opened.connected[0], write=write)
        upkeep = Upkeep(store, folder / "bot.sqlite3", keep=3)
        opened = Watched(clock, idler, health, upkeep, port)
        scrape = Scrape(
            Metrics(),
            Vitals(store),
            Governor(2, 100, random.Random(1)),
            health,
            Restraint(clock, unauthorized=lambda: None),
            upkeep,
            folder,
            OperatorDefaults(),
            clock,
            since=0,
        )
        loop = asyncio.create_task(idler.run())
        await clock.asleep()
        try:
            async with served("127.0.0.1", port, scrape, health):
                yield opened
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await idler.drain(0)


@pytest.fixture
async def place(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Watched]:
    async with watched(tmp_path, clock, closed_port()) as it:
        yield it


async def settle() -> None:
    """Let all that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


class TestReadiness:
    async def test_with_everything_in_place_it_is_ready(self, place: Watched) -> None:
        assert await place.asked() == (200, WELL)
        assert await place.asked("/healthz") == (200, {"loop": "ok"})

    async def test_without_discord_it_is_not_ready_but_alive(self, place: Watched) -> None:
        place.connected[0] = False
        assert await place.asked() == (503, WELL | {"ready": False, "gateway": "not connected to Discord"})
        assert await place.asked("/healthz") == (200, {"loop": "ok"})
        assert "imagine_gateway_up 0.0" in await place.metrics()

    async def test_a_database_that_takes_no_writes_is_named(self, place: Watched) -> None:
        place.fault.append(StoreFull("disk full"))
        status, said = await place.asked()
        assert (status, said["database"]) == (503, "cannot be written (StoreFull: disk full)")

    async def test_who_asks_often_does_not_wear_the_disk_out(self, place: Watched) -> None:
        assert (await place.asked())[0] == 200
        place.fault.append(StoreFull("disk full"))
        assert (await place.asked())[0] == 200
        place.clock.advance(6)
        assert (await place.asked())[0] == 503


class TestWatchdog:
    async def test_a_worker_that_has_nothing_to_do_is_well(self, place: Watched) -> None:
        place.clock.advance(10 * STEP_MAX_S)
        assert (await place.asked())[0] == 200

    async def test_one_whose_turn_never_ends_is_named_and_logged_once(self, place: Watched) -> None:
        watching = asyncio.create_task(place.health.watch())
        place.idler.may_turn.clear()
        place.idler.nudge()
        await settle()
        with capture_logs() as logs:
            for _ in range(3):
                place.clock.advance(max(LOOP_MAX_S, WATCH_EVERY_S) + 1)
                await settle()
            status, said = await place.asked()
            assert (status, said["workers"]) == (503, "idler: has stood still for 363 s")
            assert 'imagine_worker_still_seconds{worker="idler"} 363.0' in await place.metrics()

            place.idler.may_turn.set()
            await settle()
            assert (await place.asked())[0] == 200
            place.clock.advance(WATCH_EVERY_S)
            await settle()
        watching.cancel()
        events = [entry["event"] for entry in logs if entry["event"].startswith("worker.")]
        assert events == ["worker.stalled", "worker.moves_again"]

    async def test_one_whose_database_is_away_stands_still(self, place: Watched) -> None:
        place.idler.fault = StoreBusy("locked")
        place.idler.nudge()
        await settle()
        for _ in range(70):
            place.clock.advance(2)
            await settle()
        assert (await place.asked())[1]["workers"].startswith("idler: has stood still for 1")

    async def test_one_step_that_never_ends_is_named(self, place: Watched) -> None:
        place.idler.rows = ["row"]
        place.idler.nudge()
        await settle()
        place.clock.advance(STEP_MAX_S + 1)
        assert (await place.asked())[1]["workers"] == "idler: one step has taken 1801 s so far"
        assert 'imagine_worker_still_seconds{worker="idler"} 1801.0' in await place.metrics()
        place.idler.may_end.set()
        await settle()
        assert (await place.asked())[0] == 200

    async def test_one_that_sleeps_past_its_time_is_late(self, clock: ManualClock) -> None:
        pulse = Idler(clock).pulse
        pulse.turns()
        pulse.rests(after(clock.now(), 600))
        clock.advance(599)
        assert pulse.stands_still_s() == 0
        clock.advance(11)
        assert pulse.stands_still_s() == 10

    async def test_one_that_has_not_begun_keeps_the_bot_from_being_ready(self, clock: ManualClock) -> None:
        health = Health({"idler": Idler(clock).pulse}, clock, connected=lambda: True, write=settle)
        assert (await health.parts())["workers"] == "idler: has not begun to work"


class TestDisk:
    async def test_the_room_on_it_is_told(self, place: Watched, tmp_path: Path) -> None:
        (free,) = re.findall(r"(?m)^imagine_disk_free_bytes (\S+)$", await place.metrics())
        assert float(free) == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1)

    async def test_a_backup_ages_until_the_next_and_without_one_it_is_as_old_as_can_be(
        self, place: Watched
    ) -> None:
        assert "imagine_backup_age_seconds +Inf" in await place.metrics()
        await place.upkeep.back_up(place.clock.now())
        place.clock.advance(90_000)
        (age_s,) = re.findall(r"(?m)^imagine_backup_age_seconds (\S+)$", await place.metrics())
        assert float(age_s) == pytest.approx(90_000, abs=1)


class TestServing:
    async def test_a_port_that_is_taken_does_not_keep_the_bot_from_working(
        self, place: Watched, tmp_path: Path
    ) -> None:
        with capture_logs() as logs:
            async with watched(tmp_path / "other", ManualClock(), place.port) as second:
                assert second.idler.pulse.begun
        assert [entry["event"] for entry in logs] == ["ops.not_served"]

    async def test_it_is_told_to_this_machine_alone_unless_an_operator_says_otherwise(
        self, place: Watched
    ) -> None:
        assert Settings.model_fields["ops_host"].default == "127.0.0.1"
        assert (await place.asked("/healthz"))[0] == 200
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.2", place.port)

    async def test_port_0_serves_nothing(self, tmp_path: Path, clock: ManualClock) -> None:
        with capture_logs() as logs:
            async with watched(tmp_path, clock, 0):
                pass
        assert logs == []

    async def test_numbers_are_told_without_the_database_too(
        self, place: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "imagine_database_readable 1.0" in await place.metrics()

        async def away(*_: object) -> None:
            raise StoreBusy("locked")

        monkeypatch.setattr(Vitals, "standing", away)
        told = await place.metrics()
        assert "imagine_database_readable 0.0" in told
        assert 'imagine_jobs{state="open"}' not in told
        assert "imagine_gateway_up 1.0" in told
