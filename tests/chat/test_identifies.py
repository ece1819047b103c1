"""Discord allows 1,000 identifies a day, and takes the token away for one more."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import discord
import pytest

from bot.chat.identifies import DAY_S, EACH_S, Identifies, IdentifyHeldBack
from bot.domain.errors import StoreBusy
from bot.domain.ports import Facts
from bot.domain.units import Instant, after
from sandbox.discord import DiscordSandbox
from tests.chat.test_invalid_requests import client_at
from tests.support.clock import ManualClock

AT_ONCE = round(DAY_S / EACH_S)


class Remembered:
    """What is booked outlives a run."""

    def __init__(self, value: str | None = None, *, fails: bool = False) -> None:
        self.value = value
        self.fails = fails
        """Nothing can be written."""

    async def get(self, name: str) -> str | None:
        """The value, if there is one."""
        return self.value if name == "identifies_booked_until" else None

    async def put(self, name: str, value: str) -> None:
        """Keep it."""
        if self.fails:
            raise StoreBusy("locked")
        if name == "identifies_booked_until":
            self.value = value


class Away:
    """A database that does not answer."""

    async def get(self, name: str) -> str | None:
        """Nothing is known."""
        raise StoreBusy("locked")

    async def put(self, name: str, value: str) -> None:
        """Nothing is kept."""
        raise StoreBusy("locked")


async def book(identifies: Identifies, clock: ManualClock) -> None:
    """However long it takes."""
    try:
        await identifies.book()
    except IdentifyHeldBack as fault:
        clock.advance(fault.retry_in_s)
        await identifies.book()


async def all_in_two_days(facts: Facts, clock: ManualClock, *, restarts: bool) -> None:
    """As fast as they are let go; any 24 hours have less than what Discord allows."""
    end, booked_at, identifies = after(clock.now(), 2 * DAY_S), [], Identifies(facts, clock)
    while clock.now() < end:
        if restarts:
            identifies = Identifies(facts, clock)
        await book(identifies, clock)
        booked_at.append(clock.now())
    most = max(sum(at <= each < after(at, DAY_S) for each in booked_at) for at in booked_at[::20])
    assert AT_ONCE < most < 1_000


async def test_a_connection_that_flaps_stays_below_it(clock: ManualClock) -> None:
    await all_in_two_days(Away(), clock, restarts=False)


async def test_so_does_a_program_that_is_started_again_and_again(clock: ManualClock) -> None:
    await all_in_two_days(Remembered(), clock, restarts=True)


@pytest.mark.parametrize("store_fails", [False, True])
async def test_a_clock_that_was_ahead_keeps_the_bot_away_for_three_minutes_at_most(
    clock: ManualClock, store_fails: bool
) -> None:
    """However often it is asked meanwhile, in one run or, when that can be recorded, in many."""
    facts = Remembered(str(after(clock.now(), 1_000 * DAY_S)), fails=store_fails)
    identifies, waits = Identifies(facts, clock), []
    for _ in range(3):
        with pytest.raises(IdentifyHeldBack) as told:
            await identifies.check()
        waits.append(told.value.retry_in_s)
        clock.advance(60)
        if not store_fails:
            identifies = Identifies(facts, clock)
    await identifies.book()
    assert waits == [180, 120, 60]


class Limited:
    """asyncio, but that the limits discord.py sets are of the test's time."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def wait_for(self, coro: Coroutine[Any, Any, Any], **limit: float) -> Any:
        """Cut off after so long."""
        both = asyncio.create_task(coro), asyncio.create_task(self._clock.sleep(limit["timeout"]))
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not both[0].done():
                raise TimeoutError
            return await both[0]
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)


async def all_wait_until(moment: Instant, clock: ManualClock) -> None:
    """And no limit ends before."""
    async with asyncio.timeout(5):
        while clock.wakes_at != moment:  # noqa: ASYNC110 - any limit wakes whoever watches the clock
            await asyncio.sleep(0)


async def test_when_they_are_spent_no_socket_is_opened_until_the_next_may_be_sent(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a start, and when Discord forgets the session. discord.py would cut each try off after a minute."""
    monkeypatch.setattr(discord.client, "asyncio", Limited(clock))
    facts, free_at = Remembered(str(after(clock.now(), DAY_S))), after(clock.now(), EACH_S)
    async with DiscordSandbox().serving() as sandbox, client_at(sandbox, clock, facts) as client:
        told = sandbox.books.gateway
        living = asyncio.create_task(client.live(sandbox.token))
        await all_wait_until(free_at, clock)
        assert told == []
        clock.move_to(free_at)
        await asyncio.wait_for(client.wait_until_ready(), 5)
        assert told == ["connect", "identify", "ready"]

        await sandbox.gateway.drop()
        await sandbox.until(lambda: told[-1] == "resumed", 5)
        told.clear()
        await sandbox.gateway.invalidate()
        await all_wait_until(after(free_at, EACH_S), clock)
        assert told == ["closed 1000"]
        clock.move_to(after(free_at, EACH_S))
        await sandbox.until(lambda: told[1:] == ["connect", "identify", "ready"], 5)
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
