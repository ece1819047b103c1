"""`make pictures`: all pictures of README and the moderators' guide, taken of the demo as it is.

One is drawn: the demo has no month behind it, so the report is of made-up numbers.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import FloatRect, Locator

from bot.charts.render import Charts
from bot.chat.usage.report_pictures import REPORT, report_values
from bot.chat.usage.usage_words import RULES
from sandbox.demo.visitor import CHROMIUM, Visitor, a_browser, a_demo, a_visitor
from sandbox.program import ROOT
from tests.charts.examples import a_report

FOLDER = ROOT / "docs" / "images"
_PROMPT = "a lighthouse on an island, the first light of dawn on the sea"
_MEMBERS = ("Luna", "Marek", "Aiko", "Stardust", "Żółw", "Omar", "Mira", "Pixelwitch", "Theo", "Jo")


async def take() -> None:
    """Walk through the demo, and keep what there is to see."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_demo(Path(folder)) as (channel, log, _), a_browser() as browser:
            mira = await a_visitor(browser, channel)
            await _member(mira)
            theo = await a_visitor(browser, channel)
            await theo.become("Theo")
            await _limits(theo, mira)
            await _report(theo)
            await _log(await a_visitor(browser, log))
    await _month()


async def _member(visitor: Visitor) -> None:
    await visitor.command("imagine", prompt=_PROMPT, size="Landscape 1536×1024")
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


async def _limits(theo: Visitor, mira: Visitor) -> None:
    """Theo sets limits, and Mira meets one."""
    await theo.command("imagine-admin limits set", "Pictures a day", "4")
    await theo.cards("Pictures a day for everybody").wait_for()
    await theo.command("imagine-admin limits set", "Whole server: spend a day", "$2")
    await theo.cards("$2.00 from now on").wait_for()
    await theo.command("imagine-admin limits show")
    shown = theo.cards("What holds for everybody")
    await shown.wait_for()
    await _keep(theo, shown, "limits")
    await mira.command("imagine", prompt="one more")
    refusal = mira.cards("4 of 4 pictures")
    await refusal.wait_for()
    await _keep(mira, refusal, "refusal")


async def _report(theo: Visitor) -> None:
    await theo.press(theo.cards(_PROMPT).first, "Report")
    await theo.form.get_by_role("textbox").fill("This is not what the channel is for.")
    await theo.form.get_by_role("button", name="Submit").click()


async def _log(theo: Visitor) -> None:
    await theo.cards("Reported by").wait_for()
    await _keep(theo, theo.cards("a knight"), "review")
    await _keep_newest(theo, 3, "log-channel")


async def _month() -> None:
    """What `/imagine-admin usage report` draws."""
    names = dict(enumerate(_MEMBERS, start=1))
    picture = await Charts().draw(REPORT, report_values(a_report(), names, RULES))
    if picture is None:
        raise RuntimeError("the chart was not drawn")
    await asyncio.to_thread((FOLDER / "report.png").write_bytes, picture)


async def _keep(visitor: Visitor, what: Locator, name: str) -> None:
    await _settle(visitor)
    await what.screenshot(path=FOLDER / f"{name}.png")


async def _keep_newest(visitor: Visitor, count: int, name: str) -> None:
    """So many messages in one picture."""
    await _settle(visitor)
    await visitor.messages.last.scroll_into_view_if_needed()
    first = await visitor.messages.nth(-count).bounding_box()
    last = await visitor.messages.last.bounding_box()
    if first is None or last is None:
        raise RuntimeError(f"{name}: they are not in sight")
    height = last["y"] + last["height"] - first["y"]
    clip = FloatRect(x=first["x"], y=first["y"], width=first["width"], height=height)
    await visitor.page.screenshot(path=FOLDER / f"{name}.png", clip=clip)


async def _settle(visitor: Visitor) -> None:
    await visitor.rest()
    await visitor.page.mouse.move(0, 0)  # off everything that would show that it is pointed at


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("The pictures are taken with Chromium, and there is none on the PATH.")
    asyncio.run(take())
