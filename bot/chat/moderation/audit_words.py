"""Every sentence of `/imagine-admin audit`, and what each action was."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.chat.days import day_text
from bot.chat.limit_words import NAMES, value_text
from bot.chat.measures import counted, duration_text, pictures, requests
from bot.chat.own.preference_words import LANGUAGES
from bot.chat.text import excerpt
from bot.chat.words import QUALITIES, SIZES
from bot.domain.jobs import Quality, Size
from bot.domain.language import Language
from bot.domain.limits import Limit, Scope
from bot.domain.moderation import Action, AuditLine, Entry
from bot.domain.units import MS_PER_S
from bot.services.audit import Exported
from bot.services.tables import Form

AUDIT = "Who did what on this server"
LIST = "What moderators did and what happened by itself, newest first"
LIST_MEMBER = "Only what this member did, or what was done to them"
LIST_ACTION = "Only one kind of action"
LIST_UNTIL = "Up to this day, like 2026-11-30 (UTC)"
EXPORT = "Take the audit of some days away as a file"
EXPORT_FIRST = "The first day, like 2026-11-01 (UTC); leave both days out for the last 30"
EXPORT_LAST = "The last day, like 2026-11-30 (UTC)"
EXPORT_FORM = "CSV for spreadsheets, JSON for programs"

OLDER = "Older"
NEWEST = "Newest"
TITLE = "**What was done,** newest first"
NOTHING = "Nothing of the kind was done on this server."
NOTHING_OLDER = "That was all: there is nothing older."

_SHOWN_CHARS = 100
"""Of what people wrote: an export has all of it."""

ACTIONS: Mapping[Action, str] = {
    Action.LIMIT_SET: "set a limit",
    Action.LIMIT_CLEARED: "took a limit away",
    Action.GRANTED: "gave extra pictures",
    Action.RESET: "forgot what was used",
    Action.BLOCKED: "blocked",
    Action.UNBLOCKED: "lifted the block",
    Action.APPEALED: "appealed against a block",
    Action.APPEAL_DISMISSED: "turned an appeal down",
    Action.TERM_ADDED: "put a word on the filter",
    Action.TERM_REMOVED: "took a word off the filter",
    Action.TERMS_IMPORTED: "imported words for the filter",
    Action.CHANNEL_SET: "set the rule of a channel",
    Action.CHANNEL_CLEARED: "took the rule of a channel away",
    Action.PAUSED: "paused new requests",
    Action.RESUMED: "took requests again",
    Action.CANCELLED: "took a request back",
    Action.LEFT: "left a request whose outcome is not known",
    Action.QUEUE_CLEARED: "took back what waited",
    Action.APPROVED: "approved a request",
    Action.NOT_APPROVED: "did not approve a request",
    Action.DELETED: "deleted a picture",
    Action.REPORTED: "reported a picture",
    Action.REPORT_DISMISSED: "dismissed a report",
    Action.SETTING_CHANGED: "changed a setting",
    Action.LOG_UNREACHABLE: "could not reach the log channel",
    Action.EXPORTED: "exported",
}
"""What was done, as it stands after who did it; also the choices of an option."""

_OF_CHANNELS = {Action.CHANNEL_SET, Action.CHANNEL_CLEARED, Action.LOG_UNREACHABLE}
_OF_LIMITS = {Action.LIMIT_SET, Action.LIMIT_CLEARED}


def line(entered: AuditLine, guild_id: int) -> str:
    """One line: when, who, what, to whom, before and after, and why."""
    entry = entered.entry
    parts = [f"<t:{entered.at // MS_PER_S}:f>", _who(entry), _what(entry, guild_id)]
    if change := _change(entry):
        parts.append(change)
    if entry.reason:
        parts.append(f"reason: {_shown(entry.reason)}")
    return " · ".join(parts)


def exported(export: Exported) -> str:
    """What is in the file."""
    lines = counted(export.lines, "line")
    sentence = f"{lines} from {day_text(export.start)} to {day_text(export.end - 1)} (UTC)."
    if export.form is Form.JSON:
        return sentence
    return f"{sentence} Long numbers begin with an apostrophe, or spreadsheets would round them."


def _who(entry: Entry) -> str:
    if entry.actor_id is not None:
        return f"<@{entry.actor_id}>"
    return "somebody, in Discord" if entry.action is Action.DELETED else "by itself"


def _what(entry: Entry, guild_id: int) -> str:
    parts = [ACTIONS[entry.action]]
    if whom := _whom(entry, guild_id):
        parts.append(whom)
    if entry.job_id is not None:
        parts.append(f"`{entry.job_id}`")
    return " ".join(parts)


def _whom(entry: Entry, guild_id: int) -> str:
    if entry.action in _OF_LIMITS:
        return _holder(entry)
    if entry.target_id is None:
        return ""
    if entry.action in _OF_CHANNELS:
        return "everywhere else" if entry.target_id == guild_id else f"<#{entry.target_id}>"
    return "" if entry.target_id == entry.actor_id else f"<@{entry.target_id}>"


def _holder(entry: Entry) -> str:
    scope = (entry.after or entry.before or "").partition(" ")[0]
    if scope == Scope.ROLE.value:
        return f"<@&{entry.target_id}>"
    return "for everybody" if entry.target_id is None else f"<@{entry.target_id}>"


def _change(entry: Entry) -> str:
    before, after = _value(entry.action, entry.before), _value(entry.action, entry.after)
    if before and after:
        which, _, _ = before.partition(": ")
        return f"{before} → {after.removeprefix(f'{which}: ')}"
    return f"was: {before}" if before else after


def _value(action: Action, text: str | None) -> str:
    """A value as people write it; what is not understood is shown as it stands."""
    if not text:
        return ""
    with suppress(ValueError, KeyError, OverflowError, OSError):
        if action in _READERS:
            return _READERS[action](text)
    return _shown(text)


def _shown(text: str) -> str:
    return excerpt(text, _SHOWN_CHARS)


def _limit(text: str) -> str:
    """`role images_per_hour 20`"""
    _, name, number = text.split(" ")
    return _limit_text(name, number)


def _limit_text(name: str, number: str) -> str:
    limit = Limit(name)
    return f"{NAMES[limit]}: {value_text(limit, None if number == 'none' else int(number))}"


def _used(text: str) -> str:
    """`images_per_hour 5, spend_per_day 6000`"""
    named = (part.split(" ") for part in text.split(", "))
    return ", ".join(_limit_text(name, number) for name, number in named)


def _granted(text: str) -> str:
    """`5 until 1700000000000`"""
    images, _, until = text.split(" ")
    return f"{pictures(int(images))} until {_moment(until)}"


def _block(text: str) -> str:
    """`until lifted`, `until 1700000000000`"""
    until = text.removeprefix("until ")
    return f"until {until}" if until == "lifted" else f"until {_moment(until)}"


def _backlog(text: str) -> str:
    """`requests 12, images 15`"""
    _, jobs, _, images = text.replace(",", "").split(" ")
    return f"{requests(int(jobs))}, {pictures(int(images))}"


def _export(text: str) -> str:
    """`audit csv 1700000000000 1800000000000`, `usage json 1700000000000 1800000000000 prompts`"""
    what, form, start, end, *more = text.split(" ")
    days = f"from {day_text(int(start))} to {day_text(int(end) - 1)}"
    return f"the {what} {days} as {form.upper()}{', with prompts' if 'prompts' in more else ''}"


def _setting(text: str) -> str:
    """`log: 123 all`, `strikes: 3 86400 86400`, ..."""
    which, _, value = text.partition(": ")
    return f"{which}: {_SETTINGS.get(which, _shown)(value)}"


def _log(value: str) -> str:
    channel, _, what = value.partition(" ")
    told = "everything" if what == "all" else "what needs a moderator"
    return f"<#{int(channel)}>, {told}" if what else value


def _defaults(value: str) -> str:
    size, quality, count = value.split(" ")
    return f"{SIZES[Size(size)]}, {QUALITIES[Quality(quality)]}, {pictures(int(count))}"


def _strikes(value: str) -> str:
    most, window_s, block_s = (int(part) for part in value.split(" "))
    if not most:
        return "never"
    return f"{most} within {duration_text(window_s)}, then {duration_text(block_s)}"


def _language(value: str) -> str:
    return LANGUAGES[Language(value)] if value in set(Language) else value


def _moment(at: str) -> str:
    return f"<t:{int(at) // MS_PER_S}:f>"


_SETTINGS: Mapping[str, Callable[[str], str]] = {
    "log": _log,
    "defaults": _defaults,
    "strikes": _strikes,
    "language": _language,
}
_READERS: Mapping[Action, Callable[[str], str]] = {
    Action.LIMIT_SET: _limit,
    Action.LIMIT_CLEARED: _limit,
    Action.GRANTED: _granted,
    Action.RESET: _used,
    Action.BLOCKED: _block,
    Action.UNBLOCKED: _block,
    Action.QUEUE_CLEARED: _backlog,
    Action.SETTING_CHANGED: _setting,
    Action.EXPORTED: _export,
}
"""How what is kept becomes what people write."""
