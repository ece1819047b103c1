"""The baseline of every comparison: what people write today. `python -m benchmarks.naive` runs it.

It defers, submits, polls every two seconds in the command, and sends a follow-up. Nothing is written down,
nobody is limited, and what goes wrong ends in one sentence or in none. It reads the bot's own settings.
"""

import asyncio
import io
import os
from typing import Any, Literal

import aiohttp
import discord
from discord import app_commands
from yarl import URL

_POLL_EVERY_S = 2.0
_PROVIDER = os.environ.get("MODELLIX_BASE_URL", "https://api.modellix.ai")
_SUBMIT = f"{_PROVIDER}/api/v1/openai/gpt-image-2/async"

Size = Literal["1024x1024", "1536x1024", "1024x1536", "2048x2048", "2048x1152", "3840x2160", "2160x3840"]
Quality = Literal["low", "medium", "high"]


class NaiveBot(discord.Client):
    """One command, and a session for the provider."""

    web: aiohttp.ClientSession

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="imagine", description="Draw a picture")(imagine)

    async def setup_hook(self) -> None:
        """Open the session and register the command."""
        key = os.environ["MODELLIX_API_KEY"]
        self.web = aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"})
        await self.tree.sync()

    async def close(self) -> None:
        """Close both sessions."""
        await self.web.close()
        await super().close()


async def imagine(
    interaction: discord.Interaction[NaiveBot],
    prompt: str,
    size: Size = "1024x1024",
    quality: Quality = "low",
    count: app_commands.Range[int, 1, 4] = 1,
) -> None:
    """Defer, draw, follow up."""
    await interaction.response.defer()
    web = interaction.client.web
    drawing = (_draw(web, {"prompt": prompt, "size": size, "quality": quality}) for _ in range(count))
    try:
        pictures = await asyncio.gather(*drawing)
    except RuntimeError as fault:
        await interaction.followup.send(f"Something went wrong: {fault}")
        return
    files = [discord.File(io.BytesIO(picture), f"{n}.png") for n, picture in enumerate(pictures)]
    await interaction.followup.send(prompt[:200], files=files)


async def _draw(web: aiohttp.ClientSession, asked: dict[str, str]) -> bytes:
    async with web.post(_SUBMIT, json=asked) as answer:
        submitted: dict[str, Any] = await answer.json()
    if answer.status != 200:
        raise RuntimeError(submitted.get("message"))
    task = f"{_PROVIDER}/api/v1/tasks/{submitted['data']['task_id']}"
    while True:
        await asyncio.sleep(_POLL_EVERY_S)
        async with web.get(task) as answer:
            data: dict[str, Any] = (await answer.json()).get("data") or {}
        if data.get("status") == "failed":
            raise RuntimeError("the picture could not be drawn")
        if data.get("status") == "success":
            async with web.get(data["result"]["resources"][0]["url"]) as picture:
                return await picture.read()


def main() -> None:
    """Run it until it is told to stop."""
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["DISCORD_GATEWAY_URL"])
    NaiveBot().run(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    main()
