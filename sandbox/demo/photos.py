"""`make pictures`: README's pictures, taken of the demo as it is."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Locator

from sandbox.demo.visitor import CHROMIUM, Visitor, a_browser, a_demo, a_visitor
from sandbox.program import ROOT

FOLDER = ROOT / "docs" / "images"
_PROMPT = "a lighthouse on an island, the first light of dawn on the sea"


async def take() -> None:
    """Walk through the demo, and keep what there is to see."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_demo(Path(folder)) as (channel, log, _), a_browser() as browser:
            await _member(browser, channel)
            await _moderator(browser, log)


async def _member(browser: Browser, address: str) -> None:
    visitor = await a_visitor(browser, address)
    await visitor.command("imagine", _PROMPT, size="Landscape 1536×1024")
    card = visitor.cards(_PROMPT).first
    await card.get_by_role("button", name="Cancel").wait_for()
    await _keep(visitor, card, "waiting")
    await card.get_by_role("img", name=_PROMPT).wait_for()
    await _keep(visitor, card, "card")
    await visitor.press(card, "Edit prompt")
    await visitor.form.get_by_role("textbox").wait_for()
    await _keep(visitor, visitor.form.get_by_role("dialog"), "edit")
    await visitor.form.get_by_role("button", name="Cancel").click()
    await visitor.command("history")
    history = visitor.cards("newest first")
    await history.get_by_role("img").last.wait_for()
    await _keep(visitor, history, "history")


async def _moderator(browser: Browser, address: str) -> None:
    visitor = await a_visitor(browser, address)
    await _keep(visitor, visitor.cards("a knight"), "review")


async def _keep(visitor: Visitor, what: Locator, name: str) -> None:
    await visitor.rest()
    await visitor.page.mouse.move(0, 0)  # off everything that would show that it is pointed at
    await what.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("The pictures are taken with Chromium, and there is none on the PATH.")
    asyncio.run(take())
