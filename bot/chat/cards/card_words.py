"""Every sentence on a card: how its job stands, what it costs, what to do next."""

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.chat.cards.button_words import LOOK_AGAIN
from bot.chat.measures import pictures
from bot.chat.speech import Phrase, figure, listed, say, say_many, sentences
from bot.chat.text import quoted
from bot.chat.words import HISTORY_NAME, SHOW_NAME, SIZES, dollars, relative
from bot.domain.cards import Card, Failure, Phase
from bot.domain.jobs import MAYBE_CHARGED, FailureReason, Picture, Quality, Review

QUALITIES: Mapping[Quality, Phrase] = {
    Quality.LOW: Phrase("Low quality"),
    Quality.MEDIUM: Phrase("Medium quality"),
    Quality.HIGH: Phrase("High quality"),
}


def asked(card: Card) -> str:
    """Who asked for what."""
    request = card.request
    parts = [f"<@{card.requester_id}>", str(SIZES[request.size]), str(QUALITIES[request.quality])]
    if request.count > 1:
        parts.append(pictures(request.count))
    return " · ".join(parts)


def status(card: Card) -> list[str]:
    """What to say of a job, most important first."""
    lines = [
        _phase(card),
        _unsure(card) if card.unsure else "",
        _strikes(card),
        _taken_back(card),
        say("An earlier try was never answered and may have been charged.") if card.doubt_microusd else "",
        _farewell(card),
    ]
    return [line for line in lines if line]


def footer(card: Card, *, reencoded: bool) -> str:
    """The small print of an outcome or of a job under way."""
    parts = [cost(card), f"`{card.job_id}`"]
    if card.pictures:
        parts.append(say("AI-generated"))
    if odd := sorted({_pixels(picture) for picture in card.pictures} - {card.request.size.pixels}):
        parts.append(say("made as {sizes}", sizes=listed(*(f"{width}×{height}" for width, height in odd))))
    if reencoded:
        parts.append(say("compressed to fit Discord's upload limit; the original is stored"))
    return " · ".join(parts)


def of_message(card: Card) -> Iterator[str]:
    """What to know of the message itself, in small print."""
    if card.copied and not card.over:
        yield say(
            "This copy does not change by itself. Press “{look_again}” to see how it stands.",
            look_again=LOOK_AGAIN,
        )
    elif card.private and not card.copied:
        yield say(
            "Only you see this, and it goes when Discord is reloaded. `/{history}` still has it then.",
            history=HISTORY_NAME,
        )


def alt_text(prompt: str, number: int, count: int) -> str:
    """What a screen reader says of a picture."""
    if count == 1:
        return say("AI-generated picture: {prompt}", prompt=prompt)
    return say(
        "AI-generated picture {number} of {count}: {prompt}", number=number, count=count, prompt=prompt
    )


_WHAT_HAPPENED: Mapping[FailureReason, Phrase] = {
    FailureReason.SAFETY: Phrase("The image service's safety system refused this prompt."),
    FailureReason.REJECTED: Phrase("The image service did not accept this request."),
    FailureReason.PROVIDER_FAILED: Phrase("The image service could not finish it."),
    FailureReason.TOO_LATE: Phrase("The image service did not finish in time."),
    FailureReason.EXPIRED: Phrase("The image service no longer knows this picture."),
    FailureReason.PICTURE_LOST: Phrase("The picture was made but could not be downloaded."),
    FailureReason.PICTURE_BAD: Phrase("What the image service sent is not a picture that can be shown."),
    FailureReason.LEFT: Phrase("The image service never answered."),
}
_WHAT_TO_DO: Mapping[FailureReason, Phrase] = {
    FailureReason.SAFETY: Phrase("Try again in other words."),
    FailureReason.REJECTED: Phrase("Try another prompt; if it happens again, tell the bot's operator."),
    FailureReason.PROVIDER_FAILED: Phrase("Try again."),
    FailureReason.TOO_LATE: Phrase("Try again later."),
    FailureReason.EXPIRED: Phrase("Tell the bot's operator the code below."),
    FailureReason.PICTURE_LOST: Phrase("Tell the bot's operator the code below; it may still be saved."),
    FailureReason.PICTURE_BAD: Phrase("Tell the bot's operator the code below."),
    FailureReason.LEFT: Phrase("Try again if you like."),
}

_NOT_APPROVED = {Review.REFUSED, Review.UNANSWERED}
_NOTHING_SENT = Phrase("Nothing was sent, and nothing was charged.")


def cost(card: Card) -> str:
    """What it comes to, as far as that is known."""
    amount = dollars(card.cost_microusd + card.doubt_microusd)
    at_most = card.doubt_microusd or (card.settled and card.maybe_charged)
    if card.settled:
        return say("up to {cost}", cost=amount) if at_most else amount
    return say("up to about {cost}", cost=amount) if at_most else say("about {cost}", cost=amount)


def _phase(card: Card) -> str:
    match card.phase:
        case Phase.REVIEW:
            return say(
                "👀 **Waiting for a moderator.** Nothing is sent or charged before one has approved it."
            )
        case Phase.WAITING:
            return sentences(_in_line(card), _expected(card))
        case Phase.HELD:
            return say(
                "⏸️ **On hold.** The image service takes no requests from this bot at the moment. Yours keeps "
                "its place and is not charged before it goes on. If this lasts, tell the bot's operator."
            )
        case Phase.DRAWING:
            return sentences(_under_way(card), _expected(card) or say("It takes longer than usual."))
        case Phase.UNSURE:
            return ""
        case Phase.DONE:
            return sentences(*_short_of(card))
        case Phase.FAILED:
            return sentences(say("⚠️ **No picture.**"), *_why(card))
        case Phase.UNSHOWN:
            return say(
                "⚠️ **Not shown.** The picture was made and charged, but Discord did not take it. "
                "It is stored: tell the bot's operator the code below."
            )
        case Phase.CANCELLED:
            if card.review in _NOT_APPROVED:
                return sentences(say("✖️ **Not approved.**"), _not_approved(card), _NOTHING_SENT)
            return sentences(say("✖️ **Cancelled.**"), "" if card.doubt_microusd else _NOTHING_SENT)
        case Phase.WITHDRAWN:
            return say("✖️ **Not started.** Discord was too slow. Nothing was charged. Please ask again.")


def _in_line(card: Card) -> str:
    if card.ready:  # with pictures on it a card is not edited for each step in the line
        return say("⏳ **Waiting**, {ready} of {count} done.", ready=card.ready, count=card.request.count)
    place = card.outlook.place
    if place is None:
        return say("⏳ **Waiting**.")
    if place == 1:
        return say("⏳ **Waiting**, next in line.")
    return say("⏳ **Waiting**, number {place} in line.", place=figure(place))


def _under_way(card: Card) -> str:
    if not card.ready:
        return say("🎨 **Drawing**.")
    return say("🎨 **Drawing**, {ready} of {count} done.", ready=card.ready, count=card.request.count)


def _not_approved(card: Card) -> str:
    if card.review is Review.UNANSWERED:
        return say("No moderator answered in time.")
    if card.review_reason:
        return say("A moderator said no: {reason}.", reason=quoted(card.review_reason).rstrip(".。"))
    return say("A moderator said no.")


def failure(failed: Failure, *, of_several: bool = False) -> str:
    """Why there is no picture, whether it was charged, and what to do."""
    charged = _charged(failed, of_several=of_several)
    return sentences(_WHAT_HAPPENED[failed.reason], charged, _WHAT_TO_DO[failed.reason])


def _charged(failed: Failure, *, of_several: bool) -> str:
    if failed.reason in MAYBE_CHARGED:
        return say("It may have been charged.")
    if failed.charged:
        return say("It was charged.")
    if failed.doubted:  # another sentence tells of the earlier one
        return say("This try was not charged.")
    return say("Nothing was charged for it.") if of_several else say("Nothing was charged.")


def _why(card: Card) -> Iterator[str]:
    """The sentence of each kind of failure, with how many it concerns where there are several kinds."""
    kinds = Counter(card.failures)
    if len(kinds) == 1:
        yield failure(card.failures[0], of_several=card.request.count > 1)
        return
    for kind, count in kinds.items():
        yield say("{pictures}: {why}", pictures=pictures(count), why=failure(kind, of_several=True))


def _short_of(card: Card) -> Iterator[str]:
    if card.failures:
        yield say_many("⚠️ {number} picture missing.", "⚠️ {number} pictures missing.", len(card.failures))
        yield from _why(card)


def _strikes(card: Card) -> str:
    if not card.outlook.strikes:
        return ""
    return say("Several refusals by the safety system block you for a while.")


def _taken_back(card: Card) -> str:
    if not card.cancelled or card.phase in {Phase.CANCELLED, Phase.WITHDRAWN}:
        return ""
    return sentences(
        say_many(
            "{number} picture cancelled before being sent.",
            "{number} pictures cancelled before being sent.",
            card.cancelled,
        ),
        "" if card.doubt_microusd else say("Not charged."),
    )


def _farewell(card: Card) -> str:
    if not card.outlook.farewell or card.over:
        return ""
    return say(
        "⏱️ **Last update here.** Discord lets me change this message for 15 minutes only. What is being "
        "drawn is stored: fetch it in a while with `/{show}` and the code `{code}`. What still waits in line "
        "when the 15 minutes are over is taken back, not charged.",
        show=SHOW_NAME,
        code=card.job_id,
    )


def _unsure(card: Card) -> str:
    return sentences(
        say("❓ **Not sure.**")
        if card.request.count == 1
        else say_many(
            "❓ **Not sure for {number} picture.**", "❓ **Not sure for {number} pictures.**", card.unsure
        ),
        say(
            "The image service did not answer, so it may be drawing this or not. "
            "Try again, and it may be charged twice; either way it counts towards your limits. "
            "Leave it, and the wait ends without it."
        ),
    )


def _expected(card: Card) -> str:
    at = card.outlook.expected_at
    return say("Expected {when}.", when=relative(at)) if at is not None else ""


def _pixels(picture: Picture) -> tuple[int, int]:
    return picture.width, picture.height
