"""Bare HTTP in a bot's name: what discord.py would never send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.discord import Actor, DiscordSandbox, Interaction

Json = dict[str, Any]
AGENT = "DiscordBot (https://example.org, 1)"


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> int:
        return int(self.body["code"])


@dataclass
class Raw:
    """One session; `alice` has a guild with the command "imagine"."""

    session: aiohttp.ClientSession
    sandbox: DiscordSandbox
    alice: Actor
    token: str = ""

    @property
    def channel(self) -> str:
        return f"/channels/{self.alice.place.id}"

    async def ask(
        self, method: str, path: str, body: Any = None, files: dict[str, bytes] | None = None
    ) -> Answer:
        headers = {"Authorization": f"Bot {self.token or self.sandbox.token}", "User-Agent": AGENT}
        form = None
        if files is not None:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("payload_json", json.dumps(body or {}))
            for index, (name, data) in enumerate(files.items()):
                form.add_field(f"files[{index}]", data, filename=name)
        given: Json = {"data": form} if form else {"json": body}
        url = self.sandbox.api_url + path
        async with self.session.request(method, url, headers=headers, **given) as response:
            text = await response.text()
            body = json.loads(text) if text else None
            return Answer(response.status, body, response.headers)

    async def post(self, body: Json, files: dict[str, bytes] | None = None) -> Answer:
        return await self.ask("POST", f"{self.channel}/messages", body, files)

    async def register(self, *commands: Json) -> Answer:
        path = f"/applications/{self.sandbox.world.application_id}/commands"
        return await self.ask("PUT", path, list(commands))

    async def respond(self, interaction: Interaction, kind: int, data: Any = None) -> Answer:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback?with_response=1"
        return await self.ask("POST", path, {"type": kind, "data": data})

    def original(self, interaction: Interaction) -> str:
        return f"{self.webhook(interaction)}/messages/@original"

    def webhook(self, interaction: Interaction) -> str:
        return f"/webhooks/{self.sandbox.world.application_id}/{interaction.token}"

    async def asked(self) -> Interaction:
        """A slash command that nobody has answered yet."""
        await self.register({"name": "imagine", "description": "draw", "type": 1})
        return self.alice.slash("imagine")
