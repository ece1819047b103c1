"""`python -m bot backup · restore · db …`: keep what the bot knows."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.cli.shell import chosen_settings, stop
from bot.clock import SystemClock
from bot.domain.errors import StoreDamaged, StoreError, StoreInUse, StoreTooNew

_FILE = click.Path(path_type=Path)
_OWN = 0o077
"""Folders that are made here are for the bot's own user, as those that the bot makes."""


@click.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write a checked copy of the database to FILE; also while the bot runs.

    FILE must not be there yet. It holds prompts, and is readable by its owner only.
    """
    from bot.ops import keeping

    chosen = chosen_settings()
    with _plainly("No backup was made"):
        click.echo(keeping.back_up(chosen, file))


@click.command()
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the database; only while the bot is stopped.

    FILE is checked first and stays as it is. What it replaces is kept beside it. Nothing is paid again by
    itself: what may have been sent since FILE was written, its card asks about.
    """
    from bot.ops import keeping

    os.umask(_OWN)
    chosen = chosen_settings()
    with _plainly("Nothing was changed", damaged=f"{file} is no backup of this bot, or a damaged one"):
        click.echo(asyncio.run(keeping.restore(chosen, file, SystemClock().now())))


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to this program's version, after a backup; only while the bot is stopped.

    The bot does the same by itself when it starts.
    """
    from bot.ops import keeping

    os.umask(_OWN)
    chosen = chosen_settings()
    with _plainly("The database was not upgraded"):
        click.echo(asyncio.run(keeping.upgrade(chosen, SystemClock().now())))


@db.command()
@click.option("--all", "every_name", is_flag=True, help="Name every picture, not only the first few.")
def check(every_name: bool) -> None:
    """Read all of the database and look for its pictures; also while the bot runs.

    Exit code 0: all is well; 1: the database is not; 3: only pictures are missing or left over.
    """
    from bot.ops import keeping

    chosen = chosen_settings()
    with _plainly("The check was not finished"):
        health = keeping.check(chosen, every_name=every_name)
    for line in health.lines:
        click.echo(line)
    sys.exit(health.exit_code)


@contextmanager
def _plainly(outcome: str, damaged: str = "the database is damaged") -> Iterator[None]:
    """Whatever stands in the way, in a sentence that begins with what it led to."""
    try:
        yield
    except StoreInUse:
        stop(f"{outcome}: the bot is running with this data folder. Stop it, then do this again.")
    except StoreDamaged as fault:
        stop(f"{outcome}: {damaged} ({fault}).")
    except StoreTooNew as fault:
        stop(f"{outcome}: {fault}. Update the program first.")
    except StoreError as fault:
        stop(f"{outcome}: {fault}.")
    except OSError as fault:
        place = Path(fault.filename or "")
        if place.suffix == ".part":  # the name of what is not complete says nothing to anybody
            place = place.parent
        stop(f"{outcome}: {place}: {fault.strerror}.")
