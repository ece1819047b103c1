"""What a person types at the shell, as README shows it."""

import asyncio
import io
import json
import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from sandbox.discord import DiscordSandbox
from sandbox.modellix import ModellixSandbox
from sandbox.program import ROOT, settings_for
from tests.e2e.conftest import KEY

pytestmark = pytest.mark.e2e


async def bot(folder: Path, *words: str, **settings: str) -> tuple[int, str, str]:
    """`python -m bot …` with these settings: exit code, what it printed, what it complained of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_demo_draws_once_and_tells_in_one_line_of_json(tmp_path: Path) -> None:
    code, out, err = await bot(
        tmp_path, "demo", "--once", "a red fox", "--size", "1536x1024", "--quality", "low", "--out", "fox.png"
    )

    assert (code, err) == (0, "")
    told = json.loads(out)
    assert set(told) == {"job", "state", "width", "height", "polls", "elapsed_s"}
    assert (told["state"], told["width"], told["height"]) == ("delivered", 1536, 1024)
    with Image.open(io.BytesIO((tmp_path / "fox.png").read_bytes())) as picture:
        assert picture.size == (1536, 1024)


async def test_check_prints_a_table_with_a_mend_for_each_red_row_and_ends_with_a_code_for_scripts(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    discord.add_guild("The Studio")
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        good = await bot(tmp_path, "check", "--deep", **settings)
        bad = await bot(tmp_path, "check", **settings | {"MODELLIX_API_KEY": "bad", "RETENTION_DAYS": "soon"})

    assert (good[0], good[2]) == (0, "")
    *rows, ready = good[1].splitlines()
    assert ready == "Ready."
    assert {row.split()[0] for row in rows} == {"ok"}
    assert "ok       Servers               in 1" in rows
    assert {row[29:31] for row in rows} == {"  "}, "the columns are aligned"
    assert (bad[0], bad[2]) == (1, "Not ready: see above.\n")
    lines = bad[1].splitlines()
    for name, says, mend in [
        ("RETENTION_DAYS", "must be a whole number.", "as in RETENTION_DAYS=365"),
        ("Modellix key", "not accepted", "from the Modellix console"),
    ]:
        (at,) = (at for at, line in enumerate(lines) if line == f"WRONG    {name:20}  {says}")
        assert lines[at + 1].startswith(" " * 31)
        assert mend in lines[at + 1]
    assert sum(line.startswith("WRONG") for line in lines) == 2


async def test_health_tells_that_no_bot_is_alive_here(discord: DiscordSandbox, tmp_path: Path) -> None:
    code, _, err = await bot(tmp_path, "health", DISCORD_TOKEN=discord.token, MODELLIX_API_KEY=KEY)

    assert (code, err) == (1, "No bot is running with the data folder data.\n")
