"""The whole stand-in, served on loopback for as long as a test needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sandbox.discord.actors import Actor
from sandbox.discord.gateway import Gateway
from sandbox.discord.openapi import Contract
from sandbox.discord.permissions import EVERYDAY, Permission
from sandbox.discord.rest import Hook, Rest
from sandbox.discord.values import GROUP_DM, THREAD, Channel, Guild, Role, User
from sandbox.discord.world import World

HOST = "127.0.0.1"


class DiscordSandbox:
    """A Discord for one bot.

    `openapi` is the path of Discord's document; without it (or when the file is absent)
    requests are held against the own rules only. `check_replies` holds the stand-in's own
    answers against it too (`world.reply_gaps`): slow, for its own tests.
    """

    def __init__(
        self, *, openapi: Path | None = None, world: World | None = None, check_replies: bool = False
    ) -> None:
        self.world = world or World()
        contract = Contract(openapi) if openapi and openapi.exists() else None
        self.rest = Rest(self.world, contract, check_replies=check_replies)
        self.gateway = Gateway(self.world)
        self.faults = self.rest.faults
        self.rate_limits = self.rest.rate_limits
        self.books, self.violations = self.world.books, self.world.violations
        self.clock = self.world.clock
        self.until = self.world.until
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def token(self) -> str:
        return self.world.bot_token

    @property
    def api_url(self) -> str:
        return f"{self.world.origin}/api/v10"

    @property
    def gateway_url(self) -> str:
        return self.world.gateway_url

    def on_event(self, hook: Hook | None) -> None:
        """Await `hook("before" | "after", call)` around the effect of each request."""
        self.rest.on_event = hook

    # Serving

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[DiscordSandbox]:
        self._port = port
        await self.come_up()
        try:
            yield self
        finally:
            await self.go_down()

    async def come_up(self) -> None:
        """Listen; after `go_down` on the same port again."""
        app = web.Application(client_max_size=1 << 30)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{ident}/{name}", self._file)
        app.router.add_route("*", "/api/v10{path:/.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.origin = f"http://{HOST}:{self._port}"

    async def go_down(self) -> None:
        """Cut everything and refuse TCP connections."""
        await self.gateway.drop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _file(self, request: web.Request) -> web.Response:
        attachment = self.world.attachments.get(int(request.match_info["ident"]))
        if attachment is None or attachment.data is None:
            return web.Response(status=404)
        return web.Response(body=attachment.data, content_type=attachment.content_type)

    # Waiting for the bot

    async def ready(self, *commands: str, timeout_s: float = 30) -> None:
        """Until the bot is on the gateway and has registered these commands."""

        def is_ready() -> bool:
            scopes = self.world.commands.values()
            names = {command["name"] for scope in scopes for command in scope.values()}
            return self.gateway.connected and names.issuperset(commands)

        await self.until(is_ready, timeout_s)

    async def gone(self, timeout_s: float = 10) -> None:
        """Until no bot is on the gateway: after a kill, before the next start."""
        await self.until(lambda: not self.gateway.connected, timeout_s)

    # Building the place

    def add_guild(
        self, name: str = "guild", *, has_bot: bool = True, bot_permissions: Permission = EVERYDAY
    ) -> Guild:
        guild = self.world.add_guild(name, has_bot=has_bot, bot_permissions=bot_permissions)
        if has_bot:
            self.world.announce(guild)
        return guild

    def add_text_channel(self, guild: Guild, name: str = "general") -> Channel:
        return self.world.add_channel(name=name, guild=guild)

    def add_thread(self, parent: Channel, name: str = "thread") -> Channel:
        return self.world.add_channel(THREAD, name, parent.guild, parent)

    def add_role(self, guild: Guild, name: str, permissions: Permission = Permission.NONE) -> Role:
        return self.world.add_role(guild, name, permissions)

    def add_member(
        self,
        guild: Guild,
        name: str,
        *,
        permissions: Permission = Permission.NONE,
        roles: tuple[Role, ...] = (),
        locale: str = "en-US",
    ) -> Actor:
        """Someone to act, standing in the guild's first channel."""
        user = self.world.add_user(name)
        self.world.join(guild, user, permissions=permissions, roles=roles)
        rooms = [c for c in guild.channels.values() if not c.is_thread]
        room = rooms[0] if rooms else self.add_text_channel(guild)
        return Actor(self.world, user, room, locale)

    def add_user(self, name: str, *, installed_app: bool = False, locale: str = "en-US") -> Actor:
        """Someone of no guild, standing in their direct messages with the bot."""
        user = self.world.add_user(name)
        user.installed_app = installed_app
        return Actor(self.world, user, self.world.dm_channel(user), locale)

    def dm(self, who: Actor | User) -> Channel:
        return self.world.dm_channel(who.user if isinstance(who, Actor) else who)

    def add_group_dm(self, *who: Actor) -> Channel:
        """A private channel without the bot: for user-installed commands."""
        channel = self.world.add_channel(GROUP_DM)
        channel.recipients = [actor.user for actor in who]
        return channel

    def restrict_bot(self, channel: Channel, deny: Permission) -> None:
        """Take permissions from the bot in one channel (NONE gives them back)."""
        allow = Permission.NONE
        self.world.overwrite(channel, self.world.bot, allow=allow, deny=deny)
