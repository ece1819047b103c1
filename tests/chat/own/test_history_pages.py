"""Lists of requests, at their longest: within what Discord takes for one message."""

from dataclasses import replace

import pytest
from discord import ui

from bot.chat.own import history_pages, own_queue_pages
from bot.chat.own.own_queue_words import more
from bot.chat.text import TEXTS_MAX_CHARS
from bot.domain.history import Wanted
from bot.domain.jobs import Job, JobState, Request, Size, TaskState
from bot.domain.provider import HoldReason
from bot.services.history import PAGE_MAX, UNDER_WAY_MAX, Page, Remembered, UnderWay
from tests.chat.examples import JOB_ID, NOW, PLACE, a_card, a_task

COMPONENTS_MAX = 40
PROMPT = "@" * 32_000
"""Nothing becomes longer when it is made harmless."""


@pytest.mark.parametrize("thumbnail", [None, "images/k7m2q9xw4p/1.thumb.webp"])
def test_a_full_page_of_the_history_fits_into_a_message(thumbnail: str | None) -> None:
    some = [a_task(number, TaskState.RENDERED, cost=480_000, doubt=960_000) for number in range(1, 5)]
    request = Request(PROMPT, size=Size.LANDSCAPE_2K, count=4)
    card = replace(a_card(*some, prompt=PROMPT), request=request)
    job = Job(JOB_ID, JobState.UNDELIVERABLE, request, 1, PLACE, NOW, kept_at=NOW)
    requests = [
        Remembered(replace(job, id=f"{JOB_ID[:-1]}{number}"), card, thumbnail) for number in range(PAGE_MAX)
    ]
    view = history_pages.page(
        Page(requests, newer=True, older=True), Wanted("@" * 45, kept=True, size=Size.LANDSCAPE_2K)
    )
    assert view.content_length() <= TEXTS_MAX_CHARS
    assert view.total_children_count <= COMPONENTS_MAX


@pytest.mark.parametrize(("prompt", "shown"), [("a red fox", UNDER_WAY_MAX), (PROMPT, 6)])
def test_a_long_list_of_what_is_not_over_shows_the_first_and_counts_the_rest(prompt: str, shown: int) -> None:
    card = a_card(*[a_task(1, TaskState.QUEUED)] * 4, prompt=prompt, place=999, hold=HoldReason.KEY)
    job = Job(JOB_ID, JobState.OPEN, card.request, 1, PLACE, NOW, message_id=2**63)
    view = own_queue_pages.page(UnderWay([(job, card)] * UNDER_WAY_MAX, 23), "x" * 200)
    assert view.content_length() <= TEXTS_MAX_CHARS
    assert view.total_children_count <= COMPONENTS_MAX
    last = [part for part in view.children if isinstance(part, ui.TextDisplay)][-1]
    assert last.content == more(23 - shown)
