"""Charts as the bot has them drawn: real ones, and what happens when drawing goes wrong."""

import asyncio
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.charts.render import Charts, Values
from bot.chat.usage.report_pictures import OWN, REPORT, own_values, report_values
from bot.domain.usage import DAY_MS, OwnUse, Period
from tests.charts.examples import (
    HOSTILE_NAMES,
    HOSTILE_RULES,
    JUNE,
    NAMES,
    RULES,
    a_report,
    a_report_of_one,
    an_empty_report,
    an_own_use,
)

ODD = "tests.charts.odd_painter"
BACKGROUND = (0x2B, 0x2D, 0x31)

PICTURES = {
    "a month": (REPORT, report_values(a_report(), NAMES, RULES)),
    "a week": (REPORT, report_values(a_report(Period.WEEK, 7, 20), NAMES, RULES)),
    "a day": (REPORT, report_values(a_report(Period.DAY, 24), NAMES, RULES)),
    "millions": (REPORT, report_values(a_report(scale=1e6), NAMES, RULES)),
    "hostile names": (REPORT, report_values(a_report(), HOSTILE_NAMES, HOSTILE_RULES)),
    "nothing": (REPORT, report_values(an_empty_report(), {}, {})),
    "one picture": (REPORT, report_values(a_report_of_one(), NAMES, {})),
    "own": (OWN, own_values(an_own_use(), RULES)),
    "own, nothing": (OWN, own_values(OwnUse(JUNE, JUNE + 30 * DAY_MS, (), ()), {})),
}


def told(**cells: str) -> Values:
    """What the odd painter needs to know."""
    return {"told": [cells]}


@pytest.mark.parametrize("which", PICTURES)
async def test_every_report_becomes_a_picture(which: str) -> None:
    """As wide as a phone in portrait needs it, dark, small enough to send, and with something on it."""
    png = await Charts(timeout_s=60).draw(*PICTURES[which])
    assert png is not None
    assert len(png) < 200_000
    image = Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")
    assert image.width == 1200
    assert 400 < image.height < 1700
    assert image.getpixel((2, 2)) == BACKGROUND
    colours = image.getcolors(image.width * image.height) or []
    drawn = sum(count for count, colour in colours if colour != BACKGROUND)
    assert drawn > 0.01 * image.width * image.height
    assert len(colours) > 50


async def test_a_chart_that_takes_too_long_is_given_up_and_its_process_ended(tmp_path: Path) -> None:
    """The answer goes out without it."""
    trace = tmp_path / "pid"
    with capture_logs() as logs:
        assert await Charts(timeout_s=2, painter=ODD).draw("slow", told(path=str(trace))) is None
    assert [(line["event"], line["chart"], line["fault"]) for line in logs] == [
        ("chart.failed", "slow", "timeout")
    ]
    with pytest.raises(ProcessLookupError):
        os.kill(int(trace.read_text()), 0)


async def test_the_wait_for_other_charts_is_part_of_the_time(tmp_path: Path) -> None:
    """However many are asked for at once, none holds up its answer longer."""
    loop = asyncio.get_running_loop()
    charts, begun_at = Charts(timeout_s=1, painter=ODD), loop.time()
    asked = (charts.draw("slow", told(path=str(tmp_path / f"{number}"))) for number in range(5))
    assert await asyncio.gather(*asked) == [None] * 5
    assert loop.time() - begun_at < 3


async def test_a_cancelled_caller_leaves_no_process_behind(tmp_path: Path) -> None:
    """At a shutdown, say."""
    trace = tmp_path / "pid"
    os.mkfifo(trace)
    caller = asyncio.create_task(Charts(painter=ODD).draw("slow", told(path=str(trace))))
    pid = await asyncio.to_thread(trace.read_text)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


async def test_charts_are_drawn_one_at_a_time(tmp_path: Path) -> None:
    """Each takes 100 MB while it is drawn. This painter fails where another is at work."""
    charts = Charts(painter=ODD)
    asked = (charts.draw("alone", told(path=str(tmp_path / "taken"))) for _ in range(4))
    assert None not in await asyncio.gather(*asked)


async def test_a_failed_chart_is_logged_without_what_it_was_to_show() -> None:
    """A member's name is nobody's business in a log."""
    with capture_logs() as logs:
        assert await Charts(painter=ODD).draw("fails", told(name="Luna")) is None
    (line,) = logs
    assert (line["event"], line["fault"], line["exit_code"]) == ("chart.failed", "ValueError", 1)
    assert "Luna" not in str(line)


@pytest.mark.parametrize("values", [told(), {}])
async def test_what_is_no_picture_is_not_shown(values: Values) -> None:
    assert await Charts(painter=ODD).draw("chats", values) is None


async def test_a_chart_nobody_knows_is_a_failed_one() -> None:
    assert await Charts().draw("no_such_chart", {}) is None


async def test_a_process_that_cannot_be_started_is_a_failed_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of memory, or of processes."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with capture_logs() as logs:
        assert await Charts().draw(*PICTURES["own"]) is None
    assert [line["fault"] for line in logs] == ["FileNotFoundError"]


async def test_the_painter_gets_none_of_the_bots_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no use for them."""
    monkeypatch.setenv("DISCORD_TOKEN", "made-up-token")
    monkeypatch.setenv("MODELLIX_API_KEY", "made-up-key")
    answer = await Charts(painter=ODD).draw("environment", told())
    assert answer is not None
    assert b"PATH" in answer
    assert b"made-up" not in answer


def test_the_bot_itself_does_not_load_the_library() -> None:
    """It would hold 20 to 100 MB for good, and the event loop for as long as a chart takes."""
    look = "import sys, bot.charts.render; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
