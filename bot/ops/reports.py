"""What the operator asks for at the shell: the use of a month, and the servers."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.chat.words import QUALITIES, dollars
from bot.domain.jobs import Quality
from bot.domain.limits import MONTH_S
from bot.domain.moderation import PERSONAL, AccountId
from bot.domain.units import MICROUSD_PER_USD, MS_PER_S, Instant, after
from bot.domain.usage import AccountStanding, AccountUse
from bot.services.tables import csv_cell
from bot.storage.usage import UsageSums

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_PERSONAL = "personal"
_COLUMNS = ("day", "server", "quality", "pictures", "spend_usd")


def month_of(text: str) -> tuple[Instant, Instant]:
    """When a month such as `2026-11` begins and ends, in UTC.

    Raises:
        ValueError: not a month.
    """
    match = _MONTH.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a month")
    year, month = int(match[1]), int(match[2])
    first = datetime(year, month, 1, tzinfo=UTC)
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    if first.timestamp() < 0:
        raise ValueError("before there was such time")
    return _instant(first), _instant(following)


def this_month(now: Instant) -> str:
    """The month that a moment falls into."""
    return _utc(now).strftime("%Y-%m")


async def month_table(usage: UsageSums, month: str) -> str:
    """What was drawn in a month, by server: the dearest first."""
    start, end = month_of(month)
    uses = await usage.of_accounts(start, end)
    named = _utc(start).strftime("%B %Y (UTC)")
    if not uses:
        return f"Nothing was drawn in {named}.\n"
    by_server: dict[AccountId, list[AccountUse]] = {}
    for use in uses:
        by_server.setdefault(use.account_id, []).append(use)
    dearest_first = sorted(by_server.items(), key=lambda each: (-_microusd(each[1]), each[0]))
    rows = [[_name(account_id), *_figures(of_one)] for account_id, of_one in dearest_first]
    head = ["server", "pictures", *(str(QUALITIES[quality]).lower() for quality in Quality), "spend"]
    return f"{named}\n\n{_aligned([head, *rows, ['together', *_figures(uses)]])}"


async def month_csv(usage: UsageSums, month: str) -> str:
    """The same by day, server and quality, for spreadsheets."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for each in await usage.of_accounts(*month_of(month)):
        server = _PERSONAL if each.account_id == PERSONAL else each.account_id
        day = _utc(each.use.day).date().isoformat()
        cells = (day, server, each.use.quality.value, each.use.images, each.use.microusd / MICROUSD_PER_USD)
        table.writerow([csv_cell(cell) for cell in cells])
    return text.getvalue()


async def guilds_table(usage: UsageSums, now: Instant) -> str:
    """Every server that anybody used or set up, and its last 30 days."""
    standings = await usage.accounts(after(now, -MONTH_S))
    if not standings:
        return "Nobody has used the bot yet.\n"
    head = ["server", "state", "requests", "pictures", "spend", "last used (UTC)"]
    return f"The last 30 days.\n\n{_aligned([head, *map(_server_row, standings)])}"


def _server_row(standing: AccountStanding) -> list[str]:
    last = standing.last_used_at
    return [
        _name(standing.account_id),
        "on" if standing.is_on else "off",
        f"{standing.jobs:,}",
        f"{standing.images:,}",
        dollars(standing.microusd),
        "never" if last is None else _utc(last).strftime("%Y-%m-%d %H:%M"),
    ]


def _figures(uses: Sequence[AccountUse]) -> Iterator[str]:
    yield f"{sum(each.use.images for each in uses):,}"
    for quality in Quality:
        yield f"{sum(each.use.images for each in uses if each.use.quality is quality):,}"
    yield dollars(_microusd(uses))


def _microusd(uses: Sequence[AccountUse]) -> int:
    return sum(each.use.microusd for each in uses)


def _name(account_id: AccountId) -> str:
    return _PERSONAL if account_id == PERSONAL else str(account_id)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as what is in them; all but the first flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines)


def _instant(at: datetime) -> Instant:
    return round(at.timestamp()) * MS_PER_S


def _utc(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / MS_PER_S, UTC)
