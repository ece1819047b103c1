"""What "Imagine details" tells, for every way that a job can go."""

from hypothesis import given, settings

from bot.chat.own import detail_page
from bot.chat.own.detail_words import lines
from bot.chat.text import TEXTS_MAX_CHARS
from bot.domain.cards import Card, Outlook, compose
from bot.domain.jobs import Job, JobState, Request, Task, TaskState
from bot.domain.ports import JobView
from bot.services.details import Detail
from tests.chat.examples import ESTIMATE, JOB_ID, NOW, PLACE, a_task, cards


def details_of(*tasks: Task, reencoded: bool = False, kept_at: int | None = None) -> list[str]:
    """What is told of a job with these tasks."""
    request = Request("a red fox", count=len(tasks))
    job = Job(JOB_ID, JobState.OPEN, request, requester_id=42, place=PLACE, accepted_at=NOW, kept_at=kept_at)
    return list(lines(Detail(JobView(job, tasks), compose(job, tasks, Outlook()), reencoded)))


def test_what_is_under_way_costs_about_so_much() -> None:
    told = details_of(a_task(1, TaskState.RENDERING))
    assert told[0].startswith("🎨 **Drawing**.")
    assert "Cost: about $0.006. The bill comes with the picture." in told
    assert not any(line.startswith(("Drawn for", "Over", "Kept", "Shown")) for line in told)


def test_what_is_billed_costs_exactly_that() -> None:
    told = details_of(a_task(1, TaskState.RENDERED, cost=5_500))
    assert told[:2] == ["**Done.** 1 picture.", "Cost: $0.0055"]


def test_what_an_earlier_try_may_have_cost_is_part_of_it() -> None:
    told = details_of(a_task(1, TaskState.RENDERED, cost=ESTIMATE, doubt=ESTIMATE))
    assert "Cost: up to $0.012. The image service has not said whether it charged all of that." in told


def test_what_is_kept_and_what_is_compressed_is_said() -> None:
    told = details_of(a_task(1, TaskState.RENDERED), reencoded=True, kept_at=NOW)
    assert f"Kept since: <t:{NOW // 1000}:f>, <t:{NOW // 1000}:R>" in told
    assert "Shown compressed, to fit Discord's upload limit. The original is stored." in told


@settings(max_examples=25)
@given(cards())
def test_whatever_a_card_says_its_details_fit_a_message(card: Card) -> None:
    """With the longest of prompts too."""
    job = Job(JOB_ID, JobState.OPEN, card.request, card.requester_id, PLACE, NOW, ended_at=NOW, kept_at=NOW)
    view = detail_page.render(Detail(JobView(job, ()), card, reencoded=True))
    assert view.content_length() <= TEXTS_MAX_CHARS
