"""The database is kept and brought back, around a bot that really runs."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.e2e.conftest import KEY, Place
from tests.support.database import Database

pytestmark = pytest.mark.e2e


async def test_a_backup_made_beside_the_bot_brings_it_back_after_a_kill(place: Place, tmp_path: Path) -> None:
    environment = {
        "DISCORD_TOKEN": place.discord.token,
        "MODELLIX_API_KEY": KEY,
        "DATA_DIR": str(place.bot.database.parent),
    }
    mine = str(tmp_path / "mine.sqlite3")

    async def bot(*words: str) -> Result:
        """`python -m bot …`, outside the process that runs."""
        return await asyncio.to_thread(CliRunner().invoke, main, words, env=environment)

    await place.delivered(place.alice.slash("imagine", prompt="before the backup"))
    backup = await bot("backup", mine)
    assert (backup.exit_code, "1 request." in backup.output) == (0, True)
    await place.delivered(place.alice.slash("imagine", prompt="after the backup"))

    check = await bot("db", "check")
    assert (check.exit_code, "Pictures missing: none of 2" in check.output) == (0, True)
    running = "the bot is running with this data folder. Stop it, then do this again.\n"
    assert (await bot("restore", mine)).output == f"Nothing was changed: {running}"
    assert (await bot("db", "upgrade")).output == f"The database was not upgraded: {running}"

    await place.bot.kill()
    await place.discord.gone()
    assert (await bot("restore", mine)).exit_code == 0
    check = await bot("db", "check")
    assert (check.exit_code, "WRONG  Pictures that no request names: " in check.output) == (3, True)

    await place.bot.start()
    await place.discord.ready("imagine")
    assert Database(place.bot.database).rows("SELECT prompt FROM job") == ["before the backup"]
