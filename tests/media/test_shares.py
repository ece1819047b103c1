"""What one message may hold is shared fairly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.shares import shares


@pytest.mark.parametrize(
    ("sizes", "file_limit", "total", "granted"),
    [
        ([5], 10, 25, [10]),
        ([30], 10, 25, [10]),
        ([8, 8, 8, 8], 10, 24, [6, 6, 6, 6]),
        ([2, 10, 2, 10], 10, 24, [6, 10, 7, 10]),
        ([10, 10], 10, 24, [10, 10]),
        ([40, 40, 1], 50, 25, [12, 12, 8]),
        ([], 10, 25, []),
    ],
)
def test_small_files_leave_their_slack_to_others(
    sizes: list[int], file_limit: int, total: int, granted: list[int]
) -> None:
    assert shares(sizes, file_limit, total) == granted


@given(
    st.lists(st.integers(1, 100), min_size=1, max_size=4),
    st.integers(1, 60),
    st.integers(4, 120),
)
def test_what_is_sent_always_fits_each_and_together(sizes: list[int], file_limit: int, total: int) -> None:
    granted = shares(sizes, file_limit, total)
    sent = [min(pair) for pair in zip(sizes, granted, strict=True)]
    assert sum(sent) <= total
    assert all(0 < size <= file_limit for size in sent)
    if all(size <= file_limit for size in sizes) and sum(sizes) <= total:
        assert sent == sizes, "nothing is touched that fits"
