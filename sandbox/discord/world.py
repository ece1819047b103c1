"""The state of the pretended Discord, its books, and waiting for it to change."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sandbox.discord import payloads
from sandbox.discord.books import Books, Violation
from sandbox.discord.interactions import Interaction
from sandbox.discord.permissions import EVERYDAY, Permission
from sandbox.discord.values import (
    DM,
    GROUP_DM,
    MIB,
    TEXT,
    Attachment,
    Channel,
    Clock,
    Guild,
    Json,
    Member,
    Message,
    Overwrite,
    Role,
    Upload,
    User,
    attachment_from,
)

EPOCH_MS = 1_420_070_400_000
T = TypeVar("T")


@dataclass(eq=False)
class World:
    clock: Clock = field(default_factory=Clock)
    bot_token: str = "MTAwMDAwMDAwMDAwMDAwMDAw.sandbx.a-token-that-only-this-sandbox-knows"
    portal: Json = field(default_factory=dict)  # what the developer portal has set up otherwise
    logins_left: int = 1000  # of the day's thousand
    keep_bytes: int = 512 * MIB  # attachments above this sum lose their bytes, oldest first
    origin: str = ""  # http://host:port, known once it serves
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)  # by token
    commands: dict[int | None, dict[int, Json]] = field(default_factory=dict)  # by guild
    books: Books = field(default_factory=Books)
    violations: list[Violation] = field(default_factory=list)
    reply_gaps: list[str] = field(default_factory=list)  # where our own answers break the spec

    def __post_init__(self) -> None:
        self.emit: Callable[[str, Json], None] = lambda _event, _data: None
        self._last_id = self._aged_ids = 0
        self._waiting: set[Callable[[], None]] = set()
        self._held: deque[Attachment] = deque()
        self._held_bytes = 0
        self.owner = self.add_user("owner")
        self.bot = self.add_user("imagine", bot=True)
        self.application_id = self.bot.id

    def new_id(self, age_s: float = 0.0) -> int:
        """A snowflake of the real time, or of so long ago: discord.py reads an interaction's age from it."""
        stamped = (int((time.time() - age_s) * 1000) - EPOCH_MS) << 22
        if age_s:
            self._aged_ids += 1
            return stamped | self._aged_ids
        self._last_id = max(stamped, self._last_id + 1)
        return self._last_id

    @property
    def gateway_url(self) -> str:
        return self.origin.replace("http", "ws", 1) + "/gateway"

    # Waiting

    def changed(self) -> None:
        """Let everyone who waits look again; called after every effect."""
        for look in list(self._waiting):
            look()

    async def until(self, condition: Callable[[], T | None], timeout_s: float = 10) -> T:
        """The first truthy value of `condition`, which is looked at on every change."""
        found: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look() -> None:
            try:
                if not found.done() and (value := condition()):
                    found.set_result(value)
            except Exception as fault:  # noqa: BLE001 - the condition's own, raised where it is awaited
                found.set_exception(fault)

        self._waiting.add(look)
        look()
        try:
            return await asyncio.wait_for(found, timeout_s)
        except TimeoutError:
            raise TimeoutError(f"not within {timeout_s} s; {self.summary()}") from None
        finally:
            self._waiting.discard(look)

    def summary(self) -> str:
        """The last few things that happened, for the text of a failed wait."""
        last = [f"{c.route} -> {c.status} {c.fault or ''}".strip() for c in self.books.calls[-8:]]
        return f"calls {last}, gateway {self.books.gateway[-4:]}, violations {self.violations[-4:]}"

    # Building

    def add_user(self, name: str, *, bot: bool = False) -> User:
        user = User(self.new_id(), name, bot=bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, has_bot: bool, bot_permissions: Permission) -> Guild:
        ident = self.new_id()
        everyone = Role(ident, "@everyone", EVERYDAY)
        guild = Guild(ident, name, self.owner.id, {ident: everyone}, has_bot)
        guild.members[self.owner.id] = Member(self.owner)
        if has_bot:
            self.join(guild, self.bot, permissions=bot_permissions)
        self.guilds[ident] = guild
        return guild

    def join(
        self, guild: Guild, user: User, *, permissions: Permission, roles: tuple[Role, ...] = ()
    ) -> None:
        """Make a user a member; their own permissions become a role of theirs."""
        held = {role.id for role in roles}
        if permissions:
            held.add(self.add_role(guild, f"role of {user.name}", permissions).id)
        guild.members[user.id] = Member(user, held)

    def add_role(self, guild: Guild, name: str, permissions: Permission) -> Role:
        role = Role(self.new_id(), name, permissions)
        guild.roles[role.id] = role
        self.tell(guild, "GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)})
        return role

    def add_channel(
        self, kind: int = TEXT, name: str = "", guild: Guild | None = None, parent: Channel | None = None
    ) -> Channel:
        channel = Channel(self.new_id(), kind, name, guild, parent)
        self.channels[channel.id] = channel
        if guild:
            guild.channels[channel.id] = channel
            event = "THREAD_CREATE" if channel.is_thread else "CHANNEL_CREATE"
            self.tell(guild, event, payloads.channel(channel))
        return channel

    def dm_channel(self, user: User) -> Channel:
        for channel in self.channels.values():
            if channel.kind == DM and user in channel.recipients:
                return channel
        channel = self.add_channel(DM)
        channel.recipients = [user]
        return channel

    def overwrite(
        self, channel: Channel, target: Role | User, *, allow: Permission, deny: Permission
    ) -> None:
        """Change what a role or a member may do in a channel, and tell the bot."""
        kept = [o for o in channel.overwrites if o.target_id != target.id]
        channel.overwrites = [*kept, Overwrite(target.id, isinstance(target, Role), allow, deny)]
        self.tell(channel.guild, "CHANNEL_UPDATE", payloads.channel(channel))

    def delete_channel(self, channel: Channel) -> None:
        """Its messages go with it, and Discord sends no event for each."""
        channel.deleted = True
        for message in self.messages.values():
            if message.channel is channel:
                message.deleted_at = message.deleted_at or self.clock.now()
        if channel.guild:
            channel.guild.channels.pop(channel.id, None)
            event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
            self.tell(channel.guild, event, payloads.channel(channel))

    def expel_bot(self, guild: Guild) -> None:
        guild.has_bot = False
        guild.members.pop(self.bot.id, None)
        self.emit("GUILD_DELETE", {"id": str(guild.id)})

    def announce(self, guild: Guild) -> None:
        """The bot joins, or comes back."""
        self.emit("GUILD_CREATE", payloads.guild(guild, self.bot))

    def tell(self, guild: Guild | None, event: str, data: Json) -> None:
        """An event about a guild, for the bot only if it is in there."""
        if guild and guild.has_bot:
            self.emit(event, data)
        self.changed()

    # Messages and files

    def live_message(self, ident: int) -> Message | None:
        message = self.messages.get(ident)
        return None if message is None or message.deleted_at is not None else message

    def delete_message(self, message: Message) -> None:
        """Whoever did it: nobody is told of a message that only one person saw."""
        if message.deleted_at is None and not message.ephemeral and message.channel.kind != GROUP_DM:
            guild = message.channel.guild
            where = {"guild_id": str(guild.id)} if guild else {}
            event = {"id": str(message.id), "channel_id": str(message.channel.id), **where}
            if guild is None or guild.has_bot:
                self.emit("MESSAGE_DELETE", event)
        message.deleted_at = message.deleted_at or self.clock.now()
        self.changed()

    def keep(self, upload: Upload, channel: Channel) -> Attachment:
        """Hold a file and give it a link; drops the oldest bytes above `keep_bytes`."""
        ident = self.new_id()
        url = f"{self.origin}/attachments/{channel.id}/{ident}/{upload.filename}"
        attachment = attachment_from(upload, ident=ident, url=url)
        self.attachments[ident] = attachment
        self._held.append(attachment)
        self._held_bytes += attachment.size
        while self._held_bytes > self.keep_bytes and len(self._held) > 1:
            oldest = self._held.popleft()
            self._held_bytes -= oldest.size
            oldest.data = None
        return attachment
