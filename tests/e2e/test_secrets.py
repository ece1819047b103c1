"""Promise 8 in a full run: what is secret stands nowhere but where it has to.

The program is the real one, at debug level, with its secrets in files; only its `/queue` has a bug and its
workers crash at the end, both with words that hold the secrets, since nothing of its own says them.
"""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from sandbox.discord import Actor, DiscordSandbox
from sandbox.modellix import ModellixSandbox
from sandbox.modellix.wire import PRIVATE_LINK
from sandbox.program import Program, settings_for
from tests.e2e.conftest import shows_outcome

pytestmark = pytest.mark.e2e

KEY = "e2e-key/that+must'never\"be&found"
"""It looks different in JSON and in a link."""
PROMPTS = (
    "a very private sentence",
    "one that fails quietly",
    "one whose link is bad",
    "one refused for its key",
)
FAULTY = """
import bot.app, bot.cli, bot.services.history as history
from bot.settings import load

def bug(*_, **__):
    its = load()
    key, token = its.modellix_api_key.get_secret_value(), its.discord_token.get_secret_value()
    raise RuntimeError(f"https://x/?key={key}&token={token}")

async def crash(app, work=bot.app.App.work):
    try:
        await work(app)
    finally:
        bug()

history.History.under_way = bug
bot.app.App.work = crash
bot.cli.main(["run"])
"""


@dataclass
class Run:
    """What a full run left behind, by where."""

    log: bytes
    served: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    sent: dict[str, bytes] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    discord_token: str = ""


def forms(needle: str) -> set[bytes]:
    """How it may be written down."""
    written = {needle, json.dumps(needle)[1:-1], quote(needle), quote(needle, safe="")}
    return {form.encode() for form in written} | {base64.urlsafe_b64encode(needle.encode()).rstrip(b"=")}


def found(needles: list[str], haystacks: dict[str, bytes]) -> list[tuple[str, str]]:
    """Every needle with the place that it was found in."""
    return [
        (needle, place)
        for needle in needles
        for place, content in haystacks.items()
        if any(form in content for form in forms(needle))
    ]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
async def program(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> AsyncIterator[tuple[Program, int]]:
    """The running program and the port of its metrics; its secrets are in files that others can read."""
    provider.world.change({"key": KEY})
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, "", base_url, "")
        port = free_port()
        settings |= {"LOG_LEVEL": "debug", "OPS_PORT": str(port)}
        for name, secret in (("DISCORD_TOKEN", discord.token), ("MODELLIX_API_KEY", KEY)):
            file = tmp_path / name
            file.write_text(f"{secret}\r\n")
            file.chmod(0o644)
            settings[f"{name}_FILE"] = str(file)
        (tmp_path / ".env").write_text("LOG_LEVL=debug\n")
        bot = Program(settings, tmp_path, command=("-c", FAULTY))
        await bot.start()
        try:
            yield bot, port
        finally:
            await bot.kill()


async def misadventures(
    alice: Actor, discord: DiscordSandbox, provider: ModellixSandbox, bot: Program
) -> None:
    """A good request with Discord in trouble, a failing one, a bad link, a bug, and a refused key."""
    private, fails, bad, refused = PROMPTS
    discord.faults.rate_limit("update_*webhook_message", 0.2)
    discord.faults.fail("update_*webhook_message", status=500)
    provider.fault("failed_error_object", match=fails)
    provider.fault("link_is_private", match=bad)
    asked = [alice.slash("imagine", prompt=prompt) for prompt in (private, fails)]
    alice.slash("imagine", prompt=bad)
    for request in asked:
        await request.message(shows_outcome, 30)
    await bot.has_said('"event": "task.fetch_failed"')
    apology = await alice.slash("queue").message()
    assert "code" in apology.text
    provider.fault("status_401", on="submit", match=refused)
    alice.slash("imagine", prompt=refused)
    await bot.has_said('"event": "provider.held"')
    faults = {call.fault for call in discord.books.calls}
    assert faults >= {"429 before the effect", "500 before the effect"}


@pytest.fixture
async def run(discord: DiscordSandbox, provider: ModellixSandbox, program: tuple[Program, int]) -> Run:
    bot, port = program
    alice = discord.add_member(discord.add_guild("The Studio"), "alice")
    await discord.ready("imagine", "queue")
    await misadventures(alice, discord, provider, bot)
    served = {}
    async with aiohttp.ClientSession() as session:
        for path in ("metrics", "readyz", "healthz"):
            async with session.get(f"http://127.0.0.1:{port}/{path}") as answer:
                served[path] = await answer.read()
    data = bot.database.parent

    def files() -> dict[str, bytes]:
        return {str(file.relative_to(data)): file.read_bytes() for file in data.rglob("*") if file.is_file()}

    while_running = await asyncio.to_thread(files)
    assert await bot.stop() == 1
    sent = {}
    for number, call in enumerate(discord.books.calls):
        sent[f"{number} {call.operation}"] = json.dumps(call.body, default=str).encode()
        sent |= {f"{number} file {at}": upload.data for at, upload in call.uploads.items()}
    return Run(
        log=bot.log.read_bytes(),
        served=served,
        files={**{f"{name} (running)": content for name, content in while_running.items()}, **files()},
        sent=sent,
        tokens=list(discord.world.interactions),
        links=[PRIVATE_LINK, *(f"/files/{task}" for task in provider.world.tasks)],
        discord_token=discord.token,
    )


async def test_what_is_secret_is_found_nowhere_but_where_it_has_to_be(run: Run) -> None:
    """Prompts are in the database and on cards; interactions' tokens in the database until forgotten."""
    secrets = [run.discord_token, KEY]

    assert found([*secrets, *run.tokens, *run.links, *PROMPTS], {"log": run.log, **run.served}) == []
    assert found([*secrets, *run.tokens, *run.links], run.sent) == []
    assert found([*secrets, *run.links], run.files) == []
    holding = {place for _, place in found([*run.tokens, *PROMPTS], run.files)}
    assert [place for place in holding if not place.startswith(("bot.sqlite3", "backups/"))] == []

    # All of it did happen, and was looked for where it would be.
    said = run.log.decode()
    for event in ("janitor.backed_up", "job.delivered", "task.fetch_failed", "provider.held", "bot.crashed"):
        assert f'"event": "{event}"' in said
    assert said.count("https://x/?key=***&token=***") >= 2
    assert said.count('"event": "settings.readable_by_others"') == 2
    assert "LOG_LEVL: there is no such setting. Did you mean LOG_LEVEL?" in said
    assert b"imagine_jobs" in run.served["metrics"]
    assert {prompt for prompt, _ in found(list(PROMPTS), run.sent)} == set(PROMPTS)
    assert found(list(PROMPTS), run.files)
    assert found(run.tokens, run.files)
