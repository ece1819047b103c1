"""Who the bot is, where the gateway is, and the commands it registers."""

from __future__ import annotations

from sandbox.discord import payloads
from sandbox.discord.refusals import Refused, invalid
from sandbox.discord.routing import Ask, Reply, route
from sandbox.discord.rules_commands import check_command, check_commands
from sandbox.discord.values import Json

GLOBAL = "/applications/{application_id}/commands"
GUILDS_PAGE = 200
GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("GET", "/users/@me", "get_my_user")
def get_my_user(ask: Ask) -> Reply:
    private = {"mfa_enabled": False, "locale": "en-US", "verified": True}
    return Reply(200, payloads.user(ask.world.bot) | private)


@route("GET", "/oauth2/applications/@me", "get_my_oauth2_application")
@route("GET", "/applications/@me", "get_my_application")
def get_my_application(ask: Ask) -> Reply:
    return Reply(200, payloads.application(ask.world.bot, ask.world.owner) | ask.world.portal)


@route("GET", "/users/@me/guilds", "list_my_guilds")
def list_my_guilds(ask: Ask) -> Reply:
    """By id, a page at a time."""
    limit = int(ask.query.get("limit", GUILDS_PAGE))
    if not 1 <= limit <= GUILDS_PAGE:
        raise invalid("limit", f"int value should be between 1 and {GUILDS_PAGE}.")
    after = int(ask.query.get("after", 0))
    mine = [guild for ident, guild in sorted(ask.world.guilds.items()) if guild.has_bot and ident > after]
    return Reply(200, [payloads.my_guild(guild, ask.world.bot) for guild in mine[:limit]])


@route("GET", "/gateway", "get_gateway", needs_bot=False)
def get_gateway(ask: Ask) -> Reply:
    return Reply(200, {"url": ask.world.gateway_url})


@route("GET", "/gateway/bot", "get_bot_gateway")
def get_bot_gateway(ask: Ask) -> Reply:
    starts = {
        "total": 1000,
        "remaining": ask.world.logins_left,
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    return Reply(200, {"url": ask.world.gateway_url, "shards": 1, "session_start_limit": starts})


@route("GET", "/users/{user_id}", "get_user")
def get_user(ask: Ask) -> Reply:
    user = ask.world.users.get(ask.number("user_id"))
    if user is None:
        raise Refused(404, 10013, "Unknown User")
    return Reply(200, payloads.user(user))


@route("GET", "/guilds/{guild_id}/members/{user_id}", "get_guild_member")
def get_guild_member(ask: Ask) -> Reply:
    guild = ask.world.guilds.get(ask.number("guild_id"))
    if guild is None or not guild.has_bot:
        raise Refused(403, 50001, "Missing Access")
    member = guild.members.get(ask.number("user_id"))
    if member is None:
        raise Refused(404, 10007, "Unknown Member")
    return Reply(200, payloads.member(member))


def _scope(ask: Ask) -> dict[int, Json]:
    if ask.number("application_id") != ask.world.application_id:
        raise Refused(404, 10002, "Unknown Application")
    return ask.world.commands.setdefault(_guild_id(ask), {})


def _guild_id(ask: Ask) -> int | None:
    ident = ask.number("guild_id") or None
    guild = ask.world.guilds.get(ident or 0)
    if ident and (guild is None or not guild.has_bot):
        raise Refused(403, 50001, "Missing Access")
    return ident


@route("GET", GLOBAL, "list_application_commands")
@route("GET", GUILD, "list_guild_application_commands")
def list_commands(ask: Ask) -> Reply:
    return Reply(200, list(_scope(ask).values()))


@route("PUT", GLOBAL, "bulk_set_application_commands")
@route("PUT", GUILD, "bulk_set_guild_application_commands")
def set_commands(ask: Ask) -> Reply:
    scope, asked = _scope(ask), list(ask.call.body)
    check_commands(asked)
    kept = {_key(old): ident for ident, old in scope.items()}
    scope.clear()
    for definition in asked:
        _store(ask, definition, kept.get(_key(definition)))
    ask.world.changed()
    return Reply(200, list(scope.values()))


@route("POST", GLOBAL, "create_application_command")
@route("POST", GUILD, "create_guild_application_command")
def create_command(ask: Ask) -> Reply:
    scope = _scope(ask)
    check_command(ask.body)
    same = [ident for ident, old in scope.items() if _key(old) == _key(ask.body)]
    others = [old for ident, old in scope.items() if ident not in same]
    check_commands([*others, ask.body])
    stored = _store(ask, ask.body, same[0] if same else None)
    ask.world.changed()
    return Reply(200 if same else 201, stored)


@route("DELETE", GLOBAL + "/{command_id}", "delete_application_command")
@route("DELETE", GUILD + "/{command_id}", "delete_guild_application_command")
def delete_command(ask: Ask) -> Reply:
    if _scope(ask).pop(ask.number("command_id"), None) is None:
        raise Refused(404, 10063, "Unknown application command")
    return Reply()


def _key(command: Json) -> tuple[str, int]:
    return command["name"], command.get("type", 1)


def _store(ask: Ask, definition: Json, ident: int | None) -> Json:
    ident = ident or ask.world.new_id()
    guild_id = _guild_id(ask)
    bits = definition.get("default_member_permissions")
    stored = {
        "type": 1,
        "description": "",
        "nsfw": False,
        **definition,
        "id": str(ident),
        "application_id": str(ask.world.application_id),
        "version": str(ask.world.new_id()),
        "integration_types": definition.get("integration_types") or [0],
        "default_member_permissions": None if bits is None else str(bits),
    }
    if guild_id:
        stored["guild_id"] = str(guild_id)
    _scope(ask)[ident] = stored
    return stored
