"""A log channel, and what moderators read and press there."""

from typing import Any

from simcord import ChannelHandle, InteractionResult, MemberActor

from tests.support.discord import World
from tests.support.shown import Shown

_ROUNDS_MAX = 40


class Log:
    """The log channel of a world's server, hidden from members."""

    def __init__(self, world: World, *, everything: bool = True, review: bool = False) -> None:
        self.world = world
        self.channel: ChannelHandle = world.env.guild.create_text_channel("log")
        world.database.alter(
            "INSERT INTO server (guild_id, log_channel_id, log_all, review) VALUES (?, ?, ?, ?)",
            world.env.guild.id,
            self.channel.id,
            int(everything),
            int(review),
        )

    async def told(self) -> list[Shown]:
        """All messages, once everything is told that can be told now."""
        world = self.world
        for _ in range(_ROUNDS_MAX):
            due = await world.herald()
            if due is None or due > world.clock.now() + 30_000:
                return self.messages
            world.clock.move_to(due)
        raise AssertionError("the herald comes to no end")

    async def last(self) -> Shown:
        """The newest message."""
        return (await self.told())[-1]

    @property
    def messages(self) -> list[Shown]:
        """All messages as they are."""
        found = self.world.env.backend.messages[self.channel.id].values()
        return [Shown(self.world.env, each) for each in found if not each.is_ephemeral]

    async def press(self, label: str, *, as_: MemberActor, on: Shown | None = None) -> InteractionResult:
        """Press a button on a message, the newest if none is named."""
        return await self.world.press(on or await self.last(), label, as_=as_)

    async def press_and_write(self, label: str, *, as_: MemberActor, **fields: Any) -> InteractionResult:
        """Press a button that opens a form, and send the form."""
        opened = await self.press(label, as_=as_)
        assert opened.modal is not None, self.world.env.transcript()
        return await as_.submit_modal(opened, fields)
