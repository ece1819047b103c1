"""Every sentence of `/queue`."""

from bot.chat.cards import cards
from bot.chat.measures import pictures
from bot.chat.speech import Phrase, figure, say, say_many, sentences
from bot.chat.text import excerpt
from bot.chat.words import HISTORY_NAME, IMAGINE_NAME, SHOW_NAME, relative
from bot.domain.cards import Card, Phase
from bot.domain.jobs import Job

TITLE = Phrase("**Your requests that are not done yet,** oldest first.")
NOTHING = Phrase(
    "You are not waiting for anything. `/{imagine}` draws a picture; `/{history}` shows what you asked for "
    "before.",
    imagine=IMAGINE_NAME,
    history=HISTORY_NAME,
)
LOOK_AGAIN = Phrase("Look again")
CANCELLED = Phrase("**Cancelled.** Nothing was sent, and nothing was charged.")

_PROMPT_SHOWN_CHARS = 100


def described(job: Job, card: Card) -> str:
    """A request: its prompt, how it stands, and where its card is."""
    about = [f"`{job.id}`"]
    if card.request.count > 1:
        about.append(pictures(card.request.count))
    about.append(say("asked {when}", when=relative(job.accepted_at)))
    if where := cards.link(job):
        about.append(say("[its message]({link})", link=where))
    shown = excerpt(card.request.prompt, _PROMPT_SHOWN_CHARS)
    return "\n".join([f"> {shown}", _state(job, card), f"-# {' · '.join(about)}"])


def more(number: int) -> str:
    """Below a list that is longer."""
    return say_many(
        "{number} more request stands behind these.", "{number} more requests stand behind these.", number
    )


def cancel(code: str) -> str:
    """The button that takes back what was not sent of a request."""
    return say("Cancel {code}", code=code)


def _state(job: Job, card: Card) -> str:
    place, at = card.outlook.place, card.outlook.expected_at
    expected = say("Expected {when}.", when=relative(at)) if at is not None else ""
    match card.phase:
        case Phase.REVIEW:
            return say("Waiting for a moderator. Nothing is sent or charged before one has approved it.")
        case Phase.WAITING if place == 1:
            return sentences(say("Next in line."), expected)
        case Phase.WAITING if place is not None:
            return sentences(say("Number {place} in line.", place=figure(place)), expected)
        case Phase.WAITING:
            return say("About to get in line.")
        case Phase.HELD:
            return say("On hold: the image service takes no requests at the moment. It keeps its place.")
        case Phase.DRAWING:
            return sentences(_drawn(card), expected or say("It takes longer than usual."))
        case Phase.UNSURE if not job.place.outlives_token:
            return say(
                "Not sure: the image service never answered. `/{show}` and the code below ask what to do.",
                show=SHOW_NAME,
            )
        case Phase.UNSURE:
            return say("Not sure: the image service never answered. Its message asks you what to do.")
        case _:
            return say("Over. Its message is about to say so.")


def _drawn(card: Card) -> str:
    if not card.ready:
        return say("Being drawn.")
    return say(
        "Being drawn; {ready} of {count} done.",
        ready=figure(card.ready),
        count=figure(card.request.count),
    )
