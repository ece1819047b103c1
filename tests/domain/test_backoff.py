"""How long to wait after the nth failure in a row."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backoff import full_jitter_s


@given(st.integers(0, 10_000), st.floats(1, 1_000), st.integers(0, 99))
def test_it_is_never_at_once_and_never_longer_than_the_cap(step: int, cap_s: float, seed: int) -> None:
    assert 0.5 <= full_jitter_s(step, cap_s=cap_s, rng=Random(seed)) <= cap_s


@pytest.mark.parametrize(("step", "longest_s"), [(0, 2), (1, 4), (2, 8), (5, 64), (20, 600)])
def test_the_range_doubles_with_each_failure(step: int, longest_s: float) -> None:
    waits = [full_jitter_s(step, cap_s=600, rng=Random(seed)) for seed in range(300)]
    assert longest_s * 0.9 < max(waits) <= longest_s
    assert min(waits) < 0.5 + longest_s * 0.1, "those that failed together do not come back together"
