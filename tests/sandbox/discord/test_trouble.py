"""Outages, faults and rate limits happen when a test asks for them."""

from __future__ import annotations

import asyncio
import math
import time

import aiohttp
import pytest

from sandbox.discord import Actor, Call, DiscordSandbox
from tests.sandbox.discord.client import Bot
from tests.sandbox.discord.raw import Raw


async def test_interactions_missed_during_a_drop_are_replayed_after_a_resume(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    await discord_world.gateway.drop()
    await discord_world.gone()
    asked = alice.slash("imagine", prompt="meanwhile")
    card = await asked.message(lambda m: m.attachments)
    assert card.text == "done: meanwhile"
    assert "resumed" in discord_world.books.gateway
    assert bot.resumes == 1


async def test_an_invalid_session_is_identified_anew(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    discord_world.gateway.forget_sessions()
    await discord_world.gateway.drop(code=4000)
    await discord_world.until(lambda: discord_world.books.gateway.count("identify") == 2)
    assert "invalid session" in discord_world.books.gateway
    await alice.slash("imagine", prompt="again").message()


async def test_a_request_to_reconnect_leads_to_a_resume(bot: Bot, discord_world: DiscordSandbox) -> None:
    await discord_world.gateway.ask_to_reconnect()
    await discord_world.until(lambda: "resumed" in discord_world.books.gateway)


async def test_the_gateway_can_refuse_connections(discord_world: DiscordSandbox) -> None:
    discord_world.gateway.refusals = math.inf
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(discord_world.gateway_url)
        discord_world.gateway.refusals = 0
        async with session.ws_connect(discord_world.gateway_url) as socket:
            assert (await socket.receive_json())["op"] == 10
            identify = {"token": "wrong", "intents": 1, "properties": {}}
            await socket.send_json({"op": 2, "d": identify})
            assert (await socket.receive()).data == 4004


async def test_the_whole_stand_in_can_be_away_and_come_back(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    await discord_world.go_down()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(discord_world.api_url + "/gateway")
        await discord_world.come_up()
        async with session.get(discord_world.api_url + "/gateway") as response:
            assert response.status == 200


async def test_an_interaction_can_be_sent_twice_or_malformed(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    discord_world.gateway.spoil(copies=2)
    asked = alice.slash("imagine", prompt="twice")
    await discord_world.until(lambda: discord_world.violations)
    assert [v.code for v in discord_world.violations] == [40060]
    assert (await asked.message()).text.startswith(("queued", "done"))


async def test_an_event_without_its_size_limit_ends_discord_py(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    discord_world.gateway.spoil(without=("attachment_size_limit",))
    alice.slash("imagine", prompt="x")
    assert bot.task
    with pytest.raises(KeyError, match="attachment_size_limit"):
        await asyncio.wait_for(bot.task, 5)


async def test_a_fault_before_the_effect_leaves_nothing(raw: Raw) -> None:
    raw.sandbox.faults.fail("create_message", 503)
    assert (await raw.post({"content": "x"})).status == 503
    assert raw.sandbox.books.created == []
    assert (await raw.post({"content": "x"})).status == 200


async def test_a_fault_after_the_effect_loses_only_the_answer(raw: Raw) -> None:
    raw.sandbox.faults.fail("POST /channels/*/messages", 502, after=True)
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    assert (await raw.post(body)).status == 502
    assert (await raw.post(body)).status == 200
    assert len(raw.sandbox.books.created) == 1
    assert [c.took_effect for c in raw.sandbox.books.of("create_message")] == [True, True]


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_can_be_dropped(raw: Raw, after: bool) -> None:
    raw.sandbox.faults.drop("create_message", after=after)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await raw.post({"content": "x"})
    assert len(raw.sandbox.books.created) == after
    assert raw.sandbox.books.calls[-1].status is None


async def test_a_429_looks_like_discords(raw: Raw) -> None:
    raw.sandbox.faults.rate_limit("*", 0.25, scope="shared")
    answer = await raw.post({"content": "x"})
    assert (answer.status, answer.body["retry_after"]) == (429, 0.25)
    assert answer.headers["Via"]
    assert answer.headers["X-RateLimit-Scope"] == "shared"


async def test_discord_py_waits_out_a_429(bot: Bot, discord_world: DiscordSandbox, alice: Actor) -> None:
    discord_world.faults.rate_limit("update_original_webhook_message", 0.05)
    asked = alice.slash("imagine", prompt="patience")
    await asked.message(lambda m: m.attachments)
    assert discord_world.books.count("update_original_webhook_message") == 2


async def test_a_delay_holds_the_answer_back(raw: Raw) -> None:
    raw.sandbox.faults.delay("create_message", 0.05, times=1)
    started = time.monotonic()
    assert (await raw.post({"content": "x"})).status == 200
    assert time.monotonic() - started >= 0.05


async def test_rate_limits_are_told_and_enforced_on_demand(raw: Raw) -> None:
    first = await raw.post({"content": "x"})
    assert first.headers["X-RateLimit-Limit"] == "5"
    assert first.headers["X-RateLimit-Remaining"] == "4"
    assert first.headers["Content-Type"] == "application/json"
    raw.sandbox.rate_limits.enforced = True
    statuses = [(await raw.post({"content": "x"})).status for _ in range(5)]
    assert statuses == [200] * 4 + [429]


async def test_hooks_surround_each_effect(raw: Raw) -> None:
    seen: list[tuple[str, str, int]] = []

    async def hook(when: str, call: Call) -> None:
        await asyncio.sleep(0)
        seen.append((when, call.operation, len(raw.sandbox.books.created)))

    raw.sandbox.on_event(hook)
    await raw.post({"content": "x"})
    assert seen == [("before", "create_message", 0), ("after", "create_message", 1)]


async def test_old_bytes_are_dropped_to_save_memory(raw: Raw) -> None:
    raw.sandbox.world.keep_bytes = 1_500
    for _ in range(2):
        await raw.post({}, {"a.bin": bytes(1_000)})
    old, new = (message.attachments[0] for message in raw.sandbox.books.created)
    assert (old.data, old.size) == (None, 1_000)
    assert new.data == bytes(1_000)
