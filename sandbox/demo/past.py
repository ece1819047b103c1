"""What happened in The Studio before somebody opens the page: days of it, played in seconds.

Everything goes the way of the real bot, at a time that runs behind: commands are typed, pictures rendered,
buttons pressed. So the cards in the channel are real ones, and history, usage, reports and the log agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.app import App
from bot.chat import words
from bot.chat.cards import button_words
from bot.domain.jobs import Quality, Size
from bot.domain.units import after
from sandbox.demo.clock import DemoClock
from sandbox.demo.demo import Demo, Person
from sandbox.modellix import Fault, ModellixSandbox

_HOUR_S = 3600.0
BEGAN_S = 6 * 24 * _HOUR_S
_STEP_S = 4.0
"""Shorter steps would show nothing more."""
_ROUNDS_MAX = 200
_ON_OUTCOMES = str(button_words.EDIT)
"""Every outcome has that button, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One `/imagine` of the past, and what became of it."""

    hours_ago: float
    prompt: str
    as_: Person = "member"
    size: Size = Size.SQUARE
    quality: Quality = Quality.LOW
    count: int = 1
    fault: Fault | None = None
    at_once: str = ""
    """The button that its requester presses before anything is drawn."""
    waits: bool = False
    """Whether a moderator has yet to look at it."""
    later: str = ""
    """The button that its requester presses on the finished card."""


_ASKED = (
    _Asked(hours_ago=142, prompt="a lighthouse by the sea at dusk", as_="moderator", size=Size.LANDSCAPE),
    _Asked(hours_ago=139, prompt="a sleeping cat on a green hill"),
    _Asked(hours_ago=117, prompt="a castle made of glass", fault=Fault.FAILED_BY_SAFETY),
    _Asked(hours_ago=116.9, prompt="a castle of ice under a winter sky", size=Size.PORTRAIT),
    _Asked(hours_ago=94, prompt="a city of copper roofs at sunset", as_="moderator", quality=Quality.MEDIUM),
    _Asked(hours_ago=70, prompt="a whale above the clouds", at_once=str(words.CANCEL)),
    _Asked(hours_ago=69, prompt="two birds over a lavender field", count=2),
    _Asked(hours_ago=46, prompt="a small house in a snowy forest", as_="moderator"),
    _Asked(hours_ago=27, prompt="a golden desert with a single tree", size=Size.LANDSCAPE),
    _Asked(
        hours_ago=21,
        prompt="a teal lagoon between high mountains",
        quality=Quality.HIGH,
        later=str(button_words.KEEP),
    ),
    _Asked(hours_ago=3, prompt="a knight who is afraid of bees", waits=True),
    _Asked(hours_ago=2, prompt="a cherry orchard in the morning mist", as_="moderator"),
    _Asked(hours_ago=0.5, prompt="a fox on a hill under a red sky", size=Size.LANDSCAPE),
)


class Past:
    """Plays it."""

    def __init__(self, app: App, demo: Demo, provider: ModellixSandbox, clock: DemoClock) -> None:
        """`clock` is behind by `BEGAN_S`, and the workers of `app` do not run yet."""
        self._app = app
        self._demo = demo
        self._provider = provider
        self._clock = clock
        self._ends_at = after(clock.now(), BEGAN_S)

    async def play(self) -> None:
        """Live through all of it; then it is now."""
        await self._demo.log_here()
        await self._demo.run("imagine-admin filter add", as_="moderator", term="knight", action="review")
        for asked in _ASKED:
            self._clock.skip_to(after(self._ends_at, -asked.hours_ago * _HOUR_S))
            await self._live(asked)
        await self._demo.clear_whispers()
        self._clock.catch_up()

    async def _live(self, asked: _Asked) -> None:
        if asked.fault is not None:
            self._provider.fault(asked.fault)
        card = await self._demo.imagine(
            asked.prompt,
            size=asked.size.value,
            quality=asked.quality.value,
            count=asked.count,
            as_=asked.as_,
        )
        if asked.at_once:
            await self._demo.press(card, asked.at_once, as_=asked.as_)
        await self._work_until(lambda: asked.waits or _ON_OUTCOMES in self._demo.buttons(card))
        if asked.later:
            await self._demo.press(card, asked.later, as_=asked.as_)

    async def _work_until(self, over: Callable[[], bool]) -> None:
        """Let the workers take each step when it is due, and the time between have passed."""
        app = self._app
        for _ in range(_ROUNDS_MAX):
            looks = [
                await worker.run_once() for worker in (app.crew.renderer, app.crew.deliverer, app.crew.herald)
            ]
            if over():
                return
            step_at = after(self._clock.now(), _STEP_S)
            due = [at for at in looks if at is not None]
            self._clock.skip_to(max(step_at, min(due, default=step_at)))
        raise TimeoutError("the past does not come to its end")
