"""On a file system that is read-only but for DATA_DIR: its container leaves it no more than that and /tmp."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from sandbox.discord import DiscordSandbox, Permission
from sandbox.modellix import ModellixSandbox
from sandbox.program import Program, settings_for
from tests.e2e.conftest import KEY, shows_outcome
from tests.e2e.test_usage import has_file

pytestmark = pytest.mark.e2e

SEAL = r"""
set -eu
data=$1; shift
mount --make-rprivate /
mount --bind "$data" "$data"
cat /proc/self/mounts | while read -r _ where _ options _; do
  kept=$(echo "$options" | tr , '\n' | grep -xE 'nosuid|nodev|noexec|(no|nodir|rel)atime' | paste -sd ,)
  [ "$where" = "$data" ] || mount -o "remount,bind,ro${kept:+,$kept}" "$where" 2>/dev/null || true
done
exec "$@"
"""
"""A view of the file system in which one folder can be written, and the command to carry out in it."""

LOOK = 'for at in "$@"; do touch "$at/looked" 2>/dev/null && echo "$at"; done; true'


def sealed(data: Path) -> list[str]:
    """The command that carries out another one in there."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *as_root, "--mount", "sh", "-c", SEAL, "sh", str(data)]


async def output(*command: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, complaint = await process.communicate()
    return process.returncode, out.decode(), complaint.decode()


async def test_it_writes_nowhere_but_where_it_may(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    """Pictures, charts (by a process of their own) and exports; then SIGTERM ends it in good order."""
    data = tmp_path / "data"
    data.mkdir()
    if not shutil.which("unshare"):
        pytest.skip("unshare is not installed")
    places = [str(Path.home()), str(tmp_path), "/tmp", "/var/tmp", "/dev/shm", str(data)]
    code, writable, complaint = await output(*sealed(data), "sh", "-c", LOOK, "sh", *places)
    if code or writable.split() != [str(data)]:
        pytest.skip(f"the file system cannot be sealed here: {complaint or writable}")

    guild = discord.add_guild("The Studio")
    vera = discord.add_member(guild, "vera", permissions=Permission.MANAGE_GUILD)
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        async with Program.running(settings, tmp_path, sealed(data)) as bot:
            await discord.ready("imagine")
            card = await vera.slash("imagine", prompt="a fox on a read-only disk").message(shows_outcome, 30)
            usage = await vera.slash("usage").message(has_file, 30)
            export = await vera.slash("imagine-admin usage export").message(has_file, 30)
            assert await bot.stop() == 0

    assert [len(message.attachments) for message in (card, usage, export)] == [1, 1, 1]
    assert '"level": "error"' not in bot.said()
    assert '"level": "warning"' not in bot.said()
