"""The database is kept and brought back, around a bot that really runs."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.e2e.conftest import KEY, Place
from tests.support.database import Database

pytestmark = pytest.mark.e2e


async def test_a_backup_made_beside_the_bot_brings_it_back_after_a_kill_and_pays_nothing_twice(
    place: Place, tmp_path: Path
) -> None:
    environment = {
        "DISCORD_TOKEN": place.discord.token,
        "MODELLIX_API_KEY": KEY,
        "DATA_DIR": str(place.bot.database.parent),
    }
    mine = tmp_path / "mine.sqlite3"

    async def bot(*words: str) -> Result:
        """`python -m bot …`, outside the process that runs."""
        return await asyncio.to_thread(CliRunner().invoke, main, words, env=environment)

    await place.delivered(place.alice.slash("imagine", prompt="before the backup"))
    place.provider.fault("rate_limited", on="submit", retry_after_s=2)
    asked = place.alice.slash("imagine", prompt="in line at the backup")
    in_line = "SELECT COUNT(*) FROM event WHERE from_state = 'submitting' AND to_state = 'queued'"
    async with asyncio.timeout(10):
        while not Database(place.bot.database).value(in_line):  # noqa: ASYNC110 - nobody is told of a row
            await asyncio.sleep(0.02)
    backup = await bot("backup", str(mine))
    assert (backup.exit_code, "2 requests." in backup.output) == (0, True)
    assert Database(mine).rows("SELECT state FROM task") == ["rendered", "queued"]
    await place.delivered(place.alice.slash("imagine", prompt="after the backup"))
    await place.delivered(asked)

    check = await bot("db", "check")
    assert (check.exit_code, "Pictures missing: none of 3" in check.output) == (0, True)
    running = "the bot is running with this data folder. Stop it, then do this again.\n"
    assert (await bot("restore", str(mine))).output == f"Nothing was changed: {running}"
    assert (await bot("db", "upgrade")).output == f"The database was not upgraded: {running}"

    await place.bot.kill()
    await place.discord.gone()
    restored = await bot("restore", str(mine))
    assert "1 picture of 1 request had not been paid when it was made" in restored.output
    check = await bot("db", "check")
    assert (check.exit_code, "WRONG  Pictures that no request names: " in check.output) == (3, True)

    await place.bot.start()
    await asked.message(lambda message: "job:retry:" in str(message.components), 30)
    prompts = ["before the backup", "in line at the backup"]
    assert Database(place.bot.database).rows("SELECT prompt FROM job ORDER BY accepted_at") == prompts
    paid = [task.prompt for task in place.provider.world.tasks.values()]
    assert sorted(paid) == ["after the backup", *prompts]
