"""When to look next: soon enough for people, seldom enough for the account, and wiser with time."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Quality, Size
from bot.domain.polling import SAMPLES_KEPT, Durations, durations, expected_s, next_look_s

SECONDS = st.floats(0, 2_000, allow_nan=False)
SIZES, QUALITIES = st.sampled_from(Size), st.sampled_from(Quality)
seen = st.lists(SECONDS, max_size=100)


def looks(known: Durations, takes_s: float) -> list[float]:
    """The ages at which a task that takes so long is looked at, the last one finding it done."""
    ages = [0.0]
    while ages[-1] < takes_s:
        ages.append(ages[-1] + next_look_s(known, ages[-1]))
    return ages[1:]


class TestNextLook:
    @given(SIZES, QUALITIES, seen, SECONDS)
    def test_it_is_never_at_once_and_never_far(
        self, size: Size, quality: Quality, seen_s: list[float], age_s: float
    ) -> None:
        assert 1.0 <= next_look_s(durations(size, quality, seen_s), age_s) <= 30.0

    @given(SIZES, QUALITIES, seen, st.floats(0, 900))
    def test_a_task_is_looked_at_within_half_a_minute_of_its_end_and_not_often_before(
        self, size: Size, quality: Quality, seen_s: list[float], takes_s: float
    ) -> None:
        ages = looks(durations(size, quality, seen_s), takes_s)
        assert not ages or ages[-1] - takes_s <= 30.0
        assert len(ages) <= 5 + takes_s / 1.0

    def test_it_learns_when_images_are_usually_done(self) -> None:
        """Forty images took a minute: the first look comes late and finds it nearly done."""
        rng = Random(1)
        known = durations(Size.SQUARE, Quality.MEDIUM, [rng.gauss(60, 3) for _ in range(40)])
        ages = looks(known, 60.0)
        assert ages[0] >= 30.0
        assert len(ages) <= 8

    def test_while_it_guesses_it_looks_early(self) -> None:
        """The guess may be far off: an image that takes three seconds must not wait for thirty."""
        for quality in Quality:
            guess = durations(Size.SQUARE, quality, [])
            assert next_look_s(guess, 0.0) <= 4.0
            assert next_look_s(guess, 20.0) <= 10.0

    def test_eight_of_its_own_it_trusts(self) -> None:
        seven, eight = (durations(Size.SQUARE, Quality.HIGH, [80.0] * seen) for seen in (7, 8))
        assert next_look_s(seven, 0.0) == 4.0
        assert next_look_s(eight, 0.0) == 30.0

    def test_past_everything_seen_it_looks_less_and_less_often(self) -> None:
        """A stuck task must not eat the budget."""
        known = durations(Size.SQUARE, Quality.LOW, [10.0] * 64)
        gaps = [next_look_s(known, age_s) for age_s in (11, 20, 60, 120, 180, 400)]
        assert gaps == sorted(gaps)
        assert gaps[0] == pytest.approx(1.65)
        assert gaps[-1] == 30.0

    def test_a_stuck_task_costs_few_polls_until_its_deadline(self) -> None:
        assert len(looks(durations(Size.SQUARE, Quality.LOW, []), 900)) < 60


class TestExpected:
    def test_it_is_the_middle_of_what_was_seen(self) -> None:
        known = durations(Size.SQUARE, Quality.LOW, [float(number) for number in range(10, 51)])
        assert expected_s(known) == 30.0
        assert expected_s(known, 40.0) == pytest.approx(6.0)

    def test_an_overdue_task_has_none(self) -> None:
        assert expected_s(durations(Size.SQUARE, Quality.LOW, [10.0] * 64), 10.0) is None

    @given(SIZES, QUALITIES, seen, SECONDS)
    def test_it_is_always_ahead(self, size: Size, quality: Quality, seen_s: list[float], age: float) -> None:
        expected = expected_s(durations(size, quality, seen_s), age)
        assert expected is None or expected > 0


class TestDurations:
    def test_without_any_seen_there_is_a_guess_for_every_size_and_quality(self) -> None:
        for size in Size:
            low, medium, high = (expected_s(durations(size, quality, [])) or 0 for quality in Quality)
            assert 5 < low < medium < high < 240

    def test_the_guess_for_a_4k_image_is_longer(self) -> None:
        small, large = (
            expected_s(durations(size, Quality.HIGH, [])) for size in (Size.SQUARE_2K, Size.PORTRAIT_4K)
        )
        assert small is not None
        assert large == pytest.approx(small * 1.6)

    def test_the_guess_fades_out(self) -> None:
        """Twenty-four of its own, and the guess says nothing any more."""
        guess = durations(Size.SQUARE, Quality.HIGH, []).sorted_s
        some = durations(Size.SQUARE, Quality.HIGH, [7.0] * 23).sorted_s
        enough = durations(Size.SQUARE, Quality.HIGH, [7.0] * 24).sorted_s
        assert set(guess) <= set(some)
        assert set(enough) == {7.0}

    def test_only_the_newest_count(self) -> None:
        newest_first = [5.0] * SAMPLES_KEPT + [500.0] * 100
        assert set(durations(Size.SQUARE, Quality.LOW, newest_first).sorted_s) == {5.0}

    @given(seen)
    def test_they_are_sorted(self, seen_s: list[float]) -> None:
        known = durations(Size.SQUARE, Quality.LOW, seen_s).sorted_s
        assert all(one <= next_one for one, next_one in pairwise(known))

    @given(st.lists(SECONDS, min_size=1), SECONDS, st.floats(0, 1), st.floats(0, 1))
    def test_a_higher_quantile_never_needs_less_time(
        self, seen_s: list[float], age_s: float, one: float, other: float
    ) -> None:
        known = Durations(tuple(sorted(seen_s)), len(seen_s))
        less, more = (known.remaining_s(age_s, quantile) for quantile in sorted((one, other)))
        assert (less is None) == (more is None)
        assert less is None or more is None or 0 < less <= more
