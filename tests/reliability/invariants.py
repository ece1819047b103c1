"""What must hold, whatever happened before: in one place, for every kind of test.

`breaches` holds at every moment, `violations` when all is quiet. The facts come from two sides that cannot
have agreed on a lie: the bot's database, and the books of those it spoke to.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.jobs import JOB_OVER, TASK_OVER, JobState, TaskState


@dataclass(frozen=True)
class TaskRow:
    """A task, as the database has it."""

    state: str
    cost_microusd: int | None
    has_picture: bool


@dataclass(frozen=True)
class JobRow:
    """A job, as the database has it. Tests give each request a prompt of its own; Again shares it."""

    id: str
    state: str
    prompt: str
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True)
class Shown:
    """A message in Discord that is about a job."""

    job_id: str
    is_outcome: bool
    """Whether it says how the job ended."""
    pictures: int
    deleted: bool = False
    """Or out of the bot's reach for ever."""


@dataclass(frozen=True)
class Facts:
    """Both sides."""

    jobs: Sequence[JobRow]
    charged: Sequence[str]
    """The prompt of every submit that the provider took."""
    shown: Sequence[Shown]
    on_disk: int | None = None
    """How many pictures are on disk, where that can be counted."""
    finished: Sequence[str] = ()
    """The prompt of every image that the provider told us is done, and whose picture could be had."""
    consents: Mapping[str, int] = field(default_factory=dict)
    """By prompt: how many images a person agreed to pay for perhaps twice."""


def breaches(facts: Facts) -> list[str]:
    """Every promise broken that must hold at any moment, as a sentence; none when all is well."""
    return [
        *_paid_once(facts),
        *_shown_once(facts),
        *_pictures_kept(facts),
        *_money_settled(facts),
    ]


def violations(facts: Facts) -> list[str]:
    """Every promise broken, once nothing is left to be done."""
    return [
        *breaches(facts),
        *_nothing_stuck(facts),
        *_outcome_visible(facts),
        *_nothing_finished_is_lost(facts),
    ]


def _paid_once(facts: Facts) -> list[str]:
    """What was cancelled was told to cost nothing: it gives no right to a charge."""
    allowed = Counter(facts.consents)
    for job in facts.jobs:
        allowed[job.prompt] += sum(task.state != TaskState.CANCELLED for task in job.tasks)
    charges = Counter(facts.charged)
    known = {job.prompt for job in facts.jobs}
    return [
        f"paid {number} times for {prompt!r}, {allowed[prompt]} allowed"
        for prompt, number in charges.items()
        if number > allowed[prompt]
    ] + [f"paid for {prompt!r}, which no job knows" for prompt in charges.keys() - known]


def _shown_once(facts: Facts) -> list[str]:
    cards = Counter(shown.job_id for shown in facts.shown)
    return [f"{number} messages for job {job_id}" for job_id, number in cards.items() if number > 1]


def _nothing_stuck(facts: Facts) -> list[str]:
    stuck = [f"job {job.id} stuck in {job.state}" for job in facts.jobs if job.state not in JOB_OVER]
    stuck += [
        f"a task of job {job.id} stuck in {task.state}"
        for job in facts.jobs
        for task in job.tasks
        if task.state not in TASK_OVER
    ]
    return stuck


def _outcome_visible(facts: Facts) -> list[str]:
    """A card that is there tells how its job ended; a job without a card was never paid."""
    cards = {shown.job_id: shown for shown in facts.shown}
    wrong = []
    for job in facts.jobs:
        card = cards.get(job.id)
        if job.state in {JobState.DELIVERED, JobState.CANCELLED} and card and not card.deleted:
            ready = sum(task.has_picture for task in job.tasks)
            if not card.is_outcome or card.pictures != ready:
                wrong.append(f"job {job.id} is {job.state}, but its card does not show it")
        if job.state == JobState.WITHDRAWN and card and not card.deleted and not card.is_outcome:
            wrong.append(f"job {job.id} was withdrawn, and its card still waits")
        if job.state == JobState.DELIVERED and card is None:
            wrong.append(f"job {job.id} is delivered, but there is no card")
    return wrong


def _pictures_kept(facts: Facts) -> list[str]:
    lost = [
        f"job {job.id}: rendered without a picture"
        for job in facts.jobs
        for task in job.tasks
        if (task.state == TaskState.RENDERED) != task.has_picture
    ]
    rendered = sum(task.has_picture for job in facts.jobs for task in job.tasks)
    if facts.on_disk is not None and rendered > facts.on_disk:
        lost.append(f"{rendered} pictures recorded, {facts.on_disk} on disk")
    return lost


def _nothing_finished_is_lost(facts: Facts) -> list[str]:
    have: Counter[str] = Counter()
    for job in facts.jobs:
        have[job.prompt] += sum(task.has_picture for task in job.tasks)
    return [
        f"{number} images of {prompt!r} were ready, {have[prompt]} are here"
        for prompt, number in Counter(facts.finished).items()
        if number > have[prompt]
    ]


def _money_settled(facts: Facts) -> list[str]:
    return [
        f"a task of job {job.id} is {task.state} and {task.cost_microusd} micro-dollars"
        for job in facts.jobs
        for task in job.tasks
        if (task.cost_microusd is None) == (task.state in TASK_OVER)
    ]
