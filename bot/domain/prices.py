"""What an image will cost, as an estimate; the provider's bill settles."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from bot.domain.jobs import Quality, Request, Size
from bot.domain.units import MICROUSD_PER_USD, Microusd

TIERS = ("1K", "2K", "4K")


def tier(size: Size) -> str:
    """The provider's price class of a size."""
    if size in {Size.LANDSCAPE_4K, Size.PORTRAIT_4K}:
        return "4K"
    return "2K" if size in {Size.SQUARE_2K, Size.LANDSCAPE_2K} else "1K"


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of one image by quality and tier."""

    table: Mapping[tuple[Quality, str], Microusd]

    def image(self, size: Size, quality: Quality) -> Microusd:
        """What one image is expected to cost."""
        return self.table[quality, tier(size)]

    def request(self, request: Request) -> Microusd:
        """What all images of a request are expected to cost."""
        return self.image(request.size, request.quality) * request.count

    def range(self, quality: Quality) -> tuple[Microusd, Microusd]:
        """The cheapest and the dearest image of a quality."""
        costs = [self.table[quality, name] for name in TIERS]
        return min(costs), max(costs)


def microusd(amount: str | Decimal) -> Microusd:
    """A decimal amount of US dollars, rounded up to the next millionth.

    Raises:
        ValueError: not a finite amount of zero or more.
    """
    try:
        value = Decimal(amount)
    except ArithmeticError as fault:
        raise ValueError("not an amount") from fault
    if not value.is_finite() or value < 0 or value > 1_000_000:
        raise ValueError("not an amount")
    return int((value * MICROUSD_PER_USD).to_integral_value(ROUND_CEILING))
