"""`python -m bot check`: what is found, as a table that grows row by row."""

import asyncio

import click

from bot.cli.shell import stop
from bot.ops import logs

_COLOURS = {"ok": "green", "WRONG": "red", "note": "yellow", "skipped": "bright_black"}
_STATE_WIDTH = max(map(len, _COLOURS))
_NAME_WIDTH = 20


@click.command()
@click.option("--deep", is_flag=True, help="Also ask Discord about everything, and try disk and port.")
def check(deep: bool) -> None:
    """Say what is missing or wrong, and how to mend it; exit code 0 or 1.

    Nothing is paid for, and a running bot is not disturbed.
    """
    from bot.ops.check.finding import Finding, State
    from bot.ops.check.look import findings
    from bot.ops.check.settings_found import find_settings

    found = find_settings()
    settings = found.settings
    secrets = [settings.discord_token, settings.modellix_api_key] if settings else []
    logs.set_up("error", "text", secrets=[secret.get_secret_value() for secret in secrets])
    width = max([_NAME_WIDTH, *(len(row.name) for row in found.rows())])

    def show(row: Finding) -> None:
        state = click.style(
            f"{row.state:{_STATE_WIDTH}}", fg=_COLOURS[row.state], bold=row.state is State.WRONG
        )
        click.echo(f"{state}  {row.name:{width}}  {row.says}")
        if row.mend:
            click.echo(f"{'':{_STATE_WIDTH + width + 4}}{row.mend}")

    async def look() -> bool:
        good = True
        async for row in findings(found, deep=deep):
            show(row)
            good = good and row.state is not State.WRONG
        return good

    if not asyncio.run(look()):
        stop("Not ready: see above.")
    click.echo("Ready.")
