"""One member's own requests (`bot.domain.ports.HistoryRecord`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bot.domain.history import Wanted
from bot.domain.jobs import Job, JobId
from bot.domain.ports import JobView
from bot.domain.units import Instant
from bot.storage.patterns import beginning
from bot.storage.rows import job_from_row
from bot.storage.sqlite import Row, Store, Transaction
from bot.storage.views import view_of

_LOOKED_AT = 100
"""Requests looked at in one transaction, each perhaps with a prompt of 128 KB."""
_NAMED_AMONG = 200
"""So many of the newest are offered while somebody types."""
_TYPED_MAX = 20
"""All that a code may have: nobody's client sends more, unless it is forged."""
_BEGINNING_CHARS = 2_000

_Edge = tuple[Instant, JobId]
"""The request that a part begins after or ends with."""


@dataclass(frozen=True, slots=True)
class _Way:
    """The statements that go through the history in one direction."""

    query: str
    end: str
    last: _Edge
    """Beyond every request."""


_NEWEST: _Edge = (2**63 - 1, "")
_OLDER = _Way("history_older", "history_older_end", (-1, ""))
_NEWER = _Way("history_newer", "history_newer_end", _NEWEST)


class OwnRequests:
    """See `bot.domain.ports.HistoryRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def older(self, member_id: int, wanted: Wanted, than: JobId | None, most: int) -> list[JobView]:
        edge = await self._edge(member_id, than) or _NEWEST
        return await self._search(_OLDER, member_id, wanted, edge, most)

    async def newer(self, member_id: int, wanted: Wanted, than: JobId, most: int) -> list[JobView]:
        edge = await self._edge(member_id, than)
        return [] if edge is None else await self._search(_NEWER, member_id, wanted, edge, most)

    async def under_way(self, member_id: int, most: int) -> tuple[list[JobView], int]:
        async def look(tx: Transaction) -> tuple[list[JobView], int]:
            rows = await tx.rows("jobs_under_way", member_id=member_id, most=most)
            return await _views(tx, rows), rows[0]["total"] if rows else 0

        return await self._store.read(look)

    async def named(self, member_id: int, typed: str, most: int) -> list[Job]:
        text = typed[:_TYPED_MAX].lower()
        rows = await self._store.read(
            lambda tx: tx.rows(
                "history_named",
                member_id=member_id,
                begin=beginning(text),
                text=text,
                past=_NAMED_AMONG - 1,
                beginning=_BEGINNING_CHARS,
                most=most,
            )
        )
        return [job_from_row(row) for row in rows]

    async def _edge(self, member_id: int, job_id: JobId | None) -> _Edge | None:
        row = await self._store.read(lambda tx: tx.row("history_edge", id=job_id, member_id=member_id))
        return None if row is None else (row["accepted_at"], row["id"])

    async def _search(
        self, way: _Way, member_id: int, wanted: Wanted, edge: _Edge, most: int
    ) -> list[JobView]:
        """A part at a time: however much there is to look through, others read in between."""
        found: list[JobView] = []
        rest: _Edge | None = edge
        while rest is not None and len(found) < most:
            look = partial(
                _look, way=way, member_id=member_id, wanted=wanted, edge=rest, most=most - len(found)
            )
            views, rest = await self._store.read(look)
            found += views
        return found


async def _look(
    tx: Transaction, *, way: _Way, member_id: int, wanted: Wanted, edge: _Edge, most: int
) -> tuple[list[JobView], _Edge | None]:
    """What the next requests have of it, and where the next look begins; None when that was all."""
    begin = {"member_id": member_id, "at": edge[0], "id": edge[1]}
    row = await tx.row(way.end, past=_LOOKED_AT - 1, **begin)
    end = way.last if row is None else (row["accepted_at"], row["id"])
    rows = await tx.rows(
        way.query,
        **begin,
        end_at=end[0],
        end_id=end[1],
        text=None if wanted.text is None else wanted.text.lower(),
        kept=int(wanted.kept),
        size=wanted.size.value if wanted.size else None,
        most=most,
    )
    return await _views(tx, rows), None if row is None else end


async def _views(tx: Transaction, rows: Iterable[Row]) -> list[JobView]:
    return [await view_of(tx, job_from_row(row)) for row in rows]
