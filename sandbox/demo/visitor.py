"""Somebody who uses the demo in a browser: for the test that walks it, and for README's pictures.

Needs the package playwright and a Chromium on the PATH; downloads none.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright

from sandbox.program import ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
_PATIENCE_MS = 30_000
_VIEWPORT = ViewportSize(width=1000, height=1080)


class Visitor:
    """A tab of the demo's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.timeline = page.locator("#channel-message-list")
        self.form = page.locator("#modal-root")

    async def open(self, address: str) -> None:
        """Open a page of the demo, and see its newest message."""
        await self.page.goto(address)
        await self.messages.first.wait_for()
        await self.rest()

    @property
    def messages(self) -> Locator:
        """All messages in sight."""
        return self.timeline.locator("article.channel-message")

    def cards(self, words: str) -> Locator:
        """The messages with these words, oldest first."""
        return self.messages.filter(has_text=words)

    async def command(self, name: str, *required: str, prompt: str = "", **choices: str) -> None:
        """Pick a command from the list that typing `/` opens, fill it in, and send it.

        `required` are the values that the page asks for one after another; the rest it offers.
        """
        await self.rest()
        popup = self.page.locator(".command-popup")
        await self.page.locator("#channel-composer-input").press_sequentially(f"/{name}")
        await popup.get_by_text(f"/{name}", exact=True).first.click()
        for value in required:
            await self.page.keyboard.type(value)
            chosen_from_list = await popup.is_visible()
            await self.page.keyboard.press("Enter" if chosen_from_list else "Tab")
        if prompt:
            await popup.get_by_text("prompt", exact=True).first.click()
            await self.page.keyboard.type(prompt)
        for option, choice in choices.items():
            await self.page.locator(".command-ghost").click()
            await popup.get_by_text(option, exact=True).first.click()
            await popup.get_by_text(choice, exact=True).click()
        await self.page.locator("#send-message").click()

    async def press(self, card: Locator, button: str) -> None:
        """Press a button of a card; the page has some of its own beside each message."""
        await card.locator(".message-components").get_by_role("button", name=button).click()

    async def reply(self, card: Locator, text: str) -> None:
        """Answer a message; with the name of a menu of messages, choose that."""
        await self.rest()
        await card.hover()
        await card.get_by_role("button", name="Reply").click()
        await self.page.locator("#channel-composer-input").fill(text)
        await self.page.locator("#send-message").click()

    async def become(self, name: str) -> None:
        """Look with somebody else's eyes."""
        (viewer,) = await self.page.select_option("#viewer-picker", label=name)
        await self.rest(viewer)

    async def rest(self, viewer: str | None = None) -> None:
        """Return when the page shows what was asked for last, and takes the next."""
        seen_by = "viewer => simcordPreview.ready && [null, simcordPreview.viewerId].includes(viewer)"
        await self.page.wait_for_function(seen_by, arg=viewer)


@asynccontextmanager
async def a_demo(folder: Path) -> AsyncIterator[list[str]]:
    """`make demo` as a process of its own, started in `folder`: its addresses, the channel's first."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo"),
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "PYTHONUNBUFFERED": "1",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    said = ""
    try:
        async for line in demo.stdout:
            said += line.decode()
            if "Ctrl-C" in said:
                break
        yield re.findall(r"http://\S+", said)
    finally:
        demo.send_signal(signal.SIGINT)
        if await demo.wait() != 0:
            raise RuntimeError("the demo did not end well")


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


async def a_visitor(browser: Browser, address: str) -> Visitor:
    """A new tab that shows this address."""
    page = await browser.new_page(viewport=_VIEWPORT)
    page.set_default_timeout(_PATIENCE_MS)
    visitor = Visitor(page)
    await visitor.open(address)
    return visitor
