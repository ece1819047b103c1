"""What each way of losing the answer to a paid submit means, against real servers on this machine."""

import asyncio
import json
import time

import pytest

from bot.domain.jobs import FailureReason, Request
from bot.domain.provider import Held, HoldReason, NotSent, Refused, Taken, Throttled, Uncertain
from bot.modellix.client import ModellixClient
from tests.modellix.calling import KEY, NOW, PROMPT, REQUEST, SHORT_S, TAKEN, calling
from tests.modellix.loopback import (
    Answer,
    Names,
    Received,
    StillClock,
    closed_port,
    hang_up,
    reply,
    reset,
    say_nothing,
    send,
    serving,
)


class TestSubmit:
    async def test_sends_the_three_fields_with_the_key_and_nothing_else(self) -> None:
        async with calling(reply(200, TAKEN)) as (client, server):
            assert await client.submit(REQUEST) == Taken("task-1")
        [received] = server.requests
        assert (received.method, received.path) == ("POST", "/api/v1/openai/gpt-image-2/async")
        assert json.loads(received.body) == {
            "prompt": PROMPT,
            "size": "2048x2048",
            "quality": "high",
        }
        assert received.headers["authorization"] == f"Bearer {KEY}"
        assert received.headers["content-type"] == "application/json"
        assert received.headers["user-agent"].startswith("imagine-bot/")
        assert "cookie" not in received.headers

    async def test_a_prompt_of_any_script_arrives_as_it_was(self) -> None:
        prompt = "狐狸 🦊 \u202e zurück \x07"
        async with calling(reply(200, TAKEN)) as (client, server):
            await client.submit(Request(prompt))
        assert json.loads(server.requests[0].body)["prompt"] == prompt

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (400, Refused(FailureReason.REJECTED, "HTTP 400")),
            (401, Held(HoldReason.KEY)),
            (402, Held(HoldReason.BALANCE)),
            (429, Throttled(None, concurrency=False)),
        ],
    )
    async def test_a_refusal_is_certain_even_when_its_body_is_cut_off(
        self, status: int, outcome: object
    ) -> None:
        async def cut_off(_: Received, writer: asyncio.StreamWriter) -> None:
            await send(writer, status, b'{"code"', {"Content-Length": "500"})
            writer.close()

        async with calling(cut_off) as (client, _):
            assert await client.submit(REQUEST) == outcome

    @pytest.mark.parametrize("answer", [hang_up, reset], ids=["closed", "reset"])
    async def test_lost_after_the_body_went_out_is_uncertain_and_not_repeated(self, answer: Answer) -> None:
        async with calling(answer) as (client, server):
            assert isinstance(await client.submit(REQUEST), Uncertain)
        assert len(server.requests) == 1

    async def test_no_answer_in_time_is_uncertain(self) -> None:
        async with calling(say_nothing, submit_timeout_s=SHORT_S) as (client, server):
            assert isinstance(await client.submit(REQUEST), Uncertain)
        assert len(server.requests) == 1

    async def test_an_answer_that_came_while_the_machine_slept_counts(self) -> None:
        """The time is over when it wakes up, and the answer is there: to ask again would be to pay twice."""

        async def then_sleep(_: Received, writer: asyncio.StreamWriter) -> None:
            await send(writer, 200, TAKEN)
            time.sleep(3 * SHORT_S)  # noqa: ASYNC251 - nothing on this machine goes on

        async with calling(then_sleep, submit_timeout_s=SHORT_S) as (client, server):
            assert isinstance(await client.submit(REQUEST), Taken)
        assert len(server.requests) == 1

    async def test_an_answer_that_never_ends_is_uncertain(self) -> None:
        async def drip(_: Received, writer: asyncio.StreamWriter) -> None:
            await send(writer, 200, b'{"code": 0,', {"Content-Length": "500"})

        async with calling(drip, submit_timeout_s=SHORT_S) as (client, _):
            assert isinstance(await client.submit(REQUEST), Uncertain)

    async def test_an_endless_answer_is_not_read_to_its_end(self) -> None:
        async def flood(_: Received, writer: asyncio.StreamWriter) -> None:
            await send(writer, 200, b"", {"Content-Length": str(1 << 40)})
            while not writer.is_closing():
                writer.write(b" " * 65_536)
                await writer.drain()

        async with calling(flood) as (client, _):
            assert isinstance(await client.submit(REQUEST), Uncertain)

    @pytest.mark.parametrize(
        "answer",
        [
            reply(200, b"<html>welcome</html>"),
            reply(200, {"code": 0, "data": {}}),
            reply(204),
            reply(500, b"oops"),
            reply(503, {"code": 503, "message": "Service error"}),
            reply(409),
        ],
        ids=["html", "no-task-id", "no-content", "500", "503", "409"],
    )
    async def test_an_answer_that_decides_nothing_is_uncertain(self, answer: Answer) -> None:
        async with calling(answer) as (client, server):
            assert isinstance(await client.submit(REQUEST), Uncertain)
        assert len(server.requests) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_not_followed(self, status: int) -> None:
        async with serving(reply(200, TAKEN)) as elsewhere:
            moved = reply(status, b"", {"Location": elsewhere.url})
            async with calling(moved) as (client, _):
                assert isinstance(await client.submit(REQUEST), Uncertain)
            assert elsewhere.requests == []

    async def test_an_answer_that_is_not_http_is_uncertain(self) -> None:
        async def babble(_: Received, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 smtp ready\r\n\r\n")
            writer.close()

        async with calling(babble) as (client, _):
            assert isinstance(await client.submit(REQUEST), Uncertain)

    async def test_each_submit_has_a_connection_of_its_own(self) -> None:
        """A reused one might be closed by the server just then, and nobody could tell what it read."""
        async with calling(reply(200, TAKEN)) as (client, server):
            await client.submit(REQUEST)
            await client.submit(REQUEST)
        assert server.connections == 2


class TestNotSent:
    async def test_connection_refused(self) -> None:
        url = f"http://127.0.0.1:{closed_port()}"
        async with ModellixClient(url, KEY, StillClock(NOW)) as client:
            outcome = await client.submit(REQUEST)
        assert outcome == NotSent("ClientConnectorError (ECONNREFUSED)")

    async def test_a_name_that_does_not_resolve(self) -> None:
        async with ModellixClient("http://api.example", KEY, StillClock(NOW), resolver=Names()) as client:
            assert isinstance(await client.submit(REQUEST), NotSent)

    @pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
    async def test_a_server_that_ends_the_tls_handshake_or_does_not_speak_tls(self, said: bytes) -> None:
        """The request itself is only sent over what the handshake has opened."""
        accepted: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.append(await reader.read(5))
            writer.write(said)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with ModellixClient(url, KEY, StillClock(NOW)) as client:
                assert isinstance(await client.submit(REQUEST), NotSent)
        assert accepted[0][:1] == b"\x16", "a TLS hello, no request"

    async def test_a_handshake_that_takes_too_long(self) -> None:
        """Connecting has a shorter limit than the whole, so that this is not mistaken for a loss."""
        held: list[asyncio.StreamWriter] = []

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            held.append(writer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with ModellixClient(url, KEY, StillClock(NOW), submit_timeout_s=SHORT_S) as client:
                outcome = await client.submit(REQUEST)
            for writer in held:
                writer.close()
        assert outcome == NotSent("ConnectionTimeoutError")


class TestPathFallback:
    async def test_after_a_404_the_other_form_is_used_from_then_on(self) -> None:
        async def plain_only(received: Received, writer: asyncio.StreamWriter) -> None:
            if received.path.endswith("/async"):
                await send(writer, 404, {"code": 404, "message": "Not found"})
            else:
                await send(writer, 200, TAKEN)

        async with calling(plain_only) as (client, server):
            assert await client.submit(REQUEST) == Taken("task-1")
            assert await client.submit(REQUEST) == Taken("task-1")
        assert [received.path.rpartition("/")[2] for received in server.requests] == [
            "async",
            "gpt-image-2",
            "gpt-image-2",
        ]

    async def test_404_on_both_forms_is_a_refusal_after_two_requests(self) -> None:
        async with calling(reply(404)) as (client, server):
            assert await client.submit(REQUEST) == Refused(FailureReason.REJECTED, "HTTP 404")
        assert len(server.requests) == 2

    @pytest.mark.parametrize("status", [400, 405, 500])
    async def test_no_other_status_leads_to_a_second_request(self, status: int) -> None:
        async with calling(reply(status)) as (client, server):
            await client.submit(REQUEST)
        assert len(server.requests) == 1

    async def test_a_loss_on_the_second_form_is_uncertain(self) -> None:
        async def lose_plain(received: Received, writer: asyncio.StreamWriter) -> None:
            if received.path.endswith("/async"):
                await send(writer, 404)
            else:
                writer.close()

        async with calling(lose_plain) as (client, _):
            assert isinstance(await client.submit(REQUEST), Uncertain)
