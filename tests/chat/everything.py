"""All that a member can be shown or told, in the language of the moment.

Names, prompts and reasons in it have no letters, so that every letter is of a sentence of ours.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from discord import ui

from bot.chat import refusal_words, words
from bot.chat.cards import button_words, cards, deletion_words, ringing_words
from bot.chat.forms import FORM_PROMPT_MAX_CHARS, imagine_form
from bot.chat.limit_words import value_text
from bot.chat.measures import duration_text, requests, wait_text
from bot.chat.moderation import notice_words
from bot.chat.moderation.notice_forms import appeal_form, report_form
from bot.chat.own import (
    detail_page,
    help_words,
    history_pages,
    menu_words,
    own_queue_pages,
    own_queue_words,
    preference_pages,
    privacy_pages,
    privacy_words,
)
from bot.chat.speech import Phrase, spoken
from bot.chat.usage import report_words, usage_words
from bot.chat.usage.day_words import moment, span
from bot.chat.usage.report_pictures import own_values
from bot.chat.usage.report_words import own_alt_text
from bot.domain import errors
from bot.domain.admission import Admission, Gate, Refusal, Standing
from bot.domain.cards import Card, Phase
from bot.domain.history import EVERYTHING, Wanted
from bot.domain.jobs import FailureReason, Job, JobState, Quality, Request, Review, Size, TaskState
from bot.domain.limits import QUALITY_RANKS, WINDOWS_S, Effective, Limit, Scope, resolve
from bot.domain.moderation import PERSONAL, Block, ServerSettings
from bot.domain.ports import JobView
from bot.domain.preferences import Preferences
from bot.domain.privacy import Erased, Holding, Keeping
from bot.domain.provider import HoldReason
from bot.domain.usage import DAY_MS, LimitUse, MemberReport, OwnUse, Period, Use
from bot.services.details import Detail
from bot.services.handover import FILE_MAX_BYTES, Parcel
from bot.services.history import Page, Remembered, UnderWay
from bot.services.person import Person
from bot.services.privacy import Mark, Part
from tests.charts.examples import JUNE
from tests.chat.examples import JOB_ID, NOW, PLACE, a_card, a_picture, a_task, uploads_of
from tests.chat.test_refusal_words import NUMBERS as REFUSING
from tests.chat.test_refusal_words import at_the_gate, over
from tests.chat.test_words import MET, example
from tests.support.prices import default_prices

PROMPT = "1 2 3"
LONG_PROMPT = "1 " * 2_100
PRICES = default_prices()
COUNTS = (0, 1, 2, 5, 1_234)
"""Numbers that languages count differently."""
STANDING = Standing(ServerSettings(777), resolve((), frozenset(), {}))
LIMITED = replace(
    STANDING,
    policy={limit: Effective(REFUSING.get(limit, 2), Scope.SERVER) for limit in Limit},
)
OWN = OwnUse(
    start=JUNE,
    end=JUNE + 30 * DAY_MS,
    limits=tuple(LimitUse(limit, 3, 10, renews_at=JUNE) for limit in WINDOWS_S),
    uses=tuple(Use(JUNE, quality, 1, 6_000) for quality in Quality),
)


def everything() -> Iterator[tuple[str, Any]]:
    """Each with a name: a text, or the message or form as it goes to Discord.

    What is only a name or a description of a command is not here: a command is walked as it goes to Discord.
    """
    for card in some_cards():
        yield f"card {card.phase}", sent(cards.render(card, PRICES, uploads_of(card)))
        smaller = [replace(upload, reencoded=True) for upload in uploads_of(card)]
        yield f"card {card.phase}, compressed", sent(cards.render(card, PRICES, smaller))
    yield from _files()
    yield from _refusals()
    yield from _answers()
    yield from _forms()
    yield from _pages()
    yield from _usage()
    yield from _measures()


def some_cards() -> Iterator[Card]:
    """Cards that together have every sentence a card can have."""
    queued, drawn = TaskState.QUEUED, TaskState.RENDERED
    failed, gone = TaskState.FAILED, TaskState.CANCELLED
    drawing, unknown = TaskState.RENDERING, TaskState.UNKNOWN
    several = (a_task(1, drawn, cost=6_000), a_task(2, drawn, cost=6_000))
    made: list[Card] = [
        a_card(a_task(1, queued), review=Review.WAITING, place=1),
        a_card(a_task(1, queued)),
        a_card(a_task(1, queued), place=1),
        a_card(a_task(1, queued), place=1_234, expected_at=NOW),
        a_card(a_task(1, queued), a_task(2, drawn, cost=6_000), place=1),
        a_card(a_task(1, queued), place=1, hold=HoldReason.BALANCE),
        a_card(a_task(1, drawing), expected_at=NOW),
        a_card(a_task(1, drawing), a_task(2, drawn, cost=6_000)),
        a_card(a_task(1, drawing), a_task(2, gone), farewell=True),
        a_card(a_task(1, drawing), a_task(2, gone), a_task(3, gone, doubt=6_000)),
        a_card(a_task(1, unknown)),
        a_card(a_task(1, unknown), a_task(2, unknown)),
        a_card(a_task(1, drawn, cost=6_000)),
        a_card(*several),
        a_card(*several, a_task(3, failed), a_task(4, failed)),
        a_card(*several, a_task(3, failed), a_task(4, failed, reason=FailureReason.PICTURE_BAD)),
        a_card(a_task(1, gone)),
        a_card(a_task(1, failed), strikes=True),
        a_card(a_task(1, gone), review=Review.UNANSWERED),
        a_card(a_task(1, gone), review=Review.REFUSED),
        replace(a_card(a_task(1, gone), review=Review.REFUSED), review_reason=PROMPT),
        a_card(a_task(1, gone), state=JobState.WITHDRAWN),
        replace(a_card(a_task(1, drawn, cost=6_000)), phase=Phase.UNSHOWN, pictures=()),
        replace(a_card(a_task(1, drawn, cost=6_000)), request=Request(PROMPT, Size.LANDSCAPE, Quality.HIGH)),
    ]
    for reason in FailureReason:
        made += [a_card(a_task(1, failed, reason=reason, cost=cost)) for cost in (0, 6_000)]
        made.append(a_card(a_task(1, failed, reason=reason, doubt=6_000)))
    made += [replace(made[1], copied=True), replace(made[1], private=True)]
    for number, card in enumerate(made):
        prompt = PROMPT if number % 8 else LONG_PROMPT
        yield replace(card, request=replace(card.request, prompt=prompt), language=spoken())


def _files() -> Iterator[tuple[str, str]]:
    for card in some_cards():
        for upload in uploads_of(card):
            yield "alternative text", cards.alt_text(card, upload)
    for count in (0, 1, 2):
        yield "reply", ringing_words.over(5, count)


def _refusals() -> Iterator[tuple[str, str]]:
    for gate in Gate:
        yield f"gate {gate}", refusal_words.sentence(replace(at_the_gate(gate), reason=_reason(gate)))
    appealed = Block(1, PROMPT, 9, 0, None, appealed_at=NOW)
    yield "gate appealed", refusal_words.sentence(Refusal(Gate.BLOCKED, reason=None, block=appealed))
    for limit in REFUSING:
        for refusal in (over(limit), over(limit, number=1), over(limit, None), over(limit, None, number=0)):
            yield f"limit {limit}", refusal_words.sentence(refusal)
            extra = replace(refusal, extra_images=1, images_left=1)
            yield f"limit {limit} extra", refusal_words.sentence(extra)
    moderation = (errors.ModerationError(), errors.NothingThere(), errors.ReasonMissing())
    for fault in (*map(example, MET), *moderation):
        yield type(fault).__name__, words.refusal(fault)


def _reason(gate: Gate) -> str | None:
    return ", ".join(refusal_words.PERMISSIONS) if gate is Gate.PERMISSIONS else PROMPT


def _answers() -> Iterator[tuple[str, str]]:
    for module in (words, button_words, menu_words, own_queue_words, privacy_words):
        for name, value in vars(module).items():
            if isinstance(value, str | Phrase) and name.isupper():
                yield f"{module.__name__}.{name}", str(value)
    for value in (notice_words.REPORTED, notice_words.APPEALED, notice_words.APPEAL):
        yield "notices", str(value)
    yield "bug", words.bug("123456")
    yield "no words", menu_words.no_words()
    job = Job(JOB_ID, JobState.DELIVERED, Request(PROMPT), 42, PLACE, NOW)
    for gone in (job, replace(job, requester_id=7), replace(job, erased_at=NOW)):
        yield "deleted", deletion_words.deleted(gone, Person(42, 1, moderator=False))
    yield "too long to edit", button_words.too_long_to_edit(5_000, 4_000)
    small, large = (
        replace(a_picture(1), size_bytes=20 << 20),
        replace(a_picture(1), size_bytes=FILE_MAX_BYTES * 2),
    )
    card = a_card(a_task(1, TaskState.RENDERED))
    for left_out in ((), (small,), (small, small), (large,), (large, large)):
        for uploads in ((), uploads_of(card)):
            yield "originals", button_words.originals(Parcel(card, uploads, left_out), 10 << 20)
    for count in COUNTS:
        yield "sent", button_words.sent_with(JOB_ID, count)
    for owner in (None, 5):
        yield "reported", notice_words.reported_to_nobody(owner)
        yield "appealed", notice_words.appealed_to_nobody(owner)


def _forms() -> Iterator[tuple[str, Any]]:
    for prompt in ("", LONG_PROMPT):
        for count, private in product((1, 2), (False, True)):
            form = imagine_form(Size.SQUARE, Quality.LOW, count, PRICES, private=private, prompt=prompt)
            yield "form", form.to_dict()
    assert len(LONG_PROMPT) > FORM_PROMPT_MAX_CHARS
    yield "report", report_form(JOB_ID).to_dict()
    yield "appeal", appeal_form(1).to_dict()


def _pages() -> Iterator[tuple[str, Any]]:
    for chosen in (Preferences(), Preferences(size=Size.SQUARE_2K, private=True)):
        yield "preferences", sent(preference_pages.page(chosen, PRICES))
    for standing in (STANDING, LIMITED, replace(STANDING, server=ServerSettings(PERSONAL))):
        for verdict in (Admission(), Admission(review=True), over(Limit.COOLDOWN)):
            report = MemberReport(5, OWN, standing, verdict)
            yield "help", help_words.help_text(report, PRICES, manages=True)
    for count in COUNTS:
        holding = Holding(count, count, count, count, 1 << 30, bool(count), count, count, NOW)
        for keeping in (Keeping(count, count), Keeping(0, 7)):
            yield "privacy", sent(privacy_pages.kept_page(holding, keeping))
            yield "erase", sent(privacy_pages.question_page(holding, keeping))
        for with_cards in (False, True):
            yield "erased", privacy_words.erased(Erased(count, count), with_cards=with_cards)
            yield "erased", privacy_words.erased(Erased(count, 0, cards=1), with_cards=with_cards)
        yield "packed", privacy_words.packed(Part(1, True, count, [JOB_ID], [JOB_ID], Mark()))
        yield "packed", privacy_words.packed(Part(2, False, count))
    yield from _looking_back()


def _looking_back() -> Iterator[tuple[str, Any]]:
    remembered = [
        Remembered(_job(card), card, None if at % 2 else "1.webp") for at, card in enumerate(some_cards())
    ]
    lost = [
        replace(each, job=replace(each.job, state=JobState.UNDELIVERABLE, kept_at=NOW)) for each in remembered
    ]
    for each in [*remembered, *lost]:
        yield "history", sent(history_pages.page(Page([each], newer=True, older=True), EVERYTHING))
        yield "queue", sent(own_queue_pages.page(UnderWay([(each.job, each.card)], 3)))
        gone = replace(each.job, place=replace(each.job.place, private=True))
        yield "queue", sent(own_queue_pages.page(UnderWay([(gone, each.card)], 3)))
        tasks = tuple(
            replace(a_task(number, TaskState.RENDERED), submitted_at=NOW, took_ms=61_000) for number in (1, 2)
        )
        for count in (1, 2):
            view = JobView(replace(each.job, ended_at=NOW, kept_at=NOW), tasks[:count])
            yield "details", sent(detail_page.render(Detail(view, each.card, reencoded=True)))
    for newer in (False, True):
        for wanted in (EVERYTHING, Wanted(kept=True)):
            yield "no history", sent(history_pages.page(Page([], newer=newer, older=False), wanted))
    narrow = Wanted(PROMPT, True, Size.SQUARE)
    yield "history", sent(history_pages.page(Page(remembered[:1], newer=False, older=True), narrow))
    yield "no queue", sent(own_queue_pages.page(UnderWay([], 0), str(own_queue_words.CANCELLED)))


def _job(card: Card) -> Job:
    return Job(
        JOB_ID, JobState.OPEN, card.request, requester_id=42, place=PLACE, accepted_at=NOW, message_id=9
    )


def _usage() -> Iterator[tuple[str, Any]]:
    unlimited = tuple(replace(use, limit=None, renews_at=None) for use in OWN.limits)
    paid_only = (Use(JUNE, Quality.LOW, 0, 6_000),)
    for own in (OWN, replace(OWN, limits=(), uses=()), replace(OWN, limits=unlimited, uses=paid_only)):
        for standing in (STANDING, replace(STANDING, extra_images=1, server=ServerSettings(PERSONAL))):
            for verdict in (Admission(), Admission(review=True), over(Limit.COOLDOWN)):
                yield "usage", usage_words.own(MemberReport(5, own, standing, verdict))
        for rows in own_values(own, usage_words.RULES).values():
            for row in rows:
                yield from (("usage picture", cell) for cell in row.values() if isinstance(cell, str))
        yield "usage picture", own_alt_text(own, usage_words.RULES)


def _measures() -> Iterator[tuple[str, str]]:
    for rule in [*usage_words.RULES.values(), *report_words.PICTURES_BY.values(), report_words.SPEND]:
        yield "table", str(rule)
    for limit in Limit:
        yield "limit", value_text(limit, None)
        yield "limit", value_text(limit, REFUSING.get(limit, 2))
    for rank in QUALITY_RANKS.values():
        yield "limit", value_text(Limit.HIGHEST_QUALITY, rank)
    for count in COUNTS:
        yield "duration", duration_text(count * 90_061)
        yield "requests", requests(count)
    for seconds in (0.4, 59, 61, 3_660):
        yield "wait", wait_text(seconds)
    for days in (1, 2, 7, 31, 366):
        yield "days", span(JUNE - 3 * DAY_MS, JUNE + (days - 3) * DAY_MS)
    for day in range(7):
        yield "day", moment(JUNE + day * DAY_MS, Period.WEEK)
    for month in range(12):
        yield "day", moment(JUNE + month * 30 * DAY_MS, Period.MONTH)


def sent(view: ui.LayoutView) -> Any:
    """A message as it goes to Discord."""
    parts: Any = view
    return parts.to_components()


def read_by_people(shown: Any) -> Iterator[tuple[str, str]]:
    """Every text of ours in what is shown, with what it is there."""
    if isinstance(shown, str):
        yield "text", shown
    elif isinstance(shown, list):
        for part in shown:
            yield from read_by_people(part)
    elif isinstance(shown, dict):
        for name, part in shown.items():
            if isinstance(part, dict | list):
                yield from read_by_people(part)
            elif isinstance(part, str) and name in _READ:
                yield name, part


_READ = {"content", "label", "placeholder", "description", "title"}
