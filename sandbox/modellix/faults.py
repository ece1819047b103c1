"""Everything the stand-in can do wrong, and the queue of what it shall do wrong next."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a request is about."""

    SUBMIT = "submit"
    POLL = "poll"
    FILE = "file"
    ACCOUNT = "account"
    """Key, balance and models."""


_ANY = frozenset(Kind)
_API = _ANY - {Kind.FILE}
_SUBMIT, _POLL, _FILE = frozenset({Kind.SUBMIT}), frozenset({Kind.POLL}), frozenset({Kind.FILE})
_FATE = frozenset[Kind]()


class Fault(StrEnum):
    """One way to misbehave.

    `on` says which requests it can strike. Where it is empty the fault is a *fate*: an
    accepted submit gives it to its task for life. `executed` says whether the request took
    effect (a task is made, and paid) although the answer is wrong; an order may say otherwise.
    """

    on: frozenset[Kind]
    executed: bool
    sentence: str

    def __new__(
        cls, value: str, on: frozenset[Kind] = _FATE, sentence: str = "", executed: bool = False
    ) -> "Fault":
        fault = str.__new__(cls, value)
        fault._value_ = value
        fault.on, fault.sentence, fault.executed = on, sentence, executed
        return fault

    # -- the connection --
    LOST_BEFORE = "lost_before", _ANY, "Closed without an answer, and nothing was done."
    LOST_AFTER = "lost_after", _ANY, "Done, then closed without an answer.", True
    RESET_BEFORE = "reset_before", _ANY, "Reset without an answer, and nothing was done."
    RESET_AFTER = "reset_after", _ANY, "Done, then reset without an answer.", True
    LATE_BEFORE = "late_before", _ANY, "Waits `delay_s`, then does it and answers.", True
    LATE_AFTER = "late_after", _ANY, "Does it, waits `delay_s`, then answers.", True

    # -- the status --
    STATUS_400 = "status_400", _ANY, "400: the parameters are refused."
    STATUS_401 = "status_401", _ANY, "401: the key is refused."
    STATUS_402 = "status_402", _ANY, "402: the balance is used up."
    STATUS_403 = "status_403", _ANY, "403: the key lacks the model, or the link its right."
    STATUS_404 = "status_404", _ANY, "404: path, task or file is unknown."
    STATUS_408 = "status_408", _ANY, "408: the server gave up on the request."
    STATUS_409 = "status_409", _ANY, "409: a conflict, whatever that means here."
    STATUS_425 = "status_425", _ANY, "425: too early."
    RATE_LIMITED = "rate_limited", _ANY, "429: rate; Retry-After if the order has `retry_after_s`."
    CONCURRENCY_LIMITED = "concurrency_limited", _SUBMIT, "429: tasks at once; Retry-After alike."
    STATUS_500 = "status_500", _ANY, "500: an internal error."
    STATUS_502 = "status_502", _ANY, "502: a bad gateway, as HTML."
    STATUS_503 = "status_503", _ANY, "503: overloaded."
    STATUS_504 = "status_504", _ANY, "504: a gateway timeout, as HTML."
    REDIRECTED = "redirected", _API, "307 to the same path: following it repeats the request."

    # -- the body --
    HTML = "html", _ANY, "200 with an HTML page.", True
    BROKEN_JSON = "broken_json", _API, "200 with JSON that ends in the middle.", True
    CODE_NOT_ZERO = "code_not_zero", _API, "200 with `code` 500 in the body.", True
    NO_TASK_ID = "no_task_id", _SUBMIT, "200 and code 0 without a task id.", True
    EMPTY_TASK_ID = "empty_task_id", _SUBMIT, "200 and code 0 with an empty task id.", True
    OTHER_TASK_ID = "other_task_id", _POLL, "The answer is about a task nobody asked for.", True

    # -- the picture --
    TRUNCATED = "truncated", _FILE, "Half of the announced bytes, then closed.", True
    STALLED = "stalled", _FILE, "Half of the bytes, the rest after `delay_s`.", True
    EMPTY_FILE = "empty_file", _FILE, "200 with no bytes.", True
    WRONG_SIZE = "wrong_size", _FILE, "A picture of half the width and height.", True
    NOISE = "noise", _FILE, "Incompressible: 2048x2048 and 4K exceed 10 MiB.", True
    BOMB = "bomb", _FILE, "A PNG of 50 kB that unpacks to 400 million pixels.", True
    REDIRECT_PRIVATE = "redirect_private", _FILE, "302 to http://10.0.0.1/."
    REDIRECT_FINE = "redirect_fine", _FILE, "302 to a link on this server that works."
    REDIRECT_LOOP = "redirect_loop", _FILE, "302 to itself; order it with times 0."

    # -- the fate of a task: how it ends --
    STUCK = "stuck", _FATE, "Processes for ever."
    EXPIRED = "expired", _FATE, "Its polls and its file are 404 as soon as it is done."
    FAILED_WITHOUT_TEXT = "failed_without_text", _FATE, "Fails and does not say why."
    FAILED_ERROR_TEXT = "failed_error_text", _FATE, "Fails; `error` is a text."
    FAILED_ERROR_OBJECT = "failed_error_object", _FATE, "Fails; `error` has `code` and `message`."
    FAILED_ERROR_CODE = "failed_error_code", _FATE, "Fails; `error` has a `code` only."
    FAILED_MESSAGE = "failed_message", _FATE, "Fails; `message` is a text."
    FAILED_RESULT_ERROR = "failed_result_error", _FATE, "Fails; `result.error` is a text."
    FAILED_RESULT_MESSAGE = "failed_result_message", _FATE, "Fails; `result.message` is a text."
    FAILED_BY_SAFETY = "failed_by_safety", _FATE, "Refused by the upstream safety system."
    FAILED_BUT_BILLED = "failed_but_billed", _FATE, "Fails and is charged all the same."
    EMPTY_RESOURCES = "empty_resources", _FATE, "Success with an empty `resources`."
    NO_RESULT = "no_result", _FATE, "Success without `result`."

    # -- the fate of a task: in what words --
    SAYS_QUEUED = "says_queued", _FATE, "Its status while working is `queued`."
    SAYS_RUNNING = "says_running", _FATE, "Its status while working is `running`."
    SAYS_IN_PROGRESS = "says_in_progress", _FATE, "Its status while working is `IN_PROGRESS`."
    SAYS_CREATED = "says_created", _FATE, "Its status while working is `created`."
    SAYS_UNKNOWN_WORD = "says_unknown_word", _FATE, "Its status while working is `warming_up`."
    SAYS_SUCCEEDED = "says_succeeded", _FATE, "Its status when done is `SUCCEEDED`."
    SAYS_COMPLETED = "says_completed", _FATE, "Its status when done is `completed`."
    SAYS_ERROR = "says_error", _FATE, "Fails; its status is `error`."
    SAYS_CANCELED = "says_canceled", _FATE, "Fails; its status is `canceled`."
    SAYS_CANCELLED = "says_cancelled", _FATE, "Fails; its status is `cancelled`."
    EXPIRES_IN_SECONDS = "expires_in_seconds", _FATE, "`result_expires_at` is in seconds."
    EXPIRES_IN_ISO = "expires_in_iso", _FATE, "`result_expires_at` is ISO 8601 text."
    BARE = "bare", _FATE, "Success with the link and no optional field, not even `billing`."
    SECOND_IS_PRIMARY = "second_is_primary", _FATE, "Two resources; only the second is primary."
    LINK_IS_PRIVATE = "link_is_private", _FATE, "The result link is http://10.0.0.1/."
    GET_RESULT_IS_HTTP = "get_result_is_http", _FATE, "`get_result.url` is http to a wrong host."

    @property
    def is_fate(self) -> bool:
        """Whether it belongs to a task, not to one request."""
        return not self.on

    @property
    def loses_the_answer(self) -> bool:
        """Whether the client gets no answer at all."""
        return self.startswith(("lost_", "reset_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A fault that somebody wants to see."""

    fault: Fault
    on: Kind = Kind.SUBMIT
    """Which requests it strikes. Fates are given by submits."""
    times: int = 1
    """How often; 0: until cleared."""
    skip: int = 0
    """How many matching requests pass before."""
    match: str = ""
    """Only requests about a task whose prompt contains this text."""
    executed: bool | None = None
    """Whether the request takes effect; `None`: as is usual for the fault."""
    delay_s: float = 30.0
    retry_after_s: float | None = None

    def __post_init__(self) -> None:
        if self.on not in (self.fault.on or _SUBMIT):
            raise ValueError(f"{self.fault} cannot strike a {self.on}")

    @classmethod
    def parse(cls, order: Mapping[str, Any]) -> "Order":
        """An order as JSON gives it; `on` may be left out where only one kind is possible."""
        unknown = order.keys() - {field.name for field in fields(cls)}
        if unknown or "fault" not in order:
            raise ValueError(f"an order has a fault and no {sorted(unknown)}")
        fault = Fault(order["fault"])
        only = next(iter(fault.on)) if len(fault.on) == 1 else Kind.SUBMIT
        return cls(**{**order, "fault": fault, "on": Kind(order.get("on", only))})

    @property
    def takes_effect(self) -> bool:
        """Whether the request is carried out before its answer goes wrong."""
        return self.fault.executed if self.executed is None else self.executed


class Faults:
    """The queue of orders: first ordered, first served."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, order: Order) -> None:
        """Queue an order."""
        self._waiting.append(_Waiting(order, order.skip, order.times))

    def clear(self) -> None:
        """Forget all orders; fates already given stay."""
        self._waiting.clear()

    def strike(self, kind: Kind, prompt: str) -> Order | None:
        """The order that this request meets, if any; used up by it."""
        for waiting in self._matching(kind, prompt, fates=False):
            if waiting.use(self._waiting):
                return waiting.order
        return None

    def fates(self, prompt: str) -> frozenset[Fault]:
        """What is in store for the task that is being made; used up by it."""
        matching = self._matching(Kind.SUBMIT, prompt, fates=True)
        return frozenset(each.order.fault for each in matching if each.use(self._waiting))

    def waiting(self) -> list[tuple[Order, int]]:
        """Orders not yet used up, each with how often it is still to strike."""
        return [(each.order, each.left) for each in self._waiting]

    def _matching(self, kind: Kind, prompt: str, *, fates: bool) -> list["_Waiting"]:
        return [
            each
            for each in self._waiting
            if each.order.on is kind and each.order.fault.is_fate is fates and each.order.match in prompt
        ]


@dataclass(slots=True, eq=False)
class _Waiting:
    order: Order
    skip: int
    left: int

    def use(self, queue: list["_Waiting"]) -> bool:
        """Whether it strikes now; leaves the queue with its last strike."""
        if self.skip:
            self.skip -= 1
            return False
        if self.left:
            self.left -= 1
            if not self.left:
                queue.remove(self)
        return True
