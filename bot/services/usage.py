"""What was used: a server's report, a member's standing, and every picture as a table."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

import structlog

from bot.domain.admission import Circumstances
from bot.domain.errors import OnABot
from bot.domain.jobs import Place, Quality, Request, Size
from bot.domain.language import Language
from bot.domain.moderation import Action, Entry
from bot.domain.ports import AuditRecord, Clock, Draft, UsageRecord
from bot.domain.prices import Prices
from bot.domain.units import MICROUSD_PER_USD, Instant
from bot.domain.usage import ImageLine, MemberReport, Period, Report
from bot.services.moderators import Moderator, Target
from bot.services.tables import Form, Row, utc, write_table

log: structlog.stdlib.BoundLogger = structlog.get_logger()

COLUMNS = (
    "code",
    "number",
    "member_id",
    "channel_id",
    "accepted_at",
    "size",
    "quality",
    "state",
    "reason",
    "cost_usd",
    "waiting_s",
    "drawing_s",
)
"""Of an export; with prompts, one more."""
PROMPT_COLUMN = "prompt"
_PAGE, _PAGE_WITH_PROMPTS = 500, 50
"""Pictures read at once; a prompt may have 32,000 characters."""
_SMALLEST = Request("-", Size.SQUARE, Quality.LOW, 1)
"""What the smallest of requests would meet is what is used up."""


class Usage:
    """The use cases behind `/imagine-admin usage` and `/usage`."""

    def __init__(self, record: UsageRecord, audit: AuditRecord, prices: Prices, clock: Clock) -> None:
        self._record = record
        self._audit = audit
        self._prices = prices
        self._clock = clock
        self._look = asyncio.Lock()
        """One look at a time: they are the longest reads there are, and requests are read in between."""
        self._export = asyncio.Lock()
        """One export at a time: each takes room on the disk."""

    async def report(self, moderator: Moderator, period: Period) -> Report:
        """What the server used up to now."""
        async with self._look:
            return await self._record.report(moderator.guild_id, period, *period.until(self._clock.now()))

    async def member(self, moderator: Moderator, target: Target, around: Circumstances) -> MemberReport:
        """What a member used, and how they stand; `around` has their roles and tenure.

        Raises:
            OnABot: see there.
        """
        if target.is_bot:
            raise OnABot
        return await self._standing(target.id, _somewhere_in(moderator.guild_id), around)

    async def own(self, member_id: int, place: Place, around: Circumstances) -> MemberReport:
        """What somebody used themselves where they ask, and how they stand there."""
        return await self._standing(member_id, place, around)

    async def export(
        self,
        moderator: Moderator,
        period: Period,
        form: Form,
        file: BinaryIO,
        *,
        prompts: bool,
        max_bytes: int,
    ) -> int:
        """Write every picture asked for in the time up to now to a file; how many there were.

        The export is a line of the audit, written first; it says whether prompts are in it.

        Raises:
            ExportTooLarge: more than `max_bytes`.
        """
        start, end = period.until(self._clock.now())
        said = f"usage {form.value} {start} {end}{' prompts' if prompts else ''}"
        entry = Entry(Action.EXPORTED, moderator.id, after=said)
        await self._audit.enter(moderator.guild_id, entry, self._clock.now())
        columns = (*COLUMNS, PROMPT_COLUMN) if prompts else COLUMNS
        pages = self._pages(moderator.guild_id, start, end, prompts=prompts)
        async with self._export:
            images = await write_table(file, form, columns, pages, max_bytes=max_bytes)
        log.info("usage.exported", guild=moderator.guild_id, by=moderator.id, images=images, prompts=prompts)
        return images

    async def _pages(
        self, guild_id: int, start: Instant, end: Instant, *, prompts: bool
    ) -> AsyncIterator[list[Row]]:
        last, most = None, _PAGE_WITH_PROMPTS if prompts else _PAGE
        while page := await self._record.images(guild_id, start, end, last, most, prompts=prompts):
            last = page[-1]
            yield [_row(line, prompts=prompts) for line in page]

    async def _standing(self, member_id: int, place: Place, around: Circumstances) -> MemberReport:
        now = self._clock.now()
        price = self._prices.image(_SMALLEST.size, _SMALLEST.quality)
        draft = Draft("", _SMALLEST, member_id, place, price, around)
        async with self._look:
            return await self._record.member(draft, *Period.MONTH.until(now), now)


def _row(line: ImageLine, *, prompts: bool) -> Row:
    cells: Row = (
        line.job_id,
        line.number,
        line.member_id,
        line.channel_id,
        utc(line.accepted_at),
        line.size.value,
        line.quality.value,
        line.state.value,
        line.reason.value if line.reason else None,
        line.microusd / MICROUSD_PER_USD,
        line.waited_s,
        line.drawn_s,
    )
    return (*cells, line.prompt) if prompts else cells


def _somewhere_in(guild_id: int) -> Place:
    """A server, without a channel: nothing is going to be asked for there."""
    return Place(
        interaction_id=0,
        channel_id=0,
        guild_id=guild_id,
        token="",
        token_expires_at=0,
        bot_is_member=True,
        upload_limit_bytes=0,
        language=Language.ENGLISH,
    )
