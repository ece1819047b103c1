"""Requests as members make them, from places that Discord might name."""

from dataclasses import replace
from itertools import count as numbers
from typing import Any

from bot.domain.admission import PLAIN, Circumstances
from bot.domain.jobs import Place, Quality, Request, Size
from bot.domain.language import Language
from bot.domain.ports import Draft
from bot.domain.units import MS_PER_S
from bot.services.ids import new_job_id
from tests.support.clock import START

ANA, BEN, CLEO = 101, 202, 303
SERVER = 777
CHANNEL = 555
LOW_1K_MICROUSD = 6_000
"""What the provider's stand-in bills for the smallest image."""

_interaction_ids = numbers(9_000)


def place(**changes: Any) -> Place:
    """A channel of a guild where the bot is a member; an interaction of its own each time."""
    fresh = Place(
        interaction_id=next(_interaction_ids),
        channel_id=CHANNEL,
        guild_id=SERVER,
        token="a-token",
        token_expires_at=START + 15 * 60 * MS_PER_S,
        bot_is_member=True,
        upload_limit_bytes=10 << 20,
        language=Language.ENGLISH,
    )
    return replace(fresh, **changes)


def request(prompt: str = "a fox", *, count: int = 1, **options: Any) -> Request:
    """A small, quick request."""
    return Request(prompt=prompt, count=count, **options)


def draft(
    *,
    by: int = ANA,
    prompt: str = "a fox",
    count: int = 1,
    size: Size = Size.SQUARE,
    quality: Quality = Quality.LOW,
    estimate: int = LOW_1K_MICROUSD,
    at: Place | None = None,
    job_id: str | None = None,
    around: Circumstances = PLAIN,
) -> Draft:
    """A request about to be accepted."""
    return Draft(
        job_id=job_id or new_job_id(),
        request=Request(prompt=prompt, size=size, quality=quality, count=count),
        requester_id=by,
        place=at or place(),
        estimate_microusd=estimate,
        around=around,
    )
