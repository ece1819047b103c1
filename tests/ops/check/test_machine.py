"""What is looked at on this machine."""

import shutil
import socket

import pytest

from bot.media.room import ROOM_MIN_BYTES
from bot.ops.check.finding import State
from bot.ops.check.machine import judged
from bot.ops.heartbeat import heartbeat_file
from bot.storage.sqlite import Store
from tests.ops.check.conftest import Place


async def test_a_new_folder_has_no_database_yet(place: Place) -> None:
    assert await place.look(deep=False) == set()
    assert place.told["Database"].says == "none yet; the first start makes one"


async def test_a_disk_that_is_full_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=ROOM_MIN_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert await place.look(deep=False) == {"Data folder"}
    assert "below 256 MiB no request is accepted" in place.told["Data folder"].says


async def test_a_missing_picture_library_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.data_dir.with_name("PIL.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(place.data_dir.parent)
    assert await place.look(deep=False) == {"Picture decoder"}
    assert place.told["Picture decoder"].says == "the decoder ended with 1: ImportError"


async def test_an_empty_database_is_filled_by_the_start(place: Place) -> None:
    place.data_dir.mkdir()
    (place.data_dir / "bot.sqlite3").touch()
    assert await place.look(deep=False) == set()
    assert place.told["Database"].says == "empty; the first start fills it"


async def test_the_database_may_be_looked_at_while_the_bot_runs(place: Place) -> None:
    async with Store.open(place.data_dir / "bot.sqlite3"):
        assert await place.look(deep=False) == set()
    assert place.told["Database"].says.startswith("healthy, version ")


async def test_the_quick_look_asks_discord_nothing(place: Place) -> None:
    await place.look(deep=False)
    assert (place.discord.books.calls, place.discord.books.gateway) == ([], [])


@pytest.mark.parametrize(
    ("took_s", "state"),
    [
        ([0.002] * 20, State.OK),
        ([0.002] * 19 + [0.9], State.NOTE),
        ([0.5] * 20, State.WRONG),
    ],
)
def test_slow_writes_are_wrong_when_most_of_them_are(took_s: list[float], state: State) -> None:
    assert judged(took_s).state is state


def test_how_long_writes_took_is_told() -> None:
    assert judged([0.0012, 0.0012, 0.031]).says == "median 1.2 ms, worst 31 ms of 3"


async def test_a_port_that_the_running_bot_itself_holds_is_well(place: Place) -> None:
    place.data_dir.mkdir()
    heartbeat_file(place.data_dir).touch()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert await place.look(OPS_PORT=str(listening.getsockname()[1])) == set()
    assert "a bot runs with this data folder" in place.told["Health port"].says


async def test_a_port_that_is_free_is_told(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    await place.look(OPS_PORT=str(port))
    assert place.told["Health port"].says == f"127.0.0.1:{port}: free"


async def test_an_address_of_another_machine_is_told(place: Place) -> None:
    assert await place.look(OPS_HOST="192.0.2.1", OPS_PORT="9464") == {"Health port"}
    assert "cannot be listened on (EADDRNOTAVAIL)" in place.told["Health port"].says


async def test_secrets_that_others_can_read_are_a_note(place: Place) -> None:
    place.write_env(f"DISCORD_TOKEN={place.discord.token}\n")
    assert (await place.look(deep=False), place.told["Secret files"].state) == (set(), State.OK)
    place.data_dir.with_name(".env").chmod(0o644)
    assert await place.look(deep=False) == set()
    assert place.told["Secret files"].state is State.NOTE
    assert place.told["Secret files"].mend == "chmod 600 .env"


async def test_a_name_that_is_nearly_a_setting_is_a_note(place: Place) -> None:
    place.write_env("RETENTION_DAY=3\n")
    assert await place.look(deep=False) == set()
    assert place.told["Settings"].state is State.NOTE
    assert "RETENTION_DAYS?" in place.told["Settings"].says
