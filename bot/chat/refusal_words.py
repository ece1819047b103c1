"""Why a request was not accepted, in words: which rule, how much of it is used, and when it lifts."""

from collections.abc import Iterator, Mapping

from bot.chat.limit_words import largest_size, value_text
from bot.chat.speech import Phrase, figure, listed, say, say_many, sentences
from bot.chat.text import quoted
from bot.chat.words import relative
from bot.domain.admission import Gate, Refusal
from bot.domain.limits import Limit

PERMISSIONS: Mapping[str, Phrase] = {
    "view_channel": Phrase("View Channel"),
    "send_messages": Phrase("Send Messages"),
    "send_messages_in_threads": Phrase("Send Messages in Threads"),
    "attach_files": Phrase("Attach Files"),
    "embed_links": Phrase("Embed Links"),
}
"""Discord's own names of what the bot needs."""
GATE_NAMES: Mapping[Gate, Phrase] = {
    Gate.BLOCKED: Phrase("Blocked"),
    Gate.OFF: Phrase("Switched off here"),
    Gate.PAUSED: Phrase("Paused by moderators"),
    Gate.CHANNEL: Phrase("Channel without pictures"),
    Gate.AGE_RESTRICTED: Phrase("Channel not age-restricted"),
    Gate.PERMISSIONS: Phrase("Permission missing"),
    Gate.FILTER: Phrase("Words not allowed"),
    Gate.UNREVIEWED: Phrase("Nobody to approve it"),
}
"""Each in a few words, for a row of a table; `limit_words.NAMES` has those of limits."""


def sentence(refusal: Refusal) -> str:
    """What to tell the person alone."""
    return sentences(why(refusal), say("Nothing was charged."))


def why(refusal: Refusal) -> str:
    """What stands in the way, and when it does not any more."""
    match refusal.by:
        case Gate.BLOCKED:
            return _blocked(refusal)
        case Gate.OFF:
            return say(
                "Pictures are switched off on this server. "
                "A moderator can switch them on with `/imagine-admin settings on`."
            )
        case Gate.PAUSED:
            return sentences(say("Pictures are paused on this server."), _reason(refusal))
        case Gate.CHANNEL:
            return say("I may not make pictures in this channel. Please try another one, or ask a moderator.")
        case Gate.AGE_RESTRICTED:
            return say("I may make pictures here only while the channel is marked as age-restricted.")
        case Gate.PERMISSIONS:
            names = [str(PERMISSIONS.get(name, name)) for name in (refusal.reason or "").split(", ")]
            return say(
                "I lack a permission in this channel: {permissions}. A moderator can give it to me.",
                permissions=listed(*names),
            )
        case Gate.FILTER:
            return say(
                "Your prompt has words in it that this server's moderators do not allow. "
                "Please write it differently."
            )
        case Gate.UNREVIEWED:
            return say(
                "A moderator would have to approve this first, but they have no channel where I could ask "
                "them. A moderator can choose one: `/imagine-admin settings log`."
            )
        case Limit() as limit:
            return _over(limit, refusal)


def _blocked(refusal: Refusal) -> str:
    appealed = refusal.block is not None and refusal.block.appealed_at is not None
    return sentences(
        say("You are blocked from asking for pictures on this server."),
        say("It ends {when}.", when=_when(refusal))
        if refusal.lifts_at
        else say("It stays until a moderator lifts it."),
        _reason(refusal),
        say("The moderators know that you asked to be unblocked.") if appealed else "",
    )


def _reason(refusal: Refusal) -> str:
    return say("Reason: {reason}.", reason=quoted(refusal.reason).rstrip(".。"))


def _over(limit: Limit, refusal: Refusal) -> str:
    most = refusal.effective.value or 0 if refusal.effective else 0
    number, used = value_text(limit, most), value_text(limit, refusal.used)
    match limit:
        case Limit.MEMBERSHIP:
            return say(
                "You can ask for pictures after {duration} on this server: {when}.",
                duration=number,
                when=_when(refusal),
            )
        case Limit.LARGEST_SIZE:
            return say(
                "The largest size you can ask for here is {size}. Please choose a smaller one.",
                size=largest_size(most),
            )
        case Limit.HIGHEST_QUALITY:
            return say(
                "The highest quality you can ask for here is {quality}. Please choose a lower one.",
                quality=number,
            )
        case Limit.LARGEST_COUNT:
            return say_many(
                "You can ask for {number} picture in one request here. Please choose fewer.",
                "You can ask for {number} pictures in one request here. Please choose fewer.",
                most,
            )
        case Limit.COOLDOWN:
            return say(
                "Between two requests there must be {duration} here. You can ask again {when}.",
                duration=number,
                when=_when(refusal),
            )
        case Limit.WAITING:
            return say(
                "You have {used} of {number} requests waiting in line. "
                "You can ask again when one of them starts, or cancel one.",
                used=used,
                number=number,
            )
        case Limit.SERVER_WAITING:
            return say(
                "This server has {used} of {number} requests waiting in line. Please try again in a while.",
                used=used,
                number=number,
            )
        case _:
            return sentences(
                _USED_UP[limit].format(used=used, number=number),
                *_next(refusal),
                say("The bot's operator pays for the pictures.") if limit in _SPENT else "",
            )


_USED_UP: Mapping[Limit, Phrase] = {
    Limit.IMAGES_PER_HOUR: Phrase("You have used {used} of {number} pictures this hour."),
    Limit.IMAGES_PER_DAY: Phrase("You have used {used} of {number} pictures in the last 24 hours."),
    Limit.SPEND_PER_DAY: Phrase(
        "Your pictures of the last 24 hours cost {used} of the {number} you may spend."
    ),
    Limit.SPEND_PER_MONTH: Phrase(
        "Your pictures of the last 30 days cost {used} of the {number} you may spend."
    ),
    Limit.SERVER_SPEND_PER_DAY: Phrase("This server has spent {used} of {number} in the last 24 hours."),
    Limit.SERVER_SPEND_PER_MONTH: Phrase("This server has spent {used} of {number} in the last 30 days."),
    Limit.BOT_SPEND_PER_DAY: Phrase(
        "I have spent {used} of the {number} that my operator allows for 24 hours."
    ),
    Limit.BOT_SPEND_PER_MONTH: Phrase(
        "I have spent {used} of the {number} that my operator allows for 30 days."
    ),
}
_SPENT = {
    Limit.SPEND_PER_DAY,
    Limit.SPEND_PER_MONTH,
    Limit.SERVER_SPEND_PER_DAY,
    Limit.SERVER_SPEND_PER_MONTH,
}
"""Limits whose dollars somebody could take for their own."""


def _next(refusal: Refusal) -> Iterator[str]:
    """When there is more, or what to do instead."""
    if refusal.extra_images:
        yield say_many(
            "You have {number} extra picture: ask for at most {left}.",
            "You have {number} extra pictures: ask for at most {left}.",
            refusal.extra_images,
            left=figure(refusal.images_left),
        )
        if refusal.lifts_at is not None:
            yield say("You can ask for more {when}.", when=_when(refusal))
    elif refusal.effective is not None and refusal.effective.value == 0:
        yield say("Waiting does not help here: please ask a moderator.")
    elif refusal.lifts_at is None:
        yield say("This request alone would be more than that: please ask for less.")
    else:
        yield say("The next is free {when}.", when=_when(refusal))


def _when(refusal: Refusal) -> str:
    return relative(refusal.lifts_at or 0)
