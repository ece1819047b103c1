"""Who did what: read it, and take it away as a table."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import structlog

from bot.domain.errors import PeriodUnclear
from bot.domain.moderation import Action, AuditLine, Entry
from bot.domain.ports import AuditRecord, Clock
from bot.domain.units import Instant, after
from bot.services.moderators import Moderator
from bot.services.tables import Form, Row, utc, write_table

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PERIOD_S = 30 * 86_400
"""What is exported when nothing is said."""
_BATCH = 1_000
COLUMNS = ("number", "at", "action", "actor_id", "target_id", "job", "before", "after", "reason")
"""Of an exported audit. Without an actor it happened by itself."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export has in it."""

    lines: int
    start: Instant
    end: Instant
    """Not included."""
    form: Form


class Audit:
    """The use cases behind `/imagine-admin audit`."""

    def __init__(self, record: AuditRecord, clock: Clock) -> None:
        self._record = record
        self._clock = clock

    async def newest(
        self,
        moderator: Moderator,
        most: int,
        *,
        before: int | None = None,
        until: Instant | None = None,
        member_id: int | None = None,
        action: Action | None = None,
    ) -> Sequence[AuditLine]:
        """Lines of this server, newest first: below the number `before`, written before `until`.

        `member_id` names who acted or whom it concerns. None leaves a condition out.
        """
        return await self._record.newest(
            moderator.guild_id, before=before, until=until, member_id=member_id, action=action, most=most
        )

    async def export(
        self,
        moderator: Moderator,
        start: Instant | None,
        end: Instant | None,
        form: Form,
        file: BinaryIO,
        *,
        max_bytes: int,
    ) -> Exported:
        """Write the lines from `start` up to, not including, `end` to a file.

        None: up to this moment, and from 30 days before the end. The export is a line of the audit itself,
        written first.

        Raises:
            PeriodUnclear: it ends before it begins.
            ExportTooLarge: more than `max_bytes`.
        """
        now = self._clock.now()
        end = after(now, 1) if end is None else end
        start = after(end, -PERIOD_S) if start is None else start
        if start >= end:
            raise PeriodUnclear
        entry = Entry(Action.EXPORTED, moderator.id, after=f"audit {form.value} {start} {end}")
        await self._record.enter(moderator.guild_id, entry, now)
        batches = self._batches(moderator.guild_id, start, end)
        written = await write_table(file, form, COLUMNS, batches, max_bytes=max_bytes)
        log.info("audit.exported", guild=moderator.guild_id, by=moderator.id, lines=written)
        return Exported(written, start, end, form)

    async def _batches(self, guild_id: int, start: Instant, end: Instant) -> AsyncIterator[list[Row]]:
        above = 0
        while lines := await self._record.batch(guild_id, start, end, above, _BATCH):
            above = lines[-1].seq
            yield [_row(line) for line in lines]


def _row(line: AuditLine) -> Row:
    entry = line.entry
    return (
        line.seq,
        utc(line.at),
        entry.action.value,
        entry.actor_id,
        entry.target_id,
        entry.job_id,
        entry.before,
        entry.after,
        entry.reason,
    )
