"""What "Imagine details" tells of a picture: how it stands, what it cost, when it was made."""

from collections.abc import Iterator

from bot.chat.cards import card_words
from bot.chat.measures import wait_text
from bot.chat.speech import figure, listed, say, say_many, sentences
from bot.chat.words import SHOW_NAME, dollars, relative
from bot.domain.cards import Card, Phase
from bot.domain.jobs import Task
from bot.domain.units import MS_PER_S, Instant
from bot.services.details import Detail


def lines(detail: Detail) -> Iterator[str]:
    """All that is known beside the prompt, the size and who asked, a sentence or two on each line."""
    job, tasks, card = detail.view.job, detail.view.tasks, detail.card
    yield _state(card)
    yield _cost(card)
    yield say("Asked for: {moment}", moment=_moment(job.accepted_at))
    if begun := [task.submitted_at for task in tasks if task.submitted_at is not None]:
        yield say("Drawing began: {moment}", moment=_moment(min(begun)))
    if drawn := [task for task in tasks if task.took_ms is not None]:
        yield say("Drawn for: {times}", times=_times(drawn, of=len(tasks)))
    if job.ended_at is not None:
        yield say("Over: {moment}", moment=_moment(job.ended_at))
    if detail.reencoded:
        yield say("Shown compressed, to fit Discord's upload limit. The original is stored.")
    if job.kept_at is not None:
        yield say("Kept since: {moment}", moment=_moment(job.kept_at))
    yield say("Code: `{code}`. `/{show}` brings it back by this code.", code=job.id, show=SHOW_NAME)


def _state(card: Card) -> str:
    done = say_many("**Done.** {number} picture.", "**Done.** {number} pictures.", card.ready)
    return sentences(done if card.phase is Phase.DONE else "", *card_words.status(card))


def _cost(card: Card) -> str:
    cost = dollars(card.cost_microusd + card.doubt_microusd)
    if card.doubt_microusd or (card.settled and card.maybe_charged):
        return say(
            "Cost: up to {cost}. The image service has not said whether it charged all of that.", cost=cost
        )
    if not card.settled:
        return say("Cost: about {cost}. The bill comes with the picture.", cost=cost)
    return say("Cost: {cost}", cost=cost)


def _times(drawn: list[Task], *, of: int) -> str:
    """How long each took; with its number where there are several."""
    took = [(figure(task.number), wait_text((task.took_ms or 0) / MS_PER_S)) for task in drawn]
    if of == 1:
        return took[0][1]
    return listed(*(say("{time} (picture {number})", time=time, number=number) for number, time in took))


def _moment(at: Instant) -> str:
    """A moment with its date, and how long ago it is; Discord writes both in the reader's own way."""
    return f"<t:{at // MS_PER_S}:f>, {relative(at)}"
