"""`make demo`: the real bot between a local Discord and a stand-in for the image service."""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import App, opened
from bot.chat.cards import button_words
from bot.services.ids import JOB_ID_PATTERN
from bot.settings import Settings
from sandbox.demo.clock import DemoClock
from sandbox.demo.demo import Answer, Demo
from sandbox.demo.past import BEGAN_S, Past
from sandbox.modellix import ModellixSandbox

_KEY = "demo-key"
_TOKEN = "made-up-token-for-the-demo.abcdef.nobody-will-ever-accept-this-one"
_PATIENCE_S = 120.0
_SPEED = 3.0
"""Times faster than the real service: a demo is for seeing the way, not for feeling the wait."""


class _OwnSettings(Settings):
    """Settings that read neither the environment nor `.env`: a demo must not touch a real bot's data."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given, and nothing else."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class _Stage:
    app: App
    demo: Demo


async def in_browser(*, port: int, announce: Callable[[str], None]) -> None:
    """Serve the page until it is closed or the program interrupted."""
    async with _stage(port=port, browser=True) as stage:
        announce(f"A local Discord is open at {stage.demo.url}")
        announce("Type /imagine there and choose prompt.")
        announce(f"What moderators are told is at {stage.demo.log_url}")
        announce(f"What Mira gets in direct messages is at {stage.demo.dm_url}")
        announce("Press Ctrl-C here to end.")
        await stage.demo.wait_closed()


async def once(prompt: str, *, size: str, quality: str, count: int, out: Path | None) -> dict[str, Any]:
    """Run one request through the same code, without a browser; what came of it."""
    started_s = time.monotonic()  # the person's own time, which no clock of ours moves
    async with _stage(port=0, browser=False) as stage:
        card = await stage.demo.imagine(prompt, size=size, quality=quality, count=count)
        if card.ephemeral:
            return {"job": None, "state": "refused", "width": 0, "height": 0, "polls": 0, "elapsed_s": 0.0}
        job_id = await _finished(stage, card)
        view = await stage.app.jobs.find(job_id)
        if view is None:
            raise LookupError("the job on the card is not in the database")
        pictures = stage.demo.pictures(card)
    if out is not None and pictures:
        await asyncio.to_thread(out.write_bytes, pictures[0])
    width, height = _pixels(pictures[0]) if pictures else (0, 0)
    return {
        "job": view.job.id,
        "state": view.job.state.value,
        "width": width,
        "height": height,
        "polls": sum(task.polls for task in view.tasks),
        "elapsed_s": round(time.monotonic() - started_s, 2),
    }


@asynccontextmanager
async def _stage(*, port: int, browser: bool) -> AsyncIterator[_Stage]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-demo-")))
        clock = DemoClock(behind_s=BEGAN_S if browser else 0.0)
        provider = ModellixSandbox(key=_KEY, speed=_SPEED, now=clock.unix_s)
        base_url = await stack.enter_async_context(provider.serving())
        settings = _OwnSettings.model_validate(
            {
                "discord_token": _TOKEN,
                "modellix_api_key": _KEY,
                "modellix_base_url": base_url,
                "data_dir": folder,
            }
        )
        app = await stack.enter_async_context(opened(settings, clock))
        demo = await stack.enter_async_context(
            Demo.running(app.client, port=port, browser=browser, clock=clock)
        )
        if browser:
            await Past(app, demo, provider, clock).play()
            await demo.welcome()
        demo.start(app.work(), name="workers")
        yield _Stage(app, demo)


async def _finished(stage: _Stage, card: Answer) -> str:
    """The id of the card's job, once its outcome is shown and recorded."""
    await stage.demo.until(lambda: str(button_words.EDIT) in stage.demo.buttons(card), within_s=_PATIENCE_S)
    await stage.app.crew.deliverer.settled()
    found = re.search(rf"`({JOB_ID_PATTERN})`", stage.demo.text(card))
    if found is None:
        raise LookupError("the card names no job")
    return found[1]


def _pixels(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        return image.size
