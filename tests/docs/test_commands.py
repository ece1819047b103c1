"""Every command line of the documents is typed, or why not; every command for Discord in them exists."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli import main
from sandbox.discord import DiscordSandbox
from sandbox.modellix import ModellixSandbox
from sandbox.program import ROOT
from tests.docs.folder import Folder
from tests.docs.reading import DOCUMENTS, Line, blocks, codes, command_lines
from tests.e2e.conftest import KEY, shows_outcome
from tests.modellix.loopback import closed_port

BOT = ".venv/bin/python -m bot"

# A newcomer's way through the documents, in this order. `.env` is filled in when it is there.
FIRST = ("make setup", "install -m 600 .env.example .env")
BEFORE = (f"{BOT} check", f"{BOT} check --deep")
START = "make run"
LOOKS = (
    f"{BOT} health",
    f"{BOT} guilds",
    f"{BOT} report",
    f"{BOT} report --month 2026-11 --csv",
    "curl -s http://127.0.0.1:9464/readyz",
    (
        'docker compose exec bot python -c "from http.client import HTTPConnection;'
        " ask = HTTPConnection('127.0.0.1', 9464); ask.request('GET', '/readyz');"
        ' print(ask.getresponse().read().decode())"'
    ),
)
COPIES = (
    f"{BOT} backup my-backup.sqlite3",
    f"{BOT} backup before-the-pictures.sqlite3",
    "cp -a data/images my-images",
)
STOPPED = (
    "(umask 077; tar -czf imagine-bot.tar.gz data .env)",
    "tar -xzf imagine-bot.tar.gz",
    "(umask 077; docker compose run --rm -T bot tar -czf - -C /data . > imagine-data.tar.gz)",
    "docker compose run --rm -T bot tar -xzf - -C /data < imagine-data.tar.gz",
    "docker compose run --rm -T bot sh -c 'umask 077; cat > /data/my-backup.sqlite3' < my-backup.sqlite3",
    f"{BOT} restore my-backup.sqlite3",
    "cp -a my-images/. data/images",
    (
        "tar -cf - -C my-images . |"
        " docker compose run --rm -T bot sh -c 'mkdir -p /data/images; tar -xf - -C /data/images'"
    ),
    f"{BOT} db check",
    f"{BOT} db upgrade",
)
SECRET = ("imagine-bot.tar.gz", "imagine-data.tar.gz", "my-backup.sqlite3", "data/my-backup.sqlite3", ".env")
"""What the walk leaves behind, for one user only."""
WALK = {*FIRST, *BEFORE, START, *LOOKS, *COPIES, *STOPPED}

ELSEWHERE = {
    "make demo": "tests/e2e/test_commands.py",
    "make test": ".ci/run",
    "make check": ".ci/run",
    f"{BOT} settings": "tests/settings/test_pages.py",
    ".venv/bin/python -m pytest": "tests/fuzz",
}
"""How a line begins that is run in another place, and where."""

NOT_HERE = {
    "docker": "needs a daemon; tests/test_shipping.py lints its files",
    "sudo": "needs the user that the unit runs as",
    "journalctl": "needs systemd",
    "git": "needs the repository's address",
    "cd": "goes into what git made",
    "curl -s https:": "needs the network",
}
"""How a line begins that cannot be typed on just any machine, and why."""

OTHER_SLASHES = {"/data", "/healthz", "/readyz", "/metrics"}
UNIT = "imagine-bot"
UNIT_FILE = ROOT / f"docs/operations/{UNIT}.service"
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
LINES = command_lines()


def said(line: Line) -> str:
    return f"{line.where}: {line.text}"


def test_every_line_that_is_to_be_typed_is_claimed() -> None:
    """Whoever adds one says how it is tried."""
    unclaimed = [
        said(line)
        for line in LINES
        if line.typed and line.text not in WALK and not line.text.startswith((*ELSEWHERE, *NOT_HERE))
    ]
    assert unclaimed == [], "put it into a step of the walk in this file, or into ELSEWHERE or NOT_HERE"


def test_what_is_shown_to_be_printed_is_really_printed_in_the_walk() -> None:
    assert [said(line) for line in LINES if line.shown and line.text not in WALK] == []


def test_what_is_claimed_is_still_in_the_documents() -> None:
    typed = [line.text for line in LINES if line.typed]
    assert WALK - set(typed) == set()
    starts = (*ELSEWHERE, *NOT_HERE)
    assert [start for start in starts if not any(text.startswith(start) for text in typed)] == []
    assert [where for where in ELSEWHERE.values() if not (ROOT / where).exists()] == []


def test_every_line_names_what_there_is() -> None:
    """In sentences and comments, too: the bot's commands, targets of make, the unit of systemd."""
    assert [f"{said(line)}: {fault}" for line in LINES for fault in faults_of(line.text)] == []


async def test_make_would_do_what_is_run_elsewhere(tmp_path: Path) -> None:
    folder = Folder(tmp_path, ops_port=0)
    texts = {line.text for line in LINES if line.text.startswith("make ")} - WALK
    for text in sorted(texts):
        code, printed = await folder.typed(f"make -n {text.removeprefix('make ')}")
        assert (code, "Error" in printed) == (0, False), f"{text}: {printed}"


@pytest.mark.e2e
async def test_a_newcomer_gets_what_the_documents_show(tmp_path: Path) -> None:
    """From the settings to a restored backup, with one bot that draws one picture."""
    folder = Folder(tmp_path, ops_port=closed_port())
    printed: dict[str, str] = {}

    async def type_in(*texts: str) -> None:
        for text in texts:
            code, out = await folder.typed(text)
            assert code == 0, f"{text}: {out}"
            printed[text] = re.sub(r"http://127\.0\.0\.1:\d+ answers", "https://api.modellix.ai answers", out)

    provider = ModellixSandbox(key=KEY, duration_s=0.1, pictures="plain")
    async with DiscordSandbox().serving() as discord, provider.serving() as base_url:
        alice = discord.add_member(discord.add_guild("The Studio"), "alice")
        await type_in(*FIRST)
        folder.fill_in(
            {
                "DISCORD_TOKEN": discord.token,
                "MODELLIX_API_KEY": KEY,
                "DISCORD_API_URL": discord.api_url,
                "DISCORD_GATEWAY_URL": discord.gateway_url,
                "MODELLIX_BASE_URL": base_url,
                "LOG_FORM": "text",
            }
        )
        await type_in(*BEFORE)
        async with folder.running(START) as log:
            await discord.ready("imagine")
            asked = alice.slash("imagine", prompt="a red fox")
            await type_in(*LOOKS)
            await asked.message(shows_outcome)
            await type_in(*COPIES)
        printed[START] = log.read_text(encoding="utf-8")
        await type_in(*STOPPED)
        modes = {name: (folder.path / name).stat().st_mode & 0o077 for name in SECRET}
        assert modes == dict.fromkeys(SECRET, 0), "others could read it"
        commands = {command["name"]: command for command in discord.world.commands[None].values()}

    assert [
        f"{said(line)} prints\n{printed[line.text]}"
        for line in LINES
        if line.shown and not re.search(pattern_of(line.shown), printed[line.text], re.DOTALL)
    ] == []
    assert [
        f"{where}: {text}" for where, text in slash_lines(commands) if not is_offered(text, commands)
    ] == []


def pattern_of(shown: str) -> str:
    """What a document shows, with any numbers and any blanks; … stands for what it leaves out."""
    return ".*?".join(map(_piece, shown.split("…")))


def _piece(text: str) -> str:
    blanks = r"\s+".join(map(re.escape, text.split()))
    return re.sub(r"\d+(?:\\?[.,:]\d+)*", lambda _: r"[\d.,:]+", blanks)


def faults_of(text: str) -> Iterator[str]:
    """What is named in a command line and does not exist."""
    for part in re.split(r" && | \| ", text):
        words = part.split() if "<" in part else shlex.split(part)
        if words[0] == "sudo":
            words = words[3:]
        if words[:2] == ["docker", "compose"] and "bot" in words:
            words = words[words.index("bot") + 1 :] or words
        if words[1:3] == ["-m", "bot"]:
            yield from _bot_faults(words[3:])
        elif words[0] == "make":
            yield from (f"no target {word}" for word in words[1:] if "=" not in word and word not in TARGETS)
        elif words[0] in {"systemctl", "journalctl"} and UNIT in part and not UNIT_FILE.exists():
            yield f"no unit {UNIT}"


def _bot_faults(words: list[str]) -> Iterator[str]:
    command: click.Command = main
    for word in words:
        if word == "…":
            return
        if word.startswith("-"):
            if word not in {name for option in command.params for name in option.opts}:
                yield f"no option {word}"
        elif isinstance(command, click.Group):
            if word not in command.commands:
                yield f"no command {word}"
                return
            command = command.commands[word]


def slash_lines(commands: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything that is to be typed in Discord; moderators' commands also without what they begin with."""
    groups = [group["name"] for group in commands["imagine-admin"]["options"]]
    found = []
    for file in DOCUMENTS:
        found += [(where, line) for where, token in blocks(file) for line in token.content.splitlines()]
        for where, code in codes(file):
            head, _, rest = code.partition(" ")
            abbreviated = head in groups and re.match(r"[a-z]", rest) and file.name == "moderation.md"
            found.append((where, f"/imagine-admin {code}" if abbreviated else code))
    return [(where, text) for where, text in found if re.match(r"/[a-z-]+( |$)", text)]


def is_offered(text: str, commands: Mapping[str, Any]) -> bool:
    """Whether Discord was told of this command, its options, and a choice of that name."""
    head, *words = text.rstrip(" …").split()
    if head in OTHER_SLASHES:
        return True
    command = commands.get(head.removeprefix("/"))
    while command and words and ":" not in words[0]:
        named = [each for each in command.get("options", []) if each["name"] == words[0]]
        command, words = (named[0] if named else None), words[1:]
    if command is None:
        return False
    options = {option["name"]: option for option in command.get("options", [])}
    parts = re.split(r"(?:^| )(\w+):(?=\S)", " ".join(words))[1:]
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        choices = [choice["name"] for choice in options.get(name, {}).get("choices", [])]
        if name not in options or (choices and value not in choices):
            return False
    return True
