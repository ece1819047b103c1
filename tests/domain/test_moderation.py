"""What moderators decide: from when and until when it holds."""

import pytest

from bot.domain.moderation import Block, Strikes


@pytest.mark.parametrize(
    ("until", "now", "holds"), [(None, 10**15, True), (100, 99, True), (100, 100, False), (100, 101, False)]
)
def test_a_block_holds_until_its_end(until: int | None, now: int, holds: bool) -> None:
    assert Block(1, "spam", 2, at=0, until=until).holds(now) is holds


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (1, "1 request refused as unsafe by the image service"),
        (3, "3 requests refused as unsafe by the image service"),
    ],
)
def test_who_is_blocked_by_strikes_reads_how_many(count: int, reason: str) -> None:
    assert Strikes.reason(count) == reason
