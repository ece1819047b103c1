"""What every command at the shell does alike: read the settings, and end with a sentence."""

import sys
from typing import NoReturn

import click

from bot import settings
from bot.domain.errors import SettingsError


def chosen_settings() -> settings.Settings:
    """The settings, or the end of the program with all that is wrong with them."""
    try:
        return settings.load()
    except SettingsError as faults:
        for fault in faults.faults:
            click.echo(fault, err=True)
        stop(f"{len(faults.faults)} to mend in the environment or .env; see .env.example.")


def stop(sentence: str) -> NoReturn:
    """Say why it ends, and end with exit code 1."""
    click.echo(sentence, err=True)
    sys.exit(1)
