"""Arrows point inward: what the linter cannot tell apart, the imports of every file do."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("bot", "cogs") for path in (ROOT / folder).rglob("*.py"))
OURS = {"bot", "cogs", "sandbox", "tests", "benchmarks"}

INWARD = {
    "bot/domain": {"bot.domain"},
    "bot/services": {"bot.services", "bot.domain"},
    "bot/workers": {"bot.workers", "bot.domain"},
    "bot/storage": {"bot.storage", "bot.domain"},
    "bot/modellix": {"bot.modellix", "bot.domain"},
    "bot/media": {"bot.media", "bot.domain", "bot.child"},
    "bot/filters": {"bot.filters", "bot.domain"},
    "bot/charts": {"bot.charts", "bot.domain", "bot.child"},
    "bot/chat": {"bot.chat", "bot.services", "bot.domain"},
    "cogs": {"cogs", "bot.chat", "bot.services", "bot.domain"},
}
"""What of ours each package may import. `bot/app.py` and `bot/cli` know everything; `bot/ops` may look."""

SPEAKS_TO = {
    "discord": {"bot/chat", "cogs", "bot/ops/check"},
    "aiohttp": {"bot/modellix", "bot/media", "bot/ops", "bot/chat"},
    "aiosqlite": {"bot/storage"},
    "aiosql": {"bot/storage"},
    "sqlite3": {"bot/storage"},
    "PIL": {"bot/media"},
    "ahocorasick_rs": {"bot/filters"},
    "anyascii": {"bot/filters"},
    "vl_convert": {"bot/charts"},
    "prometheus_client": {"bot/ops"},
    "pydantic": {"bot/settings"},
    "pydantic_core": {"bot/settings"},
    "pydantic_settings": {"bot/settings"},
    "click": {"bot/cli"},
}
"""The one way to each part of the outside world. `bot/chat` names the errors that discord.py lets through;
`bot/ops/check` has from discord.py what the bits of Discord's answers are called."""

KNOW_COGS = {"bot/desk.py"}


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it: `from bot import app` is `bot.app`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}: imports are absolute"
            module = node.module or ""
            if module in OURS:
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def within(name: str, packages: set[str], separator: str) -> bool:
    return any(name == package or name.startswith(package + separator) for package in packages)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_imports_of_ours_only_what_is_further_in(file: Path) -> None:
    for package, allowed in INWARD.items():
        if name_of(file).startswith(package + "/"):
            ours = {name for name in imports(file) if name.partition(".")[0] in OURS}
            outward = {name for name in ours if not within(name, allowed, ".")}
            assert outward - {"bot.__version__"} == set()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_each_part_of_the_outside_world_is_spoken_to_in_one_place(file: Path) -> None:
    for name in imports(file):
        allowed = SPEAKS_TO.get(name.partition(".")[0])
        assert allowed is None or within(name_of(file), allowed, "/"), name


@pytest.mark.parametrize(
    "file", [file for file in FILES if name_of(file).startswith("bot/domain/")], ids=name_of
)
def test_the_domain_needs_nothing_but_the_standard_library(file: Path) -> None:
    roots = {name.partition(".")[0] for name in imports(file)}
    assert roots - {"bot"} <= sys.stdlib_module_names
    assert not roots & {"asyncio", "socket", "sqlite3", "urllib", "http", "threading", "pathlib", "os"}


def test_nobody_imports_the_commands_but_those_who_start_the_program() -> None:
    knowing = {name_of(file) for file in FILES for name in imports(file) if name.partition(".")[0] == "cogs"}
    assert {name for name in knowing if not name.startswith("cogs/")} <= KNOW_COGS


def test_the_program_does_not_need_its_stand_ins() -> None:
    """They are loaded by name, by the commands that try the bot out, and are not part of a bare install."""
    needing = [name_of(file) for file in FILES if any(name.startswith("sandbox") for name in imports(file))]
    assert needing == []


def test_importing_any_module_does_nothing_but_define() -> None:
    """No singletons: a module's own lines are definitions, constants and loggers, never a running part."""
    started = [
        f"{name_of(file)}:{node.lineno}"
        for file in FILES
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.For | ast.While | ast.With | ast.AsyncWith | ast.AsyncFor | ast.Try)
        or (
            isinstance(node, ast.Expr)
            and not isinstance(node.value, ast.Constant)
            and name_of(file) != "bot/__main__.py"
        )
    ]
    assert started == []


def test_there_are_files_to_look_at() -> None:
    assert len(FILES) > 50
