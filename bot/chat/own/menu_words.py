"""What stands in the menu of a message, and what is said where nothing comes of it."""

from bot.chat.speech import Name, Phrase, say
from bot.chat.words import IMAGINE_NAME

IMAGINE_THIS_NAME = Name("Imagine this")
DETAILS_NAME = Name("Imagine details")

FORM_CUT = Phrase(
    "Cut: a form holds 4,000 characters. A text file with /{imagine} holds more.", imagine=IMAGINE_NAME
)
NOT_A_PICTURE = Phrase(
    "This message shows no picture that I have a record of. Nothing was changed. "
    "Choose a message of mine that shows a picture, or one that waits for it."
)


def no_words() -> str:
    """There is nothing in a message that could be drawn."""
    return say(
        "This message has no words that I could draw. Nothing was charged. "
        "Choose one with words, or write your own with `/{imagine}`.",
        imagine=IMAGINE_NAME,
    )
