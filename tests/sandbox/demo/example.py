"""A small bot built like the real one: a card, buttons, a modal, a store in a thread, a worker."""

from __future__ import annotations

import asyncio
import io
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias

import aiosqlite
import discord
from discord import app_commands, ui
from PIL import Image

Prompt: TypeAlias = app_commands.Range[str, 1, 6000]
Size: TypeAlias = Literal["1024x1024", "1536x1024"]
Quality: TypeAlias = Literal["low", "high"]
Route: TypeAlias = Literal["original", "webhook", "bot"]
Interaction: TypeAlias = "discord.Interaction[Bot]"


def picture(colour: str, size: tuple[int, int] = (640, 400), name: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, name)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    prompt: str
    count: int
    interaction: Interaction
    channel_id: int
    message_id: int


class Press(ui.DynamicItem[ui.Button[Any]], template=r"job:(?P<verb>\w+):(?P<job>\d+)"):
    """A button whose state is its `custom_id`, so that it outlives the process."""

    def __init__(self, verb: str, job: int) -> None:
        super().__init__(ui.Button(label=verb.title(), custom_id=f"job:{verb}:{job}"))
        self.verb, self.job = verb, job

    @classmethod
    async def from_custom_id(cls, _bot: Any, _item: Any, match: re.Match[str], /) -> Self:
        return cls(match["verb"], int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        bot: Bot = interaction.client
        if self.verb == "break":
            raise RuntimeError("broken on purpose")
        if self.verb == "remix":
            await interaction.response.send_modal(Remix(self.job))
            return
        await bot.store.execute("INSERT INTO note VALUES (?)", (self.verb,))
        verdict = "allowed" if interaction.permissions.manage_messages else "refused"
        await interaction.response.send_message(f"{self.verb}: {verdict}", ephemeral=True)


class Remix(ui.Modal, title="Change the picture"):
    def __init__(self, job: int) -> None:
        super().__init__(custom_id=f"remix:{job}", timeout=600)
        self.words: ui.TextInput[Self] = ui.TextInput(custom_id="words")
        self.add_item(ui.Label(text="What should it show?", component=self.words))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.accept(interaction, self.words.value, 1)


def card(prompt: str, job: int, files: list[str]) -> ui.LayoutView:
    """The card of a job: with pictures when there are any, else waiting."""
    box: ui.Container[Any] = ui.Container(accent_colour=0x5865F2)
    box.add_item(ui.TextDisplay(f"**{discord.utils.escape_markdown(prompt)}**"))
    if files:
        items = [discord.MediaGalleryItem(f"attachment://{name}") for name in files]
        box.add_item(ui.MediaGallery(*items))
    state = "done" if files else f"in the queue, ready <t:{int(time.time()) + 20}:R>"
    box.add_item(ui.TextDisplay(f"-# {state}"))
    verbs = ("remix", "delete", "break") if files else ("cancel",)
    box.add_item(ui.ActionRow(*(Press(verb, job) for verb in verbs)))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


class Bot(discord.Client):
    """Accepts jobs; `deliver` is the worker, which the harness starts."""

    def __init__(self, route: Route = "original") -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="imagine", description="Make a picture")(self._imagine())
        self.route = route
        self.jobs: asyncio.Queue[Job] = asyncio.Queue()
        self.release = asyncio.Event()
        self.bytes = picture("tomato")
        self.said: list[str] = []
        self.limits: list[int] = []
        self.expiries: list[datetime] = []
        self._count = 0

    async def setup_hook(self) -> None:
        self.store = await aiosqlite.connect(":memory:")
        await self.store.execute("CREATE TABLE note (words TEXT)")
        self.add_dynamic_items(Press)

    async def close(self) -> None:
        await self.store.close()
        self.said.append("closed")
        await super().close()

    def _imagine(self) -> Any:
        async def imagine(
            interaction: discord.Interaction[Any],
            prompt: Prompt,
            size: Size = "1024x1024",
            quality: Quality = "high",
            count: app_commands.Range[int, 1, 4] = 1,
            reference: discord.Attachment | None = None,
        ) -> None:
            self.limits.append(interaction.filesize_limit)
            self.expiries.append(interaction.expires_at)
            assert not interaction.is_expired()
            said = f"{size} {quality} {count}"
            if reference is not None:
                said += f" {reference.filename} {len(await reference.read())}"
            self.said.append(said)
            await self.accept(interaction, prompt, count)

        return imagine

    async def accept(self, interaction: Interaction, prompt: str, count: int) -> None:
        """Write the job down, show its card, hand it to the worker."""
        self._count += 1
        job = self._count
        await self.store.execute("INSERT INTO note VALUES (?)", (prompt,))
        await self.store.commit()
        shown = await interaction.response.send_message(view=card(prompt, job, []))
        assert isinstance(shown.resource, discord.InteractionMessage)
        place = shown.resource.channel.id, shown.resource.id
        await self.jobs.put(Job(job, prompt, count, interaction, *place))

    async def deliver(self) -> None:
        """The worker: puts pictures on each card as soon as `release` is set."""
        while True:
            job = await self.jobs.get()
            await self.release.wait()
            await asyncio.sleep(0.05)
            await self._put(job)

    async def _put(self, job: Job) -> None:
        names = [f"{job.id}-{turn}.png" for turn in range(job.count)]
        files = [discord.File(io.BytesIO(self.bytes), name) for name in names]
        view = card(job.prompt, job.id, names)
        if self.route == "original":
            await job.interaction.edit_original_response(view=view, attachments=files)
        elif self.route == "webhook":
            token, app = job.interaction.token, job.interaction.application_id
            webhook = discord.Webhook.partial(app, token, client=self)
            await webhook.edit_message(job.message_id, view=view, attachments=files)
        else:
            channel = self.get_partial_messageable(job.channel_id)
            message = channel.get_partial_message(job.message_id)
            await message.edit(view=view, attachments=files)
