"""What a log channel is told: within Discord's limits, plain, harmless, and complete."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord.components import validate_components, walk_components

from bot.chat.buttons import NOTICE_PATTERN
from bot.chat.limit_words import NAMES
from bot.chat.moderation import notice_forms, notice_words, notices
from bot.chat.refusal_words import GATE_NAMES
from bot.domain.admission import Gate
from bot.domain.jobs import FailureReason, Job, JobState, Request, TaskState
from bot.domain.limits import Limit
from bot.domain.moderation import REASON_MAX_CHARS, Block, Notice, NoticeKind
from bot.domain.notices import GROUP_MAX, KIND_OF, ROUTINE, Choice, Decided, Decision, NoticeView, Posting
from tests.chat.examples import JOB_ID, NOW, PLACE, a_task, prompts

COMPONENTS_V2 = 1 << 15
TEXT, BUTTON, CONTAINER = 10, 2, 17
ASKED_BY, TOLD_BY, MODERATOR = 42, 43, 44

JOB = Job(JOB_ID, JobState.OPEN, Request("a red fox"), ASKED_BY, PLACE, NOW, message_id=9)
OURS = {NoticeKind.SPEND: "server_spend_per_day 50", **dict.fromkeys(ROUTINE, str(2**63 - 1))}
"""Texts that people did not write."""
REASONS = st.text(st.characters(codec="utf-8"), max_size=REASON_MAX_CHARS)
WORST = ["@" * REASON_MAX_CHARS, "*" * REASON_MAX_CHARS, "https://x " * 30, "\u202e\u0301" * 150, ""]


def a_view(kind: NoticeKind, text: str | None = "cooldown", **more: Any) -> NoticeView:
    """A notice of a kind about a job."""
    given_ = {"job": JOB, "tasks": (a_task(1, TaskState.QUEUED),), **more}
    member_id = TOLD_BY if kind is NoticeKind.REPORTED else ASKED_BY
    return NoticeView(7, Notice(kind, 3, member_id, JOB_ID, text), 5, NOW, **given_)


def a_posting(*views: NoticeView) -> Posting:
    """A message to be posted."""
    return Posting(views[0].id, 3, 5, views, None, None, 0, NOW)


def parts(*views: NoticeView) -> list[dict[str, Any]]:
    """All components of the message."""
    view: Any = notices.render(a_posting(*views))
    components = view.to_components()
    validate_components(components, flags=COMPONENTS_V2)
    return list(walk_components(components))


def text(*views: NoticeView) -> str:
    """All its words."""
    return "\n".join(part["content"] for part in parts(*views) if part["type"] == TEXT)


def labels(view: NoticeView) -> list[str]:
    return [part["label"] for part in parts(view) if part["type"] == BUTTON]


@pytest.mark.parametrize("kind", NoticeKind)
@settings(max_examples=40)
@given(prompt=prompts, said=st.one_of(REASONS, st.sampled_from(WORST)), reason=st.sampled_from(WORST))
def test_every_notice_is_within_discords_limits(
    kind: NoticeKind, prompt: str, said: str, reason: str
) -> None:
    job = replace(JOB, request=Request(prompt), review_reason=reason)
    decisions = tuple(Decision(what, MODERATOR) for what in Decided)
    block = Block(ASKED_BY, reason, MODERATOR, NOW, NOW)
    said = OURS.get(kind, said)
    view = a_view(kind, said, job=job, decisions=decisions, block=block)
    views = [view] * (GROUP_MAX if kind in ROUTINE else 1)
    shown = text(*views)
    assert 1 <= len(shown) <= 4_000
    assert "@everyone" not in shown
    assert "\u202e" not in shown
    assert all(part["content"] for part in parts(*views) if part["type"] == TEXT)


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - {NoticeKind.REVIEW, NoticeKind.REPORTED}))
def test_no_prompt_is_told_but_where_it_has_to_be_judged(kind: NoticeKind) -> None:
    assert "red fox" not in text(a_view(kind))


@pytest.mark.parametrize("kind", [NoticeKind.REVIEW, NoticeKind.REPORTED])
def test_where_it_has_to_be_judged_it_is_there_with_its_message(kind: NoticeKind) -> None:
    shown = text(a_view(kind))
    assert "> a red fox" in shown
    assert "https://discord.com/channels/3/2/9" in shown


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - {NoticeKind.SPEND}))
def test_a_record_that_was_erased_leaves_a_notice_that_can_be_read(kind: NoticeKind) -> None:
    assert text(a_view(kind, job=None, tasks=()))


@pytest.mark.parametrize("why", [*Gate, *Limit])
def test_every_reason_of_a_refusal_has_a_name(why: Gate | Limit) -> None:
    name = NAMES[why] if isinstance(why, Limit) else GATE_NAMES[why]
    assert str(name) in text(a_view(NoticeKind.REFUSED, why.value, job=None, tasks=()))


@pytest.mark.parametrize("reason", FailureReason)
def test_every_kind_of_failure_has_a_name_and_says_what_it_cost(reason: FailureReason) -> None:
    tasks = (a_task(1, TaskState.RENDERED), a_task(2, TaskState.FAILED, reason=reason, cost=6_000))
    job = replace(JOB, request=Request("x", count=2))
    shown = text(a_view(NoticeKind.FAILED, job=job, tasks=tasks))
    assert "1 of 2 pictures missing" in shown
    assert "$0.006 charged" in shown


def test_nothing_charged_is_said() -> None:
    tasks = (a_task(1, TaskState.FAILED, cost=0),)
    assert "no picture: refused as unsafe (1) · not charged" in text(a_view(NoticeKind.FAILED, tasks=tasks))


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (None, "A message of <@42> was deleted in Discord"),
        ("42", "<@42> deleted their own message"),
        ("44", "<@44> deleted a message of <@42>"),
    ],
)
def test_who_deleted_is_named(by: str | None, said: str) -> None:
    assert said in text(a_view(NoticeKind.DELETED, by))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NoticeKind.ACCEPTED, "Accepted: <@42>"),
        (NoticeKind.REFUSED, "<@42> was refused"),
        (NoticeKind.FAILED, "no picture"),
        (NoticeKind.DELETED, "<@42> deleted their own message"),
    ],
)
def test_no_line_is_told_by_an_emoji_alone(kind: NoticeKind, said: str) -> None:
    """Screen readers skip them, and not everybody knows them."""
    assert said in notice_words.line(a_view(kind, str(ASKED_BY)))


@pytest.mark.parametrize("percent", ["50", "80", "100"])
@pytest.mark.parametrize("name", ["server_spend_per_day", "server_spend_per_month"])
def test_how_much_is_spent_is_told_with_what_it_means(name: str, percent: str) -> None:
    shown = text(a_view(NoticeKind.SPEND, f"{name} {percent}"))
    assert ("24 hours" if name.endswith("day") else "30 days") in shown
    assert ("All that" if percent == "100" else f"{percent} %") in shown
    assert "`/imagine-admin limits set`" in shown


@pytest.mark.parametrize("what", Decided)
def test_every_decision_is_told_with_whom(what: Decided) -> None:
    assert notice_words.decided(a_view(NoticeKind.REPORTED), Decision(what, None))
    by_itself = {Decided.UNANSWERED, Decided.TAKEN_BACK, Decided.ENDED}
    told = notice_words.decided(a_view(NoticeKind.REPORTED), Decision(what, MODERATOR))
    assert ("<@44>" in told) is (what not in by_itself)


def test_every_choice_has_a_label_and_a_name_of_its_own() -> None:
    assert set(notice_words.LABELS) == set(Choice) == set(KIND_OF)
    for kind in set(KIND_OF.values()):
        buttons = [part for part in parts(a_view(kind)) if part["type"] == BUTTON]
        assert len(buttons) == len({part["custom_id"] for part in buttons})
        assert all(NOTICE_PATTERN.fullmatch(part["custom_id"]) for part in buttons)


@pytest.mark.parametrize(
    ("decided", "left"),
    [
        ((), ["Delete picture", "Block", "Dismiss"]),
        ((Decided.DELETED,), ["Block"]),
        ((Decided.BLOCKED,), ["Delete picture"]),
        ((Decided.BLOCKED, Decided.DELETED), []),
        ((Decided.DISMISSED,), []),
        ((Decided.DISMISSED, Decided.DELETED), []),
    ],
)
def test_what_is_left_to_do_about_a_report(decided: tuple[Decided, ...], left: list[str]) -> None:
    decisions = tuple(Decision(what, MODERATOR) for what in decided)
    assert labels(a_view(NoticeKind.REPORTED, decisions=decisions)) == left


@pytest.mark.parametrize("notice_id", [1, 2_000_000_000, 10**17])
def test_a_message_bears_its_number_within_31_bits(notice_id: int) -> None:
    view = replace(a_view(NoticeKind.REVIEW), id=notice_id)
    (container,) = [part for part in parts(view) if part["type"] == CONTAINER]
    assert 0 < container["id"] < 2**31


@pytest.mark.parametrize(
    "form",
    [
        notice_forms.report_form(JOB_ID),
        notice_forms.refuse_form(10**17),
        notice_forms.block_form(1),
        notice_forms.appeal_form(2**63 - 1),
    ],
)
def test_forms_are_within_discords_limits(form: Any) -> None:
    shown = form.to_dict()
    assert len(shown["title"]) <= 45
    assert len(shown["custom_id"]) <= 100
    for label in shown["components"]:
        assert len(label["label"]) <= 45
        assert len(label["component"].get("placeholder") or "") <= 100
        assert label["component"]["max_length"] <= REASON_MAX_CHARS
