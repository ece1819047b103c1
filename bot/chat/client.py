"""The connection to Discord: discord.py's client, with its rough edges made safe."""

import asyncio
import hashlib
import itertools
import json
import random
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import aiohttp
import discord
import structlog
from discord import app_commands, ui
from yarl import URL

from bot.chat import buttons, words
from bot.chat.events import guard
from bot.chat.forms import FormHandler
from bot.chat.identifies import Identifies, IdentifyHeldBack
from bot.chat.invalid_requests import Restraint, Start
from bot.chat.replies import answering, tell
from bot.chat.translator import Translator
from bot.chat.tree import Tree
from bot.chat.unread import is_shown, mind_unread, tell_unread
from bot.domain.backoff import full_jitter_s
from bot.domain.errors import StoreError, TokenRefused
from bot.domain.language import Language
from bot.domain.ports import Clock, Facts

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_RETRY_CAP_S = 60.0
_AWAY = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
_TOKEN_REFUSED = 4004
"""The gateway's close code."""
_ASKED_AFTER_S = (0.0, 15.0, 15.0)
"""The pauses before each question whether the token was reset."""

_GUILDS_WITHIN_S = 0.2
"""How long `on_ready` waits for one more server; interactions are answered before it all the same."""


Trace: TypeAlias = aiohttp.TraceConfig
"""Hears of every request that is sent to Discord."""


class Deletions(Protocol):
    """Who wants to know that messages are gone. Each method may raise `StoreError`."""

    async def deleted(self, message_ids: Sequence[int]) -> None:
        """These messages, whoever wrote them."""
        ...

    async def channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """All messages of a channel or thread."""
        ...


INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
"""None is privileged. The messages are for deletions only; none is read."""


PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)
"""All that the bot needs in a server. Who may not read what was said, may not reply to it either."""


def invite_link(application_id: int) -> str:
    """Where a moderator adds the bot to a server, with exactly the permissions it needs."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def point_at(api_url: str, gateway_url: str) -> None:
    """Where discord.py finds Discord: class attributes, the only way it offers (facts: Discord, 3.1)."""
    discord.http.Route.BASE = api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


class ImagineClient(discord.Client):
    """A client that needs no privileged intent, and that no single event can bring down."""

    def __init__(
        self,
        facts: Facts,
        clock: Clock,
        *,
        commands: Sequence[
            app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
        ],
        items: Sequence[type[ui.DynamicItem[Any]]],
        on_form: FormHandler,
        deletions: Deletions,
        languages: Mapping[int, Language],
        trace: Trace | None = None,
    ) -> None:
        """`languages` are those that people chose themselves, at every moment; `trace` hears of requests."""
        trace = trace or aiohttp.TraceConfig()
        self._doubted = asyncio.Event()
        """Set when Discord refused a request for its token."""
        # Before the restraint, which counts what it lets go as under way.
        trace.on_request_start.append(self._before_socket)
        self.restraint = Restraint(clock, unauthorized=self._doubted.set)
        self.restraint.watch(trace)
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=_GUILDS_WITHIN_S,
            http_trace=trace,
        )
        self._facts = facts
        self._identifies = Identifies(facts, clock)
        self._clock = clock
        self._rng = random.Random()
        self._on_form = on_form
        self._deletions = deletions
        self.languages = languages
        self.tree = Tree(self)
        for command in commands:
            self.tree.add_command(command)
        self.add_dynamic_items(*items)
        # A private table: there is no public place to stand in front of the parsers (facts: Discord, 3.3).
        mind_unread(self._connection.parsers, lambda data: self.dispatch("unread_interaction", data))
        guard(self._connection.parsers)
        self.logged_in = asyncio.Event()
        """Set once cards can be edited."""

    @property
    def is_connected(self) -> bool:
        """Whether Discord's gateway can tell us things at this moment."""
        gateway: Any = self.ws  # None before the first connection, whatever discord.py's types say
        return self.is_ready() and gateway is not None and gateway.open

    async def live(self, token: str) -> None:
        """Log in and stay connected.

        Raises:
            TokenRefused: Discord does not know the token, or no longer.
        """
        await self.login(token)
        living = [asyncio.create_task(self.connect()), asyncio.create_task(self._mind_token())]
        try:
            ended, _ = await asyncio.wait(living, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                await task
        finally:
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)

    async def login(self, token: str) -> None:
        """Log in over HTTP; while Discord is away, try again until it is back.

        discord.py itself gives up at once and leaves its session open (facts: Discord, 3.3).

        Raises:
            TokenRefused: Discord does not know the token.
        """
        for attempt in itertools.count():
            try:
                await super().login(token)
            except discord.LoginFailure as fault:
                raise TokenRefused from fault
            except _AWAY as fault:
                if isinstance(fault, discord.HTTPException) and not _passes(fault):
                    raise
                await self.http.close()
                self.http.connector = discord.utils.MISSING  # the session has closed it
                await self._pause(attempt, "login", fault)
            else:
                return

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay on the gateway; when the very first connection is refused, try again.

        Later outages discord.py handles; at the first it trips over its own missing websocket. When the
        identifies are spent, the wait is here: discord.py cuts off after a minute all it does to connect.

        Raises:
            TokenRefused: the token was reset.
        """
        for attempt in itertools.count():
            try:
                await super().connect(reconnect=reconnect)
            except AttributeError as fault:
                if getattr(self, "ws", None) is not None:
                    raise
                await self._pause(attempt, "gateway", fault)
            except IdentifyHeldBack as fault:
                await self._clock.sleep(fault.retry_in_s)
            except discord.ConnectionClosed as fault:
                if fault.code == _TOKEN_REFUSED:
                    raise TokenRefused from fault
                raise
            else:
                return

    async def _mind_token(self) -> None:
        """When Discord did not take the token for a request, ask whether it was reset.

        Each request would be refused from then on, and workers would try them again for ever. But refusals
        within a moment are no proof: Discord has bad days too.

        Raises:
            TokenRefused: it was.
        """
        while True:
            await self._doubted.wait()
            for pause_s in _ASKED_AFTER_S:
                await self._clock.sleep(pause_s)
                if not await self._is_refused():
                    break
            else:
                raise TokenRefused
            self._doubted.clear()

    async def _is_refused(self) -> bool:
        """Whether Discord answers that it does not know the token."""
        try:
            await self.http.request(discord.http.Route("GET", "/users/@me"))
        except _AWAY as fault:
            return isinstance(fault, discord.HTTPException) and fault.status == 401
        return False

    async def _pause(self, attempt: int, doing: str, fault: Exception) -> None:
        pause_s = full_jitter_s(attempt, cap_s=_RETRY_CAP_S, rng=self._rng)
        log.warning("discord.away", doing=doing, fault=type(fault).__name__, retry_in_s=round(pause_s, 1))
        await self._clock.sleep(pause_s)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Every session begins with an identify, of which there are so many a day."""
        await super().before_identify_hook(shard_id, initial=initial)
        await self._identifies.book()

    async def _before_socket(self, _: object, __: object, start: Start) -> None:
        """Open none that has to wait for its identify; what is left of a session is taken up without one."""
        gateway: Any = self.ws
        if start.url.scheme in {"ws", "wss"} and (gateway is None or gateway.session_id is None):
            await self._identifies.check()

    async def setup_hook(self) -> None:
        """Tell Discord the commands, if they are not those it knows already."""
        translator = Translator()
        await self.tree.set_translator(translator)
        form = [
            await command.get_translated_payload(self.tree, translator)
            for command in self.tree.get_commands()
        ]
        named = json.dumps([self.application_id, form], sort_keys=True)
        digest = hashlib.sha256(named.encode()).hexdigest()
        if await self._facts.get("commands") != digest:
            await self.tree.sync()
            await self._facts.put("commands", digest)
            log.info("commands.synced", commands=len(form))
        self.logged_in.set()

    async def on_ready(self) -> None:
        """Connected and told of every server."""
        log.info("discord.ready", guilds=len(self.guilds), invite=invite_link(self.application_id or 0))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer what discord.py drops without a word: forms, and buttons nobody knows any more."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._on_form(interaction)
        elif interaction.type is discord.InteractionType.component:
            data: Any = interaction.data
            if not buttons.is_known(str(data["custom_id"])) or not is_shown(interaction):
                async with answering(interaction):
                    await tell(interaction, words.NOT_A_BUTTON_OF_MINE)

    async def on_unread_interaction(self, data: Any) -> None:
        """Somebody waits for an answer to what could not be read."""
        await tell_unread(self._connection, data)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message is gone, perhaps a card."""
        await self._note_deletion(self._deletions.deleted([event.message_id]))

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator cleared a channel out."""
        await self._note_deletion(self._deletions.deleted(sorted(event.message_ids)))

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """All its messages are gone, without an event for each."""
        await self._note_deletion(self._deletions.channel_deleted(event.guild_id, event.thread_id))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """The same; the threads in it come as events of their own."""
        await self._note_deletion(self._deletions.channel_deleted(channel.guild.id, channel.id))

    async def _note_deletion(self, noting: Awaitable[None]) -> None:
        """What cannot be written down now is found out when the card is next to be changed."""
        try:
            await noting
        except StoreError as fault:
            log.warning("deletion.missed", fault=repr(fault))

    async def on_error(self, event: str, /, *_: Any, **__: Any) -> None:
        """A bug in a handler: logged once."""
        log.exception("discord.event_bug", discord_event=event)


def _passes(fault: discord.HTTPException) -> bool:
    """An outage, a limit, or a proxy that speaks instead of Discord."""
    return fault.status == 429 or fault.status >= 500 or (fault.status == 403 and fault.code in {0, 40333})
