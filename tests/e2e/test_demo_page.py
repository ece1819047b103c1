"""`make demo` as a person meets it: the real bot behind the page, in a real browser."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.program import ROOT

pytestmark = pytest.mark.e2e

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OPTION = ".command-popup"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where a demo says that it is."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo"),
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(tmp_path),
            "PYTHONUNBUFFERED": "1",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    found = re.search(r"http://\S+", (await demo.stdout.readline()).decode())
    assert found is not None
    yield found[0]
    demo.send_signal(signal.SIGINT)
    assert await demo.wait() == 0


@pytest.fixture
async def page(address: str) -> AsyncIterator[Any]:
    """The page, opened by a member."""
    async with playwright.async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        page.set_default_timeout(15_000)
        await page.goto(address)
        yield page
        await browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
async def test_a_typed_prompt_becomes_a_picture_of_the_chosen_size(page: Any) -> None:
    """Command, options, card, picture, without a reload."""
    await page.locator("#channel-composer-input").press_sequentially("/imagine")
    await page.locator(OPTION).get_by_text("Draw a picture").click()
    await page.locator(OPTION).get_by_text("prompt", exact=True).first.click()
    await page.keyboard.type("a red fox in the snow")
    await page.locator(".command-ghost").click()
    await page.locator(OPTION).get_by_text("size", exact=True).first.click()
    await page.get_by_text("Landscape 1536×1024").click()
    await page.locator("#send-message").click()

    await page.get_by_role("button", name="Cancel").wait_for()
    picture = page.locator("#channel-message-list button img")
    await picture.wait_for(timeout=30_000)

    assert await picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1536, 1024]
    assert "a red fox in the snow" in await picture.get_attribute("alt")
    await page.get_by_role("button", name="Again").wait_for()
