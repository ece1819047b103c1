"""Every sentence a person reads, those on a card aside: what happened, what it means, what to do next."""

from collections.abc import Mapping

from bot.domain import errors
from bot.domain.jobs import PROMPT_MAX_CHARS, Quality, Size
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


SHOW = "Bring back a picture by the code on its card"
SHOW_CODE = "The ten letters and digits at the bottom of the card"

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
    errors.PictureError: (
        "I cannot read that picture at the moment. Please try again, or tell the bot's operator its code."
    ),
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
