"""Blocking work stays away from the event loop, and never outlives its caller."""

import asyncio
import threading

import pytest

from bot.media.workshop import Workshop


async def test_no_more_pieces_at_once_than_hands() -> None:
    workshop, lock = Workshop(hands=2), threading.Lock()
    at_once = most = 0
    both = threading.Barrier(2)

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        both.wait(5)
        with lock:
            at_once -= 1

    await asyncio.gather(*(workshop.run(work) for _ in range(6)))
    await workshop.close()
    assert most == 2


async def test_a_cancelled_caller_is_held_until_its_work_has_ended() -> None:
    workshop = Workshop()
    loop = asyncio.get_running_loop()
    begun, go_on = asyncio.Event(), threading.Event()
    ended: list[bool] = []

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        ended.append(go_on.wait(5))
        raise RuntimeError("nobody listens any more")

    caller = asyncio.create_task(workshop.run(work))
    await begun.wait()
    caller.cancel()
    loop.call_later(0.01, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert ended == [True]
    await workshop.close()


async def test_errors_reach_the_caller() -> None:
    workshop = Workshop()
    with pytest.raises(ValueError, match="invalid literal"):
        await workshop.run(int, "x")
    await workshop.close()
