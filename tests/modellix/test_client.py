"""Polls, probes, hints and secrets, against real servers on this machine."""

from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from bot.domain.jobs import FailureReason
from bot.domain.provider import Done, Gone, Held, HoldReason, Over, Refused, Throttled, Unreachable, Working
from bot.modellix.client import ModellixClient
from bot.modellix.wire import RateHint
from tests.modellix.calling import KEY, NOW, PROMPT, REQUEST, SHORT_S, TAKEN, calling, state
from tests.modellix.loopback import Answer, StillClock, hang_up, reply, reset, say_nothing


class TestPoll:
    async def test_asks_at_an_address_built_from_the_id(self) -> None:
        """Not at `get_result.url`, which has been seen without TLS; and an id is no path."""
        async with calling(reply(200, state("processing"))) as (client, server):
            await client.poll("task-1")
            await client.poll("../a b?c#d/é")
        assert [received.path for received in server.requests] == [
            "/api/v1/tasks/task-1",
            "/api/v1/tasks/..%2Fa%20b%3Fc%23d%2F%C3%A9",
        ]

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (reply(200, state("processing")), Working()),
            (reply(200, state("success")), Done(None, None, None, None)),
            (
                reply(200, state("failed", error="no ink")),
                Over(FailureReason.PROVIDER_FAILED, "no ink", None),
            ),
            (reply(404), Gone()),
            (reply(401), Held(HoldReason.KEY)),
            (reply(429, b"", {"Retry-After": "3"}), Throttled(3.0, concurrency=False)),
            (reply(503), Unreachable("HTTP 503")),
            (reply(302, b"", {"Location": "/elsewhere"}), Unreachable("HTTP 302")),
            (reply(200, b"<html>"), Unreachable("HTTP 200")),
        ],
    )
    async def test_answers(self, answer: Answer, outcome: object) -> None:
        async with calling(answer) as (client, server):
            assert await client.poll("task-1") == outcome
        assert len(server.requests) == 1

    async def test_a_reset_is_unreachable(self) -> None:
        async with calling(reset) as (client, _):
            assert isinstance(await client.poll("task-1"), Unreachable)

    async def test_no_answer_in_time_is_unreachable(self) -> None:
        async with calling(say_nothing, poll_timeout_s=SHORT_S) as (client, _):
            assert await client.poll("task-1") == Unreachable("TimeoutError")

    async def test_polls_share_connections(self) -> None:
        async with calling(reply(200, state("processing"))) as (client, server):
            await client.poll("task-1")
            await client.poll("task-1")
        assert server.connections == 1

    async def test_an_unknown_word_is_logged_once(self) -> None:
        async with calling(reply(200, state("dreaming"))) as (client, _):
            with capture_logs() as logs:
                assert await client.poll("task-1") == Working()
                assert await client.poll("task-1") == Working()
        assert [(one["event"], one["word"]) for one in logs] == [("modellix.unknown_status", "dreaming")]


class TestHints:
    async def test_every_answer_feeds_what_its_headers_tell(self) -> None:
        heard: list[RateHint] = []
        told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1790000009"}
        async with calling(reply(200, TAKEN, told), on_hint=heard.append) as (client, _):
            await client.submit(REQUEST)
            await client.poll("task-1")
        assert heard == [RateHint(remaining=0, reset_at=NOW + 9_000)] * 2


class TestProbes:
    async def test_a_good_key(self) -> None:
        content = {"code": 0, "data": {"is_valid": True}, "message": "success"}
        async with calling(reply(200, content)) as (client, server):
            assert await client.key_valid() is True
        assert server.requests[0].path == "/api/v1/apikey/validate"

    async def test_a_bad_key_and_no_verdict_are_told_apart(self) -> None:
        content = {"code": 0, "data": {"is_valid": False}}
        async with calling(reply(200, content)) as (client, _):
            assert await client.key_valid() is False
            assert await client.key_verdict() is False
        async with calling(hang_up) as (client, _):
            assert await client.key_valid() is False
            assert await client.key_verdict() is None

    async def test_the_balance_is_exact(self) -> None:
        async with calling(reply(200, {"code": 0, "data": {"balance": 12.3456}})) as (client, _):
            assert await client.balance_usd() == Decimal("12.3456")

    async def test_no_answer_is_no_balance(self) -> None:
        async with calling(hang_up) as (client, _):
            assert await client.balance_usd() is None


class TestSecrets:
    def test_the_key_is_not_in_its_repr(self) -> None:
        assert KEY not in repr(ModellixClient("https://api.example", KEY, StillClock(NOW)))

    def test_a_key_that_would_break_a_header_is_refused_without_being_shown(self) -> None:
        with pytest.raises(ValueError, match="printable") as caught:
            ModellixClient("https://api.example", f"{KEY}\n", StillClock(NOW))
        assert KEY not in str(caught.value)

    async def test_a_key_that_the_server_echoes_stays_out_of_details(self) -> None:
        message = {"code": 400, "message": f"Bad request: Bearer {KEY}"}
        async with calling(reply(400, message)) as (client, _):
            assert await client.submit(REQUEST) == Refused(
                FailureReason.REJECTED, "HTTP 400: Bad request: Bearer [key]"
            )

    async def test_a_request_s_name_comes_with_every_answer_unless_the_key_is_in_it(self) -> None:
        named = {"X-Request-Id": "req-1"}
        async with calling(reply(400, b"", named)) as (client, _):
            assert (await client.submit(REQUEST)).request_id == "req-1"
        async with calling(reply(503, b"", named)) as (client, _):
            assert (await client.poll("task-1")).request_id == "req-1"
        async with calling(reply(503, b"", {"X-Request-Id": f"req-{KEY}"})) as (client, _):
            assert (await client.poll("task-1")).request_id is None

    async def test_nothing_of_a_failure_is_logged_or_told_with_the_prompt_or_key(self) -> None:
        with capture_logs() as logs:
            async with calling(reset) as (client, _):
                outcome = await client.submit(REQUEST)
        assert PROMPT not in f"{logs}{outcome}"
        assert KEY not in f"{logs}{outcome}"
