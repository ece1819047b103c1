"""Cards as the rows of a job can make them: every mixture of tasks, and prompts of every kind."""

from typing import Any

from hypothesis import strategies as st

from bot.chat.text import is_blank
from bot.domain.cards import Card, Outlook, compose
from bot.domain.jobs import (
    COUNT_MAX,
    FailureReason,
    Job,
    JobState,
    Picture,
    Place,
    Quality,
    Request,
    Review,
    Size,
    Task,
    TaskState,
)
from bot.domain.language import Language
from bot.domain.ports import Upload
from bot.domain.provider import HoldReason

JOB_ID = "k7m2q9xw4p"
NOW = 1_790_000_000_000
ESTIMATE = 6_000

PLACE = Place(
    interaction_id=1,
    channel_id=2,
    guild_id=3,
    token="never shown",
    token_expires_at=NOW,
    bot_is_member=True,
    upload_limit_bytes=10**7,
    language=Language.ENGLISH,
)


def a_task(
    number: int, state: TaskState, *, reason: FailureReason | None = None, cost: int = 0, doubt: int = 0
) -> Task:
    """A task in a state, with what belongs to it."""
    over = state in {TaskState.RENDERED, TaskState.FAILED, TaskState.CANCELLED}
    return Task(
        id=f"{JOB_ID}-{number}",
        job_id=JOB_ID,
        number=number,
        state=state,
        estimate_microusd=ESTIMATE,
        cost_microusd=cost if over else None,
        doubt_microusd=doubt,
        provider_task_id="p" if state in {TaskState.RENDERING, TaskState.RENDERED} else None,
        reason=(reason or FailureReason.SAFETY) if state is TaskState.FAILED else None,
        picture=a_picture(number) if state is TaskState.RENDERED else None,
    )


def a_picture(number: int) -> Picture:
    """A picture on disk."""
    return Picture(f"images/{JOB_ID}/{number}.png", 1024, 1024, "png", 1000)


def a_card(
    *tasks: Task,
    prompt: str = "a red fox",
    state: JobState = JobState.OPEN,
    review: Review | None = None,
    spoiler: bool = False,
    **outlook: Any,
) -> Card:
    """The card of a job with these tasks."""
    request = Request(prompt, count=len(tasks))
    job = Job(
        JOB_ID, state, request, requester_id=42, place=PLACE, accepted_at=NOW, review=review, spoiler=spoiler
    )
    return compose(job, tasks, Outlook(**outlook))


def uploads_of(card: Card) -> tuple[Upload, ...]:
    """Its pictures as files to upload."""
    return tuple(
        Upload(picture.path, number, reencoded=False) for number, picture in enumerate(card.pictures, 1)
    )


_NASTY = st.text(st.sampled_from("*_~`|<>[]()#@:/\\-+.>!& \n\t\u202e\u200b\u200d1aé🦊"), max_size=400)
_SEEN = st.one_of(st.text(st.characters(codec="utf-8"), max_size=500), _NASTY)
prompts = st.one_of(
    _SEEN.filter(lambda text: not is_blank(text)),
    st.sampled_from(["*" * 32_000, "🦊" * 32_000, "@everyone " * 3_200, "<" * 32_000]),
)


@st.composite
def tasks(draw: st.DrawFn) -> tuple[Task, ...]:
    """Up to four tasks, each in any state."""
    count = draw(st.integers(1, COUNT_MAX))
    return tuple(
        a_task(
            number,
            draw(st.sampled_from(TaskState)),
            reason=draw(st.sampled_from(FailureReason)),
            cost=draw(st.sampled_from([0, ESTIMATE, 480_000])),
            doubt=draw(st.sampled_from([0, 0, ESTIMATE, 960_000])),
        )
        for number in range(1, count + 1)
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Any card. A withdrawn job has sent nothing, and only what waits has a place in line."""
    some = draw(tasks())
    states = {task.state for task in some}
    job_states: list[JobState] = [state for state in JobState if state is not JobState.WITHDRAWN]
    if states == {TaskState.CANCELLED}:
        job_states.append(JobState.WITHDRAWN)
    request = Request(
        draw(prompts), draw(st.sampled_from(Size)), draw(st.sampled_from(Quality)), count=len(some)
    )
    job = Job(
        JOB_ID,
        draw(st.sampled_from(job_states)),
        request,
        requester_id=draw(st.integers(1, 2**63 - 1)),
        place=PLACE,
        accepted_at=NOW,
        review=draw(st.none() | st.sampled_from(Review)),
        spoiler=draw(st.booleans()),
    )
    outlook = Outlook(
        place=draw(st.none() | st.integers(1, 10**6)) if TaskState.QUEUED in states else None,
        expected_at=draw(st.none() | st.integers(NOW, NOW + 10**7)),
        hold=draw(st.none() | st.sampled_from(HoldReason)),
    )
    return compose(job, some, outlook)
