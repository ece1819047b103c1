"""A stand-in over real HTTP, a clock to move by hand, and a client that speaks its API."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox.modellix import ModellixSandbox

KEY = "a-key"


class Clock:
    """Time stands still until `now` is set."""

    def __init__(self) -> None:
        self.now = 1_786_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Answer:
    """What came back, read whole."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    body: Any


class Api:
    """A client of one stand-in."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session = session
        self.base_url = base_url

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        """One request, with the right key unless `headers` say otherwise; no redirects."""
        options.setdefault("headers", {"Authorization": f"Bearer {KEY}"})
        url = path if path.startswith("http") else self.base_url + path
        async with self._session.request(method, url, **{"allow_redirects": False, **options}) as got:
            raw = await got.read()
            body = await got.json() if raw and got.content_type == "application/json" else None
            return Answer(got.status, got.headers, raw, body)

    async def submit(self, prompt: str = "a fox", *, suffix: str = "/async", **more: Any) -> Answer:
        """A paid submit."""
        path = f"/api/v1/openai/gpt-image-2{suffix}"
        return await self.ask("POST", path, json={"prompt": prompt, **more})

    async def task(self, prompt: str = "a fox", **more: Any) -> str:
        """The id of a task that was accepted."""
        answer = await self.submit(prompt, **more)
        assert answer.status == 200, answer.body
        return str(answer.body["data"]["task_id"])

    async def poll(self, task_id: str) -> Answer:
        """A look at a task."""
        return await self.ask("GET", f"/api/v1/tasks/{task_id}")

    async def file(self, task_id: str, **options: Any) -> Answer:
        """A picture; no key goes with it."""
        return await self.ask("GET", f"/files/{task_id}.png", headers={}, **options)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> ModellixSandbox:
    """Tasks take ten seconds of the clock; pictures cost next to nothing."""
    return ModellixSandbox(key=KEY, duration_s=10, pictures="plain", now=clock)


@pytest.fixture
async def api(sandbox: ModellixSandbox) -> AsyncIterator[Api]:
    async with sandbox.serving() as base_url, aiohttp.ClientSession() as http:
        http._retry_connection = False  # else a GET whose answer was lost is sent again, unseen
        yield Api(http, base_url)
