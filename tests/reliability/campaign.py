"""A campaign against the real process: people ask and press, calls go wrong, and it is killed all the time.

The process is `python -m bot run` between the two stand-ins. The same seed deals the same cards; what the
machine makes of them in time is its own, so a failure names the seed and tells what was dealt.
"""

import asyncio
import os
import random
import resource
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from bot.chat.cards.publisher import TOKEN_MARGIN_S
from sandbox.discord import Actor, Call, DiscordSandbox, Interaction, Message, NotOffered
from sandbox.discord.interactions import TOKEN_LIFE_S
from sandbox.modellix import ModellixSandbox
from sandbox.program import Program, settings_for
from tests.reliability import outside, told
from tests.reliability.invariants import Facts, Shown, breaches, violations
from tests.reliability.mishaps import ACKNOWLEDGE, DELETE, EDIT_AS_BOT, FIND, Fault, Moment
from tests.reliability.record import given_up, unknown

KEY = "campaign-key"
TRY_AGAIN, LEAVE_IT = "Try again (may be charged twice)", "Leave it"
_REST_WITHIN_S = 45.0
_LIFE_MAX_S = 3600.0
_PRESS_GAP_S = 3.0
"""How soon somebody presses again who sees no effect."""
TOKEN_ALL_BUT_DEAD_S = TOKEN_LIFE_S - TOKEN_MARGIN_S + 1
"""So old that the bot leaves the token alone, except to ask for a card that it does not know."""
AGES_S = (0.0, 0.0, TOKEN_ALL_BUT_DEAD_S - 5, TOKEN_ALL_BUT_DEAD_S)
"""How long ago people ask: now, or so that the token dies while their pictures are drawn."""
_SWEPT = 0.15
"""In how many rounds somebody deletes a card."""
_PULSE_S = 0.05
"""How often the bot's file is looked at while waiting: a file of another process sends no events."""


class Broken(AssertionError):
    """A promise was broken; the message says which, and what had been done before."""


class Campaign:
    """One folder of data, two stand-ins, a few people, and a process that does not live long."""

    def __init__(
        self, discord: DiscordSandbox, provider: ModellixSandbox, program: Program, rng: random.Random
    ) -> None:
        guild = discord.add_guild("The Studio")
        self.discord = discord
        self.provider = provider
        self.program = program
        self.kills = 0
        self.asked: Counter[str] = Counter()
        """By prompt: how many images people asked for."""
        self.story: list[str] = []
        self._rng = rng
        self._people = [discord.add_member(guild, name) for name in ("ana", "ben", "cleo")]
        self._guest = discord.add_user("dora", installed_app=True)
        self._guest = self._guest.at(discord.add_group_dm(self._guest, self._people[0]))
        self._agreed: Counter[str] = Counter()
        self._requests = 0
        self._pressed: dict[int, float] = {}
        self._moment: Moment | None = None
        self._left = 0
        self._death: asyncio.Task[int] | None = None
        self._killing = asyncio.Event()
        discord.on_event(self._on_discord)
        provider.on_event = self._on_provider

    @classmethod
    @asynccontextmanager
    async def begun(cls, folder: Path, seed: str, **settings: str) -> AsyncIterator[Self]:
        """Everything in place, and nothing left of it afterwards; a failure tells its story."""
        provider = ModellixSandbox(key=KEY, duration_s=0.2, pictures="plain")
        async with DiscordSandbox().serving() as discord, provider.serving() as base_url:
            where = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
            limits = {"MODELLIX_MAX_TASKS": "4", "MODELLIX_REQUESTS_PER_MINUTE": "1000"}
            program = Program({**where, **limits, **settings}, folder)
            campaign = cls(discord, provider, program, random.Random(seed))
            try:
                yield campaign
            except (AssertionError, TimeoutError) as fault:
                raise Broken(f"seed {seed}: {fault}\n" + "\n".join(campaign.story)) from fault
            finally:
                await program.kill()

    async def round(self, moment: Moment, faults: Mapping[str, Fault]) -> bool:
        """One life: these calls go wrong in it, and it ends at that moment; whether the moment came."""
        for name, fault in faults.items():
            self.story.append(f"fault: {name}")
            fault(self.discord, self.provider)
        await self.start(moment if moment.at_start else None)
        if not self._killing.is_set():
            self._meddle(moment)
        came = await self._killed_at(moment)
        self.discord.faults.clear()
        self.provider.faults.clear()
        return came

    # The process

    async def start(self, moment: Moment | None = None) -> None:
        """Start it; it is up when this returns, or dead if `moment` came meanwhile."""
        if moment:
            self._arm(moment)
        await self.program.start()
        self._death = asyncio.create_task(self.program.ended(_LIFE_MAX_S))
        self._death.add_done_callback(lambda _: self.discord.world.changed())
        await self.discord.until(
            lambda: self._killing.is_set() or self.discord.gateway.connected or self._has_ended(), 60
        )
        if not self._killing.is_set():
            self._assert_alive()

    async def kill(self) -> None:
        """SIGKILL, unless the moment has done it already; and see what it left behind."""
        self._moment = None
        self._assert_alive()
        await self.program.kill()
        await self.discord.gone()
        assert self._death is not None
        await self._death
        self._killing.clear()
        self.kills += 1
        self.check_now()

    async def _killed_at(self, moment: Moment) -> bool:
        """Kill it at that moment, or when its time is over; whether the moment came."""
        if not self._killing.is_set():
            self._arm(moment)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._killing.wait(), moment.within_s)
        came = self._killing.is_set()
        self.story.append(f"killed {moment if came else 'when the time was over'}")
        await self.kill()
        return came

    async def stop_for(self, seconds: float) -> None:
        """SIGSTOP, as when the machine sleeps; time is the point of it."""
        self.story.append(f"stopped for {seconds} s")
        os.kill(self.program.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(self.program.pid, signal.SIGCONT)

    async def full_for(self, seconds: float) -> None:
        """No file may grow, which to the process is a disk that fails; time is the point of it."""
        self.story.append(f"disk full for {seconds} s")
        _, most = resource.prlimit(self.program.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.program.pid, resource.RLIMIT_FSIZE, (0, most))
        await asyncio.sleep(seconds)
        resource.prlimit(self.program.pid, resource.RLIMIT_FSIZE, (most, most))

    async def spilled(self) -> None:
        """Return when a paid task's id is in the spill file."""
        spill = self.program.database.with_name("spill.jsonl")
        pulse = asyncio.create_task(self._pulse())
        try:
            await self.discord.until(spill.exists, 30)
        finally:
            pulse.cancel()

    # What people do

    def ask(self, age_s: float | None = None) -> Interaction:
        """Somebody types `/imagine`, with words that nobody else uses; perhaps long ago.

        Where no age is given, a guest may do so too: there the bot has nothing but the token.
        """
        self._requests += 1
        who = self._rng.choice(self._people if age_s is not None else [*self._people, self._guest])
        age_s = self._rng.choice(AGES_S) if age_s is None else age_s
        prompt, count = f"picture {self._requests}", self._rng.choice((1, 1, 2))
        self.asked[prompt] = count
        self.story.append(f"{who.user.name} asked for {prompt}, {age_s:.0f} s ago")
        return who.ago(age_s).slash("imagine", prompt=prompt, count=count)

    def sweep(self, card: Message) -> None:
        """A moderator deletes a card, as any message."""
        self.discord.world.delete_message(card)
        self.story.append(f"deleted the card of {outside.job_of(card)}")

    def _meddle(self, moment: Moment) -> None:
        """People do this and that: at least what brings the moment about."""
        live = [card for card in outside.cards(self.discord) if card.deleted_at is None]
        if moment.call == FIND:
            self.discord.faults.drop(ACKNOWLEDGE)
        if moment.call == DELETE and (over := [card for card in live if outside.shows_outcome(card)]):
            self._press(self._rng.choice(over), "Delete")
        if moment.call == EDIT_AS_BOT:
            self.ask(age_s=TOKEN_ALL_BUT_DEAD_S)
        for _ in range(self._rng.choice((1, 2, 2))):
            self.ask()
        in_reach = [card for card in live if card.interaction and not card.interaction.by_user_install]
        if in_reach and self._rng.random() < _SWEPT:
            self.sweep(self._rng.choice(in_reach))
        for card in self._rng.sample(live, min(2, len(live))):
            self._press(card, self._rng.choice(("Cancel", "Again", "Delete", TRY_AGAIN, LEAVE_IT)))

    # What must hold

    def check_now(self) -> None:
        """What must hold at any moment."""
        if self.program.database.exists():
            broken = breaches(self._facts())
            assert not broken, broken

    async def rest(self, within_s: float = _REST_WITHIN_S) -> None:
        """Let nothing go wrong any more, answer what is asked, and when all is quiet look at everything."""
        self.discord.faults.clear()
        self.provider.faults.clear()
        if self._death is None or self._has_ended():
            await self.start()
        pulse = asyncio.create_task(self._pulse())
        try:
            await self.discord.until(self._comes_to_rest, within_s)
        except TimeoutError:
            self.story.append("it did not come to rest")
        finally:
            pulse.cancel()
        self._assert_alive()
        copies = {job_id: await self._copy(job_id, who) for job_id, who in self._given_up()}
        broken = violations(self._facts(copies)) + outside.rudeness(self.discord)
        assert not broken, broken

    async def told(self) -> None:
        """Look whether the log has each end that is in the record, and nothing that is not documented."""
        ends = told.ends(self.program.database)
        await self.program.has_said(f'"move": {max(ends)},', 10)
        broken = told.faults(self.program.said(), ends)
        assert not broken, broken

    async def _copy(self, job_id: str, who: int) -> Shown:
        """What `/show` answers."""
        person = next(person for person in [*self._people, self._guest] if person.user.id == who)
        return outside.shown(await person.slash("show", code=job_id).message())

    def _given_up(self) -> list[tuple[str, int]]:
        with outside.opened(self.program.database) as database:
            return given_up(database)

    def _comes_to_rest(self) -> bool:
        for card in outside.cards(self.discord):
            if outside.asks(card):
                self._press(card, self._rng.choice((TRY_AGAIN, LEAVE_IT)))
        return outside.at_rest(self.program.database)

    async def _pulse(self) -> None:
        while True:
            await asyncio.sleep(_PULSE_S)
            self.discord.world.changed()

    def _facts(self, copies: Mapping[str, Shown] | None = None) -> Facts:
        return outside.facts(self.program.database, self.discord, self.provider, self._agreed, copies or {})

    def _assert_alive(self) -> None:
        ended = self._has_ended() and not self._killing.is_set()
        assert not ended, "the process ended by itself:\n" + self.program.said()[-2_000:]

    def _has_ended(self) -> bool:
        return self._death is not None and self._death.done()

    def _press(self, card: Message, button: str) -> None:
        """Press it, if it is there, and if the last press had its time."""
        now = asyncio.get_running_loop().time()
        with outside.opened(self.program.database) as database:
            waiting = unknown(database, outside.job_of(card))
        if self._pressed.get(card.id, 0.0) > now - _PRESS_GAP_S:
            return
        if button in (TRY_AGAIN, LEAVE_IT) and not waiting:
            return
        self._pressed[card.id] = now
        with suppress(LookupError, NotOffered):
            self._owner(card).press(card, button)
            self._agreed[_prompt(card)] += waiting if button == TRY_AGAIN else 0
            self.story.append(f"pressed {button} on {outside.job_of(card)}")

    def _owner(self, card: Message) -> Actor:
        who = card.interaction.user if card.interaction else None
        return next(person for person in [*self._people, self._guest] if person.user is who)

    # The moment

    def _arm(self, moment: Moment) -> None:
        self._moment, self._left = moment, moment.skip

    async def _on_discord(self, when: str, call: Call) -> None:
        await self._strike(call.operation, when)

    async def _on_provider(self, event: str, _: dict[str, Any]) -> None:
        kind, when = event.split(".")
        await self._strike(kind, when)
        self.discord.world.changed()  # who waits, looks again

    async def _strike(self, call: str, when: str) -> None:
        """Kill the process if this is the moment. Before the effect, the call is one that never arrived."""
        moment = self._moment
        if moment is None or moment.call not in (call, "*") or moment.when != when:
            return
        if self._left:
            self._left -= 1
            return
        self._moment = None
        self._killing.set()
        await self.program.kill()
        if when == "before":
            raise web.HTTPServiceUnavailable


def _prompt(card: Message) -> str:
    return card.text.splitlines()[0].removeprefix("> ")
