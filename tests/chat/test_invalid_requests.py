"""Discord bans an address for 10,000 invalid requests in ten minutes; the bot is never near that."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from math import inf
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.chat.client import ImagineClient, point_at
from bot.chat.invalid_requests import (
    BACKGROUND_MAX,
    FREE,
    FREE_AT_START,
    GAP_S,
    INVALID_MAX,
    PATIENCE_S,
    WINDOW_S,
    HeldBack,
    InvalidRequests,
)
from bot.chat.troubles import in_our_words
from bot.domain.errors import CardGone, DiscordAway, PublishError, TokenRefused
from bot.domain.ports import Facts
from bot.domain.units import MS_PER_S, Instant, after
from sandbox.discord import Channel, DiscordSandbox
from tests.chat.test_client import Nobody, NoFacts
from tests.support.clock import START, ManualClock

WINDOW_MS = round(WINDOW_S * MS_PER_S)


def refused(requests: InvalidRequests, how_many: int, now: Instant) -> None:
    """So many urgent requests, each answered with 403."""
    for _ in range(how_many):
        assert requests.ask(now, urgent=True) == 0
        requests.answered(now, invalid=True)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 20, 1_000, 59_000, WINDOW_MS - 1, WINDOW_MS, WINDOW_MS + 1]),
            st.integers(0, 900),  # asks
            st.floats(0, 1),  # of them urgent
            st.floats(0, 1),  # of those under way answered, all badly
        ),
        max_size=25,
    )
)
def test_whatever_comes_no_ten_minutes_hold_more_than_the_most(
    steps: list[tuple[int, int, float, float]],
) -> None:
    """However late the answers come, and whoever asks."""
    requests, now, under_way = InvalidRequests(START), START, 0
    invalid_at: list[Instant] = []
    for pause_ms, asks, urgent, answered in steps:
        now += pause_ms
        for number in range(asks):
            under_way += requests.ask(now, urgent=number < urgent * asks) == 0
        for _ in range(round(under_way * answered)):
            requests.answered(now, invalid=True)
            under_way -= 1
            invalid_at.append(now)
        assert sum(at >= now - WINDOW_MS for at in invalid_at) <= INVALID_MAX


class TestCounting:
    def test_an_invalid_request_counts_for_ten_minutes_their_ends_included(self) -> None:
        requests = InvalidRequests(START)
        refused(requests, 3, START)
        assert requests.count(START + WINDOW_MS) == 3
        assert requests.count(START + WINDOW_MS + 1) == 0

    def test_of_what_is_answered_well_any_number_may_go(self) -> None:
        requests = InvalidRequests(START)
        for _ in range(3 * INVALID_MAX):
            assert requests.ask(START, urgent=False) == 0
            requests.answered(START, invalid=False)
        assert not requests.slowed(START)


class TestSlowing:
    def test_what_can_wait_then_goes_one_a_second_and_what_is_urgent_at_once(self) -> None:
        requests = InvalidRequests(START)
        refused(requests, FREE_AT_START, START)
        assert requests.ask(START, urgent=False) == 0
        assert requests.ask(START, urgent=False) == GAP_S
        assert requests.ask(START, urgent=True) == 0
        assert requests.ask(after(START, GAP_S), urgent=False) == 0

    def test_a_run_that_has_gone_well_for_ten_minutes_bears_more(self) -> None:
        requests, later = InvalidRequests(START), START + WINDOW_MS + 1
        refused(requests, FREE - 1, later)
        assert not requests.slowed(later)
        refused(requests, 1, later)
        assert requests.slowed(later)

    def test_it_ends_at_half_of_where_it_began(self) -> None:
        """Else it would begin and end every few seconds."""
        requests, later = InvalidRequests(START), START + WINDOW_MS + 1
        refused(requests, FREE // 2 + 1, later)
        refused(requests, FREE // 2, after(later, 1))
        assert requests.slowed(after(later, 1))
        refused(requests, FREE // 2 - 1, after(later, 2))
        assert requests.slowed(after(later, 1 + WINDOW_S))
        assert not requests.slowed(after(later, 1.001 + WINDOW_S))

    def test_the_last_room_is_kept_for_what_is_urgent(self) -> None:
        requests = InvalidRequests(START)
        refused(requests, BACKGROUND_MAX, START)
        assert requests.ask(after(START, 60), urgent=False) == pytest.approx(WINDOW_S - 60, abs=0.01)
        refused(requests, INVALID_MAX - BACKGROUND_MAX, after(START, 60))
        assert requests.ask(after(START, 60), urgent=True) == pytest.approx(WINDOW_S - 60, abs=0.01)
        assert requests.ask(START + WINDOW_MS + 1, urgent=True) == 0


class TestPausing:
    def test_a_limit_of_the_whole_bot_holds_for_all_that_can_wait(self) -> None:
        """First responses are outside of it."""
        requests = InvalidRequests(START)
        requests.pause(START, 30, everything=False)
        assert (requests.ask(START, urgent=False), requests.ask(START, urgent=True)) == (30, 0)
        assert requests.ask(after(START, 30), urgent=False) == 0

    def test_a_block_holds_for_everything(self) -> None:
        requests = InvalidRequests(START)
        requests.pause(START, None, everything=True)
        assert requests.ask(START, urgent=True) == requests.ask(START, urgent=False) == 60
        assert requests.slowed(START)


@asynccontextmanager
async def client_at(
    sandbox: DiscordSandbox, clock: ManualClock, facts: Facts | None = None
) -> AsyncIterator[ImagineClient]:
    async def form(_: discord.Interaction) -> None: ...

    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    point_at(sandbox.api_url, sandbox.gateway_url)
    try:
        async with ImagineClient(
            facts or NoFacts(), clock, commands=[], items=[], on_form=form, deletions=Nobody(), languages={}
        ) as client:
            yield client
    finally:
        point_at(before[0], str(before[1]))


@pytest.fixture
async def sandbox() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox().serving() as sandbox:
        sandbox.rate_limits.limits["update_message"] = (100_000, 1.0)  # discord.py waits in real time
        yield sandbox


@pytest.fixture
def channel(sandbox: DiscordSandbox) -> Channel:
    return sandbox.add_text_channel(sandbox.add_guild("The Studio"), "imagine")


_message_ids = count(1)


async def edit(client: ImagineClient, channel: Channel) -> None:
    """An edit by the bot's own token."""
    message_id = next(_message_ids)  # another one each time: discord.py lets edits of one wait in line
    route = discord.http.Route("PATCH", f"/channels/{channel.id}/messages/{message_id}")
    with in_our_words():
        await client.http.request(route, json={"content": "a fox"})


async def first_response(client: ImagineClient) -> None:
    """What a person waits for, to an interaction that Discord does not know."""
    with pytest.raises(discord.NotFound):
        await client.http.request(discord.http.Route("POST", "/interactions/1/a-token/callback"), json={})


async def stubborn(client: ImagineClient, channel: Channel, clock: ManualClock) -> None:
    """A worker that tries again and again, and never slows down unless it is told to."""
    while True:
        try:
            await edit(client, channel)
        except DiscordAway as fault:
            await clock.sleep(fault.retry_after_s or 0)
        except CardGone:
            await clock.sleep(5)


@asynccontextmanager
async def working(*workers: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def pass_by(clock: ManualClock, seconds: float, asleep: int) -> None:
    """Let so much time pass, each time that so many have come to a wait."""
    end = after(clock.now(), seconds)
    while clock.now() < end:
        async with asyncio.timeout(3):
            await clock.asleep(asleep)
        assert clock.wakes_at is not None
        clock.move_to(min(end, clock.wakes_at))


@pytest.mark.parametrize("trouble", ["no permission", "too fast"])
async def test_when_all_edits_are_refused_few_are_sent_and_that_ends_by_itself(
    sandbox: DiscordSandbox, channel: Channel, clock: ManualClock, trouble: str
) -> None:
    """discord.py's own tries are held back like those of workers; a person is answered meanwhile."""
    async with client_at(sandbox, clock) as client:
        await client.login(sandbox.token)
        if trouble == "no permission":
            sandbox.faults.fail("PATCH *", 403, times=inf)
        else:
            sandbox.faults.rate_limit("PATCH *", 0.0, times=inf)
        sandbox.books.calls.clear()
        with capture_logs() as logs:
            async with working(*(stubborn(client, channel, clock) for _ in range(8))):
                await pass_by(clock, 60, asleep=8)
                assert FREE_AT_START + 50 <= len(sandbox.books.calls) <= FREE_AT_START + 8 + 60
                assert client.restraint.invalid == len(sandbox.books.calls)
                assert client.restraint.holds_back
                async with asyncio.timeout(5):
                    for _ in range(3):
                        await first_response(client)

                sandbox.faults.clear()
                await pass_by(clock, WINDOW_S + 60, asleep=8)
                sandbox.books.calls.clear()
                await pass_by(clock, 60, asleep=8)
                assert len(sandbox.books.calls) >= 8 * 60 / 5, "nobody is slowed any more"
    told = [entry["event"] for entry in logs if "held_back" in entry["event"]]
    assert told == ["discord.held_back", "discord.no_longer_held_back"]


async def test_only_what_discord_counts_is_counted(
    sandbox: DiscordSandbox, channel: Channel, clock: ManualClock
) -> None:
    """Not a limit that is shared with other bots, nor that there is no such message, nor its own trouble."""
    async with client_at(sandbox, clock) as client:
        await client.login(sandbox.token)
        sandbox.faults.rate_limit("PATCH *", 0.0, scope="shared")
        sandbox.faults.fail("PATCH *", 503)
        for _ in range(2):
            with pytest.raises(PublishError):
                await edit(client, channel)
        assert [call.status for call in sandbox.books.calls[-3:]] == [429, 503, 404]
        assert client.restraint.invalid == 0
        sandbox.faults.rate_limit("PATCH *", 0.0)
        for status in (401, 403):
            sandbox.faults.fail("PATCH *", status)
        for _ in range(3):
            with pytest.raises(PublishError):
                await edit(client, channel)
        assert client.restraint.invalid == 3


async def test_a_block_of_the_address_stops_everybody_until_it_is_over(
    sandbox: DiscordSandbox, clock: ManualClock
) -> None:
    """One hears of it, and all wait; a person's answer fails at once, and does not hang."""
    channel = sandbox.add_text_channel(sandbox.add_guild("The Studio"), "imagine")
    async with client_at(sandbox, clock) as client:
        await client.login(sandbox.token)
        sandbox.faults.fail("PATCH *", 429)
        with pytest.raises(DiscordAway):
            await edit(client, channel)
        sandbox.books.calls.clear()
        with pytest.raises(DiscordAway) as told:
            await edit(client, channel)
        assert told.value.retry_after_s == 60
        clock.advance(55)
        async with asyncio.timeout(5):
            with pytest.raises(HeldBack):
                await first_response(client)
        assert sandbox.books.calls == []
        clock.advance(5)
        await first_response(client)


async def test_what_has_to_wait_long_is_told_to_come_again(
    sandbox: DiscordSandbox, channel: Channel, clock: ManualClock
) -> None:
    """A step that only waits would keep a worker from its other work."""
    async with client_at(sandbox, clock) as client:
        await client.login(sandbox.token)
        sandbox.faults.rate_limit("PATCH *", PATIENCE_S - 1, scope="global", via=False)
        with pytest.raises(DiscordAway) as told:
            await edit(client, channel)
        assert told.value.retry_after_s == PATIENCE_S - 1
        waiting = asyncio.create_task(edit(client, channel))
        await clock.asleep()
        clock.advance(PATIENCE_S - 1)
        with pytest.raises(CardGone):
            await waiting
        sandbox.faults.rate_limit("PATCH *", PATIENCE_S + 1, scope="global", via=False)
        with pytest.raises(DiscordAway):
            await edit(client, channel)
        with pytest.raises(DiscordAway) as told:
            await edit(client, channel)
        assert told.value.retry_after_s == PATIENCE_S + 1


async def test_what_is_lost_or_given_up_is_no_longer_under_way(
    sandbox: DiscordSandbox, channel: Channel, clock: ManualClock
) -> None:
    """Else a long run would end up holding everything back."""
    async with client_at(sandbox, clock) as client:
        await client.login(sandbox.token)
        sandbox.faults.drop("PATCH *", times=8)
        for _ in range(8):
            with pytest.raises(DiscordAway):
                await edit(client, channel)
        sandbox.faults.delay("PATCH *", 60)
        async with working(*(edit(client, channel) for _ in range(8))):
            async with asyncio.timeout(5):
                while client.restraint._requests._under_way < 8:  # noqa: ASYNC110 - nobody is told of it
                    await asyncio.sleep(0)
        assert client.restraint._requests._under_way == 0


class TestTokenReset:
    @pytest.mark.parametrize("heard_from", ["the gateway", "an edit"])
    async def test_it_ends_the_bot_with_a_sentence(
        self, sandbox: DiscordSandbox, channel: Channel, clock: ManualClock, heard_from: str
    ) -> None:
        """Every request would be refused from now on, and tried again for ever."""
        async with client_at(sandbox, clock) as client:
            living = asyncio.create_task(client.live(sandbox.token))
            await sandbox.ready()
            sandbox.world.bot_token = "another.made-up.token"
            if heard_from == "the gateway":
                await sandbox.gateway.drop(4004)
            else:
                with pytest.raises(DiscordAway):
                    await edit(client, channel)
                for _ in range(2):
                    await asyncio.wait_for(clock.asleep(), 5)
                    assert not living.done()
                    clock.advance(15)
            with pytest.raises(TokenRefused):
                await asyncio.wait_for(living, 10)

    @pytest.mark.parametrize("refused", [0, 2])
    async def test_refusals_within_a_moment_are_no_proof_of_it(
        self, sandbox: DiscordSandbox, channel: Channel, clock: ManualClock, refused: int
    ) -> None:
        """Of three questions in half a minute one is answered, or Discord is away."""
        async with client_at(sandbox, clock) as client:
            living = asyncio.create_task(client.live(sandbox.token))
            await sandbox.ready()
            sandbox.faults.fail("PATCH *", 401)
            sandbox.faults.fail("get_my_user", 401, times=refused)
            sandbox.faults.fail("get_my_user", 503)
            sandbox.books.calls.clear()
            with pytest.raises(DiscordAway):
                await edit(client, channel)
            for _ in range(refused):
                await asyncio.wait_for(clock.asleep(), 5)
                clock.advance(15)
            await sandbox.until(lambda: sandbox.books.calls[-1].status == 503, 5)
            assert len(sandbox.books.calls) == 1 + refused + 1
            with pytest.raises(CardGone):
                await edit(client, channel)
            assert not living.done()
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
