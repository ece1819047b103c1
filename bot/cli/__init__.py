"""`python -m bot …`: run it, try it, look after it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, NoReturn

import click
import structlog

from bot import __version__, settings
from bot.cli import check, keep
from bot.cli.shell import chosen_settings as _settings
from bot.cli.shell import stop as _stop
from bot.clock import SystemClock
from bot.domain.errors import DecoderBroken, KeyRefused, StoreDamaged, StoreError, TokenRefused
from bot.domain.jobs import COUNT_MAX, Quality, Size
from bot.ops import last_words, logs

if TYPE_CHECKING:
    from bot.storage.usage import UsageSums

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[check.check, keep.backup, keep.restore, keep.db],
)
@click.version_option(__version__)
def main() -> None:
    """A Discord bot that draws pictures from words, and loses none of them."""


@main.command()
def run() -> None:
    """Run the bot until it is told to stop."""
    from bot import app

    chosen = _settings()
    logs.set_up(chosen.log_level, chosen.log_form, secrets=_secrets(chosen))
    last_words.keep_last_words()
    for path in settings.exposed_files():
        log.warning("settings.readable_by_others", path=str(path), mend=f"chmod 600 {quote(str(path))}")
    for said in settings.misspelt():
        log.warning("settings.unknown", says=said)
    os.umask(0o077)  # what members wrote and got is nobody else's business on this machine
    try:
        asyncio.run(app.run(chosen))
    except StoreDamaged as fault:
        _end("database", fault, _how_to_restore(chosen.database_path, fault))
    except StoreError as fault:
        _end("database", fault, f"The database cannot be used: {fault}.")
    except KeyRefused as fault:
        says = "MODELLIX_API_KEY: Modellix does not accept it. Copy it again from the Modellix console."
        _end("key", fault, says)
    except DecoderBroken as fault:
        says = "Install the bot with all its packages (make setup), and look whether memory is free."
        _end("decoder", fault, f"Pictures cannot be decoded on this machine: {fault}. {says}")
    except TokenRefused as fault:
        says = "DISCORD_TOKEN: Discord does not accept it. Reset it on the Bot page of the developer portal."
        _end("token", fault, says)


@main.command()
def health() -> None:
    """Exit with 0 when a bot with this data folder is alive (for containers)."""
    from bot.ops.heartbeat import is_alive

    data_dir = _settings().data_dir
    if not is_alive(data_dir):
        _stop(f"No bot is running with the data folder {data_dir}.")


@main.command()
@click.option("--month", metavar="YYYY-MM", help="Such as 2026-11; this month if left out.")
@click.option("--csv", "as_csv", is_flag=True, help="By day, server and quality, for spreadsheets.")
def report(month: str | None, as_csv: bool) -> None:
    """Say what was drawn in a month and what it cost, by server; also while the bot runs."""
    from bot.ops import reports

    asked = reports.this_month(SystemClock().now()) if month is None else month
    try:
        reports.month_of(asked)
    except ValueError:
        _stop(f"--month: there is no month {asked}. Write year and month like 2026-11.")
    table = reports.month_csv if as_csv else reports.month_table
    _look(lambda usage: table(usage, asked))


@main.command()
def guilds() -> None:
    """List every server that used the bot, with its last 30 days; also while the bot runs."""
    from bot.ops import reports

    _look(lambda usage: reports.guilds_table(usage, SystemClock().now()))


@main.command(name="settings")
@click.option("--markdown", is_flag=True, help="Print them as a page to read.")
def print_settings(markdown: bool) -> None:
    """Print every setting as an example file."""
    from bot.settings import pages

    click.echo(pages.page() if markdown else pages.example_file(), nl=False)


@main.command()
@click.option("--once", "prompt", metavar="PROMPT", help="Draw one picture without a browser, and exit.")
@click.option("--size", type=click.Choice([size.value for size in Size]), default=Size.SQUARE.value)
@click.option("--quality", type=click.Choice([each.value for each in Quality]), default=Quality.LOW.value)
@click.option("--count", type=click.IntRange(1, COUNT_MAX), default=1)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where --once writes the picture."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of the page; 0 finds a free one."
)
def demo(prompt: str | None, size: str, quality: str, count: int, out: Path | None, port: int) -> None:
    """The whole bot on this machine alone: no account, no token, no network."""
    play = _sandbox("sandbox.demo.play")
    logs.set_up("error", "text")
    if prompt is None:
        _until_interrupted(play.in_browser(port=port, announce=click.echo))
        return
    outcome = asyncio.run(play.once(prompt, size=size, quality=quality, count=count, out=out))
    click.echo(json.dumps(outcome))
    sys.exit(0 if outcome["state"] == "delivered" and outcome["width"] else 1)


@main.group()
def sandbox() -> None:
    """Stand-ins for the outside world."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8095, show_default=True)
@click.option("--key", default="sandbox-key", show_default=True, help="The only key it accepts.")
@click.option(
    "--speed", type=click.FloatRange(min=0.01), default=1.0, help="How many times faster than real."
)
def modellix(port: int, key: str, speed: float) -> None:
    """Serve the image service's API on this machine; its pictures cost nothing."""
    stand_in = _sandbox("sandbox.modellix")
    _until_interrupted(stand_in.serve(port=port, announce=click.echo, key=key, speed=speed))


def _look(ask: "Callable[[UsageSums], Awaitable[str]]") -> None:
    """Print what the database says, without keeping a running bot from it."""
    from bot.storage.sqlite import Store
    from bot.storage.usage import UsageSums

    chosen = _settings()

    async def answer() -> str:
        async with Store.reading(chosen.database_path) as store:
            return await ask(UsageSums(store, chosen.operator))

    try:
        click.echo(asyncio.run(answer()), nl=False)
    except StoreDamaged as fault:
        _stop(_how_to_restore(chosen.database_path, fault))
    except StoreError as fault:
        _stop(f"The database cannot be read: {fault}.")


def _end(reason: str, fault: Exception, sentence: str) -> NoReturn:
    """Say so to whoever reads the log, and then to people."""
    log.critical("bot.cannot_run", reason=reason, fault=repr(fault))
    _stop(sentence)


def _how_to_restore(database: Path, fault: StoreDamaged) -> str:
    from bot.storage.backup import backup_folder, backups

    kept = backups(backup_folder(database))
    said = f"The database is damaged ({fault}). It was left as it is: {database}"
    if not kept:
        return f"{said}\nThere is no backup of it. Move it aside to start with an empty one."
    return (
        f"{said}\nThe newest backup is {kept[0]}\nTo go back to it, with the bot stopped:\n"
        f"  python -m bot restore {quote(str(kept[0]))}\n"
        "The damaged one is kept beside it. What was asked for since that backup is not in it."
    )


def _secrets(chosen: settings.Settings) -> list[str]:
    return [chosen.discord_token.get_secret_value(), chosen.modellix_api_key.get_secret_value()]


def _sandbox(name: str) -> Any:
    """A module that needs what only the demo's extra installs."""
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as fault:
        _stop(
            f"This needs {fault.name}, which is not installed with the bot alone. In a checkout: make demo."
        )


def _until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    # What a shell starts in the background ignores Ctrl-C; whoever sends the signal on purpose means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        click.echo("Bye.")
