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
    estimate_microusd: int
    cost_microusd: int | None
    doubt_microusd: int
    has_picture: bool
    provider_task_id: str | None = None

    @property
    def at_most_microusd(self) -> int:
        """The most that the bot says this may have cost or will."""
        cost = self.estimate_microusd if self.cost_microusd is None else self.cost_microusd
        return cost + self.doubt_microusd


@dataclass(frozen=True)
class JobRow:
    """A job, as the database has it. Tests give each request a prompt of its own; Again shares it."""

    id: str
    state: str
    prompt: str
    tasks: tuple[TaskRow, ...]
    believed: str | None = None
    """What the bot would not edit the card for, because it shows it already; None when it knows nothing."""
    requester_id: int = 0

    @property
    def ready(self) -> int:
        """How many pictures there are."""
        return sum(task.has_picture for task in self.tasks)


@dataclass(frozen=True)
class Shown:
    """A message in Discord that is about a job."""

    job_id: str
    is_outcome: bool
    """Whether it says how the job ended."""
    pictures: int
    deleted: bool = False
    """Or out of the bot's reach for ever."""
    digest: str | None = None
    """Of all that it shows, where that can be told."""


@dataclass(frozen=True)
class Rung:
    """A message that tells somebody of a job's outcome."""

    job_id: str
    pinged: frozenset[int]
    """Whom Discord notified by it."""


@dataclass(frozen=True)
class Facts:
    """Both sides."""

    jobs: Sequence[JobRow]
    charged: Sequence[str]
    """The prompt of every submit that the provider took."""
    billed_microusd: Mapping[str, int]
    """By prompt: what the provider charges for all of those together, as its own books say."""
    shown: Sequence[Shown]
    on_disk: int | None = None
    """How many pictures are on disk, where that can be counted."""
    finished: Sequence[str] = ()
    """The prompt of every image that the provider told us is done, and whose picture could be had."""
    copies: Mapping[str, Shown] = field(default_factory=dict)
    """By job: what `/show` answers its requester with. Asked for every job whose card is lost."""
    spilled: Sequence[str] = ()
    """The provider's name for every paid image that the database would not take, and the spill file did."""
    consents: Mapping[str, int] = field(default_factory=dict)
    """By prompt: how many images a person agreed to pay for perhaps twice."""
    rung: Sequence[Rung] = ()


def breaches(facts: Facts) -> list[str]:
    """Every promise broken that must hold at any moment, as a sentence; none when all is well."""
    return [
        *_paid_once(facts),
        *_shown_once(facts),
        *_pictures_kept(facts),
        *_money_settled(facts),
        *_bills_covered(facts),
        *_beliefs_true(facts),
        *_rung_rightly(facts),
    ]


def violations(facts: Facts) -> list[str]:
    """Every promise broken, once nothing is left to be done."""
    return [
        *breaches(facts),
        *_nothing_stuck(facts),
        *_outcome_visible(facts),
        *_outcome_within_reach(facts),
        *_nothing_finished_is_lost(facts),
        *_nothing_spilled_is_lost(facts),
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
        if job.state == JobState.DELIVERED and card is None:
            wrong.append(f"job {job.id} is delivered, but there is no card")
        if card is None or card.deleted:
            continue
        if job.state in JOB_OVER and not card.is_outcome:
            wrong.append(f"job {job.id} is {job.state}, and its card still waits")
        if job.state in {JobState.DELIVERED, JobState.CANCELLED} and card.pictures != job.ready:
            wrong.append(f"the card of job {job.id} shows {card.pictures} of {job.ready} pictures")
    return wrong


def _outcome_within_reach(facts: Facts) -> list[str]:
    """Where the card could not be told, `/show` tells how the job ended, with every picture there is."""
    wrong = []
    for job in facts.jobs:
        copy = facts.copies.get(job.id)
        if job.state == JobState.UNDELIVERABLE and copy is None:
            wrong.append(f"job {job.id} is given up, and /show does not bring it back")
        if copy and (not copy.is_outcome or copy.pictures != job.ready):
            wrong.append(f"/show brings back {copy.pictures} of {job.ready} pictures of job {job.id}")
    return wrong


def _pictures_kept(facts: Facts) -> list[str]:
    lost = [
        f"job {job.id}: rendered without a picture"
        for job in facts.jobs
        for task in job.tasks
        if (task.state == TaskState.RENDERED) != task.has_picture
    ]
    rendered = sum(job.ready for job in facts.jobs)
    if facts.on_disk is not None and rendered > facts.on_disk:
        lost.append(f"{rendered} pictures recorded, {facts.on_disk} on disk")
    return lost


def _nothing_finished_is_lost(facts: Facts) -> list[str]:
    have: Counter[str] = Counter()
    for job in facts.jobs:
        have[job.prompt] += job.ready
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


def _bills_covered(facts: Facts) -> list[str]:
    """The bot's books never say less than the provider's: what it does not know, it counts as paid."""
    ours: Counter[str] = Counter()
    for job in facts.jobs:
        ours[job.prompt] += sum(task.at_most_microusd for task in job.tasks)
    return [
        f"{billed} micro-dollars charged for {prompt!r}, our books say at most {ours[prompt]}"
        for prompt, billed in facts.billed_microusd.items()
        if billed > ours[prompt]
    ]


def _beliefs_true(facts: Facts) -> list[str]:
    """A card that is not what the bot believes it to be would stay so: nothing is edited that seems true."""
    cards = {shown.job_id: shown for shown in facts.shown if shown.digest and not shown.deleted}
    return [
        f"the card of job {job.id} is not what the bot believes it to be"
        for job in facts.jobs
        if job.believed and job.id in cards and cards[job.id].digest != job.believed
    ]


def _nothing_spilled_is_lost(facts: Facts) -> list[str]:
    known = {task.provider_task_id for job in facts.jobs for task in job.tasks}
    return [f"{name} was paid and spilled, and forgotten" for name in facts.spilled if name not in known]


def _rung_rightly(facts: Facts) -> list[str]:
    """Whoever asked is told at most once, and only of what their card shows already."""
    jobs = {job.id: job for job in facts.jobs}
    replies = Counter(rung.job_id for rung in facts.rung)
    wrong = [f"job {job_id} was told of {number} times" for job_id, number in replies.items() if number > 1]
    for rung in facts.rung:
        job = jobs[rung.job_id]
        if job.state != JobState.DELIVERED:
            wrong.append(f"job {job.id} was told of, and is {job.state}")
        if rung.pinged != {job.requester_id}:
            wrong.append(f"the reply about job {job.id} pinged {sorted(rung.pinged)}")
    return wrong
