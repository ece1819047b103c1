"""What a member meets when a request is not accepted, whichever way they ask."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias

import discord
import pytest
from simcord import InteractionResult

from bot.domain.admission import Gate
from bot.domain.limits import DAY_S, HOUR_S, WINDOWS_S, Limit
from bot.domain.units import MS_PER_S, Instant, after
from tests.support.discord import World
from tests.support.shown import Shown

WISHES: dict[str, Any] = {"size": "1536x1024", "quality": "medium", "count": 2}
ANSWER = {"prompt": "a red fox", "size": ["1536x1024"], "quality": ["medium"]}
ESTIMATE = 2 * 53_000
HOUR_MS = HOUR_S * MS_PER_S
LATER_S = 600.0

Ask: TypeAlias = Callable[[], Awaitable[InteractionResult]]
Way: TypeAlias = Callable[[World], Awaitable[Ask]]
Obstacle: TypeAlias = Callable[[World], Awaitable[Instant | None]]
"""Puts it in the way; when it lifts."""


async def by_command(world: World) -> Ask:
    return lambda: world.invoke("a red fox", **WISHES)


async def by_form(world: World) -> Ask:
    """The form is open already when the obstacle comes."""
    form = await world.invoke(None, **WISHES)
    return lambda: world.mira.submit_modal(form, ANSWER)


async def by_again(world: World) -> Ask:
    """The first picture is there already when the obstacle comes."""
    card = await finished(world)
    return lambda: world.press(card, "Again")


async def finished(world: World) -> Shown:
    card = await world.imagine("a red fox", **WISHES)
    await world.finish()
    return world.again(card)


def rule(world: World, limit: Limit, value: int) -> None:
    """Mira's own."""
    sql = "INSERT INTO limit_rule (guild_id, scope, holder_id, name, value) VALUES (?, ?, ?, ?, ?)"
    scope, holder = ("server", 0) if "server" in limit else ("member", world.mira.id)
    world.database.alter(sql, world.env.guild.id, scope, holder, limit.value, value)


async def blocked(world: World) -> Instant:
    until = after(world.clock.now(), DAY_S)
    sql = "INSERT INTO block (guild_id, member_id, reason, by_id, at, until) VALUES (?, ?, ?, ?, 0, ?)"
    world.database.alter(sql, world.env.guild.id, world.mira.id, "too many @everyone", world.vera.id, until)
    return until


async def switched_off(world: World) -> None:
    world.database.alter("INSERT INTO server (guild_id, is_on) VALUES (?, 0)", world.env.guild.id)


async def paused(world: World) -> None:
    sql = "INSERT INTO server (guild_id, paused_reason) VALUES (?, 'dinner')"
    world.database.alter(sql, world.env.guild.id)


async def channel_denied(world: World) -> None:
    await world.admin("channels deny", channel=world.channel)


async def channel_not_marked(world: World) -> None:
    await world.admin("channels allow", channel=world.channel, age_restricted_only=True)


async def permission_missing(world: World) -> None:
    mute = discord.Permissions(view_channel=True, send_messages=True, embed_links=True)
    world.forges.append(lambda payload: payload.update(app_permissions=str(mute.value)))


async def filtered(world: World) -> None:
    sql = "INSERT INTO filter_term (guild_id, term, action) VALUES (?, 'red fox', 'refuse')"
    world.database.alter(sql, world.env.guild.id)
    await world.restart()


async def reviewed_by_nobody(world: World) -> None:
    world.database.alter("INSERT INTO server (guild_id, review) VALUES (?, 1)", world.env.guild.id)


async def too_new(world: World) -> Instant:
    rule(world, Limit.MEMBERSHIP, 365 * DAY_S)
    member = world.env.backend.get_guild(world.env.guild.id).members[world.mira.id]
    joined: Any = member.joined_at
    at = joined if isinstance(joined, datetime) else datetime.fromisoformat(joined)
    return after(round(at.timestamp() * MS_PER_S), 365 * DAY_S)


def option_limited(limit: Limit, value: int) -> Obstacle:
    async def put(world: World) -> None:
        rule(world, limit, value)

    return put


async def cooling_down(world: World) -> Instant:
    await finished(world)
    rule(world, Limit.COOLDOWN, HOUR_S)
    return after(newest(world), HOUR_S)


async def waiting(world: World) -> None:
    await world.imagine()
    rule(world, Limit.WAITING, 1)


async def server_waiting(world: World) -> None:
    await world.imagine(as_=world.nora)
    rule(world, Limit.SERVER_WAITING, 1)


def images_used(limit: Limit) -> Obstacle:
    async def put(world: World) -> Instant:
        await finished(world)
        rule(world, limit, images(world) + 1)
        return after(oldest(world), WINDOWS_S[limit])

    return put


def money_spent(limit: Limit) -> Obstacle:
    async def put(world: World) -> Instant:
        await finished(world)
        rule(world, limit, spent(world) + ESTIMATE - 1)
        return after(oldest(world), WINDOWS_S[limit])

    return put


def server_spent(limit: Limit) -> Obstacle:
    """Told to the hour."""

    async def put(world: World) -> Instant:
        await money_spent(limit)(world)
        return after((oldest(world) // HOUR_MS + 1) * HOUR_MS, WINDOWS_S[limit])

    return put


def bot_spent(limit: Limit) -> Obstacle:
    async def put(world: World) -> Instant:
        await finished(world)
        await world.restart(**{limit.value: f"{(spent(world) + ESTIMATE - 1) / 1e6:.6f}"})
        return after((oldest(world) // HOUR_MS + 1) * HOUR_MS, WINDOWS_S[limit])

    return put


def oldest(world: World) -> Instant:
    at: Instant = world.database.value("SELECT MIN(accepted_at) FROM task")
    return at


def newest(world: World) -> Instant:
    at: Instant = world.database.value("SELECT MAX(accepted_at) FROM task")
    return at


def images(world: World) -> int:
    count: int = world.database.value("SELECT COUNT(*) FROM task")
    return count


def spent(world: World) -> int:
    microusd: int = world.database.value("SELECT SUM(cost_microusd) FROM task")
    return microusd


OBSTACLES: dict[Gate | Limit, tuple[Obstacle, str]] = {
    Gate.BLOCKED: (blocked, "You are blocked from asking for pictures on this server. It ends {lifts}."),
    Gate.OFF: (switched_off, "Pictures are switched off on this server."),
    Gate.PAUSED: (paused, "Pictures are paused on this server. Reason: dinner."),
    Gate.CHANNEL: (channel_denied, "I may not make pictures in this channel."),
    Gate.AGE_RESTRICTED: (channel_not_marked, "only while the channel is marked as age-restricted."),
    Gate.PERMISSIONS: (permission_missing, "I lack a permission in this channel: Attach Files."),
    Gate.FILTER: (filtered, "Your prompt has words in it that this server's moderators do not allow."),
    Gate.UNREVIEWED: (reviewed_by_nobody, "but they have no channel where I could ask them."),
    Limit.MEMBERSHIP: (too_new, "You can ask for pictures after 365 days on this server: {lifts}."),
    Limit.LARGEST_SIZE: (
        option_limited(Limit.LARGEST_SIZE, 1024 * 1024),
        "The largest size you can ask for here is Square 1024×1024.",
    ),
    Limit.HIGHEST_QUALITY: (
        option_limited(Limit.HIGHEST_QUALITY, 1),
        "The highest quality you can ask for here is Low.",
    ),
    Limit.LARGEST_COUNT: (
        option_limited(Limit.LARGEST_COUNT, 1),
        "You can ask for 1 picture in one request here.",
    ),
    Limit.COOLDOWN: (cooling_down, "must be 1 hour here. You can ask again {lifts}."),
    Limit.WAITING: (waiting, "You have 1 of 1 requests waiting in line."),
    Limit.SERVER_WAITING: (server_waiting, "This server has 1 of 1 requests waiting in line."),
    Limit.IMAGES_PER_HOUR: (
        images_used(Limit.IMAGES_PER_HOUR),
        "pictures this hour. The next is free {lifts}.",
    ),
    Limit.IMAGES_PER_DAY: (
        images_used(Limit.IMAGES_PER_DAY),
        "in the last 24 hours. The next is free {lifts}.",
    ),
    Limit.SPEND_PER_DAY: (money_spent(Limit.SPEND_PER_DAY), "you may spend. The next is free {lifts}."),
    Limit.SPEND_PER_MONTH: (money_spent(Limit.SPEND_PER_MONTH), "you may spend. The next is free {lifts}."),
    Limit.SERVER_SPEND_PER_DAY: (
        server_spent(Limit.SERVER_SPEND_PER_DAY),
        "in the last 24 hours. The next is free {lifts}.",
    ),
    Limit.SERVER_SPEND_PER_MONTH: (
        server_spent(Limit.SERVER_SPEND_PER_MONTH),
        "in the last 30 days. The next is free {lifts}.",
    ),
    Limit.BOT_SPEND_PER_DAY: (
        bot_spent(Limit.BOT_SPEND_PER_DAY),
        "allows for 24 hours. The next is free {lifts}.",
    ),
    Limit.BOT_SPEND_PER_MONTH: (
        bot_spent(Limit.BOT_SPEND_PER_MONTH),
        "allows for 30 days. The next is free {lifts}.",
    ),
}


def test_every_refusal_is_met_here() -> None:
    assert set(OBSTACLES) == set(Gate) | set(Limit) - {Limit.RUNNING, Limit.PRIORITY}


@pytest.mark.parametrize("way", [by_command, by_form, by_again], ids=lambda way: str(way.__name__))
@pytest.mark.parametrize("by", OBSTACLES, ids=lambda by: str(by.value))
async def test_a_refusal_is_private_and_leaves_nothing_behind(
    world: World, by: Gate | Limit, way: Way
) -> None:
    ask = await way(world)
    put, sentence = OBSTACLES[by]
    lifts_at = await put(world)
    world.clock.advance(LATER_S)
    before = traces(world)
    told = world.told(await ask())
    lifts = f"<t:{lifts_at // MS_PER_S}:R>" if lifts_at is not None else None
    assert sentence.format(lifts=lifts) in told
    assert told.endswith(" Nothing was charged.")
    assert ("<t:" in told) == (lifts is not None)
    assert traces(world) == before
    assert world.database.rows("SELECT member_id, why FROM refusal") == [(world.mira.id, by.value)]


def traces(world: World) -> tuple[int, int, int]:
    """What others see, what is stored, what is paid."""
    jobs = world.database.value("SELECT COUNT(*) FROM job")
    return len([card for card in world.cards if not card.private]), jobs, len(world.paid)


async def test_when_the_time_that_was_told_has_come_the_request_passes(world: World) -> None:
    await finished(world)
    rule(world, Limit.IMAGES_PER_HOUR, 2)
    told = world.told(await world.invoke())
    lifts_at = after(oldest(world), HOUR_S)
    assert f"<t:{lifts_at // MS_PER_S}:R>" in told
    world.clock.move_to(lifts_at)
    assert "**Waiting**" in (await world.imagine()).text


async def test_a_refusal_pings_nobody(world: World) -> None:
    await blocked(world)
    await world.invoke()
    (answer,) = [body["data"] for body in world.requests("POST", "/callback")]
    assert answer["allowed_mentions"] == {"parse": []}
    assert "@everyone" not in answer["content"]
