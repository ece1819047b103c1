"""A filter without terms."""

from bot.domain.filters import Hit


class NoFilters:
    """See `bot.domain.ports.Filters`."""

    async def check(self, guild_id: int, text: str) -> Hit | None:
        """Nothing is unwanted."""
        return None
