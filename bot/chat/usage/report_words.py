"""Every sentence of a usage report: beside its picture, in it, and for those who cannot see it.

What members see of themselves is said in their language; the rest is for moderators, in English.

In the text members are mentioned, so that who reads it can press on them and nobody can pass for another;
in the picture they are named, and names come in as they are on Discord. What limits and refusals are called
comes in too, by the rule's own name; a rule without an entry is shown by that name, made readable.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.chat.measures import counted, pictures, wait_text
from bot.chat.speech import Phrase, figure, listed, say, sentences
from bot.chat.text import TEXTS_MAX_CHARS, harmless, is_blank, plain, shorten
from bot.chat.usage.day_words import moment, span
from bot.chat.words import dollars, relative
from bot.domain.jobs import FailureReason, Quality
from bot.domain.limits import Measure
from bot.domain.units import Microusd
from bot.domain.usage import LimitUse, OwnUse, Period, Report, Slot, Waits

ALT_TEXT_MAX_CHARS = 1024
"""Discord's limit for a file's description (facts: Discord, 2)."""
TEXT_MAX_CHARS = TEXTS_MAX_CHARS - 400
"""The rest is for what stands around it."""
_NAME_MAX_CHARS = 32
"""Discord's own limit for a member's name."""
_RULE_MAX_CHARS = 48
_SHARES_FROM = 10
"""Of fewer pictures, "9 of 10" are all."""

Names: TypeAlias = Mapping[str, Phrase | str]
"""What limits and refusals are called, by their own names."""

REPORT_TITLE = "Usage"
OWN_TITLE = Phrase("Your pictures")
PICTURES_BY: Mapping[Period, Phrase] = {
    Period.DAY: Phrase("Pictures by hour"),
    Period.WEEK: Phrase("Pictures by day"),
    Period.MONTH: Phrase("Pictures by day"),
}
SPEND = Phrase("Spend")
MEMBERS = "Members"
REFUSED = "Refused requests"
FAILED = "Failed pictures"
WAITING = "Wait in line"
WAITED_HALF = "Half, up to"
WAITED_MOST = "9 of 10, up to"
OTHER_REASONS = "Other reasons"
LEFT = Phrase("What is left")
NONE = "none"
NO_PICTURES = Phrase("No pictures in this time")

FAILURES: Mapping[FailureReason, str] = {
    FailureReason.SAFETY: "Refused as unsafe",
    FailureReason.REJECTED: "Request not accepted",
    FailureReason.PROVIDER_FAILED: "Service gave up",
    FailureReason.TOO_LATE: "Not finished in time",
    FailureReason.EXPIRED: "Lost by the service",
    FailureReason.PICTURE_LOST: "Could not be fetched",
    FailureReason.PICTURE_BAD: "Not a usable picture",
    FailureReason.LEFT: "Never answered",
}
"""Each in a few words, for a row of a table; `card_words.py` has the sentences."""

_BY_QUALITY: Mapping[Quality, Phrase] = {
    Quality.LOW: Phrase("{number} low"),
    Quality.MEDIUM: Phrase("{number} medium"),
    Quality.HIGH: Phrase("{number} high"),
}


def report_text(report: Report, rules: Names) -> str:
    """All that the picture of a report shows, as markdown, in at most `TEXT_MAX_CHARS`.

    Where that is too little, the days lose first their qualities and then themselves.
    """
    tables = [
        table(MEMBERS, _member_lines(report)),
        refusals_table(report.refusals, rules),
        failures_table(report.failures),
    ]
    head = "\n".join([f"**{REPORT_TITLE}, {span(report.start, report.end)}**", *totals(report)])
    return _fitting([head, *tables], report.slots, report.period)


def report_alt_text(report: Report, names: Mapping[int, str]) -> str:
    """What a screen reader says of the picture of a report: the sums, and who used most."""
    most = ", ".join(
        f"{member_name(use.member_id, names)} {amounts(use.images, use.microusd)}"
        for use in report.members[:3]
    )
    lines = [
        f"Charts of usage, {span(report.start, report.end)}.",
        *totals(report),
        f"Most by: {most}." if most else "",
    ]
    return shorten(" ".join(filter(None, lines)), ALT_TEXT_MAX_CHARS)


def own_text(
    own: OwnUse,
    limits: Names,
    *,
    title: str | Phrase = OWN_TITLE,
    notes: Sequence[str] = (),
    tables: Sequence[str] = (),
) -> str:
    """What one member used and has left, as markdown, in at most `TEXT_MAX_CHARS`.

    `notes` and `tables` are further lines and tables.
    """
    head = [f"**{title} · {span(own.start, own.end)}**", _made(own)]
    lines = [_limit_line(use, limits) for use in own.limits]
    return _fitting(["\n".join([*head, *notes]), table(LEFT, lines), *tables], own.slots, Period.MONTH)


def own_alt_text(own: OwnUse, limits: Names, name: str | None = None) -> str:
    """What a screen reader says of the picture of what somebody used; `name`: to a moderator, who it is."""
    days = span(own.start, own.end)
    said = sentences(
        f"Charts of pictures of {name}, {days}."
        if name
        else say("Charts of your pictures, {days}.", days=days),
        _made(own),
        *(_stand_of(use, rule_name(use.name, limits)) for use in own.limits),
    )
    return shorten(said, ALT_TEXT_MAX_CHARS)


def totals(report: Report) -> list[str]:
    """The sums of a report, a sentence or two on each line."""
    return [
        f"{pictures(report.images)}, {dollars(report.microusd)}.{_by_quality(report.slots)}",
        f"{counted(report.refused, 'request')} refused, {counted(report.failed, 'picture')} failed.",
        *([_waits(report.waits)] if report.waits else []),
    ]


def stand(use: LimitUse) -> str:
    """How a limit stands, in a few words that a row of a picture has room for."""
    if use.limit is None or use.left is None:
        return say("{used} used, no limit", used=_amount(use, use.used))
    return say(
        "{used} used, {left} of {limit} left",
        used=_amount(use, use.used),
        left=_amount(use, use.left),
        limit=_amount(use, use.limit),
    )


def amounts(images: int, microusd: Microusd) -> str:
    """Pictures and money, for a row."""
    return f"{images:,} · {dollars(microusd)}"


def member_name(member_id: int, names: Mapping[int, str]) -> str:
    """A member's name on one line; in markdown it still needs to be made harmless."""
    if member_id not in names:
        return "Former member"
    name = plain(names[member_id])
    return "(no name)" if is_blank(name) else shorten(name, _NAME_MAX_CHARS)


def others(report: Report) -> str:
    """Those whom a report does not name."""
    return counted(report.others.members, "other")


def rule_name(name: str, names: Names) -> str:
    """What a limit or a reason is called."""
    shown = plain(str(names.get(name) or "") or name.replace("_", " ").capitalize())
    return shorten(shown, _RULE_MAX_CHARS)


def _waits(waits: Waits) -> str:
    if waits.count < _SHARES_FROM:
        longest = wait_text(waits.p90_s)
        if longest == wait_text(0):
            return f"{pictures(waits.count)} did not wait in line."
        up_to = "" if waits.count == 1 else "up to "
        return f"{pictures(waits.count)} waited {up_to}{longest} in line."
    return (
        f"Half of {pictures(waits.count)} waited up to {wait_text(waits.median_s)} in line, "
        f"9 of 10 up to {wait_text(waits.p90_s)}."
    )


def _by_quality(slots: Iterable[Slot]) -> str:
    counts = [sum(column) for column in zip(*(slot.images for slot in slots), strict=True)]
    return f" By quality: {_qualities(counts)}." if any(counts) else ""


def _qualities(counts: Sequence[int]) -> str:
    """The cheapest first, as in the picture from below."""
    named = zip(Quality, counts, strict=True)
    return listed(*(_BY_QUALITY[quality].format(number=figure(count)) for quality, count in named if count))


def _member_lines(report: Report) -> Iterator[str]:
    for place, use in enumerate(report.members, start=1):
        yield f"{place}. <@{use.member_id}>: {pictures(use.images)}, {dollars(use.microusd)}"
    if report.others.members:
        rest = report.others
        yield f"{others(report).capitalize()}: {pictures(rest.images)}, {dollars(rest.microusd)}"


def _made(own: OwnUse) -> str:
    return say("{pictures}, {cost}.", pictures=pictures(own.images), cost=dollars(own.microusd))


def _limit_line(use: LimitUse, limits: Names) -> str:
    return sentences(
        _stand_of(use, harmless(rule_name(use.name, limits))),
        say("More {when}.", when=relative(use.renews_at)) if use.renews_at is not None else "",
    )


def _stand_of(use: LimitUse, name: str) -> str:
    return say("{limit}: {stand}.", limit=name, stand=stand(use))


def _amount(use: LimitUse, number: int) -> str:
    return dollars(number) if use.measure is Measure.MONEY else figure(number)


def refusals_table(refusals: Iterable[tuple[str, int]], rules: Names) -> str:
    """How often each rule refused a request."""
    return table(REFUSED, [f"{harmless(rule_name(rule, rules))}: {count:,}" for rule, count in refusals])


def failures_table(failures: Iterable[tuple[FailureReason, int]]) -> str:
    """Why pictures were not made."""
    return table(FAILED, [f"{FAILURES[reason]}: {count:,}" for reason, count in failures])


def table(title: str | Phrase, lines: Iterable[str]) -> str:
    """Lines with a title; empty when there is nothing to say."""
    shown = "\n".join(lines)
    return f"**{title}**\n{shown}" if shown else ""


def _fitting(parts: Sequence[str], slots: Sequence[Slot], period: Period) -> str:
    """The parts and as much of the columns as there is room for."""
    for with_qualities in (True, False):
        columns = table(PICTURES_BY[period], _columns(slots, period, with_qualities=with_qualities))
        whole = "\n\n".join(filter(None, [*parts, columns]))
        if len(whole) <= TEXT_MAX_CHARS:
            return whole
    return shorten("\n\n".join(filter(None, parts)), TEXT_MAX_CHARS)


def _columns(slots: Sequence[Slot], period: Period, *, with_qualities: bool) -> Iterator[str]:
    """A line for each hour or day in which something was drawn or paid."""
    busy = [slot for slot in slots if slot.total or slot.microusd]
    for slot in busy:
        when, number, cost = moment(slot.start, period), figure(slot.total), dollars(slot.microusd)
        if with_qualities and slot.total:
            by_quality = _qualities(slot.images)
            yield say(
                "{when}: {number} ({by_quality}), {cost}",
                when=when,
                number=number,
                by_quality=by_quality,
                cost=cost,
            )
        else:
            yield say("{when}: {number}, {cost}", when=when, number=number, cost=cost)
    if busy and len(busy) < len(slots):
        yield say("Nothing at other times.")
