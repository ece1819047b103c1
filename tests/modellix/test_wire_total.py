"""No status, header or body raises, and every detail can be stored and shown."""

import json
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.provider import PollOutcome, SubmitOutcome, Taken, Uncertain
from bot.modellix.untrusted import DETAIL_MAX_CHARS
from bot.modellix.wire import read_balance, read_hint, read_key_valid, read_poll, read_submit
from tests.modellix.answers import NOW, TASK, submit

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
names = st.sampled_from(
    [
        *("code", "message", "data", "status", "task_id", "error", "result", "resources", "url"),
        *("billing", "amount", "duration", "role", "result_expires_at", "is_valid", "balance"),
    ]
)
shaped = st.recursive(
    anything | st.sampled_from(["success", "failed", "pending", TASK, 0]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)
any_body = st.binary() | st.builds(lambda value: json.dumps(value).encode(), anything | shaped)
any_header = st.dictionaries(
    st.sampled_from(["Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Date", "Other"]),
    st.text() | st.integers().map(str) | st.floats().map(str),
)


class TestTotal:
    @given(st.integers(100, 599), any_header, any_body)
    def test_submit(self, status: int, headers: dict[str, str], content: bytes) -> None:
        outcome = read_submit(status, headers, content, NOW)
        assert isinstance(outcome, get_args(SubmitOutcome))
        assert_sound(outcome)

    @given(st.sampled_from([200, 404, 429, 500]), any_header, any_body)
    def test_poll(self, status: int, headers: dict[str, str], content: bytes) -> None:
        outcome = read_poll(status, headers, content, TASK, NOW)
        assert isinstance(outcome, get_args(PollOutcome))
        assert_sound(outcome)

    @given(st.sampled_from([200, 429]), any_header)
    def test_hint(self, status: int, headers: dict[str, str]) -> None:
        read_hint(status, headers, NOW)

    @given(any_body)
    def test_key_and_balance(self, content: bytes) -> None:
        read_key_valid(200, content)
        read_balance(200, content)

    def test_very_deep_json(self) -> None:
        assert isinstance(submit(200, b'{"a":' * 100_000), Uncertain)

    def test_very_long_numbers(self) -> None:
        assert isinstance(submit(200, b'{"code":' + b"9" * 100_000 + b"}"), Uncertain)
        assert isinstance(submit(200, b'{"code":1e' + b"9" * 100 + b"}"), Uncertain)

    @given(st.integers(100, 599), any_body)
    def test_nothing_but_a_task_id_is_taken(self, status: int, content: bytes) -> None:
        if isinstance(read_submit(status, {}, content, NOW), Taken):
            answer = json.loads(content)
            assert 200 <= status <= 299
            assert answer["code"] == 0
            assert answer["data"]["task_id"]


def assert_sound(outcome: object) -> None:
    detail = getattr(outcome, "detail", "")
    assert len(detail) <= DETAIL_MAX_CHARS
    assert detail.encode() is not None
    assert not any(ord(char) < 32 for char in detail)
