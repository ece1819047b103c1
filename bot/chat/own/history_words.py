"""Every sentence of `/history`."""

from collections.abc import Mapping

from bot.chat.cards import card_words
from bot.chat.cards.cards import ALT_TEXT_MAX_CHARS
from bot.chat.measures import pictures
from bot.chat.speech import Name, Phrase, figure, say, sentences
from bot.chat.text import brief, excerpt, in_marks
from bot.chat.words import HISTORY_NAME, IMAGINE_NAME, SIZES, relative
from bot.domain.cards import Card, Phase
from bot.domain.history import EVERYTHING, Wanted
from bot.domain.jobs import JobState
from bot.services.history import Remembered

TEXT_NAME = Name("text")
TEXT = Phrase("Only those with this in the prompt")
KEPT_NAME = Name("kept")
KEPT = Phrase("Only those that you keep")
SIZE = Phrase("Only those of this size")

NEWER = Phrase("Newer")
OLDER = Phrase("Older")

_PROMPT_SHOWN_CHARS = 120

_STATES: Mapping[Phase, Phrase] = {
    Phase.REVIEW: Phrase("Waiting for a moderator"),
    Phase.WAITING: Phrase("Waiting in line"),
    Phase.HELD: Phrase("Waiting in line"),
    Phase.DRAWING: Phrase("Being drawn"),
    Phase.UNSURE: Phrase("Not sure; its message asks you"),
    Phase.DONE: Phrase("Done"),
    Phase.FAILED: Phrase("No picture"),
    Phase.UNSHOWN: Phrase("Done"),
    Phase.CANCELLED: Phrase("Cancelled"),
    Phase.WITHDRAWN: Phrase("Not started"),
}


def title(wanted: Wanted) -> str:
    """What stands above a page: which requests these are."""
    return sentences(
        say("**Your requests,** newest first."),
        say("Only those with {text} in the prompt.", text=in_marks(wanted.text)) if wanted.text else "",
        say("Only those that you keep.") if wanted.kept else "",
        say("Only this size: {size}.", size=SIZES[wanted.size]) if wanted.size else "",
    )


def nothing(wanted: Wanted, *, older: bool) -> str:
    """Instead of a page without a request."""
    if older:
        return say("There is nothing older.")
    if wanted == EVERYTHING:
        return say(
            "There is no request of yours yet. Type `/{imagine}` and write what you want to see.",
            imagine=IMAGINE_NAME,
        )
    return say(
        "None of your requests is like that. `/{history}` without options shows all of them.",
        history=HISTORY_NAME,
    )


def described(past: Remembered) -> str:
    """A request: its prompt, what it was, and what came of it."""
    job, card = past.job, past.card
    shown = excerpt(card.request.prompt, _PROMPT_SHOWN_CHARS)
    was = [str(SIZES[card.request.size]), str(card_words.QUALITIES[card.request.quality])]
    if card.request.count > 1:
        was.append(pictures(card.request.count))
    came = [_state(past), card_words.cost(card), relative(job.accepted_at)]
    if job.kept_at is not None:
        came.append(say("⭐ Kept"))
    lines = [f"> {shown}", " · ".join(was), " · ".join([*came, f"`{job.id}`"])]
    if card.pictures and past.thumbnail is None:
        lines.append(say("Its picture cannot be read at the moment."))
    return "\n".join(lines)


def alt_text(card: Card) -> str:
    """What a screen reader says of the small picture."""
    return card_words.alt_text(brief(card.request.prompt, ALT_TEXT_MAX_CHARS), 1, card.request.count)


def show(code: str) -> str:
    """The button that brings a request back."""
    return say("Show {code}", code=code)


def _state(past: Remembered) -> str:
    card = past.card
    if past.job.state is JobState.UNDELIVERABLE and card.ready:
        return say("Done, but not shown")
    if card.phase is Phase.DONE and card.ready < card.request.count:
        return say("{ready} of {count} done", ready=figure(card.ready), count=figure(card.request.count))
    return str(_STATES[card.phase])
