"""Whatever is broken turns its own row red, and no other."""

import socket
from collections.abc import Awaitable, Callable

import pytest

from bot.ops.check.finding import State
from bot.settings import Settings
from tests.modellix.loopback import closed_port
from tests.ops.check.conftest import Place

REFUSED = {
    "discord_token": "half-a-token",
    "modellix_api_key": "two words",
    "modellix_base_url": "http://api.modellix.ai",
    "modellix_max_tasks": "ten",
    "modellix_requests_per_minute": "0",
    "task_deadline_s": "soon",
    "prices": "low=1",
    "limits": "images_per_hour=many",
    "bot_spend_per_day": "much",
    "bot_spend_per_month": "much",
    "new_servers": "perhaps",
    "database_url": "postgresql://localhost/bot",
    "backups_kept": "0",
    "retention_days": "-1",
    "discord_api_url": "discord.com",
    "discord_gateway_url": "https://gateway.discord.gg",
    "log_level": "loud",
    "log_form": "xml",
    "ops_host": "everywhere",
    "ops_port": "65536",
}
"""Values that no setting of that name can have: the row bears the setting's name."""


async def _a_file(place: Place) -> str:
    place.data_dir.write_text("a file")
    return str(place.data_dir)


async def _read_only(_: Place) -> str:
    return "/proc/self"


async def _garbage(place: Place) -> str:
    path = place.data_dir.parent / "garbage.sqlite3"
    path.write_bytes(b"no database" * 1_000)
    return f"sqlite:///{path}"


async def _newer(place: Place) -> str:
    database = await place.database()
    database.alter("INSERT INTO migration VALUES (999, 'x', 'then')")
    return f"sqlite:///{database.path}"


async def _below_a_file(place: Place) -> str:
    (place.data_dir.parent / "file").write_text("")
    return f"sqlite:///{place.data_dir.parent}/file/bot.sqlite3"


async def _nobody_there(_: Place) -> str:
    return f"http://127.0.0.1:{closed_port()}"


async def _no_gateway_there(_: Place) -> str:
    return f"ws://127.0.0.1:{closed_port()}"


async def _no_gateway_but_a_web_page(place: Place) -> str:
    return place.discord.gateway_url.removesuffix("/gateway")


async def _another_service(place: Place) -> str:
    return place.environment["MODELLIX_BASE_URL"]


async def _unknown(_: Place) -> str:
    return "MTAwMDAwMDAwMDAwMDAwMDAw.sandbx.of-the-right-form-but-of-nobody-here"


async def _another_key(_: Place) -> str:
    return "mx-another-key"


async def _taken(place: Place) -> str:
    listening = place.until_the_end.enter_context(socket.create_server(("127.0.0.1", 0)))
    return str(listening.getsockname()[1])


FOUND: list[tuple[str, Callable[[Place], Awaitable[str]], str, str]] = [
    ("discord_token", _unknown, "Discord token", "does not know it"),
    ("modellix_api_key", _another_key, "Modellix key", "not accepted"),
    ("modellix_base_url", _nobody_there, "Modellix", ": no answer (ClientConnectorError)"),
    ("discord_api_url", _nobody_there, "Discord", "no answer"),
    ("discord_api_url", _another_service, "Discord", "refused to tell (404)"),
    ("discord_gateway_url", _no_gateway_there, "Discord gateway", "no answer"),
    ("discord_gateway_url", _no_gateway_but_a_web_page, "Discord gateway", "no answer"),
    ("data_dir", _a_file, "Data folder", "cannot be written (Not a directory)"),
    ("data_dir", _read_only, "Data folder", "cannot be written"),
    ("database_url", _garbage, "Database", "not a database"),
    ("database_url", _newer, "Database", "version 999 is newer"),
    ("database_url", _below_a_file, "Database", "cannot be made (Not a directory)"),
    ("ops_port", _taken, "Health port", "taken by another program"),
]
"""Values that only a look at the world can find wrong."""


def test_every_setting_is_broken_here() -> None:
    assert {*REFUSED, *(field for field, *_ in FOUND)} == set(Settings.model_fields)


async def test_with_everything_in_place_all_is_well(place: Place) -> None:
    await place.log_channel()
    assert await place.look() == set()
    assert {row.name for row in place.told.values() if row.state is not State.OK} == set()
    assert place.told["Modellix balance"].says == "$12.34"
    assert place.told["Log channels"].says == "1, all of them can be written in"
    assert (place.discord.violations, place.discord.gateway.identified) == ([], [])


@pytest.mark.parametrize("field", REFUSED)
async def test_a_setting_that_cannot_be_is_a_row_of_its_own(place: Place, field: str) -> None:
    place.environment[field.upper()] = REFUSED[field]
    assert await place.look() == {field.upper()}


@pytest.mark.parametrize(("field", "breaking", "row", "says"), FOUND)
async def test_a_setting_that_does_not_fit_the_world_is_found_out(
    place: Place, field: str, breaking: Callable[[Place], Awaitable[str]], row: str, says: str
) -> None:
    place.environment[field.upper()] = await breaking(place)
    assert await place.look() == {row}
    assert says in place.told[row].says


async def test_all_faulty_settings_are_told_and_the_rest_is_looked_at(place: Place) -> None:
    wrong = await place.look(
        DISCORD_TOKEN="half-a-token", DATABASE_URL="x", MODELLIX_API_KEY="mx-another-key"
    )
    assert wrong == {"DISCORD_TOKEN", "DATABASE_URL", "Modellix key"}
    skipped = {row.name: row.says for row in place.told.values() if row.state is State.SKIPPED}
    assert skipped["Database"] == "see DATABASE_URL"
    assert skipped["Servers"] == "see DISCORD_TOKEN"
    assert place.told["Discord gateway"].state is State.OK


async def test_what_is_missing_is_to_be_written_into_the_file(place: Place) -> None:
    place.environment.clear()
    assert await place.look(deep=False) == {".env", "DISCORD_TOKEN", "MODELLIX_API_KEY"}
    assert place.told[".env"].says == f"there is none in {place.data_dir.parent}"
    assert (
        place.told[".env"].mend == "Start the bot where it is, or make it: install -m 600 .env.example .env"
    )
    assert place.told["MODELLIX_API_KEY"].mend.startswith("Write it into .env, as in MODELLIX_API_KEY=mx-")


async def test_without_settings_that_can_be_read_nothing_is_looked_at(place: Place) -> None:
    place.write_env(b"\xff\xfe")
    assert await place.look() == {".env"}
    assert place.told[".env"].mend == "Save it as UTF-8."
    assert {row.state for row in place.told.values() if row.name in ("Database", "Servers")} == {
        State.SKIPPED
    }
    assert not place.data_dir.exists()
