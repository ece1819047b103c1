"""Every sentence a person reads: what happened, what it means for them, what to do next."""

from collections import Counter
from collections.abc import Mapping

from bot.domain import errors
from bot.domain.cards import Card, Failure, Phase
from bot.domain.jobs import PROMPT_MAX_CHARS, FailureReason, Picture, Quality, Size
from bot.domain.prices import Prices
from bot.domain.units import MICROUSD_PER_USD, MS_PER_S, Instant, Microusd

# The command and its options

IMAGINE = "Draw a picture from your words"
IMAGINE_PROMPT = "What to draw. Leave it out to write in a larger box"
IMAGINE_SIZE = "Width and height in pixels; larger ones take longer and cost more"
IMAGINE_QUALITY = "How much work goes into it; better ones take longer and cost more"
IMAGINE_COUNT = "How many pictures, each drawn and paid on its own"
IMAGINE_PROMPT_FILE = "A text file (.txt, UTF-8) with a prompt of up to 32,000 characters"

SIZES: Mapping[Size, str] = {
    Size.SQUARE: "Square 1024×1024",
    Size.LANDSCAPE: "Landscape 1536×1024",
    Size.PORTRAIT: "Portrait 1024×1536",
    Size.SQUARE_2K: "Square 2K 2048×2048",
    Size.LANDSCAPE_2K: "Landscape 2K 2048×1152",
    Size.LANDSCAPE_4K: "Landscape 4K 3840×2160",
    Size.PORTRAIT_4K: "Portrait 4K 2160×3840",
}
QUALITIES: Mapping[Quality, str] = {Quality.LOW: "Low", Quality.MEDIUM: "Medium", Quality.HIGH: "High"}
_QUALITY_MEANS: Mapping[Quality, str] = {
    Quality.LOW: "quick sketch",
    Quality.MEDIUM: "good detail",
    Quality.HIGH: "finest detail, slow",
}


def quality_choice(quality: Quality, prices: Prices) -> str:
    """A quality as a choice: what it means and about what it costs."""
    low, high = prices.range(quality)
    cost = dollars(low) if low == high else f"{dollars(low)} to {dollars(high)}"
    return f"{QUALITIES[quality]}: {_QUALITY_MEANS[quality]}, about {cost} each"


# The form

FORM_TITLE = "What shall I draw?"
FORM_PROMPT = "Your words"
FORM_PROMPT_HINT = "A red fox in fresh snow at sunrise, soft light, film photograph"
FORM_SIZE = "Size"
FORM_QUALITY = "Quality"

# Buttons

CANCEL = "Cancel"
AGAIN = "Again"
DELETE = "Delete"
FULL_PROMPT = "Full prompt"
TRY_AGAIN = "Try again (may be charged twice)"
LEAVE_IT = "Leave it"

# The card


def asked(card: Card) -> str:
    """Who asked for what."""
    images = f" · {card.request.count} pictures" if card.request.count > 1 else ""
    size, quality = SIZES[card.request.size], QUALITIES[card.request.quality]
    return f"<@{card.requester_id}> · {size} · {quality} quality{images}"


def status(card: Card) -> list[str]:
    """What to say of a job, most important first."""
    lines = [_phase(card), _unsure(card) if card.unsure else "", _taken_back(card)]
    return [line for line in lines if line]


def footer(card: Card, *, reencoded: bool) -> str:
    """The small print of an outcome or of a job under way."""
    about = "" if card.settled else "about "
    maybe = "up to " if card.settled and card.maybe_charged else ""
    parts = [f"{maybe}{about}{dollars(card.cost_microusd)}", f"`{card.job_id}`"]
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


_ON_HOLD = (
    "⏸️ **On hold.** The image service takes no requests from this bot at the moment. Yours keeps its "
    "place and is not charged before it goes on. If this lasts, tell the bot's operator."
)


def _phase(card: Card) -> str:
    match card.phase:
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
            return "✖️ **Cancelled.** Nothing was sent, and nothing was charged."
        case Phase.WITHDRAWN:
            return "✖️ **Not started.** Discord was too slow. Nothing was charged. Please ask again."


def failure(failed: Failure, *, of_several: bool = False) -> str:
    """Why there is no picture, whether it was charged, and what to do."""
    charged = (
        "It was charged." if failed.charged else "Nothing was charged" + (" for it." if of_several else ".")
    )
    return _FAILURES[failed.reason].format(charged=charged)


def _why(card: Card) -> str:
    """The sentence of each kind of failure, with how many it concerns where there are several kinds."""
    kinds = Counter(card.failures)
    if len(kinds) == 1:
        return failure(card.failures[0], of_several=card.request.count > 1)
    return " ".join(f"{_pictures(count)}: {failure(kind, of_several=True)}" for kind, count in kinds.items())


def _short_of(card: Card) -> str:
    return f"⚠️ {_pictures(len(card.failures))} missing. {_why(card)}" if card.failures else ""


def _taken_back(card: Card) -> str:
    if not card.cancelled or card.phase in {Phase.CANCELLED, Phase.WITHDRAWN}:
        return ""
    return f"{_pictures(card.cancelled)} cancelled before being sent; not charged."


def _unsure(card: Card) -> str:
    which = "" if card.request.count == 1 else f" for {_pictures(card.unsure)}"
    return (
        f"❓ **Not sure{which}.** The image service did not answer, so it may be drawing this or not. "
        "Try again, and you may be charged twice. Leave it, and the wait ends without it."
    )


def _expected(card: Card) -> str:
    at = card.outlook.expected_at
    return f" Expected {relative(at)}." if at is not None else ""


def _pixels(picture: Picture) -> tuple[int, int]:
    return picture.width, picture.height


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


# Answers to one person

TOO_SLOW = (
    "Sorry, that took me too long. Nothing was done, and nothing was charged for it. "
    "Please try again in a moment."
)
CANCELLED_PARTLY = (
    "What had not been sent is cancelled and not charged. The rest is being drawn already: it is paid, "
    "and will be shown."
)
RETRYING = "Trying again. The message with the prompt shows how it goes."
LEFT_IT = "I do not wait for it any longer. It may have been charged all the same."
NOT_A_BUTTON_OF_MINE = (
    "This button is from another version of me and does nothing now. Nothing was changed or charged."
)
NOT_A_COMMAND_OF_MINE = (
    "I do not know this command in this form. Nothing was charged. Reload Discord and try again."
)
FULL_PROMPT_FILE = "The full prompt is attached, exactly as it was written."


def bug(code: str) -> str:
    """Something went wrong that nobody thought of."""
    return (
        f"Sorry, something went wrong on my side. Please tell the bot's operator this code: `{code}`. "
        "If I posted no message with your prompt, nothing was charged."
    )


def refusal(fault: errors.BotError) -> str:
    """The sentence for an error that a person can meet; the most particular there is.

    Raises:
        KeyError: it is not one of those, and so a bug.
    """
    if isinstance(fault, errors.PromptTooLong):
        return (
            f"Your prompt has {fault.chars:,} characters; {PROMPT_MAX_CHARS:,} are possible. "
            "Nothing was charged. Please shorten it."
        )
    kinds = (kind for kind in type(fault).__mro__ if issubclass(kind, errors.BotError))
    known = next((kind for kind in kinds if kind in _REFUSALS), type(fault))
    return _REFUSALS[known]


_REFUSALS: Mapping[type[errors.BotError], str] = {
    errors.StoreError: (
        "I cannot reach my records at the moment. Nothing was done, and nothing was charged for it. "
        "Please try again later."
    ),
    errors.StoreBusy: TOO_SLOW,
    errors.StoreFull: (
        "I cannot take new requests at the moment: my disk is full or failing. Nothing was charged. "
        "Requests already taken go on. Please tell the bot's operator."
    ),
    errors.StoreDamaged: (
        "I cannot take requests at the moment: my records need repair. Nothing was charged. "
        "Please tell the bot's operator."
    ),
    errors.StaleMove: "That has just changed. Please look at the message again.",
    errors.PromptMissing: (
        "There is nothing to draw: the prompt is empty. Nothing was charged. Write what you want to see."
    ),
    errors.PromptFileUnreadable: (
        "I could not read that file. Nothing was charged. Please attach plain text: a file that ends in "
        f".txt, saved as UTF-8, with at most {PROMPT_MAX_CHARS:,} characters."
    ),
    errors.PromptFileAway: (
        "Discord did not hand me your file in time. Nothing was charged. Please try again in a moment."
    ),
    errors.PromptTwice: (
        "You gave the prompt twice, as text and as a file. Nothing was charged. Please send one of them."
    ),
    errors.OptionUnknown: (
        "That size, quality or number of pictures does not exist. Nothing was charged. "
        "Please choose from the list."
    ),
    errors.JobNotFound: (
        "I have no record of this picture any more, so this button does nothing. Nothing was charged."
    ),
    errors.NotYours: (
        "Somebody else asked for this picture, so only they can do that. Nothing was changed. "
        "A moderator can cancel it, leave it or delete it."
    ),
    errors.TooLateForThat: (
        "Too late for that: it is being drawn already, or it is over. Nothing was changed. "
        "The message shows how it stands."
    ),
    errors.PublishError: "Discord did not take my answer. Please try again in a moment.",
    errors.FilesTooLarge: "Discord allows no file of that size here. Please ask a moderator about the limit.",
    errors.CardGone: "That message is no longer there.",
    errors.PlaceClosed: "I am not allowed to do that here. A moderator can give me the permission.",
    errors.DiscordAway: "Discord did not answer. Please try again in a moment.",
}


def dollars(amount: Microusd) -> str:
    """An amount as people write it: as many digits as it needs, two at least."""
    usd = f"{amount / MICROUSD_PER_USD:.4f}".rstrip("0")
    whole, _, cents = usd.partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"


def relative(at: Instant) -> str:
    """A moment that ticks in Discord without edits ("in 12 seconds")."""
    return f"<t:{at // MS_PER_S}:R>"
