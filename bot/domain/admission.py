"""Whether a request is accepted: one pure decision from what is asked, what the record says, and the policy.

The questions are asked in the order of the refusals: blocked, server off or paused, channel, permissions of
the bot there, filter, options, cooldown, waiting, images, spend.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.filters import FilterAction, Hit
from bot.domain.jobs import Request
from bot.domain.limits import QUALITY_RANKS, Effective, Limit, Policy, size_value
from bot.domain.moderation import Block, ChannelRule, ServerSettings
from bot.domain.units import Instant, Microusd, after

_IMAGE_LIMITS = (Limit.IMAGES_PER_HOUR, Limit.IMAGES_PER_DAY)


class Gate(StrEnum):
    """What can refuse a request beside a limit; `bot/chat/refusal_words.py` has the sentence for each."""

    BLOCKED = "blocked"
    OFF = "off"
    PAUSED = "paused"
    CHANNEL = "channel"
    AGE_RESTRICTED = "age_restricted"
    PERMISSIONS = "permissions"
    FILTER = "filter"
    UNREVIEWED = "unreviewed"
    """A moderator would have to approve it, and there is no log channel to ask them in."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What Discord tells of the member and the channel at the moment of asking, and is not kept."""

    role_ids: frozenset[int] = frozenset()
    joined_at: Instant | None = None
    channel_ids: tuple[int, ...] = ()
    """From the thread to its channel to its category."""
    age_restricted: bool = False
    missing_permissions: tuple[str, ...] = ()
    """What the bot would need there and does not have, by discord.py's names."""
    hit: Hit | None = None
    """The term of the server's filter that the prompt contains."""


PLAIN = Circumstances()
"""No role, no channel of note, nothing missing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record says of a member and a server at this moment."""

    server: ServerSettings
    policy: Policy
    block: Block | None = None
    channels: Mapping[int, ChannelRule] = field(default_factory=dict)
    used: Mapping[Limit, int] = field(default_factory=dict)
    """Of every limit that counts something: what is used, reservations too."""
    last_asked_at: Instant | None = None
    extra_images: int = 0
    """What is left of grants."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not accepted. Nothing was stored of it but this."""

    by: Gate | Limit
    effective: Effective | None = None
    """The number that stands in the way, and whose rule it is."""
    used: int = 0
    lifts_at: Instant | None = None
    """When the same request would pass, as far as is known; None: not by waiting."""
    reason: str | None = None
    """A moderator's words; with `PERMISSIONS` the missing ones, separated by commas."""
    block: Block | None = None
    extra_images: int = 0
    """Of a limit on images: what is left of grants, too few for this request."""
    images_left: int = 0
    """Of a limit on images: how many the limits and the grants have room for together."""


@dataclass(frozen=True, slots=True)
class Admission:
    """On what terms a request is accepted."""

    review: Hit | bool = False
    """Whether a moderator has to approve it first: because of a term, or because all are reviewed."""
    granted: int = 0
    """How many of its images come out of grants."""
    spoiler: bool = False
    running_max: int | None = None
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Assessment:
    """What would become of a request, and everything the record says to it."""

    around: Circumstances
    standing: Standing
    verdict: Admission | Refusal
    objections: tuple[Refusal, ...] = ()
    """All that speaks against it, in order: the first is the verdict."""

    def objection(self, limit: Limit) -> Refusal | None:
        """What this limit says against it, if anything."""
        return next((each for each in self.objections if each.by is limit), None)


def decide(
    request: Request, image_microusd: Microusd, around: Circumstances, standing: Standing, now: Instant
) -> Admission | Refusal:
    """Accept or refuse; a refusal by a window of time does not say yet when it lifts."""
    refusal = next(refusals(request, image_microusd, around, standing, now), None)
    if refusal is not None:
        return refusal
    rule = channel_rule(around, standing)
    return Admission(
        review=around.hit or standing.server.review,
        granted=max(_beyond(limit, request, standing) for limit in _IMAGE_LIMITS),
        spoiler=rule is not None and rule.spoiler,
        running_max=standing.policy[Limit.RUNNING].value,
        priority=standing.policy[Limit.PRIORITY].value or 1,
    )


def channel_rule(around: Circumstances, standing: Standing) -> ChannelRule | None:
    """The most particular rule there is: the thread's, the channel's, the category's, the server's."""
    ids = (*around.channel_ids, standing.server.guild_id)
    return next((standing.channels[each] for each in ids if each in standing.channels), None)


def refusals(
    request: Request, image_microusd: Microusd, around: Circumstances, standing: Standing, now: Instant
) -> Iterator[Refusal]:
    """Everything that speaks against a request, in order; without the ends of windows."""
    yield from _gates(around, standing, now)
    yield from _options(request, around, standing, now)
    yield from _queue(standing, now)
    yield from _images(request, standing)
    yield from _spend(image_microusd * request.count, standing)


def _gates(around: Circumstances, standing: Standing, now: Instant) -> Iterator[Refusal]:
    block, server = standing.block, standing.server
    if block is not None and block.holds(now):
        yield Refusal(Gate.BLOCKED, lifts_at=block.until, reason=block.reason, block=block)
    if not server.is_on:
        yield Refusal(Gate.OFF)
    if server.paused_reason is not None:
        yield Refusal(Gate.PAUSED, reason=server.paused_reason)
    rule = channel_rule(around, standing)
    # Where some channel is allowed by name, all others are not.
    if not rule.allowed if rule else any(each.allowed for each in standing.channels.values()):
        yield Refusal(Gate.CHANNEL)
    if rule and rule.age_restricted_only and not around.age_restricted:
        yield Refusal(Gate.AGE_RESTRICTED)
    if around.missing_permissions:
        yield Refusal(Gate.PERMISSIONS, reason=", ".join(around.missing_permissions))
    if around.hit is not None and around.hit.term.action is FilterAction.REFUSE:
        yield Refusal(Gate.FILTER)
    elif (around.hit is not None or server.review) and server.log_channel_id is None:
        yield Refusal(Gate.UNREVIEWED)


def _options(request: Request, around: Circumstances, standing: Standing, now: Instant) -> Iterator[Refusal]:
    asked = {
        Limit.LARGEST_SIZE: size_value(request.size),
        Limit.HIGHEST_QUALITY: QUALITY_RANKS[request.quality],
        Limit.LARGEST_COUNT: request.count,
    }
    for limit, value in asked.items():
        most = standing.policy[limit]
        if most.value is not None and value > most.value:
            yield Refusal(limit, most)
    tenure = standing.policy[Limit.MEMBERSHIP]
    if tenure.value and around.joined_at is not None and now < after(around.joined_at, tenure.value):
        yield Refusal(Limit.MEMBERSHIP, tenure, lifts_at=after(around.joined_at, tenure.value))


def _queue(standing: Standing, now: Instant) -> Iterator[Refusal]:
    pause, last = standing.policy[Limit.COOLDOWN], standing.last_asked_at
    if pause.value and last is not None and now < after(last, pause.value):
        yield Refusal(Limit.COOLDOWN, pause, lifts_at=after(last, pause.value))
    for limit in (Limit.WAITING, Limit.SERVER_WAITING):
        yield from _over(limit, 1, standing)


def _images(request: Request, standing: Standing) -> Iterator[Refusal]:
    for limit in _IMAGE_LIMITS:
        if _beyond(limit, request, standing) > standing.extra_images:
            yield Refusal(
                limit,
                standing.policy[limit],
                used=standing.used.get(limit, 0),
                extra_images=standing.extra_images,
                images_left=min(_room(each, request, standing) for each in _IMAGE_LIMITS)
                + standing.extra_images,
            )


def _spend(estimate: Microusd, standing: Standing) -> Iterator[Refusal]:
    for limit in (
        Limit.SPEND_PER_DAY,
        Limit.SPEND_PER_MONTH,
        Limit.SERVER_SPEND_PER_DAY,
        Limit.SERVER_SPEND_PER_MONTH,
        Limit.BOT_SPEND_PER_DAY,
        Limit.BOT_SPEND_PER_MONTH,
    ):
        yield from _over(limit, estimate, standing)


def _over(limit: Limit, more: int, standing: Standing) -> Iterator[Refusal]:
    most, used = standing.policy[limit], standing.used.get(limit, 0)
    if most.value is not None and used + more > most.value:
        yield Refusal(limit, most, used=used)


def _beyond(limit: Limit, request: Request, standing: Standing) -> int:
    """How many of the images asked for would have to come out of grants."""
    return request.count - _room(limit, request, standing)


def _room(limit: Limit, request: Request, standing: Standing) -> int:
    """How many of the images asked for the limit itself has room for."""
    most, used = standing.policy[limit].value, standing.used.get(limit, 0)
    return request.count if most is None else min(max(0, most - used), request.count)
