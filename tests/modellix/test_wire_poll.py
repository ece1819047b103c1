"""How a task stands: the table under Poll in facts/modellix.md, row by row."""

from typing import Any

import pytest

from bot.domain.jobs import FailureReason
from bot.domain.provider import Done, Gone, Held, HoldReason, Over, Unreachable, Working
from bot.modellix.untrusted import DETAIL_MAX_CHARS
from bot.modellix.wire import read_poll
from tests.modellix.answers import NOW, SAFETY, TASK, body, failure, poll, state


class TestReadPoll:
    @pytest.mark.parametrize(
        "word", ["pending", "processing", "queued", "running", "in_progress", "created", "PENDING"]
    )
    def test_working(self, word: str) -> None:
        assert poll(200, state(word)) == Working()

    @pytest.mark.parametrize("word", ["success", "succeeded", "completed", "Success"])
    def test_done_with_nothing_but_the_word(self, word: str) -> None:
        assert poll(200, state(word)) == Done(None, None, None, None)

    @pytest.mark.parametrize("word", ["failed", "error", "canceled", "cancelled"])
    def test_over_without_text(self, word: str) -> None:
        assert poll(200, state(word)) == Over(FailureReason.PROVIDER_FAILED, "", None)

    def test_the_sample_is_done(self) -> None:
        resource = {"url": "https://f.example/x.png", "type": "image", "role": "primary"}
        content = state(
            "success",
            duration=41230,
            result={"resources": [resource]},
            billing={"status": "succeeded", "amount": "0.2400"},
            result_expires_at=1786000000000,
        )
        assert poll(200, content) == Done("https://f.example/x.png", 41_230, 240_000, 1_786_000_000_000)

    @pytest.mark.parametrize(
        ("resources", "url"),
        [
            ([{"url": "a"}, {"url": "b", "role": "primary"}], "b"),
            ([{"url": "a"}, {"url": "b"}], "a"),
            ([{"role": "primary"}, {"url": "b"}], "b"),
            ([None, 3, {"url": 4}, {"url": " "}], None),
            ([], None),
            ("x", None),
            ({"url": "a"}, None),
        ],
    )
    def test_the_primary_picture_that_has_a_link(self, resources: Any, url: str | None) -> None:
        outcome = poll(200, state("success", result={"resources": resources}))
        assert isinstance(outcome, Done)
        assert outcome.url == url

    @pytest.mark.parametrize(
        ("amount", "cost"),
        [
            ("0.2400", 240_000),
            (0.053, 53_000),
            (1, 1_000_000),
            ("0", 0),
            ("0.0000001", 1),
            ("-1", None),
            ("NaN", None),
            ("free", None),
            ("1e99", None),
            ("9" * 5000, None),
            (True, None),
            (None, None),
            ([], None),
        ],
    )
    def test_the_bill_is_exact_or_not_told(self, amount: Any, cost: int | None) -> None:
        done = poll(200, state("success", billing={"amount": amount}))
        over = poll(200, state("failed", billing={"amount": amount}))
        assert (done.cost_microusd, over.cost_microusd) == (cost, cost)

    @pytest.mark.parametrize(
        ("written", "expires_at"),
        [
            (1786000000000, 1_786_000_000_000),
            (1786000000, 1_786_000_000_000),
            ("2026-08-06T06:26:40Z", 1_785_997_600_000),
            ("2026-08-06T06:26:40", 1_785_997_600_000),
            ("tomorrow", None),
            (10**30, None),
            (-1, None),
            (None, None),
        ],
    )
    def test_expiry_in_each_unit(self, written: Any, expires_at: int | None) -> None:
        assert poll(200, state("success", result_expires_at=written)).expires_at == expires_at

    @pytest.mark.parametrize("duration", [-1, 10**30, "41230", True, None, 0.5])
    def test_a_senseless_duration_is_none_or_cut_to_whole(self, duration: Any) -> None:
        assert poll(200, state("success", duration=duration)).took_ms in {None, 0}

    @pytest.mark.parametrize(
        ("fields", "detail"),
        [
            ({"error": "out of ink"}, "out of ink"),
            ({"error": {"message": "out of ink", "code": "ink"}}, "out of ink"),
            ({"error": {"code": "ink"}}, "ink"),
            ({"error": {}, "message": "out of ink"}, "out of ink"),
            ({"error": "", "result": {"error": "out of ink"}}, "out of ink"),
            ({"result": {"message": "out of ink"}}, "out of ink"),
            ({"error": "bad\x00\u202e\n thing"}, "bad thing"),
            ({"error": "see https://f.example/x?sig=1 now"}, "see [link] now"),
        ],
    )
    def test_the_first_usable_text_of_a_failure(self, fields: Any, detail: str) -> None:
        assert poll(200, state("failed", **fields)) == Over(FailureReason.PROVIDER_FAILED, detail, None)

    @pytest.mark.parametrize(
        "fields",
        [
            {"error": SAFETY},
            {"error": {"message": "Rejected", "code": "moderation_blocked"}},
            {"message": "failed", "result": {"error": {"message": SAFETY}}},
        ],
    )
    def test_a_safety_refusal_is_found_wherever_it_is_said(self, fields: Any) -> None:
        assert poll(200, state("failed", **fields)).reason is FailureReason.SAFETY

    def test_a_long_failure_text_is_cut(self) -> None:
        assert len(poll(200, state("failed", error="x" * 9_000)).detail) == DETAIL_MAX_CHARS

    def test_an_unknown_word_is_still_working_and_is_reported(self) -> None:
        heard: list[str] = []
        outcome = read_poll(200, {}, state("Dreaming\n"), TASK, NOW, heard.append)
        assert (outcome, heard) == (Working(), ["dreaming"])

    def test_another_tasks_answer_is_as_good_as_none(self) -> None:
        assert isinstance(poll(200, state("success", task_id="task-other")), Unreachable)

    def test_an_answer_that_does_not_name_its_task_is_believed(self) -> None:
        assert poll(200, body({"data": {"status": "processing"}})) == Working()

    def test_404_is_gone(self) -> None:
        assert poll(404, failure("Not found", 404)) == Gone()

    @pytest.mark.parametrize(("status", "reason"), [(401, HoldReason.KEY), (402, HoldReason.BALANCE)])
    def test_key_and_balance_hold(self, status: int, reason: HoldReason) -> None:
        assert poll(status) == Held(reason)

    @pytest.mark.parametrize("status", [200, 204, 301, 400, 403, 409, 500, 502, 503])
    def test_no_usable_answer_is_asked_for_again(self, status: int) -> None:
        assert isinstance(poll(status, b"<html>"), Unreachable)
