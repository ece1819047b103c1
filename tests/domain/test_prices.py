"""What an image will cost: exact sums, and never less than it may be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Quality, Request, Size
from bot.domain.prices import TIERS, Prices, microusd, tier

PRICES = Prices(
    {
        (quality, name): 1_000 * (1 + number) * 10**place
        for number, quality in enumerate(Quality)
        for place, name in enumerate(TIERS)
    }
)


class TestMicrousd:
    @pytest.mark.parametrize(
        ("amount", "expected"),
        [
            ("0", 0),
            ("0.2400", 240_000),
            ("1", 1_000_000),
            ("0.0000001", 1),
            ("0.0059999", 6_000),
            ("1e-3", 1_000),
            (Decimal("0.1"), 100_000),
            ("1000000", 1_000_000_000_000),
        ],
    )
    def test_an_amount_is_rounded_up_to_the_next_millionth(
        self, amount: str | Decimal, expected: int
    ) -> None:
        assert microusd(amount) == expected

    @pytest.mark.parametrize(
        "amount",
        ["", "x", "-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "1000001", "1e999999", "$1", "0,24"],
    )
    def test_what_is_no_sensible_amount_is_refused(self, amount: str) -> None:
        with pytest.raises(ValueError, match="not an amount"):
            microusd(amount)

    @given(st.decimals(0, 1_000_000, allow_nan=False, places=9))
    def test_nobody_is_promised_less_than_the_amount(self, amount: Decimal) -> None:
        assert amount <= Decimal(microusd(amount)) / 1_000_000 < amount + Decimal("0.000001")

    @given(st.text(max_size=20))
    def test_any_text_is_an_amount_or_refused(self, text: str) -> None:
        try:
            amount = microusd(text)
        except ValueError:
            return
        assert amount >= 0


class TestPrices:
    @pytest.mark.parametrize(
        ("size", "name"),
        [
            (Size.SQUARE, "1K"),
            (Size.LANDSCAPE, "1K"),
            (Size.PORTRAIT, "1K"),
            (Size.SQUARE_2K, "2K"),
            (Size.LANDSCAPE_2K, "2K"),
            (Size.LANDSCAPE_4K, "4K"),
            (Size.PORTRAIT_4K, "4K"),
        ],
    )
    def test_each_size_has_its_class(self, size: Size, name: str) -> None:
        assert tier(size) == name

    def test_a_request_costs_the_sum_of_its_images(self) -> None:
        asked = Request("a fox", Size.SQUARE_2K, Quality.MEDIUM, count=3)
        assert PRICES.image(asked.size, asked.quality) == 20_000
        assert PRICES.request(asked) == 60_000

    def test_the_range_of_a_quality_is_its_cheapest_and_its_dearest(self) -> None:
        assert PRICES.range(Quality.HIGH) == (3_000, 300_000)
