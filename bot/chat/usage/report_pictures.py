"""What the charts of a usage report are told: the rows that the specs in `bot/charts/specs` name.

Every number and word is made here, with what makes the text beside the picture, so the two cannot disagree.
A spec only places them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.chat.measures import pictures, wait_text
from bot.chat.speech import Phrase, figure
from bot.chat.usage import report_words as words
from bot.chat.usage.day_words import moment, span
from bot.chat.words import QUALITIES, dollars
from bot.domain.jobs import Quality
from bot.domain.units import MICROUSD_PER_USD
from bot.domain.usage import LimitUse, OwnUse, Period, Report, Slot

Row: TypeAlias = dict[str, str | int | float]
Values: TypeAlias = dict[str, list[Row]]

REPORT, OWN = "report", "usage"
"""The names of the two specs."""

_REASON_ROWS_MAX = 7
"""So that the reasons, with their headings, are as long as ten members and the others."""
_FAILURE_ROWS_MAX = 3
_COLUMN_UNITS = 550
"""How wide all columns are together in a spec."""
_DIGIT_UNITS = 8.0
_AXIS_LABEL_UNITS = 62


def report_values(report: Report, names: Mapping[int, str], rules: words.Names) -> Values:
    """The rows of the moderators' chart."""
    return {
        "head": [{"title": words.REPORT_TITLE, "span": span(report.start, report.end)}],
        "tiles": list(_tiles(report)),
        "captions": [
            {
                "images": str(words.PICTURES_BY[report.period]),
                "spend": str(words.SPEND),
                "nothing": "" if report.images else str(words.NO_PICTURES),
            }
        ],
        "legend": list(_legend(report.slots)),
        "images": list(_images(report.slots)),
        "slots": list(_slots(report.slots, report.period)),
        "rows": [*_members(report, names), *_reasons(report, rules)],
    }


def own_values(own: OwnUse, limits: words.Names, title: str | Phrase = words.OWN_TITLE) -> Values:
    """The rows of a member's own chart."""
    made = f"{pictures(own.images)} · {dollars(own.microusd)}"
    return {
        "head": [{"title": str(title), "span": span(own.start, own.end)}],
        "captions": [
            {
                "images": str(words.PICTURES_BY[Period.MONTH]),
                "made": made,
                "nothing": "" if own.images else str(words.NO_PICTURES),
            }
        ],
        "limits": [_limit(place, use, limits) for place, use in enumerate(own.limits)],
        "slots": list(_slots(own.slots, Period.MONTH)),
    }


def _tiles(report: Report) -> Iterator[Row]:
    wait = wait_text(report.waits.median_s) if report.waits else "–"
    shown = (
        (f"{report.images:,}", "picture" if report.images == 1 else "pictures"),
        (dollars(report.microusd), "spent"),
        (f"{report.refused:,}", "refused"),
        (wait, "usual wait"),
    )
    for at, (value, caption) in enumerate(shown):
        yield {"at": at, "figure": value, "caption": caption}


def _legend(slots: Sequence[Slot]) -> Iterator[Row]:
    """In the order of the stack, read from the left as that is from below."""
    for level, quality in enumerate(Quality):
        count = sum(slot.images[level] for slot in slots)
        yield {"level": level, "quality": quality.value, "text": f"{QUALITIES[quality]} {count:,}"}


def _images(slots: Sequence[Slot]) -> Iterator[Row]:
    for number, slot in enumerate(slots):
        for level, quality in enumerate(Quality):
            yield {
                "slot": number,
                "slots": len(slots),
                "level": level,
                "quality": quality.value,
                "images": slot.images[level],
            }


def _slots(slots: Sequence[Slot], period: Period) -> Iterator[Row]:
    totals = _labels([slot.total for slot in slots], [figure(slot.total) for slot in slots])
    spends = _labels([slot.microusd for slot in slots], [dollars(slot.microusd) for slot in slots])
    step = -(-len(slots) * _AXIS_LABEL_UNITS // _COLUMN_UNITS)
    for number, slot in enumerate(slots):
        yield {
            "slot": number,
            "slots": len(slots),
            "label": moment(slot.start, period) if number % step == 0 else "",
            "images": slot.total,
            "images_label": totals[number],
            "usd": slot.microusd / MICROUSD_PER_USD,
            "usd_label": spends[number],
        }


def _labels(values: Sequence[int], shown: Sequence[str]) -> list[str]:
    """The numbers above the columns: all that are not 0 where they have room, else the greatest."""
    room_units = _COLUMN_UNITS / len(values)
    all_fit = max(map(len, shown)) * _DIGIT_UNITS <= room_units
    greatest = values.index(max(values))
    return [
        text if value and (all_fit or number == greatest) else ""
        for number, (value, text) in enumerate(zip(values, shown, strict=True))
    ]


def _members(report: Report, names: Mapping[int, str]) -> Iterator[Row]:
    yield _heading(0, 0, words.MEMBERS, "" if report.members else words.NONE)
    most = max([use.images for use in report.members], default=0)
    place = 0
    for place, use in enumerate(report.members, start=1):
        row = _row(0, place, words.member_name(use.member_id, names), use.images, most)
        yield row | {"rank": f"{place}", "figures": words.amounts(use.images, use.microusd)}
    if report.others.members:
        figures = words.amounts(report.others.images, report.others.microusd)
        yield _row(0, place + 1, words.others(report), 0, 0) | {"figures": figures}


def _reasons(report: Report, rules: words.Names) -> Iterator[Row]:
    refusals = [(words.rule_name(rule, rules), count) for rule, count in report.refusals]
    failures = [(words.FAILURES[reason], count) for reason, count in report.failures]
    failures = _cut(failures, max(_FAILURE_ROWS_MAX, _REASON_ROWS_MAX - len(refusals)))
    refusals = _cut(refusals, _REASON_ROWS_MAX - len(failures))
    place = 0
    for title, total, reasons in (
        (words.REFUSED, report.refused, refusals),
        (words.FAILED, report.failed, failures),
    ):
        yield _heading(1, place, title, f"{total:,}" if total else words.NONE)
        for name, count in reasons:
            place += 1
            yield _row(1, place, name, count, max(count for _, count in reasons))
        place += 1
    yield from _waiting(report, place)


def _waiting(report: Report, place: int) -> Iterator[Row]:
    yield _heading(1, place, words.WAITING, "" if report.waits else words.NONE)
    if report.waits is None:
        return
    longest_s = max(report.waits.median_s, report.waits.p90_s)
    waited = ((words.WAITED_HALF, report.waits.median_s), (words.WAITED_MOST, report.waits.p90_s))
    for below, (name, wait_s) in enumerate(waited, start=1):
        yield _row(1, place + below, name, wait_s, longest_s) | {"figures": wait_text(wait_s)}


def _cut(reasons: list[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    """At most so many rows: the last ones become one."""
    if len(reasons) <= most:
        return reasons
    rest = sum(count for _, count in reasons[most - 1 :])
    return [*reasons[: most - 1], (words.OTHER_REASONS, rest)]


def _heading(column: int, place: int, name: str, figures: str) -> Row:
    return {"column": column, "place": place, "kind": "heading", "name": name, "figures": figures}


def _row(column: int, place: int, name: str, value: float, most: float) -> Row:
    """A row with a bar behind it, as long as its share of the greatest."""
    return {
        "column": column,
        "place": place,
        "kind": "row",
        "name": name,
        "figures": f"{value:,}",
        "share": value / most if most else 0,
    }


def _limit(place: int, use: LimitUse, limits: words.Names) -> Row:
    return {
        "place": place,
        "name": words.rule_name(use.name, limits),
        "figures": words.stand(use),
        "share": _share(use),
    }


def _share(use: LimitUse) -> float:
    """How much of a limit is used, 1 for all of it; 0 where there is none."""
    if use.limit is None:
        return 0.0
    return min(1.0, use.used / use.limit) if use.limit else 1.0
