"""The words of the buttons below an outcome, and of what they answer."""

from collections.abc import Sequence

from bot.chat.speech import Phrase, figure, say, say_many, sentences
from bot.chat.words import FULL_PROMPT, HISTORY_NAME, IMAGINE_NAME, PROMPT_FILE_NAME, SHOW_NAME, dollars
from bot.domain.jobs import Picture
from bot.domain.units import Microusd
from bot.services.handover import FILE_MAX_BYTES, Parcel

EDIT = Phrase("Edit prompt")
BIGGER = Phrase("Bigger")
KEEP = Phrase("Keep")
SEND = Phrase("Send to me")
ORIGINAL = Phrase("Original")
LOOK_AGAIN = Phrase("Look again")

OTHER = Phrase("Other size or quality")

KEPT = Phrase(
    "Kept. It stays when old pictures are removed, and `/{history}` finds it among those you keep. "
    "To let it go, press “{keep}” once more.",
    history=HISTORY_NAME,
    keep=KEEP,
)
LET_GO = Phrase(
    "Not kept any longer: it may be removed when it is old. To keep it after all, press “{keep}” once more.",
    keep=KEEP,
)
SENT = Phrase("Sent. Look into your direct messages.")
DM_COMPRESSED = Phrase(
    "What was too large for a direct message is compressed there; the original stays with me."
)
DM_REFUSED = Phrase(
    "Discord does not let me write to you, so nothing was sent. Open the menu of a server where we both are, "
    "then its Privacy Settings, and switch on Direct Messages. If you have blocked me, unblock me. "
    "Then press “{send}” once more.",
    send=SEND,
)

_MIB = 1 << 20


def bigger(amount: Microusd) -> str:
    """The button for the next larger size, with what all its pictures cost together."""
    return say("Bigger ({cost})", cost=dollars(amount))


def costs(amount: Microusd, count: int) -> str:
    """About what one more request costs, all its pictures together."""
    return say_many("About {cost}", "About {cost} for {number} pictures", count, cost=dollars(amount))


def too_long_to_edit(chars: int, most: int) -> str:
    """A prompt that no form can hold."""
    return say(
        "This prompt has {chars} characters, and a form holds {most}. Press “{full_prompt}” to get its text, "
        "change it in a text file, and attach that to `/{imagine}` as `{prompt_file}`.",
        chars=figure(chars),
        most=figure(most),
        full_prompt=FULL_PROMPT,
        imagine=IMAGINE_NAME,
        prompt_file=PROMPT_FILE_NAME,
    )


def sent_with(code: str, count: int) -> str:
    """What stands below the prompt in a direct message."""
    return say_many(
        "You asked me to send you this picture. It is AI-generated, its code is `{code}`.",
        "You asked me to send you these {number} pictures. They are AI-generated, their code is `{code}`.",
        count,
        code=code,
    )


def originals(parcel: Parcel, limit_bytes: int) -> str:
    """What comes with the originals, and what there is to say of those that are too large."""
    count = len(parcel.uploads)
    handed = say_many(
        "Here is the original, exactly as it was made.",
        "Here are {number} originals, exactly as they were made.",
        count,
    )
    return sentences(handed if count else "", *_left_out(parcel.left_out, limit_bytes, parcel.card.job_id))


def _left_out(pictures: Sequence[Picture], limit_bytes: int, code: str) -> list[str]:
    """How large they are, what Discord takes, and what helps: mostly not another button."""
    if not pictures:
        return []
    sizes = [picture.size_bytes for picture in pictures]
    told = say_many(
        "One original is too large: it has {size} MB, and Discord takes up to {limit} MB here.",
        "{number} originals are too large: they have up to {size} MB, and Discord takes {limit} MB here.",
        len(sizes),
        size=figure(-(-max(sizes) // _MIB)),
        limit=figure(min(limit_bytes, FILE_MAX_BYTES) // _MIB),
    )
    if min(sizes) > FILE_MAX_BYTES:
        return [
            told,
            say(
                "I cannot hand over files of that size in Discord, boosts or not. "
                "What I have stored is whole: ask the bot's operator, and tell the code `{code}`.",
                code=code,
            ),
        ]
    return [
        told,
        say(
            "“{send}” does not help: direct messages take no more. On a server with more boosts, or with "
            "Nitro of your own, “{original}” hands it over. Whoever asked for it brings it there with "
            "`/{show}` and the code `{code}`.",
            send=SEND,
            show=SHOW_NAME,
            code=code,
            original=ORIGINAL,
        ),
    ]
