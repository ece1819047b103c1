"""Discord's errors in our words."""

import contextlib
from collections.abc import Iterator

import aiohttp
import discord

from bot.chat.invalid_requests import HeldBack, retry_after_s
from bot.domain.errors import CardGone, DiscordAway, FilesTooLarge, PlaceClosed

_UNKNOWN = {10003, 10004, 10008, 10015}
"""Unknown channel, guild, message, webhook (facts: Discord, 2)."""
TOKEN_DEAD = {50027, 10015}
"""Invalid webhook token, unknown webhook: after its 15 minutes Discord may answer either."""
_TOO_LARGE = 40005
_BLOCKED = {0, 40333}
"""No code at all, and "internal network error": a proxy or Cloudflare speaks, not Discord."""
_SHUT = {50083, 160005}
"""Thread archived, thread locked: answered with 400, not with 403."""


@contextlib.contextmanager
def in_our_words() -> Iterator[None]:
    """Discord's errors as ours: come back later, the card is gone, or the door is shut."""
    try:
        yield
    except discord.RateLimited as fault:
        raise DiscordAway("rate limited", fault.retry_after) from fault
    except discord.HTTPException as fault:
        if fault.code in _UNKNOWN:
            raise CardGone(f"{fault.status} {fault.code}") from fault
        if fault.status == 413 or fault.code == _TOO_LARGE:
            raise FilesTooLarge(f"{fault.status} {fault.code}") from fault
        if fault.status == 429 or fault.status >= 500 or _is_no_word_on_the_place(fault):
            asked_s = retry_after_s(fault.response.headers.get("Retry-After"))
            raise DiscordAway(f"{fault.status} {fault.code}", asked_s) from fault
        if fault.status in {401, 403, 404} or fault.code in _SHUT:
            raise PlaceClosed(f"{fault.status} {fault.code}") from fault
        raise
    except HeldBack as fault:
        raise DiscordAway(str(fault), fault.retry_after_s) from fault
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as fault:
        raise DiscordAway(type(fault).__name__) from fault


def _is_no_word_on_the_place(fault: discord.HTTPException) -> bool:
    """Refused without Discord's own code, or for the bot as a whole: a proxy, a block, a token reset."""
    refused = fault.status in {401, 403, 404}
    return refused and (fault.code in _BLOCKED or (fault.status == 401 and fault.code not in TOKEN_DEAD))
