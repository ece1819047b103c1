"""The price table of the settings, as it stands without any."""

from bot.domain.prices import Prices
from bot.settings import Settings


def default_prices() -> Prices:
    """What `.env.example` says."""
    prices: Prices = Settings.model_fields["prices"].get_default(call_default_factory=True)
    return prices
