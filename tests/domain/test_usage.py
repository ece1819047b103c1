"""The figures of a report add up, in columns and in sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import FailureReason, Quality
from bot.domain.usage import (
    DAY_MS,
    HOUR_MS,
    SLOTS_MAX,
    TOP_MEMBERS,
    LimitUse,
    MemberUse,
    OwnUse,
    Period,
    Report,
    Slot,
    Use,
)

START = 20_000 * DAY_MS
USES = st.lists(
    st.builds(
        Use,
        day=st.integers(START, START + 7 * DAY_MS - 1),
        quality=st.sampled_from(Quality),
        images=st.integers(0, 50),
        microusd=st.integers(0, 10_000_000),
    ),
    max_size=40,
).map(tuple)


def a_report(*uses: Use, days: int = 7, period: Period = Period.WEEK) -> Report:
    return Report(1, START, START + days * DAY_MS, period, uses, ())


@given(USES)
def test_the_columns_hold_every_use_once(uses: tuple[Use, ...]) -> None:
    """Pictures by quality, and money to the millionth."""
    report = a_report(*uses)
    assert len(report.slots) == 7
    for place, quality in enumerate(Quality):
        assert sum(slot.images[place] for slot in report.slots) == sum(
            use.images for use in uses if use.quality is quality
        )
    assert sum(slot.total for slot in report.slots) == report.images
    assert sum(slot.microusd for slot in report.slots) == report.microusd


def test_a_day_is_shown_by_the_hour_and_anything_longer_by_the_day() -> None:
    use = Use(START + 5 * HOUR_MS, Quality.HIGH, 2, 30)
    assert a_report(use, days=1, period=Period.DAY).slots[5] == Slot(START + 5 * HOUR_MS, (0, 0, 2), 30)
    assert a_report(use, days=1, period=Period.WEEK).slots == (Slot(START, (0, 0, 2), 30),)
    assert Period.MONTH.slot_ms == DAY_MS


def test_a_day_that_is_not_over_has_its_column() -> None:
    """A report up to now."""
    report = Report(1, START, START + DAY_MS + 1, Period.WEEK, (), ())
    assert [slot.start for slot in report.slots] == [START, START + DAY_MS]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START, START),
        (START, START - DAY_MS),
        (START + 1, START + DAY_MS),
        (START, START + SLOTS_MAX * DAY_MS + 1),
    ],
)
def test_a_time_that_has_no_columns_is_refused(start: int, end: int) -> None:
    """Empty, backwards, between two days, or too long to read."""
    with pytest.raises(ValueError, match="begins with an hour or day"):
        Report(1, start, end, Period.WEEK, (), ())
    with pytest.raises(ValueError, match="begins with an hour or day"):
        OwnUse(start, end, (), ())


@pytest.mark.parametrize("day", [START - 1, START + 7 * DAY_MS])
def test_a_use_outside_its_report_is_refused(day: int) -> None:
    """It would be in the sum and in no column."""
    with pytest.raises(ValueError, match="outside"):
        a_report(Use(day, Quality.LOW, 1, 1))


def test_a_report_names_no_more_members_than_it_has_room_for() -> None:
    members = tuple(MemberUse(number, 1, 1) for number in range(TOP_MEMBERS + 1))
    with pytest.raises(ValueError, match="at most 10 members"):
        Report(1, START, START + DAY_MS, Period.WEEK, (), members)


def test_refusals_and_failures_are_summed_over_their_reasons() -> None:
    report = Report(
        *(1, START, START + DAY_MS, Period.WEEK, (), ()),
        refusals=(("cooldown", 2), ("filter", 3)),
        failures=((FailureReason.SAFETY, 1), (FailureReason.LEFT, 1)),
    )
    assert (report.refused, report.failed) == (5, 2)


def test_a_members_own_use_is_by_the_day() -> None:
    own = OwnUse(START, START + 2 * DAY_MS, (), (Use(START + 3 * HOUR_MS, Quality.LOW, 4, 24_000),))
    assert own.slots == (Slot(START, (4, 0, 0), 24_000), Slot(START + DAY_MS, (0, 0, 0), 0))
    assert (own.images, own.microusd) == (4, 24_000)


@pytest.mark.parametrize(("used", "limit", "left"), [(3, 10, 7), (10, 10, 0), (12, 10, 0), (3, None, None)])
def test_what_is_left_is_never_less_than_nothing(used: int, limit: int | None, left: int | None) -> None:
    """A limit may have been lowered since."""
    assert LimitUse("images_per_day", used, limit).left == left


@pytest.mark.parametrize("period", Period)
def test_a_period_ends_with_the_hour_or_day_that_it_is_now(period: Period) -> None:
    """So it may be shown as a report, and what just happened is in it."""
    for now in (START, START + 1, START + DAY_MS - 1, START + 17 * HOUR_MS + 5):
        start, end = period.until(now)
        assert end - period.slot_ms <= now < end
        report = Report(1, start, end, period, uses=(), members=())
        assert len(report.slots) == period.slots
