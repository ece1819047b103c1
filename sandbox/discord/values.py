"""What the pretended Discord is made of: plain values without behaviour on the wire."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from sandbox.discord.permissions import Permission

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction

Json = dict[str, Any]

MIB = 1024 * 1024
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15


@dataclass
class Clock:
    """Discord's time: the real one, moved on by whatever a test adds."""

    offset_s: float = 0.0

    def now(self) -> float:
        return time.time() + self.offset_s

    def advance(self, seconds: float) -> None:
        self.offset_s += seconds


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    accepts_dms: bool = True
    installed_app: bool = False
    upload_limit: int = 10 * MIB  # bytes per file, raised by Nitro


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: Permission


@dataclass
class Overwrite:
    target_id: int
    is_role: bool
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE


@dataclass
class Member:
    user: User
    role_ids: set[int] = field(default_factory=set)


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role]
    has_bot: bool = True
    upload_limit: int = 10 * MIB  # bytes per file, raised by the boost tier
    locale: str = "en-US"
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]


TEXT, DM, GROUP_DM, THREAD = 0, 1, 3, 11


@dataclass(eq=False)
class Channel:
    id: int
    kind: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: list[User] = field(default_factory=list)
    locked: bool = False
    deleted: bool = False

    @property
    def is_thread(self) -> bool:
        return self.kind == THREAD

    @property
    def speaking(self) -> Permission:
        """The permission that lets one write here."""
        threads = Permission.SEND_MESSAGES_IN_THREADS
        return threads if self.is_thread else Permission.SEND_MESSAGES


@dataclass(frozen=True)
class Upload:
    """A file on its way in: from a member's hand or from the bot's request."""

    filename: str
    data: bytes
    content_type: str = "application/octet-stream"


@dataclass(eq=False)
class Attachment:
    id: int
    filename: str
    data: bytes | None  # None once the sandbox has dropped old bytes to save memory
    url: str
    size: int
    sha256: str
    content_type: str
    description: str | None = None
    pixels: tuple[int, int] | None = None

    def image(self) -> Image.Image:
        """The picture, decoded; raises when these bytes are none."""
        assert self.data is not None, f"the bytes of {self.filename} are no longer kept"
        picture = Image.open(io.BytesIO(self.data))
        picture.load()
        return picture


def attachment_from(upload: Upload, *, ident: int, url: str) -> Attachment:
    pixels, content_type = _look_at(upload)
    digest = hashlib.sha256(upload.data).hexdigest()
    name, size = upload.filename, len(upload.data)
    return Attachment(ident, name, upload.data, url, size, digest, content_type, pixels=pixels)


def _look_at(upload: Upload) -> tuple[tuple[int, int] | None, str]:
    try:
        with Image.open(io.BytesIO(upload.data)) as picture:
            return picture.size, Image.MIME.get(picture.format or "", upload.content_type)
    except OSError:
        return None, upload.content_type


@dataclass(frozen=True)
class Version:
    """One state of a message: as created, or after an edit."""

    at: float
    operation: str
    content: str
    embeds: list[Json]
    components: list[Json]
    attachments: list[Attachment]
    flags: int


@dataclass(eq=False)
class Message:
    id: int
    channel: Channel
    author: User
    created_at: float
    kind: int = 0
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    interaction: Interaction | None = None
    reference: Json | None = None
    edited_at: float | None = None
    deleted_at: float | None = None
    pings: set[str] = field(default_factory=set)  # whom it notified: "everyone", user and role ids
    history: list[Version] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything a person can read in it, one part a line."""
        shown = [c for c in walk(self.components) if c["type"] == 10]
        return "\n".join(filter(None, [self.content, *(str(c["content"]) for c in shown)]))

    def find(self, custom_id_or_label: str) -> Json:
        """The button or select with this custom_id, label or placeholder."""
        keys = ("custom_id", "label", "placeholder")
        for component in walk(self.components):
            if any(component.get(key) == custom_id_or_label for key in keys):
                return component
        known = [c.get("custom_id") for c in walk(self.components) if "custom_id" in c]
        raise LookupError(f"no component {custom_id_or_label!r} in message {self.id}: {known}")


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, nested ones after what holds them."""
    for component in components:
        yield component
        yield from walk(list(component.get("components") or ()))
        for key in ("accessory", "component"):
            if inner := component.get(key):
                yield from walk([inner])
