"""Sentences for errors that only moderators can meet; `bot/chat/words.py` has those for everybody."""

from collections.abc import Mapping

from bot.chat.measures import Expected
from bot.domain import errors
from bot.domain.filters import TERM_MAX_CHARS, TermFault
from bot.domain.jobs import Size


def refusal(fault: errors.ModerationError) -> str | None:
    """What the moderator is told; None for an error that members can meet too."""
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
    return _REFUSALS.get(type(fault))


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
_REFUSALS: Mapping[type[errors.ModerationError], str] = {
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
    errors.NoSuchBlock: "They are not blocked on this server. Nothing was changed.",
    errors.NoSuchTerm: (
        "That is not on the list. Nothing was changed. `/imagine-admin filter list` shows what is."
    ),
    errors.TermFileUnreadable: (
        "I could not read that file. Nothing was changed. Please attach plain text with one word or phrase "
        "a line: a file that ends in .txt, saved as UTF-8, of 5 MB at the most."
    ),
    errors.TermFileAway: (
        "Discord did not hand me your file in time. Nothing was changed. Please try again in a moment."
    ),
}
