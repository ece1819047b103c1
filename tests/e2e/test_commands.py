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
from sandbox.program import ROOT
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


async def test_check_is_content_with_a_good_key_and_says_what_is_wrong_with_a_bad_one(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    async with provider.serving() as base_url:
        settings = {"DISCORD_TOKEN": discord.token, "MODELLIX_BASE_URL": base_url}
        good = await bot(tmp_path, "check", MODELLIX_API_KEY=KEY, **settings)
        bad = await bot(tmp_path, "check", MODELLIX_API_KEY="bad", **settings)

    assert good[0] == 0
    assert good[1].endswith("Ready.\n")
    assert "WRONG" not in good[1]
    assert bad[0] == 1
    assert [line for line in bad[1].splitlines() if line.startswith("WRONG")] == [
        "WRONG  Modellix key: not accepted; copy it again from the Modellix console"
    ]


async def test_check_finds_a_damaged_database(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bot.sqlite3").write_bytes(b"not a database at all" * 500)

    async with provider.serving() as base_url:
        code, out, _ = await bot(
            tmp_path, "check", DISCORD_TOKEN=discord.token, MODELLIX_BASE_URL=base_url, MODELLIX_API_KEY=KEY
        )

    assert code == 1
    assert "WRONG  Database" in out


async def test_health_tells_that_no_bot_is_alive_here(discord: DiscordSandbox, tmp_path: Path) -> None:
    code, _, err = await bot(tmp_path, "health", DISCORD_TOKEN=discord.token, MODELLIX_API_KEY=KEY)

    assert (code, err) == (1, "No sign of life.\n")
