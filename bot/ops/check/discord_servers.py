"""The servers the bot is in: what it may not do there, and whether it can write to their log channels."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discord import ChannelType, Permissions

from bot.chat.client import PERMISSIONS, invite_link
from bot.domain.errors import StoreError
from bot.ops.check.discord_api import FORBIDDEN, NOT_FOUND, DiscordApi, Unanswered, shown
from bot.ops.check.finding import Finding, note, ok, skipped, wrong
from bot.settings import Settings
from bot.storage.servers import Servers
from bot.storage.sqlite import Store

SERVERS = "Servers"
ALLOWED = "Permissions"
LOG_CHANNELS = "Log channels"
SERVER_ROWS = (SERVERS, ALLOWED, LOG_CHANNELS)

_PAGE, _PAGES = 200, 3
_LOGS_LOOKED_AT = 50
_NAMED = 5

_VIEW = Permissions(view_channel=True).value
_SEND = Permissions(send_messages=True).value
_SEND_IN_THREADS = Permissions(send_messages_in_threads=True).value
_THREADS = {
    kind.value for kind in (ChannelType.news_thread, ChannelType.public_thread, ChannelType.private_thread)
}
"""Kinds of channels that have no permissions of their own."""


@dataclass(frozen=True, slots=True)
class _Server:
    id: int
    name: str
    may: int
    """The bot's permissions there, before any channel has its say; all of them for an administrator."""


async def look_at_servers(
    api: DiscordApi, bot_id: int, settings: Settings, database: Path | None
) -> AsyncIterator[Finding]:
    """Where the bot is, and what it lacks there."""
    invite = invite_link(bot_id)  # all but the oldest applications have the id of their bot
    servers, all_of_them = await _servers(api)
    if not servers:
        yield note(SERVERS, "in none yet", f"Add the bot to yours: {invite}")
        for name in SERVER_ROWS[1:]:
            yield skipped(name, "in no server yet")
        return
    yield ok(SERVERS, f"in {len(servers)}" + ("" if all_of_them else " and more; these were looked at"))
    yield _allowed(servers, invite)
    if database is None:
        yield skipped(LOG_CHANNELS, "which there are is not known without the database")
        return
    try:
        chosen = await _log_channels(settings, database)
    except StoreError as fault:
        yield skipped(LOG_CHANNELS, f"which there are is not known: {fault}")
        return
    yield await _logs(api, bot_id, [server for server in servers if server.id in chosen], chosen)


async def _servers(api: DiscordApi) -> tuple[list[_Server], bool]:
    """As many as are looked at, by id, and whether these are all."""
    servers: list[_Server] = []
    for _ in range(_PAGES):
        page = await api.get("/users/@me/guilds", limit=_PAGE, after=servers[-1].id if servers else 0)
        servers += [_server(one) for one in page]
        if len(page) < _PAGE:
            return servers, True
    return servers, False


def _server(said: Mapping[str, Any]) -> _Server:
    may = int(said["permissions"])
    return _Server(int(said["id"]), shown(said["name"]), -1 if Permissions(may).administrator else may)


def _allowed(servers: list[_Server], invite: str) -> Finding:
    lacking = [
        f"{server.name}: {_names(missing)}"
        for server in servers
        if (missing := PERMISSIONS.value & ~server.may)
    ]
    if not lacking:
        return ok(ALLOWED, "all that are needed, in every server")
    return wrong(
        ALLOWED,
        f"missing in {_some(lacking)}",
        f"Give them to the bot's role in the server's settings, or add the bot once more: {invite}",
    )


def _names(bits: int) -> str:
    """Permissions as Discord shows them."""
    shown = [name for name, on in Permissions(bits) if on]
    return ", ".join("View Channels" if name == "read_messages" else _title(name) for name in shown)


def _title(name: str) -> str:
    return name.replace("_", " ").title().replace(" In ", " in ")


async def _log_channels(settings: Settings, database: Path) -> dict[int, int]:
    if not await asyncio.to_thread(database.exists):
        return {}
    async with Store.reading(database) as store:
        return await Servers(store, settings.operator).log_channels()


async def _logs(api: DiscordApi, bot_id: int, servers: list[_Server], chosen: Mapping[int, int]) -> Finding:
    if not servers:
        return ok(LOG_CHANNELS, "no server has chosen one")
    looked_at = servers[:_LOGS_LOOKED_AT]
    silent = [
        f"{server.name}: {fault}"
        for server in looked_at
        if (fault := await _why_silent(api, bot_id, server, chosen[server.id]))
    ]
    if silent:
        return wrong(
            LOG_CHANNELS,
            f"nothing can be written in {_some(silent)}",
            "Give the bot these permissions in the channel, or choose another: /imagine-admin settings log",
        )
    of = "" if len(looked_at) == len(servers) else f" (the first of {len(servers)})"
    return ok(LOG_CHANNELS, f"{len(looked_at)}{of}, all of them can be written in")


async def _why_silent(api: DiscordApi, bot_id: int, server: _Server, channel_id: int) -> str:
    """What keeps the bot from writing in a log channel; empty when nothing does."""
    try:
        channel = await api.get(f"/channels/{channel_id}")
        is_thread = channel["type"] in _THREADS
        ruling = await api.get(f"/channels/{channel['parent_id']}") if is_thread else channel
    except Unanswered as fault:
        if fault.status == FORBIDDEN:
            return _names(_VIEW)
        if fault.status == NOT_FOUND:
            return "the channel is gone"
        raise
    member = await api.get(f"/guilds/{server.id}/members/{bot_id}")
    targets = ({server.id}, {int(role) for role in member["roles"]}, {bot_id})
    may = _in_channel(server.may, ruling["permission_overwrites"], targets)
    return _names((_VIEW | (_SEND_IN_THREADS if is_thread else _SEND)) & ~may)


def _in_channel(may: int, overwrites: list[Mapping[str, Any]], targets: tuple[set[int], ...]) -> int:
    """What a channel leaves of a server's permissions: first everyone has a say, then roles, then the bot."""
    if may == -1:
        return may
    for ids in targets:
        stated = [one for one in overwrites if int(one["id"]) in ids]
        for one in stated:
            may &= ~int(one["deny"])
        for one in stated:
            may |= int(one["allow"])
    return may


def _some(named: list[str]) -> str:
    """The first few, and how many more there are."""
    more = len(named) - _NAMED
    return "; ".join(named[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
