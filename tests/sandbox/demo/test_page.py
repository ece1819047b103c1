"""What the browser does, over the page's own HTTP."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from sandbox.demo import Demo
from tests.sandbox.demo.example import Bot, picture

Json = dict[str, Any]


class Tab:
    """One open tab of the page."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._base = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
        self._headers = {"X-Simcord-Capability": urlsplit(url).fragment}
        self._numbers = itertools.count(1)
        self.seen: Json = {}

    async def open(self, viewer_id: str | None = None) -> None:
        body = {} if viewer_id is None else {"viewer_id": viewer_id}
        self.seen = await self._json("POST", "/api/pages", body)
        self._headers["X-Simcord-Context"] = self.seen["context"]["id"]

    async def look(self) -> None:
        self.seen = await self._json("GET", "/api/state")

    async def look_until(self, words: str) -> Json:
        """Poll, as the page does, until a message with these words is shown; a second is allowed."""
        for _ in range(20):
            await self.look()
            for message in self.messages():
                if words in str(message):
                    return message
            await asyncio.sleep(0.05)
        raise AssertionError(f"{words!r} is not on the page")

    def messages(self) -> list[Json]:
        return [self.seen["messages"][key] for key in self.seen["timeline"]]

    async def act(self, kind: str, **more: Any) -> Json:
        """Send an action as of what this tab has last seen."""
        number = next(self._numbers)
        body = {
            "protocol_version": 3,
            "sequence": number,
            "request_id": f"request-{number}",
            "generation": self.seen["context"]["generation"],
            "bot_generation": self.seen["botGeneration"],
            "published_revision": self.seen["publishedRevision"],
            "kind": kind,
            **more,
        }
        return await self._json("POST", "/api/action", body)

    async def imagine(self, **options: Any) -> Json:
        catalog = await self._json("GET", "/api/commands")
        (entry,) = (item for item in catalog["entries"] if item["invocation"] == "imagine")
        return await self.act(
            "run_command",
            command_id=entry["commandId"],
            path=entry["path"],
            schema_fingerprint=entry["schemaFingerprint"],
            options=options,
        )

    async def click(self, message: Json, button: str) -> Json:
        key = next(part["control_key"] for part in parts(message) if part.get("label") == button)
        return await self.act("click", target_id=message["id"], control_key=key)

    async def file(self, message: Json) -> bytes:
        asset = message["attachments"][0]["asset_id"]
        async with self._get("GET", f"/api/assets/{asset}") as answer:
            blob: bytes = await answer.read()
            return blob

    def _get(self, method: str, path: str, body: Json | None = None) -> Any:
        url = self._base + path
        return self._session.request(method, url, json=body, headers=self._headers)

    async def _json(self, method: str, path: str, body: Json | None = None) -> Json:
        async with self._get(method, path, body) as answer:
            answer.raise_for_status()
            value: Json = await answer.json()
            return value


def parts(tree: Any) -> Iterator[Json]:
    """Every object with a `type` in a message."""
    for item in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(item, dict | list):
            if "type" in item:
                yield item  # type: ignore[misc]
            yield from parts(item)


@pytest.fixture
async def bot() -> Bot:
    return Bot()


@pytest.fixture
async def demo(bot: Bot) -> AsyncIterator[Demo]:
    async with Demo.running(bot) as demo:
        demo.start(bot.deliver(), name="deliverer")
        yield demo


@pytest.fixture
async def tab(demo: Demo) -> AsyncIterator[Tab]:
    async with aiohttp.ClientSession() as session:
        tab = Tab(session, demo.url)
        await tab.open()
        yield tab


async def test_the_page_is_served_on_loopback(demo: Demo, tab: Tab) -> None:
    async with aiohttp.ClientSession() as session, session.get(demo.url) as answer:
        assert answer.status == 200
        assert "text/html" in answer.headers["Content-Type"]
    assert urlsplit(demo.url).hostname == "127.0.0.1"


async def test_a_member_and_a_moderator_can_look(demo: Demo, tab: Tab) -> None:
    """What to try first is written there."""
    await demo.welcome()
    await tab.look_until("`a red fox in the snow`")
    assert [viewer["name"] for viewer in tab.seen["viewers"]] == ["Mira", "Theo"]
    _, theo = tab.seen["viewers"]
    assert not (await tab.act("viewer", viewer_id=theo["id"]))["rejected"]
    await tab.look()
    assert tab.seen["viewerId"] == theo["id"]


async def test_a_picture_arrives_without_reload(demo: Demo, bot: Bot, tab: Tab) -> None:
    """The worker's edit is published by itself; the bytes are those that the bot posted."""
    result = await tab.imagine(prompt="a red fox", size="1536x1024", quality="low", count="1")
    assert (result["settlement"], result["diagnostics"]) == ("settled", [])
    assert bot.said == ["1536x1024 low 1"]
    waiting = await tab.look_until("in the queue")
    assert waiting["attachments"] == []
    bot.release.set()
    card = await tab.look_until("-# done")
    assert await tab.file(card) == bot.bytes


async def test_a_picture_that_simcord_would_not_show_is_shown(demo: Demo, bot: Bot, tab: Tab) -> None:
    """Over 16 megapixels; a 4K JPEG of 7 MB was refused for its size as a PNG."""
    bot.bytes = picture("teal", (4800, 3600), "JPEG")
    bot.release.set()
    await tab.imagine(prompt="a large fox")
    assert await tab.file(await tab.look_until("-# done")) == bot.bytes


async def test_a_click_on_an_older_view_of_the_same_button_counts(demo: Demo, tab: Tab) -> None:
    await tab.imagine(prompt="a red fox")
    card = await tab.look_until("in the queue")
    before = tab.seen["publishedRevision"]
    await demo.refresh()
    await demo.refresh()
    result = await tab.click(card, "Cancel")
    assert not result["rejected"]
    assert result["revision"] > before + 1


async def test_a_click_on_a_button_that_has_gone_is_refused(demo: Demo, bot: Bot, tab: Tab) -> None:
    """The row's first button was "Cancel" when the tab looked, and is another one by now."""
    await tab.imagine(prompt="a red fox")
    card = await tab.look_until("in the queue")
    bot.release.set()
    await demo.until(lambda: "-# done" in str(demo._env.backend.messages))
    await demo.refresh()
    result = await tab.click(card, "Cancel")
    assert result["rejected"]
    assert [item["code"] for item in result["diagnostics"]] == ["stale-revision"]


async def test_only_the_one_who_asked_sees_a_private_answer(demo: Demo, tab: Tab) -> None:
    await tab.imagine(prompt="a red fox")
    await tab.click(await tab.look_until("in the queue"), "Cancel")
    await tab.look()
    assert "cancel: refused" in str(tab.messages())
    await tab.act("viewer", viewer_id=tab.seen["viewers"][1]["id"])
    await tab.look()
    assert "cancel: refused" not in str(tab.messages())


async def test_a_tab_opens_at_the_newest_message_and_follows(demo: Demo, tab: Tab) -> None:
    for number in range(60):
        await demo.imagine(f"fox number {number}")
    await demo.refresh()
    await tab.open()
    assert "fox number 59" in str(tab.messages()[-1])
    assert tab.seen["history"]["hasAfter"] is False
    assert tab.seen["targetId"] == tab.seen["timeline"][-1]
    newest = tab.seen["targetId"]
    await tab.imagine(prompt="one more")
    assert (await tab.look_until("one more"))["id"] == tab.seen["targetId"] > newest
    await tab.act("history", direction="older")
    await demo.imagine("far below")
    await demo.refresh()
    await tab.look()
    assert tab.seen["targetId"] is None
