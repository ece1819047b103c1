"""The connection to Discord: discord.py's client, with its rough edges made safe."""

import asyncio
import hashlib
import itertools
import json
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import aiohttp
import discord
import structlog
from discord import app_commands, ui
from yarl import URL

from bot.chat import buttons, words
from bot.chat.forms import FormHandler
from bot.chat.replies import answering, tell
from bot.chat.translator import Translator
from bot.domain.backoff import full_jitter_s
from bot.domain.errors import StoreError, TokenRefused
from bot.domain.language import Language
from bot.domain.ports import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_RETRY_CAP_S = 60.0
_AWAY = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

_GUILDS_WITHIN_S = 0.2
"""How long `on_ready` waits for one more server; interactions are answered before it all the same."""

_UNREAD = ("MESSAGE_CREATE", "MESSAGE_UPDATE")
"""What comes along with the news of deletions: what people write is none of the bot's business, and parsing
every message of a busy server would cost more than all the rest."""


Trace: TypeAlias = aiohttp.TraceConfig
"""Hears of every request that is sent to Discord."""


class Facts(Protocol):
    """Single values that outlive a run."""

    async def get(self, name: str) -> str | None:
        """The value, if there is one."""
        ...

    async def put(self, name: str, value: str) -> None:
        """Keep a value."""
        ...


class Deletions(Protocol):
    """Who wants to know that messages are gone. Each method may raise `StoreError`."""

    async def deleted(self, message_ids: Sequence[int]) -> None:
        """These messages, whoever wrote them."""
        ...

    async def channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """All messages of a channel or thread."""
        ...


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


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands; an unknown or forged one gets an answer too."""

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Commands answer their own errors; what arrives here never reached one."""
        async with answering(interaction):
            if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
                await tell(interaction, words.NOT_A_COMMAND_OF_MINE)
            elif (
                isinstance(error, app_commands.TransformerError)
                or type(error) is app_commands.AppCommandError
            ):
                # A thread or channel that only others see, or a message that Discord did not send along.
                await tell(interaction, words.NOT_FOUND_HERE)
            else:
                raise getattr(error, "original", error)


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
        super().__init__(
            # The messages are for deletions only; none is read.
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=_GUILDS_WITHIN_S,
            http_trace=trace or aiohttp.TraceConfig(),
        )
        self._facts = facts
        self._clock = clock
        self._rng = random.Random()
        self._on_form = on_form
        self._deletions = deletions
        self.languages = languages
        self.tree = Tree(self)
        for command in commands:
            self.tree.add_command(command)
        self.add_dynamic_items(*items)
        self._guard_events()
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
            TokenRefused: Discord does not know the token.
        """
        await self.login(token)
        await self.connect()

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

        Later outages discord.py handles; at the first it trips over its own missing websocket.
        """
        for attempt in itertools.count():
            try:
                await super().connect(reconnect=reconnect)
            except AttributeError as fault:
                if getattr(self, "ws", None) is not None:
                    raise
                await self._pause(attempt, "gateway", fault)
            else:
                return

    async def _pause(self, attempt: int, doing: str, fault: Exception) -> None:
        pause_s = full_jitter_s(attempt, cap_s=_RETRY_CAP_S, rng=self._rng)
        log.warning("discord.away", doing=doing, fault=type(fault).__name__, retry_in_s=round(pause_s, 1))
        await self._clock.sleep(pause_s)

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
            log.info("commands.synced", count=len(form))
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
            if interaction.message is None or not buttons.is_known(str(data["custom_id"])):
                async with answering(interaction):
                    await tell(interaction, words.NOT_A_BUTTON_OF_MINE)

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

    def _guard_events(self) -> None:
        """A malformed event is logged and dropped; unguarded, discord.py lets it end the process.

        Its parsers are kept in a private table, and there is no public place to stand in front of
        them (facts: Discord, 3.3).
        """
        parsers = self._connection.parsers
        for name, parse in list(parsers.items()):
            parsers[name] = _guarded(name, parse)
        for name in _UNREAD:
            parsers[name] = _drop


def _drop(_: Any) -> None:
    """Not even parsed."""


def _passes(fault: discord.HTTPException) -> bool:
    """An outage, a limit, or a proxy that speaks instead of Discord."""
    return fault.status == 429 or fault.status >= 500 or (fault.status == 403 and fault.code in {0, 40333})


def _guarded(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def guarded(data: Any) -> Any:
        try:
            return parse(data)
        except Exception:
            log.exception("discord.malformed_event", discord_event=name)
            return None

    return guarded
