"""Usage over the wire, and at the shell beside the running bot."""

import asyncio
import csv
import io
import os
import sys

import pytest
from PIL import Image

from sandbox.discord import Message, Permission
from sandbox.program import ROOT
from tests.e2e.conftest import KEY, Place

pytestmark = pytest.mark.e2e


async def at_the_shell(place: Place, *words: str) -> tuple[int, str]:
    """`python -m bot …` on the data of the running bot: exit code, and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=place.bot.database.parent.parent,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(place.bot.database.parent),
            "DISCORD_TOKEN": place.discord.token,
            "MODELLIX_API_KEY": KEY,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


def has_file(message: Message) -> bool:
    """Whether it does not wait any more."""
    return bool(message.attachments)


async def test_a_member_and_a_moderator_see_what_was_used(place: Place) -> None:
    """Pictures, words and files as Discord takes them, and nobody pinged."""
    await place.delivered(place.alice.slash("imagine", prompt="=a fox", count=2))
    vera = place.discord.add_member(place.guild, "vera", permissions=Permission.MANAGE_GUILD)

    own = await place.alice.slash("usage").message(has_file, 30)
    report = await vera.slash("imagine-admin usage report").message(has_file, 30)
    member = await vera.slash("imagine-admin usage member", member=place.alice).message(has_file, 30)
    export = await vera.slash("imagine-admin usage export", include_prompts=True).message(has_file, 30)

    for shown in (own, report, member):
        (attachment,) = shown.attachments
        assert attachment.data is not None
        with Image.open(io.BytesIO(attachment.data), formats=["PNG"]) as picture:
            picture.load()
    assert "2 pictures, $0.012." in str(own.components)
    assert f"1. <@{place.alice.user.id}>: 2 pictures" in str(report.components)
    (file,) = export.attachments
    rows = list(csv.DictReader(io.StringIO((file.data or b"").decode("utf-8-sig"))))
    assert [row["prompt"] for row in rows] == ["'=a fox"] * 2
    assert place.discord.violations == []


async def test_the_operator_looks_beside_the_running_bot(place: Place) -> None:
    """Without its lock, and it goes on."""
    await place.delivered(place.alice.slash("imagine", prompt="a fox"))

    code, said = await at_the_shell(place, "guilds")
    assert code == 0
    assert f"{place.guild.id}     on         1         1  $0.006" in said
    code, said = await at_the_shell(place, "report")
    assert code == 0
    assert f"{place.guild.id}         1    1       0     0  $0.006" in said
    code, said = await at_the_shell(place, "report", "--csv")
    assert f",'{place.guild.id},low,1,0.006\n" in said
    await place.delivered(place.alice.slash("imagine", prompt="another fox"))


@pytest.mark.parametrize("month", ["2026-13", "yesterday"])
async def test_what_is_no_month_is_said_so(place: Place, month: str) -> None:
    assert await at_the_shell(place, "report", "--month", month) == (
        1,
        f"--month: there is no month {month}. Write year and month like 2026-11.\n",
    )


async def test_a_damaged_database_is_said_so(place: Place) -> None:
    await place.bot.stop()
    for file in place.bot.database.parent.glob("bot.sqlite3-*"):  # what is left there would repair it
        file.unlink()
    place.bot.database.write_bytes(b"not a database at all" * 500)
    code, said = await at_the_shell(place, "guilds")
    assert code == 1
    assert said.startswith("The database is damaged (file is not a database).")


async def test_no_database_is_said_so_and_none_is_made(place: Place) -> None:
    await place.bot.stop()
    for file in place.bot.database.parent.glob("bot.sqlite3*"):
        file.unlink()
    code, said = await at_the_shell(place, "report")
    assert (code, said) == (1, f"The database cannot be read: there is none at {place.bot.database}.\n")
    assert not place.bot.database.exists()
