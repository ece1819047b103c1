"""Modellix's JSON and headers as values, and back: pure, and total over every status and every byte.

Two rules decide each doubt (facts: Modellix). After a submit, only the answers in the table mean
"refused" and only a task id means "taken": all else is `Uncertain`, because sending again may pay
twice. After a poll a doubt is `Unreachable` or `Working`, because asking again costs nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.jobs import FailureReason, Request
from bot.domain.provider import (
    Done,
    Gone,
    Held,
    HoldReason,
    Over,
    PollOutcome,
    Refused,
    SubmitOutcome,
    Taken,
    Throttled,
    Uncertain,
    Unreachable,
    Working,
)
from bot.domain.units import MS_PER_S, Instant, after
from bot.modellix import headers as http
from bot.modellix.untrusted import JsonObject, amount, members, one_line, parsed, text_at, texts, whole

_REFUSED = frozenset({400, 403, 404, 405, 413, 415, 422})
_HELD = {401: HoldReason.KEY, 402: HoldReason.BALANCE}
_THROTTLED = 429
_WORKING = frozenset({"pending", "processing", "queued", "running", "in_progress", "created"})
_DONE = frozenset({"success", "succeeded", "completed"})
_OVER = frozenset({"failed", "error", "canceled", "cancelled"})
_SAFETY_WORDS = (
    "moderation_blocked",
    "safety system",
    "safety_violation",
    "safety violation",
    "content_policy",
    "content policy",
)
_CONCURRENCY_WORD = "concurren"
_TASK_ID_MAX_CHARS = 256
_REQUEST_ID_HEADERS = ("x-request-id", "x-trace-id", "cf-ray")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+-]{1,100}")
"""Nothing that could be a link or a sentence."""
_MONTH_MS = 31 * 24 * 3_600 * MS_PER_S
_YEAR_9999_MS = 253_370_764_800_000
_FIRST_UNIX_MS = 100_000_000_000


@dataclass(frozen=True, slots=True)
class RateHint:
    """What an answer's headers tell of the account's budget, by this machine's clock."""

    remaining: int | None = None
    """Requests left until `reset_at`."""
    reset_at: Instant | None = None
    retry_at: Instant | None = None
    """Nothing at all before this (`Retry-After` of an answer other than 429)."""


def submit_body(request: Request) -> dict[str, str]:
    """The three fields that exist, and no other (facts: Modellix, Submit)."""
    return {
        "prompt": request.prompt,
        "size": request.size.value,
        "quality": request.quality.value,
    }


def read_submit(status: int, headers: Mapping[str, str], body: bytes, now: Instant) -> SubmitOutcome:
    """What an answer to a submit means for the money (facts: Modellix, the table under Submit).

    An error code inside a 2xx answer refuses nothing: the table knows refusals by their HTTP status
    only, so it is `Uncertain`, with what was said kept for the person who decides.
    """
    answer = parsed(body)
    if status == _THROTTLED:
        return _throttled(headers, answer, now)
    if status in _HELD:
        return Held(_HELD[status])
    said = _what_went_wrong(answer)
    if status in _REFUSED:
        reason = FailureReason.SAFETY if _is_safety(said) else FailureReason.REJECTED
        return Refused(reason, _detail(status, said))
    if not 200 <= status <= 299:
        return Uncertain(_detail(status, said))
    task_id = _task_id(answer)
    return Taken(task_id) if task_id else Uncertain(_detail(status, said or ["no task id"]))


def read_poll(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    provider_task_id: str,
    now: Instant,
    on_odd_status: Callable[[str], None] = lambda _: None,
) -> PollOutcome:
    """How a task stands (facts: Modellix, Poll).

    `on_odd_status` hears a status word that is in no list; it counts as still working. An answer
    about another task is as good as none: `Unreachable`.
    """
    answer = parsed(body)
    if status == _THROTTLED:
        return _throttled(headers, answer, now)
    if status in _HELD:
        return Held(_HELD[status])
    if status == 404:
        return Gone()
    data = members(answer, "data")
    word = text_at(data, "status")
    if not 200 <= status <= 299 or word is None:
        return Unreachable(_detail(status, _what_went_wrong(answer)))
    if data.get("task_id", provider_task_id) != provider_task_id:
        return Unreachable("an answer about another task")
    return _progress(word.strip().lower(), data, on_odd_status)


def read_request_id(headers: Mapping[str, str], body: bytes) -> str | None:
    """What the provider calls the request that this answers; None when it does not tell.

    No page says that it does: these are the names that such services use.
    """
    found = http.lowered(headers)
    told = [found.get(name) for name in _REQUEST_ID_HEADERS]
    told.append(text_at(parsed(body) or {}, "request_id"))
    return next((name for name in told if name and _REQUEST_ID.fullmatch(name)), None)


def read_key_valid(status: int, body: bytes) -> bool | None:
    """Whether the key is accepted; None when the answer does not tell."""
    if status == 401:
        return False
    verdict = members(parsed(body), "data").get("is_valid")
    return verdict if 200 <= status <= 299 and isinstance(verdict, bool) else None


def read_balance(status: int, body: bytes) -> Decimal | None:
    """The team's balance in US dollars, negative when overdrawn; None when it is not told."""
    value = members(parsed(body), "data").get("balance")
    if not 200 <= status <= 299 or isinstance(value, bool):
        return None
    try:
        balance = Decimal(value if isinstance(value, str | int | Decimal) else "NaN")
    except ArithmeticError:
        return None
    return balance if balance.is_finite() and abs(balance) < 1_000_000_000 else None


def read_hint(status: int, headers: Mapping[str, str], now: Instant) -> RateHint | None:
    """What the headers tell of the budget; None when nothing.

    `Retry-After` of a 429 is left to `Throttled`, which alone knows whether polls must wait too.
    """
    found = http.lowered(headers)
    remaining = http.number(found.get("x-ratelimit-remaining"))
    wait_s = None if status == _THROTTLED else http.retry_after_s(found, now)
    hint = RateHint(
        remaining=None if remaining is None else int(remaining),
        reset_at=http.reset_at(found, now),
        retry_at=None if wait_s is None else after(now, wait_s),
    )
    return None if hint == RateHint() else hint


def _throttled(headers: Mapping[str, str], answer: JsonObject | None, now: Instant) -> Throttled:
    """429. Without `Retry-After`, a budget that is used up tells by its reset how long to wait."""
    found = http.lowered(headers)
    wait_s = http.retry_after_s(found, now)
    if wait_s is None and http.number(found.get("x-ratelimit-remaining")) == 0:
        reset_at = http.reset_at(found, now)
        wait_s = None if reset_at is None else max(0.0, (reset_at - now) / MS_PER_S)
    said = " ".join(_what_went_wrong(answer)).lower()
    return Throttled(wait_s, concurrency=_CONCURRENCY_WORD in said)


def _task_id(answer: JsonObject | None) -> str | None:
    """The id of an accepted task. One that cannot be stored or asked for again is none."""
    code = None if answer is None else answer.get("code")
    task_id = members(answer, "data").get("task_id")
    if type(code) is not int or code != 0 or not isinstance(task_id, str):
        return None
    usable = 0 < len(task_id) <= _TASK_ID_MAX_CHARS and task_id.isascii() and task_id.isprintable()
    return task_id if usable and task_id.strip() else None


def _progress(word: str, data: JsonObject, on_odd_status: Callable[[str], None]) -> Working | Done | Over:
    cost = amount(members(data, "billing").get("amount"))
    if word in _DONE:
        return Done(
            url=_picture_url(data),
            took_ms=whole(data.get("duration"), _MONTH_MS),
            cost_microusd=cost,
            expires_at=_expiry(data.get("result_expires_at")),
        )
    if word in _OVER:
        said = _what_went_wrong({"data": data})
        reason = FailureReason.SAFETY if _is_safety(said) else FailureReason.PROVIDER_FAILED
        return Over(reason, one_line(said[0]) if said else "", cost)
    if word not in _WORKING:
        on_odd_status(one_line(word)[:40])
    return Working()


def _picture_url(data: JsonObject) -> str | None:
    """The link of the primary resource, else of the first that has one."""
    listed = members(data, "result").get("resources")
    resources = [members(one) for one in listed] if isinstance(listed, list) else []
    resources.sort(key=lambda one: one.get("role") != "primary")
    return next((url for one in resources if (url := text_at(one, "url"))), None)


def _expiry(value: object) -> Instant | None:
    """Unix milliseconds, seconds, or ISO text, as milliseconds."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return whole(round(aware.timestamp() * MS_PER_S), _YEAR_9999_MS)
        except (ValueError, OverflowError):
            return None
    number = whole(value, _YEAR_9999_MS)
    if number is None or number >= _FIRST_UNIX_MS:
        return number
    return number * MS_PER_S


def _what_went_wrong(answer: JsonObject | None) -> list[str]:
    """Every text that explains a failure, the most telling first (facts: Modellix, Poll, Failed)."""
    data = members(answer, "data")
    result = members(data, "result")
    places: list[object] = [
        data.get("error"),
        text_at(data, "message"),
        result.get("error"),
        text_at(result, "message"),
    ]
    if answer is not None:
        places += [answer.get("error"), text_at(answer, "message")]
    return [text for place in places for text in texts(place)]


def _is_safety(said: list[str]) -> bool:
    everything = " ".join(said).lower()
    return any(word in everything for word in _SAFETY_WORDS)


def _detail(status: int, said: list[str]) -> str:
    return one_line(f"HTTP {status}: {said[0]}" if said else f"HTTP {status}")
