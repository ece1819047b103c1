"""Every sentence a person reads, those on a card aside: what happened, what it means, what to do next."""

from collections.abc import Mapping

from bot.chat.measures import Expected
from bot.domain import errors
from bot.domain.filters import TERM_MAX_CHARS, TermFault
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
REPORT = "Report"
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
NOT_FOUND_HERE = (
    "I cannot see what you chose: it may be gone, or in a channel that is closed to me. Nothing was changed."
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
    if isinstance(fault, errors.Unclear) and fault.expected in _EXPECTED:
        return f"{_EXPECTED[fault.expected]} {_NOTHING_CHANGED}"
    if isinstance(fault, errors.CannotPostThere):
        return (
            f"I cannot post there: I lack {', '.join(fault.missing)}. {_NOTHING_CHANGED} "
            "Please give me that in the channel's settings, and try again."
        )
    if isinstance(fault, errors.ExportTooLarge):
        return (
            f"That is more than {fault.max_bytes >> 20} MB, which is all that Discord takes here. "
            "Please ask for a shorter time."
        )
    if isinstance(fault, errors.TermUnusable):
        return f"{_TERM_FAULTS[fault.fault]} {_NOTHING_CHANGED}"
    if isinstance(fault, errors.TooMany):
        return f"That would be more than the {fault.most:,} that I keep. {_NOTHING_CHANGED}"
    if isinstance(fault, errors.OutOfRange):
        upwards = "or more" if fault.most is None else f"to {fault.most:,}"
        return f"The number has to be {fault.least:,} {upwards}. {_NOTHING_CHANGED}"
    kinds = (kind for kind in type(fault).__mro__ if issubclass(kind, errors.BotError))
    known = next((kind for kind in kinds if kind in _REFUSALS), type(fault))
    return _REFUSALS[known]


_NOTHING_CHANGED = "Nothing was changed."
_EXPECTED: Mapping[str, str] = {
    Expected.DURATION: "Please write a time like 30s, 10m, 2h, 7d or 4 weeks.",
    Expected.BLOCK_DURATION: (
        "Please write a time like 2h, 7d or 4 weeks. Leave it out for a block without an end."
    ),
    Expected.DURATION_RANGE: "The time has to be one second at least, and 365 days at most.",
    Expected.AMOUNT: "Please write an amount of US dollars, like $2.50.",
    Expected.POINT: "Please write the amount in US dollars with a point, like $2.50.",
    Expected.CURRENCY: "Costs are counted in US dollars only: please write an amount like $2.50.",
    Expected.AMOUNT_RANGE: "The amount has to be from $0 to $1,000,000.",
    Expected.PRECISION: "Please write no more than six digits after the point.",
    Expected.COUNT: "Please write a whole number, like 5.",
    Expected.COUNT_RANGE: "The number has to be from 0 to 1,000,000.",
    Expected.SIZE: f"Please write one of the sizes: {', '.join(size.value for size in Size)}.",
    Expected.QUALITY: "Please write one of the qualities: low, medium or high.",
}
"""What to write instead of what was not understood."""
_TERM_FAULTS: Mapping[str, str] = {
    TermFault.EMPTY: "A word or phrase needs letters or digits: blanks and signs alone are never found.",
    TermFault.TOO_LONG: f"A word or phrase can have {TERM_MAX_CHARS} characters at the most.",
}

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
    errors.SpenderBlocked: (
        "You are blocked from asking for pictures on this server, so I do not send it once more. "
        "Nothing was changed."
    ),
    errors.OwnPicture: (
        "This is your own picture, so there is nothing to report. Nothing was changed. "
        "You can delete it with the button below it."
    ),
    errors.ReportedAlready: "You have reported this picture already. Nothing was changed.",
    errors.ReportedTooMuch: (
        "You have reported many pictures within the last hour. Nothing was changed. "
        "If there are more, please tell a moderator directly."
    ),
    errors.AppealError: "There is nothing to appeal against. Nothing was changed.",
    errors.NotBlocked: "You are not blocked any more. You can ask for pictures again.",
    errors.AppealedAlready: (
        "You have appealed against this already, and the moderators were told. Nothing was changed."
    ),
    errors.ModerationError: "That cannot be done. Nothing was changed.",
    errors.MayNotDecide: (
        "Only people who may manage messages in this channel, or the server, can do that. "
        "Nothing was changed."
    ),
    errors.DecidedAlready: (
        "That is decided already: somebody was faster. Nothing was changed. "
        "The message shows what was decided."
    ),
    errors.TakenBack: "The request was taken back meanwhile, so nothing is left to decide. Nothing was sent.",
    errors.NotAModerator: (
        "Only people who may manage this server can do that. Nothing was changed. "
        "Ask a moderator who has the permission Manage Server."
    ),
    errors.OnABot: "That is a bot, and bots ask for no pictures. Nothing was changed.",
    errors.OnYourself: "You cannot do that to yourself. Nothing was changed. Another moderator can.",
    errors.OnTheOwner: "Nobody can do that to the server's owner. Nothing was changed.",
    errors.OnSomeoneAbove: (
        "Their highest role is not below yours, so you cannot do that. Nothing was changed."
    ),
    errors.OnARoleAbove: (
        "That role is not below your highest role, so you cannot do that. Nothing was changed. "
        "Somebody above can."
    ),
    errors.OnlyForServer: (
        "That limit is for the whole server. Nothing was changed. Please leave out the person or role."
    ),
    errors.HolderUnclear: ("Please name one person or one role, not both. Nothing was changed."),
    errors.NothingNamed: (
        "Please name what to clear: a limit, a person or a role. A limit alone is cleared for the whole "
        "server. Nothing was changed."
    ),
    errors.RequestNotHere: (
        "No request on this server has that code. Nothing was changed. "
        "`/imagine-admin queue show` lists what is not over yet."
    ),
    errors.NoLogChannel: "Please name a channel too: none is set yet. Nothing was changed.",
    errors.PeriodUnclear: (
        "The first day has to be no later than the last. Leave both out for the last 30 days."
    ),
    errors.DayUnclear: "Please write a day like 2026-11-30, or leave it out.",
    errors.ActionUnknown: (
        "No action has that name. Please choose one from the list, or leave it out to see all of them."
    ),
    errors.NothingThere: "There is nothing of the kind to change. Nothing was changed.",
    errors.NoSuchBlock: "They are not blocked on this server. Nothing was changed.",
    errors.NoSuchTerm: (
        "That is not on the list. Nothing was changed. `/imagine-admin filter list` shows what is."
    ),
    errors.ReasonMissing: "That reason has no words in it. Nothing was changed. Please write why.",
    errors.TermFileUnreadable: (
        "I could not read that file. Nothing was changed. Please attach plain text with one word or phrase "
        "a line: a file that ends in .txt, saved as UTF-8, of 5 MB at the most."
    ),
    errors.TermFileAway: (
        "Discord did not hand me your file in time. Nothing was changed. Please try again in a moment."
    ),
    errors.PublishError: "Discord did not take my answer. Please try again in a moment.",
    errors.FilesTooLarge: "Discord allows no file of that size here. Please ask a moderator about the limit.",
    errors.OverLimit: (
        "To try that again would go above what may be spent here. Nothing was changed, and nothing more "
        "was charged."
    ),
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
