"""A person at the page: only with a Chromium on this machine and the playwright package."""

from __future__ import annotations

import shutil

import pytest

from sandbox.demo import Demo
from tests.sandbox.demo.example import Bot

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


async def test_a_person_types_a_command_and_sees_the_picture() -> None:
    """With options from the picker, without reload; then a button, a modal, and the other viewer."""
    bot = Bot()
    async with Demo.running(bot) as demo, playwright.async_playwright() as tools:
        demo.start(bot.deliver(), name="deliverer")
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        page.set_default_timeout(8000)
        await page.goto(demo.url)

        await page.locator("#channel-composer-input").press_sequentially("/imagine")
        await page.locator(".command-popup").get_by_text("Make a picture").click()
        await page.keyboard.type("a red fox in the snow")
        await page.locator(".command-ghost").click()
        await page.get_by_text("size", exact=True).first.click()
        await page.get_by_text("1536x1024").click()
        await page.locator("#send-message").click()
        await page.get_by_role("button", name="Cancel").wait_for()
        assert bot.said == ["1536x1024 high 1"]

        bot.release.set()
        picture = page.locator("#channel-message-list button img")
        await picture.wait_for()
        assert await picture.evaluate("image => image.naturalWidth") == 640

        await page.get_by_role("button", name="Remix").click()
        await page.locator("#modal-root input").fill("a blue fox")
        await page.get_by_role("button", name="Submit").click()
        await page.locator("#channel-message-list").get_by_text("a blue fox").wait_for()

        await page.select_option("#viewer-picker", label="Theo")
        await page.locator("#action-status").get_by_text("Action completed").wait_for()
        await page.locator("button:has-text('Delete')").first.click()
        await page.locator("#channel-message-list").get_by_text("delete: allowed").wait_for()
        await browser.close()
