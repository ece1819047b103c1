"""The demo's time, which runs behind while a past is played."""

from bot.clock import SystemClock
from bot.domain.units import after
from sandbox.demo.clock import DemoClock

HOUR_S = 3600.0
SOON_MS = 5_000


def test_time_runs_behind_and_is_skipped_forward_only() -> None:
    now = SystemClock().now()
    clock = DemoClock(behind_s=2 * HOUR_S)

    clock.skip_to(after(now, -HOUR_S))
    assert abs(clock.now() - after(now, -HOUR_S)) < SOON_MS

    clock.skip_to(after(now, -9 * HOUR_S))
    assert abs(clock.now() - after(now, -HOUR_S)) < SOON_MS


def test_the_future_is_never_reached() -> None:
    clock = DemoClock(behind_s=HOUR_S)

    clock.skip_to(after(clock.now(), 9 * HOUR_S))

    assert abs(clock.now() - SystemClock().now()) < SOON_MS
