"""Days as moderators type them."""

import pytest

from bot.chat.days import DAY_S, day_end, day_start, day_text
from bot.domain.errors import DayUnclear
from bot.domain.units import after


def test_a_day_is_all_of_it() -> None:
    assert day_start("2026-11-30") == 1_795_996_800_000
    assert day_end(" 2026-11-30 ") == after(1_795_996_800_000, DAY_S)
    assert day_text(day_start("2026-02-28")) == day_text(day_end("2026-02-28") - 1) == "2026-02-28"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "30.11.2026",
        "11/30/2026",
        "20261130",
        "2026-W48-1",
        "2026-11-31",
        "1969-12-31",
        "２０２６-11-30",
    ],
)
def test_anything_else_is_unclear(text: str) -> None:
    """Better than a guess: 11/10 is two days."""
    with pytest.raises(DayUnclear):
        day_start(text)
