"""Why a request was not accepted, in words: which rule, how much of it is used, and when it lifts."""

from collections.abc import Mapping

from bot.chat.limit_words import largest_size, value_text
from bot.chat.measures import counted, pictures
from bot.chat.text import quoted
from bot.chat.words import relative
from bot.domain.admission import Gate, Refusal
from bot.domain.limits import Limit

_NOTHING_CHARGED = "Nothing was charged."

PERMISSIONS: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
}
"""Discord's own names of what the bot needs."""
GATE_NAMES: Mapping[Gate, str] = {
    Gate.BLOCKED: "Blocked",
    Gate.OFF: "Switched off here",
    Gate.PAUSED: "Paused by moderators",
    Gate.CHANNEL: "Channel without pictures",
    Gate.AGE_RESTRICTED: "Channel not age-restricted",
    Gate.PERMISSIONS: "Permission missing",
    Gate.FILTER: "Words not allowed",
    Gate.UNREVIEWED: "Nobody to approve it",
}
"""Each in a few words, for a row of a table; `limit_words.NAMES` has those of limits."""


def sentence(refusal: Refusal) -> str:
    """What to tell the person alone."""
    return f"{why(refusal)} {_NOTHING_CHARGED}"


def why(refusal: Refusal) -> str:
    """What stands in the way, and when it does not any more."""
    match refusal.by:
        case Gate.BLOCKED:
            end = f"ends {_at(refusal)}" if refusal.lifts_at else "stays until a moderator lifts it"
            reason = _reason(refusal)
            appealed = refusal.block is not None and refusal.block.appealed_at is not None
            known = " The moderators know that you asked to be unblocked." if appealed else ""
            blocked = "You are blocked from asking for pictures on this server."
            return f"{blocked} It {end}. Reason: {reason}{known}"
        case Gate.OFF:
            return (
                "Pictures are switched off on this server. "
                "A moderator can switch them on with `/imagine-admin settings on`."
            )
        case Gate.PAUSED:
            return f"Pictures are paused on this server. Reason: {_reason(refusal)}"
        case Gate.CHANNEL:
            return "I may not make pictures in this channel. Please try another one, or ask a moderator."
        case Gate.AGE_RESTRICTED:
            return "I may make pictures here only while the channel is marked as age-restricted."
        case Gate.PERMISSIONS:
            names = [PERMISSIONS.get(name, name) for name in (refusal.reason or "").split(", ")]
            return f"I lack a permission in this channel: {', '.join(names)}. A moderator can give it to me."
        case Gate.FILTER:
            return (
                "Your prompt has words in it that this server's moderators do not allow. "
                "Please write it differently."
            )
        case Gate.UNREVIEWED:
            return (
                "A moderator would have to approve this first, but they have no channel where I could ask "
                "them. A moderator can choose one: `/imagine-admin settings log`."
            )
        case Limit() as limit:
            return _over(limit, refusal)


def _over(limit: Limit, refusal: Refusal) -> str:
    most = refusal.effective.value or 0 if refusal.effective else 0
    number, used = value_text(limit, most), value_text(limit, refusal.used)
    match limit:
        case Limit.MEMBERSHIP:
            return f"You can ask for pictures after {number} on this server: {_when(refusal)}"
        case Limit.LARGEST_SIZE:
            return (
                f"The largest size you can ask for here is {largest_size(most)}. Please choose a smaller one."
            )
        case Limit.HIGHEST_QUALITY:
            return f"The highest quality you can ask for here is {number}. Please choose a lower one."
        case Limit.LARGEST_COUNT:
            return f"You can ask for {pictures(most)} in one request here. Please choose fewer."
        case Limit.COOLDOWN:
            return f"Between two requests there must be {number} here. You can ask again {_when(refusal)}"
        case Limit.WAITING:
            return (
                f"You have {used} of {number} requests waiting in line. "
                "You can ask again when one of them starts, or cancel one."
            )
        case Limit.SERVER_WAITING:
            return (
                f"This server has {used} of {number} requests waiting in line. Please try again in a while."
            )
        case Limit.IMAGES_PER_HOUR:
            return f"You have used {used} of {number} pictures this hour. {_next(refusal)}"
        case Limit.IMAGES_PER_DAY:
            return f"You have used {used} of {number} pictures in the last 24 hours. {_next(refusal)}"
        case _:
            return f"{_SPENDERS[limit].format(used=used, number=number)} {_next(refusal)}"


_SPENDERS: Mapping[Limit, str] = {
    Limit.SPEND_PER_DAY: "Your pictures of the last 24 hours cost {used} of the {number} you may spend.",
    Limit.SPEND_PER_MONTH: "Your pictures of the last 30 days cost {used} of the {number} you may spend.",
    Limit.SERVER_SPEND_PER_DAY: "This server has spent {used} of {number} in the last 24 hours.",
    Limit.SERVER_SPEND_PER_MONTH: "This server has spent {used} of {number} in the last 30 days.",
    Limit.BOT_SPEND_PER_DAY: "I have spent {used} of the {number} that my operator allows for 24 hours.",
    Limit.BOT_SPEND_PER_MONTH: "I have spent {used} of the {number} that my operator allows for 30 days.",
}


def _next(refusal: Refusal) -> str:
    if refusal.extra_images:
        extra = counted(refusal.extra_images, "extra picture")
        later = f" You can ask for more {_when(refusal)}" if refusal.lifts_at is not None else ""
        return f"You have {extra}: ask for at most {refusal.images_left}.{later}"
    if refusal.effective is not None and refusal.effective.value == 0:
        return "Waiting does not help here: please ask a moderator."
    if refusal.lifts_at is None:
        return "This request alone would be more than that: please ask for less."
    return f"The next is free {_when(refusal)}"


def _when(refusal: Refusal) -> str:
    return f"{_at(refusal)}." if refusal.lifts_at is not None else "later."


def _at(refusal: Refusal) -> str:
    return relative(refusal.lifts_at or 0)


def _reason(refusal: Refusal) -> str:
    return quoted(refusal.reason).rstrip(".") + "."
