"""A client that calls a server on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.domain.jobs import Quality, Request, Size
from bot.modellix.client import ModellixClient
from tests.modellix.loopback import Answer, Loopback, StillClock, serving

NOW = 1_790_000_000_000
KEY = "mx-made-up-key-0123456789"
PROMPT = "a fox in the snow"
REQUEST = Request(PROMPT, Size.SQUARE_2K, Quality.HIGH)
TAKEN = {"code": 0, "data": {"status": "pending", "task_id": "task-1"}}
SHORT_S = 0.1


@asynccontextmanager
async def calling(answer: Answer, **options: Any) -> AsyncIterator[tuple[ModellixClient, Loopback]]:
    async with (
        serving(answer) as server,
        ModellixClient(server.url, KEY, StillClock(NOW), **options) as client,
    ):
        yield client, server


def state(word: str, **fields: Any) -> dict[str, Any]:
    return {"code": 0, "data": {"status": word, "task_id": "task-1", **fields}}
