"""The tables of facts/modellix.md, row by row, and what no row foresees."""

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.jobs import FailureReason, Quality, Request, Size
from bot.domain.provider import Held, HoldReason, Refused, Taken, Throttled, Uncertain
from bot.modellix.wire import (
    RateHint,
    read_balance,
    read_hint,
    read_key_valid,
    read_request_id,
    submit_body,
)
from tests.modellix.answers import NOW, SAFETY, TASK, accepted, body, failure, poll, submit


class TestSubmitBody:
    def test_has_exactly_the_three_fields_that_exist(self) -> None:
        request = Request("a fox", Size.PORTRAIT_4K, Quality.HIGH, count=4)
        assert submit_body(request) == {"prompt": "a fox", "size": "2160x3840", "quality": "high"}


class TestReadSubmit:
    def test_the_sample_is_taken(self) -> None:
        assert submit(200, accepted()) == Taken(TASK)

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 415, 422])
    def test_refused_whatever_the_body(self, status: int) -> None:
        assert submit(status, b"<html>") == Refused(FailureReason.REJECTED, f"HTTP {status}")

    @pytest.mark.parametrize(("status", "reason"), [(401, HoldReason.KEY), (402, HoldReason.BALANCE)])
    def test_key_and_balance_hold_everybody(self, status: int, reason: HoldReason) -> None:
        assert submit(status, accepted()) == Held(reason)

    @pytest.mark.parametrize(
        "status", [100, 301, 302, 307, 308, 406, 408, 409, 410, 418, 425, 500, 502, 503, 504, 599]
    )
    def test_everything_else_is_uncertain(self, status: int) -> None:
        assert isinstance(submit(status, failure("Service error", status)), Uncertain)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<html>ok</html>",
            b"[]",
            b"null",
            b'{"code":0,"data":{"task_id":"' + TASK.encode(),
            body({"code": 0}),
            body({"code": 0, "data": [TASK]}),
            body({"data": {"task_id": TASK}}),
            body({"code": "0", "data": {"task_id": TASK}}),
            body({"code": False, "data": {"task_id": TASK}}),
            body({"code": 1, "data": {"task_id": TASK}}),
            failure("Invalid parameters: parameter 'prompt' is required"),
            failure("Rate limit exceeded", 429),
            accepted(task_id=""),
            accepted(task_id="   "),
            accepted(task_id=None),
            accepted(task_id=7),
            accepted(task_id="\ud800"),
            accepted(task_id="a\nb"),
            accepted(task_id="a" * 300),
        ],
    )
    def test_success_without_code_0_and_a_usable_task_id_is_uncertain(self, content: bytes) -> None:
        assert isinstance(submit(200, content), Uncertain)

    def test_an_error_code_inside_a_200_is_kept_for_the_person_who_decides(self) -> None:
        assert submit(200, failure("Invalid parameters: size")) == Uncertain(
            "HTTP 200: Invalid parameters: size"
        )

    @pytest.mark.parametrize("message", [SAFETY, "Bad request: MODERATION_BLOCKED"])
    def test_a_safety_refusal_is_told_apart(self, message: str) -> None:
        outcome = submit(400, failure(message))
        assert isinstance(outcome, Refused)
        assert outcome.reason is FailureReason.SAFETY

    @pytest.mark.parametrize(
        ("message", "concurrency"),
        [("Rate limit exceeded", False), ("Concurrent limit exceeded", True), ("", False)],
    )
    def test_429_tells_which_limit(self, message: str, concurrency: bool) -> None:
        assert submit(429, failure(message, 429)) == Throttled(None, concurrency)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("headers", "wait_s"),
        [
            ({"Retry-After": "7"}, 7.0),
            ({"retry-after": "0.5"}, 0.5),
            ({"RETRY-AFTER": "Mon, 21 Sep 2026 14:13:50 GMT"}, 30.0),
            ({"Retry-After": "Mon, 21 Sep 2026 10:00:00 GMT"}, 0.0),
            ({"Retry-After": "soon"}, None),
            ({"Retry-After": "-5"}, None),
            ({"Retry-After": "nan"}, None),
            ({"Retry-After": "1e999"}, None),
            ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1790000012"}, 12.0),
            ({"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "1790000012"}, None),
            ({}, None),
        ],
    )
    def test_seconds_dates_and_the_reset_are_understood(
        self, headers: dict[str, str], wait_s: float | None
    ) -> None:
        assert submit(429, b"", headers) == Throttled(wait_s, concurrency=False)
        assert poll(429, b"", headers) == Throttled(wait_s, concurrency=False)

    def test_dates_count_by_the_servers_clock_where_it_tells_its_own(self) -> None:
        headers = {
            "Date": "Mon, 21 Sep 2026 15:00:00 GMT",
            "Retry-After": "Mon, 21 Sep 2026 15:00:20 GMT",
        }
        assert submit(429, b"", headers) == Throttled(20.0, concurrency=False)


class TestReadHint:
    def test_headers_without_a_word_on_the_budget_are_no_hint(self) -> None:
        assert read_hint(200, {"Content-Type": "text/html"}, NOW) is None

    @pytest.mark.parametrize("reset", ["1790000030", "1790000030000", "30"])
    def test_the_reset_is_understood_in_each_usual_unit(self, reset: str) -> None:
        headers = {"x-ratelimit-remaining": "4", "x-ratelimit-reset": reset}
        assert read_hint(200, headers, NOW) == RateHint(remaining=4, reset_at=NOW + 30_000)

    def test_retry_after_on_a_503_stops_everything(self) -> None:
        assert read_hint(503, {"Retry-After": "9"}, NOW) == RateHint(retry_at=NOW + 9_000)

    def test_retry_after_on_a_429_is_left_to_the_outcome(self) -> None:
        """It may concern tasks at once, and then polls need not wait."""
        assert read_hint(429, {"Retry-After": "9"}, NOW) is None


class TestKeyAndBalance:
    @pytest.mark.parametrize(
        ("status", "content", "verdict"),
        [
            (200, body({"code": 0, "data": {"is_valid": True}}), True),
            (200, body({"code": 0, "data": {"is_valid": False}}), False),
            (200, body({"code": 0, "data": {"is_valid": "yes"}}), None),
            (200, b"<html>", None),
            (401, b"", False),
            (503, body({"data": {"is_valid": True}}), None),
        ],
    )
    def test_key(self, status: int, content: bytes, verdict: bool | None) -> None:
        assert read_key_valid(status, content) is verdict

    @pytest.mark.parametrize(
        ("status", "balance", "told"),
        [
            (200, 12.3456, Decimal("12.3456")),
            (200, "7.50", Decimal("7.50")),
            (200, -2, Decimal(-2)),
            (200, True, None),
            (200, "Infinity", None),
            (200, None, None),
            (500, 3, None),
        ],
    )
    def test_balance(self, status: int, balance: Any, told: Decimal | None) -> None:
        assert read_balance(status, body({"code": 0, "data": {"balance": balance}})) == told


class TestReadRequestId:
    @pytest.mark.parametrize(
        ("headers", "content", "told"),
        [
            ({"X-Request-Id": "req-1"}, b"", "req-1"),
            ({"x-trace-id": "a:b=c+d_e.f", "cf-ray": "8f1-AMS"}, b"", "a:b=c+d_e.f"),
            ({"CF-Ray": "8f1-AMS"}, body({"request_id": "req-2"}), "8f1-AMS"),
            ({}, body({"code": 400, "request_id": "req-2"}), "req-2"),
            ({}, body({"request_id": 7}), None),
            ({}, b"<html>", None),
        ],
    )
    def test_is_what_such_services_call_it(
        self, headers: dict[str, str], content: bytes, told: str | None
    ) -> None:
        assert read_request_id(headers, content) == told

    @pytest.mark.parametrize(
        "odd", ["", "x" * 101, "a b", "a\nb", "\x1b[2J", "ü", "https://f.example/x.png", "a?sig=1"]
    )
    def test_what_could_be_a_link_or_a_sentence_is_none(self, odd: str) -> None:
        assert read_request_id({"X-Request-Id": odd}, body({"request_id": "req-2"})) == "req-2"
