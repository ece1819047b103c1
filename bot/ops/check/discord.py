"""Discord: does it answer, who is the bot, what is set up for it, may it log in, does the gateway open."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from discord import ApplicationFlags

from bot.chat.client import INTENTS
from bot.ops.check.discord_api import UNAUTHORIZED, DiscordApi, Unanswered, hello, not_understood, shown
from bot.ops.check.discord_servers import SERVER_ROWS, look_at_servers
from bot.ops.check.finding import Finding, note, ok, skipped, wrong
from bot.settings import Settings

API = "Discord"
TOKEN = "Discord token"  # noqa: S105 - the name of a row
APPLICATION = "Discord application"
PRIVILEGES = "Discord intents"
LOGINS = "Discord logins"
ROWS = (API, TOKEN, APPLICATION, PRIVILEGES, LOGINS, *SERVER_ROWS)
GATEWAY = "Discord gateway"

_PRIVILEGED = {
    "Presence": ApplicationFlags(gateway_presence=True, gateway_presence_limited=True).value,
    "Server Members": ApplicationFlags(gateway_guild_members=True, gateway_guild_members_limited=True).value,
    "Message Content": ApplicationFlags(
        gateway_message_content=True, gateway_message_content_limited=True
    ).value,
}
"""The application's flags of each privileged intent: one for bots in many servers, one for the others."""
_FEW = 0.1


async def ask(settings: Settings, database: Path | None) -> AsyncIterator[Finding]:
    """Ask with the bot's token all that can be asked without logging in.

    `database` knows the log channels; None where it is not to be had.
    """
    async with DiscordApi.opened(settings.discord_api_url, settings.discord_token.get_secret_value()) as api:
        async for row in _told(ROWS, _all(api, settings, database)):
            yield row


async def try_gateway(settings: Settings) -> Finding:
    """Whether the gateway opens."""
    try:
        heartbeat_s = await hello(settings.discord_gateway_url)
    except Unanswered as fault:
        return wrong(GATEWAY, fault.says, fault.mend)
    return ok(GATEWAY, f"{settings.discord_gateway_url} answers, with a heartbeat every {heartbeat_s:.0f} s")


async def _told(names: Sequence[str], rows: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    """The rows of these names. Where Discord does not tell, the next one is wrong and the others wait."""
    left = list(names)
    try:
        async for row in rows:
            left.remove(row.name)
            yield row
        return
    except Unanswered as why:
        fault = why
    except (AttributeError, KeyError, TypeError, ValueError):
        fault = not_understood()
    yield wrong(left[0], fault.says, fault.mend)
    for name in left[1:]:
        yield skipped(name, f"see {left[0]}")


async def _all(api: DiscordApi, settings: Settings, database: Path | None) -> AsyncIterator[Finding]:
    answers = ok(API, f"{settings.discord_api_url} answers")
    try:
        me = await api.get("/users/@me")
    except Unanswered as fault:
        if fault.status == UNAUTHORIZED:
            yield answers
        raise
    bot_id, name = int(me["id"]), shown(me["username"])
    yield answers
    yield ok(TOKEN, f"belongs to {name} ({bot_id})")
    for names, rows in (
        ((APPLICATION, PRIVILEGES), _application(api)),
        ((LOGINS,), _logins(api)),
        (SERVER_ROWS, look_at_servers(api, bot_id, settings, database)),
    ):
        async for row in _told(names, rows):
            yield row


async def _application(api: DiscordApi) -> AsyncIterator[Finding]:
    """What the developer portal has set up: some of it keeps a bot from working without any error."""
    application = await api.get("/oauth2/applications/@me")
    if application.get("interactions_endpoint_url"):
        yield wrong(
            APPLICATION,
            "has an Interactions Endpoint URL: commands go there and never reach the bot",
            "Clear it on the General Information page of the developer portal.",
        )
    elif application["bot_require_code_grant"]:
        yield wrong(
            APPLICATION,
            "demands an OAuth2 code grant: nobody can add the bot to a server",
            "Switch Requires OAuth2 Code Grant off on the Bot page of the developer portal.",
        )
    else:
        who = "anybody" if application["bot_public"] else "only its owner"
        yield ok(APPLICATION, f"{shown(application['name'])}; {who} can add it to a server")
    yield _privileges(int(application["flags"]))


def _privileges(flags: int) -> Finding:
    needed = ", ".join(name.replace("_", " ") for name, on in INTENTS if on)
    says = f"needs {needed}: none of them is privileged"
    unneeded = [name for name, bits in _PRIVILEGED.items() if flags & bits]
    if not unneeded:
        return ok(PRIVILEGES, says)
    return note(
        PRIVILEGES,
        f"{says}; switched on without need: {', '.join(unneeded)}",
        "Switch them off on the Bot page of the developer portal.",
    )


async def _logins(api: DiscordApi) -> AsyncIterator[Finding]:
    limit = (await api.get("/gateway/bot"))["session_start_limit"]
    left, most, more_in_min = limit["remaining"], limit["total"], limit["reset_after"] / 60_000
    says = f"{left} of {most} left; all of them again in {more_in_min:.0f} min"
    mend = "Stop what starts the bot over and over: Discord takes the token away after too many logins."
    if left < 1:
        yield wrong(LOGINS, says, mend)
    elif left < most * _FEW:
        yield note(LOGINS, says, mend)
    else:
        yield ok(LOGINS, f"{left} of {most} left")
