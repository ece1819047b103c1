"""`make demo` as people meet it: the real bot behind the page, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.async_api", reason="playwright is not installed")

from playwright.async_api import expect

from sandbox.demo.visitor import CHROMIUM, Visitor, a_browser, a_demo, a_visitor

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH"),
]

FOX = "a fox that looks at the sea"
OWL = "an owl that looks at the moon"
PATIENCE_MS = 30_000


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    """Mira, who has just opened the channel's page of a new demo."""
    async with a_demo(tmp_path) as addresses, a_browser() as browser:
        expect.set_options(timeout=PATIENCE_MS)
        yield await a_visitor(browser, addresses[0])


async def test_a_walk_through_the_demo(visitor: Visitor) -> None:
    """What to try first is in sight; then a command, buttons, a form, a moderator, and what is remembered."""
    await expect(visitor.cards("Try this first")).to_be_in_viewport()

    await visitor.command("imagine", prompt=FOX, size="Landscape 1536×1024")
    card = visitor.cards(FOX).first
    await expect(card.get_by_role("button", name="Cancel")).to_be_in_viewport()
    picture = card.get_by_role("img", name=f"AI-generated picture: {FOX}")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1536, 1024]

    await visitor.reply(card, "Imagine details")
    await expect(visitor.messages.last).to_contain_text("Drawn for")

    await visitor.press(card, "Again")
    await expect(visitor.cards(FOX)).to_have_count(2)

    await visitor.press(card, "Edit prompt")
    words = visitor.form.get_by_role("textbox")
    await expect(words).to_have_value(FOX)
    await words.fill(OWL)
    await visitor.form.get_by_role("button", name="Submit").click()
    owl = visitor.cards(OWL).first
    await expect(owl.get_by_role("img", name=f"AI-generated picture: {OWL}")).to_be_visible()

    await visitor.become("Theo")
    await visitor.press(owl, "Delete")
    await expect(owl).to_have_count(0)

    await visitor.become("Mira")
    await visitor.command("history")
    page = visitor.cards("newest first")
    await expect(page.get_by_text(OWL)).to_be_visible()
    await visitor.press(page, "Older")
    await expect(page.get_by_text("Kept")).to_be_visible()
