"""Everything that is looked at, in order: what is at hand first, what takes long last."""

from collections.abc import AsyncIterator, Sequence

from bot.ops.check import discord, machine, provider
from bot.ops.check.finding import Finding, State, ok, skipped
from bot.ops.check.settings_found import SettingsFound
from bot.settings import exposed_files

_QUICK = (machine.FOLDER, machine.DATABASE, machine.SECRETS, *provider.ROWS)
_DEEP = (machine.WRITES, machine.PORT, *discord.ROWS, discord.GATEWAY)


async def findings(found: SettingsFound, *, deep: bool = False) -> AsyncIterator[Finding]:
    """What a start needs; with `deep` also what may go wrong later, and all of Discord. Changes nothing."""
    for finding in found.rows():
        yield finding
    yield machine.sqlite()
    yield await machine.try_decoder()
    settings = found.settings
    if settings is None:
        for name in (*_QUICK, *(_DEEP if deep else (discord.TOKEN,))):
            yield skipped(name, found.faulty())
        return

    folder = machine.try_folder(settings.data_dir)
    yield folder
    no_folder = f"see {folder.name}" if folder.state is State.WRONG else ""
    database = settings.database_path
    kept_there = database.is_relative_to(settings.data_dir)
    no_database = found.faulty("database_url") or (no_folder if kept_there else "")
    yield skipped(machine.DATABASE, no_database) if no_database else machine.look_into_database(database)
    yield machine.secret_files(exposed_files())
    if deep:
        yield (
            skipped(machine.WRITES, no_folder) if no_folder else await machine.time_writes(settings.data_dir)
        )
        no_port = found.faulty("ops_host", "ops_port")
        yield skipped(machine.PORT, no_port) if no_port else await machine.try_port(settings)

    no_provider = found.faulty("modellix_base_url", "modellix_api_key")
    async for finding in _unless(no_provider, provider.ROWS, provider.ask(settings)):
        yield finding

    if not deep:
        no_token = found.faulty("discord_token")
        says = "has the form of a bot token; with --deep Discord is asked"
        yield skipped(discord.TOKEN, no_token) if no_token else ok(discord.TOKEN, says)
        return
    no_discord = found.faulty("discord_api_url", "discord_token")
    asked = discord.ask(settings, None if no_database else database)
    async for finding in _unless(no_discord, discord.ROWS, asked):
        yield finding
    no_gateway = found.faulty("discord_gateway_url")
    yield skipped(discord.GATEWAY, no_gateway) if no_gateway else await discord.try_gateway(settings)


async def _unless(why: str, names: Sequence[str], rows: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    """What is found, unless something is in the way."""
    if why:
        for name in names:
            yield skipped(name, why)
        return
    async for finding in rows:
        yield finding
