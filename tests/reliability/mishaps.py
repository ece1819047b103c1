"""What can happen to the process and to its calls, as two decks of cards that a campaign deals from."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from sandbox.discord import DiscordSandbox
from sandbox.modellix import ModellixSandbox

ACKNOWLEDGE, EDIT = "create_interaction_response", "update_webhook_message"
EDIT_AS_BOT = "update_message"
"""The other road to a card, for when its interaction's token is about to die."""
FIND, DELETE = "get_original_webhook_message", "delete_original_webhook_message"


@dataclass(frozen=True)
class Moment:
    """When the process is killed: before or after the effect of one call of it."""

    call: str
    """An operation of Discord, or a kind of request to the provider; `*` is any."""
    when: str
    """`before`: the call never arrives; `after`: it is carried out, and nobody hears the answer."""
    skip: int = 0
    """How many such calls pass before."""
    at_start: bool = False
    """Whether it comes while the process starts."""

    @property
    def within_s(self) -> float:
        """How long to wait for it: whether a card is there, the bot asks 10 s after it accepted a job."""
        return 13.0 if self.call == FIND else 3.0


MOMENTS = [
    *(Moment(call, when) for call, when in product((ACKNOWLEDGE, EDIT, DELETE), ("before", "after"))),
    *(Moment(call, when) for call, when in product(("submit", "poll", "file"), ("before", "after"))),
    *(Moment(EDIT, when, skip) for when, skip in product(("before", "after"), (1, 2))),
    *(Moment(EDIT_AS_BOT, when, skip) for when, skip in product(("before", "after"), (0, 1))),
    *(Moment("submit", when, skip=1) for when in ("before", "after")),
    *(
        Moment(call, when, at_start=True)
        for call, when in product(("account", "get_my_user"), ("before", "after"))
    ),
    *(Moment(FIND, when) for when in ("before", "after")),
    *(
        Moment("*", when, skip, at_start)
        for when, skip, at_start in product(("before", "after"), range(10), (False, True))
    ),
]

Fault = Callable[[DiscordSandbox, ModellixSandbox], object]


def _dropped(call: str, *, after: bool) -> Fault:
    return lambda discord, _: discord.faults.drop(call, after=after)


def _failed(call: str, status: int, *, after: bool) -> Fault:
    return lambda discord, _: discord.faults.fail(call, status, after=after)


def _limited(call: str) -> Fault:
    return lambda discord, _: discord.faults.rate_limit(call, 0.3)


def _wrong(kind: str, fault: str) -> Fault:
    return lambda _, provider: provider.fault(fault, on=kind, retry_after_s=1.0, delay_s=1.0)


def _fate(fault: str) -> Fault:
    return lambda _, provider: provider.fault(fault)


_LOST = ("lost_before", "lost_after", "reset_before", "reset_after")
_PROVIDER = {
    "submit": (
        *_LOST,
        *("status_400", "status_408", "status_500", "status_502", "status_503", "rate_limited"),
        *("concurrency_limited", "redirected", "html", "broken_json", "no_task_id", "code_not_zero"),
        "late_after",
    ),
    "poll": (*_LOST, "status_404", "status_500", "status_503", "html", "other_task_id"),
    "file": (*_LOST, "status_403", "status_503", "truncated", "html", "empty_file"),
    "account": ("lost_before", "status_503"),
}
_FATES = ("failed_by_safety", "failed_without_text", "failed_but_billed", "bare", "says_unknown_word")

FAULTS: dict[str, Fault] = {
    **{
        f"{call} dropped {'after' if after else 'before'}": _dropped(call, after=after)
        for call, after in product(
            (ACKNOWLEDGE, EDIT, EDIT_AS_BOT, FIND, DELETE, "get_my_user"), (False, True)
        )
    },
    **{
        f"{call} {status} {'after' if after else 'before'}": _failed(call, status, after=after)
        for call, status, after in product((ACKNOWLEDGE, EDIT, EDIT_AS_BOT, DELETE), (502,), (False, True))
    },
    **{f"{call} limited": _limited(call) for call in (ACKNOWLEDGE, EDIT, EDIT_AS_BOT, DELETE)},
    **{f"{kind} {fault}": _wrong(kind, fault) for kind, faults in _PROVIDER.items() for fault in faults},
    **{f"task {fault}": _fate(fault) for fault in _FATES},
    "command delivered twice": lambda discord, _: discord.gateway.spoil(copies=2),
}

SLOW_FAULTS: dict[str, Fault] = {
    "Discord's edits fail for a while": lambda discord, _: discord.faults.fail(EDIT, 503, times=6),
    "Discord's edits vanish for a while": lambda discord, _: discord.faults.drop(EDIT, times=6, after=True),
    "gateway forgets": lambda discord, _: discord.gateway.forget_sessions(),
    "event malformed": lambda discord, _: discord.gateway.spoil(without=("attachment_size_limit",)),
    "provider away": lambda _, provider: provider.fault("status_503", on="poll", times=12),
    "key refused": lambda _, provider: provider.fault("status_401", on="submit", times=2),
    "balance used up": lambda _, provider: provider.fault("status_402", on="submit", times=2),
    "task stuck": _fate("stuck"),
}
"""For the soak: these need their time."""

HOPELESS = frozenset({"stuck", "failed_by_safety", "failed_without_text", "failed_but_billed"})
"""Fates of a task from which no picture can be had."""
