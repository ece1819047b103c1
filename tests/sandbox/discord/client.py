"""A small real discord.py bot: what the stand-in has to carry."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from re import Match
from typing import Any

import discord
from discord import app_commands, ui
from PIL import Image
from yarl import URL

from sandbox.discord import DiscordSandbox


def picture(colour: str = "orange", size: tuple[int, int] = (32, 24)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


class Again(ui.DynamicItem[ui.Button[Any]], template=r"again:(?P<job>\d+)"):
    """Survives a restart: the state is in the custom_id."""

    def __init__(self, job: int) -> None:
        super().__init__(ui.Button(label="Again", custom_id=f"again:{job}"))
        self.job = job

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: Match[str]
    ) -> Again:
        return cls(int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"again {self.job}", ephemeral=True)


class Wish(ui.Modal, title="Change it"):
    words: ui.Label[Any] = ui.Label(text="Words", component=ui.TextInput(max_length=50))
    style: ui.Label[Any] = ui.Label(
        text="Style",
        component=ui.Select(options=[discord.SelectOption(label="Ink", value="ink")]),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        words, style = self.words.component, self.style.component
        assert isinstance(words, ui.TextInput)
        assert isinstance(style, ui.Select)
        card = Card(f"changed: {words.value}, {style.values[0]}")
        await interaction.response.edit_message(view=card, attachments=[])


class Card(ui.LayoutView):
    def __init__(self, text: str, *files: str) -> None:
        super().__init__(timeout=None)
        box: ui.Container[Any] = ui.Container(ui.TextDisplay(text))
        if files:
            items = [discord.MediaGalleryItem(f"attachment://{name}") for name in files]
            box.add_item(ui.MediaGallery(*items))
        change: ui.Button[Any] = ui.Button(label="Change", custom_id="change")
        change.callback = self.change  # type: ignore[method-assign]
        box.add_item(ui.ActionRow(Again(7), change))
        self.add_item(box)

    async def change(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Wish())


class Bot(discord.Client):
    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents)
        self._connection.guild_ready_timeout = 0.01
        self.tree = app_commands.CommandTree(self)
        self.resumes = 0
        self.task: asyncio.Task[None] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py would sleep for 5 s before every Identify but the first."""

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        self.tree.add_command(imagine)
        self.tree.add_command(usage)
        await self.tree.sync()

    def listen_to(self, event: str, heard: list[object]) -> None:
        """Put what comes with each such event on a list."""

        async def hear(what: object) -> None:
            heard.append(what)

        setattr(self, f"on_{event}", hear)

    async def on_resumed(self) -> None:
        self.resumes += 1


@app_commands.command(description="Make a picture")
async def imagine(
    interaction: discord.Interaction[Any],
    prompt: app_commands.Range[str, 1, 200],
    size: str = "square",
    picture_in: discord.Attachment | None = None,
) -> None:
    await interaction.response.send_message(view=Card(f"queued: {prompt} {size}"))
    data = await picture_in.read() if picture_in else picture()
    file = discord.File(io.BytesIO(data), "fox.png", description="a fox")
    await interaction.edit_original_response(view=Card(f"done: {prompt}", "fox.png"), attachments=[file])


@imagine.autocomplete("size")
async def sizes(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}{n}", value=f"{typed}{n}") for n in range(3)]


usage = app_commands.Group(
    name="usage",
    description="What was used",
    default_permissions=discord.Permissions(manage_guild=True),
    guild_only=True,
)


@usage.command(description="Of a member")
async def show(interaction: discord.Interaction[Any], member: discord.Member) -> None:
    await interaction.response.defer(ephemeral=True)
    await interaction.edit_original_response(content=f"{member.name}: 3")


@asynccontextmanager
async def running(sandbox: DiscordSandbox, intents: discord.Intents | None = None) -> AsyncIterator[Bot]:
    """The bot on the stand-in, ready."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = sandbox.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(sandbox.gateway_url)
    async with Bot(intents or discord.Intents(guilds=True)) as bot:
        task = bot.task = asyncio.create_task(bot.start(sandbox.token))
        try:
            await sandbox.ready("imagine", timeout_s=5)
            await asyncio.wait_for(bot.wait_until_ready(), 5)
            yield bot
        finally:
            await bot.close()
            await asyncio.wait([task])
            discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before
