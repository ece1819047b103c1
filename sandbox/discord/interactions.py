"""One interaction: what a person did, what the bot answered, and how a test waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.discord.values import Channel, Json, Message, User

if TYPE_CHECKING:
    from sandbox.discord.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
TOKEN_LIFE_S = 15 * 60
FIRST_RESPONSE_S = 3.0


@dataclass(frozen=True)
class Callback:
    """The bot's first response. `after_s` counts from the event to the arrival here."""

    kind: int
    data: Json
    after_s: float


@dataclass(eq=False)
class Interaction:
    world: World
    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    created_at: float
    file_limit: int
    locale: str = "en-US"
    source: Message | None = None  # the message whose component was used
    parent: Interaction | None = None  # a modal's opener
    age_s: float = 0.0  # how old it was when it was sent
    callback: Callback | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)

    @property
    def by_user_install(self) -> bool:
        """Nobody but the user installed the app here: no bot in the place."""
        guild = self.channel.guild
        return (guild is not None and not guild.has_bot) or self.channel.kind == 3

    @property
    def expired(self) -> bool:
        return self.dies_within(0.0)

    def dies_within(self, seconds: float) -> bool:
        """Whether its token is dead, or will be so soon."""
        return self.world.clock.now() + seconds - self.created_at > TOKEN_LIFE_S

    @property
    def too_late(self) -> bool:
        return self.world.clock.now() - self.created_at - self.age_s > FIRST_RESPONSE_S

    def answered(self, kind: int, data: Json) -> None:
        self.callback = Callback(kind, data, time.monotonic() - self._started)

    # Waiting

    async def response(self, timeout_s: float = 5) -> Callback:
        """The first response, of whatever kind."""
        return await self.world.until(lambda: self.callback, timeout_s)

    async def message(
        self, where: Callable[[Message], Any] = lambda _: True, timeout_s: float = 10
    ) -> Message:
        """The original response, once it is more than "thinking" and `where` holds."""

        def ready() -> Message | None:
            message = self.original
            shown = message is not None and message.deleted_at is None and not message.loading
            return message if message is not None and shown and where(message) else None

        return await self.world.until(ready, timeout_s)

    async def followup(self, index: int = 0, timeout_s: float = 10) -> Message:
        await self.world.until(lambda: len(self.followups) > index, timeout_s)
        return self.followups[index]

    async def modal(self, timeout_s: float = 5) -> Json:
        """The form the bot opened: custom_id, title, components."""
        return await self._data_of(9, timeout_s)

    async def choices(self, timeout_s: float = 5) -> list[Json]:
        """What autocomplete offered: name and value each."""
        return list((await self._data_of(8, timeout_s))["choices"])

    async def _data_of(self, kind: int, timeout_s: float) -> Json:
        callback = await self.response(timeout_s)
        assert callback.kind == kind, f"answered with type {callback.kind}: {callback.data}"
        return callback.data
