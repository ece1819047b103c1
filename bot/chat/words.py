"""The commands, buttons and errors that members meet: what happened, what it means, what to do next.

What belongs to one feature is in a `*_words.py` of its own.
"""

from collections.abc import Mapping

from bot.chat.moderation import fault_words
from bot.chat.speech import Name, Phrase, figure, say, say_many, sentences
from bot.domain import errors
from bot.domain.jobs import PROMPT_MAX_CHARS, Quality, Size
from bot.domain.prices import Prices
from bot.domain.units import MICROUSD_PER_USD, MS_PER_S, Instant, Microusd

# The command and its options

IMAGINE_NAME = Name("imagine")
IMAGINE = Phrase("Draw a picture from your words")
PROMPT_NAME = Name("prompt")
IMAGINE_PROMPT = Phrase("What to draw. Leave it out to write in a larger box")
SIZE_NAME = Name("size")
IMAGINE_SIZE = Phrase("Width and height in pixels; larger ones take longer and cost more")
QUALITY_NAME = Name("quality")
IMAGINE_QUALITY = Phrase("How much work goes into it; better ones take longer and cost more")
COUNT_NAME = Name("count")
IMAGINE_COUNT = Phrase("How many pictures, each drawn and paid on its own")
PROMPT_FILE_NAME = Name("prompt_file")
IMAGINE_PROMPT_FILE = Phrase("A text file (.txt, UTF-8) with a prompt of up to 32,000 characters")

SIZES: Mapping[Size, Phrase] = {
    Size.SQUARE: Phrase("Square 1024×1024"),
    Size.LANDSCAPE: Phrase("Landscape 1536×1024"),
    Size.PORTRAIT: Phrase("Portrait 1024×1536"),
    Size.SQUARE_2K: Phrase("Square 2K 2048×2048"),
    Size.LANDSCAPE_2K: Phrase("Landscape 2K 2048×1152"),
    Size.LANDSCAPE_4K: Phrase("Landscape 4K 3840×2160"),
    Size.PORTRAIT_4K: Phrase("Portrait 4K 2160×3840"),
}
QUALITIES: Mapping[Quality, Phrase] = {
    Quality.LOW: Phrase("Low"),
    Quality.MEDIUM: Phrase("Medium"),
    Quality.HIGH: Phrase("High"),
}


def quality_choice(quality: Quality, prices: Prices) -> Phrase:
    """A quality as a choice: what it means and about what it costs."""
    least, most = map(dollars, prices.range(quality))
    cost = least if least == most else Phrase("{least} to {most}", least=least, most=most)
    match quality:
        case Quality.LOW:
            return Phrase("Low: quick sketch, about {cost} each", cost=cost)
        case Quality.MEDIUM:
            return Phrase("Medium: good detail, about {cost} each", cost=cost)
        case Quality.HIGH:
            return Phrase("High: finest detail, slow, about {cost} each", cost=cost)


SHOW_NAME = Name("show")
SHOW = Phrase("Bring back a picture by the code below it")
CODE_NAME = Name("code")
SHOW_CODE = Phrase("The ten letters and digits below the picture")

HISTORY_NAME = Name("history")
HISTORY = Phrase("Look through what you asked for, newest first; only you see it")
QUEUE_NAME = Name("queue")
QUEUE = Phrase("See how your requests stand that are not done yet; only you see it")

# The form

FORM_TITLE = Phrase("What shall I draw?")
FORM_PROMPT = Phrase("Your words")
FORM_PROMPT_HINT = Phrase("A red fox in fresh snow at sunrise, soft light, film photograph")
FORM_SIZE = Phrase("Size")
FORM_QUALITY = Phrase("Quality")


def form_count(count: int, *, private: bool) -> str:
    """What the form does not ask: how many pictures are paid for, and whether one person alone sees them."""
    if private:
        return say_many(
            "{number} picture; only you see it. Prices are for each picture.",
            "{number} pictures; only you see them. Prices are for each picture.",
            count,
        )
    return say_many(
        "{number} picture. Prices are for each picture.",
        "{number} pictures. Prices are for each picture.",
        count,
    )


# Buttons

CANCEL = Phrase("Cancel")
AGAIN = Phrase("Again")
DELETE = Phrase("Delete")
FULL_PROMPT = Phrase("Full prompt")
REPORT = Phrase("Report")
TRY_AGAIN = Phrase("Try again (may be charged twice)")
LEAVE_IT = Phrase("Leave it")

# Answers to one person

TOO_SLOW = Phrase(
    "Sorry, that took me too long. Nothing was done, and nothing was charged for it. "
    "Please try again in a moment."
)
CANCELLED_PARTLY = Phrase(
    "What had not been sent is cancelled and not charged. The rest is being drawn already: it is paid, "
    "and will be shown."
)
RETRYING = Phrase("Trying again. The message with the prompt shows how it goes.")
LEFT_IT = Phrase("I do not wait for it any longer. It may have been charged all the same.")
NOT_A_BUTTON_OF_MINE = Phrase(
    "This button is from another version of me and does nothing now. Nothing was changed or charged."
)
NOT_A_COMMAND_OF_MINE = Phrase(
    "I do not know this command in this form. Nothing was charged. Reload Discord and try again."
)
NOT_FOUND_HERE = Phrase(
    "I cannot see what you chose: it may be gone, or in a channel that is closed to me. Nothing was changed."
)
FULL_PROMPT_FILE = Phrase("The full prompt is attached, exactly as it was written.")


def bug(code: str) -> str:
    """Something went wrong that nobody thought of."""
    return sentences(
        say(
            "Sorry, something went wrong on my side. Please tell the bot's operator this code: `{code}`.",
            code=code,
        ),
        say("If I posted no message with your prompt, nothing was charged."),
    )


def refusal(fault: errors.BotError) -> str:
    """The sentence for an error that a person can meet; the most particular there is.

    Raises:
        KeyError: it is not one of those, and so a bug.
    """
    if isinstance(fault, errors.PromptTooLong):
        return say(
            "Your prompt has {chars} characters; {most} are possible. "
            "Nothing was charged. Please shorten it.",
            chars=figure(fault.chars),
            most=figure(PROMPT_MAX_CHARS),
        )
    if isinstance(fault, errors.PromptFileUnreadable):
        return say(
            "I could not read that file. Nothing was charged. Please attach plain text: a file that ends in "
            ".txt, saved as UTF-8, with at most {most} characters.",
            most=figure(PROMPT_MAX_CHARS),
        )
    if isinstance(fault, errors.ModerationError) and (told := fault_words.refusal(fault)):
        return told
    kinds = (kind for kind in type(fault).__mro__ if issubclass(kind, errors.BotError))
    known = next((kind for kind in kinds if kind in _REFUSALS), type(fault))
    return str(_REFUSALS[known])


_REFUSALS: Mapping[type[errors.BotError], Phrase] = {
    errors.StoreError: Phrase(
        "I cannot reach my records at the moment. Nothing was done, and nothing was charged for it. "
        "Please try again later."
    ),
    errors.StoreBusy: TOO_SLOW,
    errors.StoreFull: Phrase(
        "I cannot take new requests at the moment: my disk is full or failing. Nothing was charged. "
        "Requests already taken go on. Please tell the bot's operator."
    ),
    errors.StoreDamaged: Phrase(
        "I cannot take requests at the moment: my records need repair. Nothing was charged. "
        "Please tell the bot's operator."
    ),
    errors.StaleMove: Phrase("That has just changed. Please look at the message again."),
    errors.PromptMissing: Phrase(
        "There is nothing to draw: the prompt is empty. Nothing was charged. Write what you want to see."
    ),
    errors.PromptFileAway: Phrase(
        "Discord did not hand me your file in time. Nothing was charged. Please try again in a moment."
    ),
    errors.PromptTwice: Phrase(
        "You gave the prompt twice, as text and as a file. Nothing was charged. Please send one of them."
    ),
    errors.OptionUnknown: Phrase(
        "That size, quality or number of pictures does not exist. Nothing was charged. "
        "Please choose from the list."
    ),
    errors.JobNotFound: Phrase(
        "I have no record of this request any more, so this button does nothing. Nothing was charged."
    ),
    errors.CodeUnknown: Phrase(
        "I have no picture with that code that you may see here. Nothing was changed. Somebody else's "
        "picture comes back only in the channel that they asked in; `/{history}` lists your own.",
        history=HISTORY_NAME,
    ),
    errors.JobErased: Phrase(
        "This picture and its prompt were erased, so I cannot bring them back. Nothing was charged."
    ),
    errors.SearchTooLong: Phrase("That is too long to look for. Nothing was charged. Please shorten it."),
    errors.NotYours: Phrase(
        "Somebody else asked for this picture, so only they can do that. Nothing was changed. "
        "A moderator can cancel it, leave it or delete it."
    ),
    errors.PressedTwice: Phrase(
        "You asked for the same twice in a moment, so it counts once, and nothing more is charged. "
        "For another one, ask again."
    ),
    errors.TooLateForThat: Phrase(
        "Too late for that: it is being drawn already, or it is over. Nothing was changed. "
        "The message shows how it stands."
    ),
    errors.SpenderBlocked: Phrase(
        "You are blocked from asking for pictures on this server, so I do not send it once more. "
        "Nothing was changed."
    ),
    errors.NoPicture: Phrase(
        "There is no picture here: it was never made, or it is gone. Nothing was changed."
    ),
    errors.OwnPicture: Phrase(
        "This is your own picture, so there is nothing to report. Nothing was changed. "
        "You can delete it with the button below it."
    ),
    errors.ReportedAlready: Phrase("You have reported this picture already. Nothing was changed."),
    errors.ReportedTooMuch: Phrase(
        "You have reported many pictures within the last hour. Nothing was changed. "
        "If there are more, please tell a moderator directly."
    ),
    errors.PreferenceUnknown: Phrase(
        "That is not one of the choices. Nothing was changed. Please choose from the list."
    ),
    errors.ExportUnderWay: Phrase(
        "I am packing a file for you already. Please wait until it is here, then ask for the next one."
    ),
    errors.ExportUnwritten: Phrase(
        "I could not pack your file: my disk is full or failing. Nothing was changed. "
        "Please try again later, or tell the bot's operator."
    ),
    errors.AppealError: Phrase("There is nothing to appeal against. Nothing was changed."),
    errors.NotBlocked: Phrase("You are not blocked any more. You can ask for pictures again."),
    errors.AppealedAlready: Phrase(
        "You have appealed against this already, and the moderators were told. Nothing was changed."
    ),
    errors.ModerationError: Phrase("That cannot be done. Nothing was changed."),
    errors.NothingThere: Phrase("There is nothing of the kind to change. Nothing was changed."),
    errors.ReasonMissing: Phrase("That reason has no words in it. Nothing was changed. Please write why."),
    errors.PublishError: Phrase("Discord did not take my answer. Please try again in a moment."),
    errors.FilesTooLarge: Phrase(
        "Discord allows no file of that size here. Please ask a moderator about the limit."
    ),
    errors.OverLimit: Phrase(
        "To try that again would go above what may be spent here. Nothing was changed, and nothing more "
        "was charged."
    ),
    errors.PictureError: Phrase(
        "I cannot read that picture at the moment. Please try again, or tell the bot's operator its code."
    ),
    errors.CardGone: Phrase("That message is no longer there."),
    errors.PlaceClosed: Phrase("I am not allowed to do that here. A moderator can give me the permission."),
    errors.DiscordAway: Phrase("Discord did not answer. Please try again in a moment."),
}
"""What members can meet; what only moderators can is in `moderation/fault_words.py`."""


def dollars(amount: Microusd) -> str:
    """An amount as people write it: as many digits as it needs, two at least."""
    usd = f"{amount / MICROUSD_PER_USD:.4f}".rstrip("0")
    whole, _, cents = usd.partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"


def relative(at: Instant) -> str:
    """A moment that ticks in Discord without edits ("in 12 seconds")."""
    return f"<t:{at // MS_PER_S}:R>"
