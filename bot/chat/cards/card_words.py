"""Every sentence on a card: how its job stands, what it costs, what to do next."""

from collections import Counter
from collections.abc import Mapping

from bot.chat.measures import pictures
from bot.chat.text import quoted
from bot.chat.words import QUALITIES, SIZES, dollars, relative
from bot.domain.cards import Card, Failure, Phase
from bot.domain.jobs import FailureReason, Picture, Review


def asked(card: Card) -> str:
    """Who asked for what."""
    images = f" · {card.request.count} pictures" if card.request.count > 1 else ""
    size, quality = SIZES[card.request.size], QUALITIES[card.request.quality]
    return f"<@{card.requester_id}> · {size} · {quality} quality{images}"


def status(card: Card) -> list[str]:
    """What to say of a job, most important first."""
    lines = [
        _phase(card),
        _unsure(card) if card.unsure else "",
        _taken_back(card),
        _EARLIER_TRY if card.doubt_microusd else "",
        _farewell(card),
    ]
    return [line for line in lines if line]


def footer(card: Card, *, reencoded: bool) -> str:
    """The small print of an outcome or of a job under way."""
    about = "" if card.settled else "about "
    maybe = "up to " if card.doubt_microusd or (card.settled and card.maybe_charged) else ""
    cost = dollars(card.cost_microusd + card.doubt_microusd)
    parts = [f"{maybe}{about}{cost}", f"`{card.job_id}`"]
    if card.pictures:
        parts.append("AI-generated")
    if odd := sorted({_pixels(picture) for picture in card.pictures} - {card.request.size.pixels}):
        parts.append("made as " + ", ".join(f"{width}×{height}" for width, height in odd))
    if reencoded:
        parts.append("compressed to fit Discord's upload limit; the original is kept")
    return " · ".join(parts)


def alt_text(prompt: str, number: int, count: int) -> str:
    """What a screen reader says of a picture."""
    which = f" {number} of {count}" if count > 1 else ""
    return f"AI-generated picture{which}: {prompt}"


_FAILURES: Mapping[FailureReason, str] = {
    FailureReason.SAFETY: (
        "The image service's safety system refused this prompt. {charged} Try again in other words."
    ),
    FailureReason.REJECTED: (
        "The image service did not accept this request. {charged} "
        "Try another prompt; if it happens again, tell the bot's operator."
    ),
    FailureReason.PROVIDER_FAILED: "The image service could not finish it. {charged} Try again.",
    FailureReason.TOO_LATE: (
        "The image service did not finish in time. It may have been charged. Try again later."
    ),
    FailureReason.EXPIRED: (
        "The image service no longer knows this picture. It may have been charged. "
        "Tell the bot's operator the code below."
    ),
    FailureReason.PICTURE_LOST: (
        "The picture was made but could not be downloaded. {charged} "
        "Tell the bot's operator the code below; it may still be saved."
    ),
    FailureReason.PICTURE_BAD: (
        "What the image service sent is not a picture that can be shown. {charged} "
        "Tell the bot's operator the code below."
    ),
    FailureReason.LEFT: (
        "The image service never answered. It may have been charged. Try again if you like."
    ),
}


_EARLIER_TRY = "An earlier try was never answered and may have been charged."

_NOT_APPROVED = {Review.REFUSED, Review.UNANSWERED}
_NOTHING_SENT = "Nothing was sent, and nothing was charged."

_ON_HOLD = (
    "⏸️ **On hold.** The image service takes no requests from this bot at the moment. Yours keeps its "
    "place and is not charged before it goes on. If this lasts, tell the bot's operator."
)


def _phase(card: Card) -> str:
    match card.phase:
        case Phase.REVIEW:
            return "👀 **Waiting for a moderator.** Nothing is sent or charged before one has approved it."
        case Phase.WAITING:
            place = "next" if card.outlook.place == 1 else f"number {card.outlook.place}"
            line = f", {place} in line" if card.outlook.place else ""
            return f"⏳ **Waiting**{line}.{_expected(card)}"
        case Phase.HELD:
            return _ON_HOLD
        case Phase.DRAWING:
            done = f", {card.ready} of {card.request.count} done" if card.ready else ""
            return f"🎨 **Drawing**{done}.{_expected(card) or ' It takes longer than usual.'}"
        case Phase.UNSURE:
            return ""
        case Phase.DONE:
            return _short_of(card)
        case Phase.FAILED:
            return f"⚠️ **No picture.** {_why(card)}"
        case Phase.KEPT:
            return (
                "⚠️ **Not shown.** The picture was made and charged, but Discord did not take it. It is kept: "
                "tell the bot's operator the code below."
            )
        case Phase.CANCELLED:
            if card.review in _NOT_APPROVED:
                return f"✖️ **Not approved.** {_not_approved(card)} {_NOTHING_SENT}"
            return "✖️ **Cancelled.**" + ("" if card.doubt_microusd else f" {_NOTHING_SENT}")
        case Phase.WITHDRAWN:
            return "✖️ **Not started.** Discord was too slow. Nothing was charged. Please ask again."


def _not_approved(card: Card) -> str:
    if card.review is Review.UNANSWERED:
        return "No moderator answered in time."
    if card.review_reason:
        return f"A moderator said no: {quoted(card.review_reason).rstrip('.')}."
    return "A moderator said no."


def failure(failed: Failure, *, of_several: bool = False) -> str:
    """Why there is no picture, whether it was charged, and what to do."""
    return _FAILURES[failed.reason].format(charged=_charged(failed, of_several=of_several))


def _charged(failed: Failure, *, of_several: bool) -> str:
    if failed.charged:
        return "It was charged."
    if failed.doubted:  # another sentence tells of the earlier one
        return "This try was not charged."
    return "Nothing was charged for it." if of_several else "Nothing was charged."


def _why(card: Card) -> str:
    """The sentence of each kind of failure, with how many it concerns where there are several kinds."""
    kinds = Counter(card.failures)
    if len(kinds) == 1:
        return failure(card.failures[0], of_several=card.request.count > 1)
    return " ".join(f"{pictures(count)}: {failure(kind, of_several=True)}" for kind, count in kinds.items())


def _short_of(card: Card) -> str:
    return f"⚠️ {pictures(len(card.failures))} missing. {_why(card)}" if card.failures else ""


def _taken_back(card: Card) -> str:
    if not card.cancelled or card.phase in {Phase.CANCELLED, Phase.WITHDRAWN}:
        return ""
    charged = "" if card.doubt_microusd else " Not charged."
    return f"{pictures(card.cancelled)} cancelled before being sent.{charged}"


def _farewell(card: Card) -> str:
    if not card.outlook.farewell or card.over:
        return ""
    return (
        "⏱️ **Last update here.** Discord does not let me change this message any longer. What is being drawn "
        f"is kept: fetch it in a while with `/show` and the code `{card.job_id}`. What still waits in line "
        "then is taken back, not charged."
    )


def _unsure(card: Card) -> str:
    which = "" if card.request.count == 1 else f" for {pictures(card.unsure)}"
    return (
        f"❓ **Not sure{which}.** The image service did not answer, so it may be drawing this or not. "
        "Try again, and you may be charged twice. Leave it, and the wait ends without it."
    )


def _expected(card: Card) -> str:
    at = card.outlook.expected_at
    return f" Expected {relative(at)}." if at is not None else ""


def _pixels(picture: Picture) -> tuple[int, int]:
    return picture.width, picture.height
