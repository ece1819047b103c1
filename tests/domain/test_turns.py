"""How far back in line the next image of a member starts."""

import pytest

from bot.domain.turns import PRIORITY_MAX, turn_step


def test_who_had_more_lately_steps_back_further_up_to_four_times() -> None:
    steps = [turn_step(ran, 1) for ran in (0, 4, 5, 10, 15, 500)]
    assert steps == [60, 60, 120, 180, 240, 240]


@pytest.mark.parametrize("priority", range(1, PRIORITY_MAX + 1))
def test_priority_divides_exactly(priority: int) -> None:
    assert turn_step(0, priority) * priority == turn_step(0, 1)


@pytest.mark.parametrize("priority", [-1, 0, 99])
def test_an_odd_priority_does_no_harm(priority: int) -> None:
    assert 0 < turn_step(0, priority) <= turn_step(0, 1)
