"""What log channels are to be told (`bot.domain.ports.Notices`) in SQL."""

from collections.abc import Collection
from itertools import takewhile

from bot.domain.moderation import Action, Entry, Notice, NoticeKind
from bot.domain.notices import GROUP_MAX, ROUTINE, Decided, Decision, NoticeView, Posting
from bot.domain.units import Instant, after
from bot.storage.ledger import enter
from bot.storage.rows import block_from_row, job_from_row, task_from_row
from bot.storage.sqlite import Row, Store, Transaction

HELD_S = 60.0
"""How long a message is left to the run that claimed it; then it is tried again."""


class Notices:
    """See `bot.domain.ports.Notices` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def recover(self, now: Instant) -> None:
        await self._store.write(lambda tx: tx.run("notices_called", now=now))

    async def claim(self, limit: int, resting: Collection[int], now: Instant) -> list[Posting]:
        async def move(tx: Transaction) -> list[Posting]:
            found = [[row] for row in await tx.rows("notices_to_redraw", now=now, limit=limit)]
            for head in await tx.rows("notice_heads"):
                if len(found) < limit and head["due_at"] <= now and head["channel_id"] not in resting:
                    found.append(await _group(tx, head))
            return [await _held(tx, group, now) for group in found]

        return await self._store.write(move)

    async def posted(self, posting: Posting, message_id: int, now: Instant, *, stale: bool) -> None:
        async def move(tx: Transaction) -> None:
            for view in posting.views:
                if view.notice.kind in ROUTINE:
                    await tx.run("notice_told", id=view.id, message_id=message_id)
                    continue
                await tx.run(
                    "notice_posted",
                    id=view.id,
                    message_id=message_id,
                    held_until=posting.held_until,
                    stale=int(stale),
                    now=now,
                )

        await self._store.write(move)

    async def put_off(self, posting: Posting, due_at: Instant) -> None:
        await self._each("notice_put_off", posting, due_at=due_at)

    async def drop(self, posting: Posting) -> None:
        await self._each("notice_dropped", posting)

    async def give_up(self, posting: Posting, now: Instant, *, enter: bool) -> None:
        await self._store.write(lambda tx: _give_up(tx, posting, now, say_so=enter))

    async def next_due(self) -> tuple[list[tuple[int, Instant]], Instant | None]:
        async def look(tx: Transaction) -> tuple[list[tuple[int, Instant]], Instant | None]:
            heads = [(row["channel_id"], row["due_at"]) for row in await tx.rows("notice_heads")]
            return heads, await tx.value("notice_next_redraw")

        return await self._store.read(look)

    async def find(self, notice_id: int) -> NoticeView | None:
        async def look(tx: Transaction) -> NoticeView | None:
            row = await tx.row("notice_by_id", id=notice_id)
            return None if row is None else await _view(tx, row)

        return await self._store.read(look)

    async def decide(self, notice_id: int, what: Decided, by_id: int, now: Instant) -> None:
        await self._store.write(lambda tx: decide(tx, notice_id, what, by_id, now))

    async def _each(self, query: str, posting: Posting, **values: object) -> None:
        async def move(tx: Transaction) -> None:
            for view in posting.views:
                await tx.run(query, id=view.id, **values)

        await self._store.write(move)


async def decide(tx: Transaction, notice_id: int, what: Decided, by_id: int | None, now: Instant) -> bool:
    """Write a decision down; False when it was taken before."""
    added = await tx.run("decision_added", notice_id=notice_id, what=what.value, by_id=by_id, now=now)
    return added > 0


async def _group(tx: Transaction, head: Row) -> list[Row]:
    """What is told in one message, from the server's next notice on."""
    waiting = await tx.rows("notices_from", guild_id=head["guild_id"], id=head["id"], limit=GROUP_MAX)
    if head["group_id"] is not None:  # tried before: the very same
        return [row for row in waiting if row["group_id"] == head["group_id"]]
    if NoticeKind(head["kind"]) not in ROUTINE:
        return [head]
    alike = takewhile(
        lambda row: (
            NoticeKind(row["kind"]) in ROUTINE
            and row["channel_id"] == head["channel_id"]
            and row["group_id"] is None
        ),
        waiting,
    )
    return list(alike)


async def _held(tx: Transaction, group: list[Row], now: Instant) -> Posting:
    head, until = group[0], after(now, HELD_S)
    group_id = head["group_id"] or head["id"]
    for row in group:
        await tx.run("notice_held", id=row["id"], group_id=group_id, until=until, now=now)
    return Posting(
        id=group_id,
        guild_id=head["guild_id"],
        channel_id=head["channel_id"],
        views=tuple([await _view(tx, row) for row in group]),
        message_id=head["message_id"],
        tried_at=head["tried_at"],
        attempts=head["attempts"],
        held_until=until,
    )


async def _give_up(tx: Transaction, posting: Posting, now: Instant, *, say_so: bool) -> None:
    where = {"guild_id": posting.guild_id, "channel_id": posting.channel_id}
    lost = await tx.run("notices_given_up", **where)
    if say_so:
        entry = Entry(Action.LOG_UNREACHABLE, None, posting.channel_id, after=f"{lost} not told")
        await enter(tx, posting.guild_id, entry, now)


async def _view(tx: Transaction, row: Row) -> NoticeView:
    job = await tx.row("job_by_id", id=row["job_id"])
    is_report = NoticeKind(row["kind"]) is NoticeKind.REPORTED
    copies = await tx.rows("copies_reported", job_id=row["job_id"]) if is_report else []
    tasks = await tx.rows("tasks_of_job", job_id=row["job_id"]) if job else []
    block = await tx.row("block_of", guild_id=row["guild_id"], member_id=row["member_id"])
    return NoticeView(
        id=row["id"],
        notice=Notice(NoticeKind(row["kind"]), row["guild_id"], row["member_id"], row["job_id"], row["text"]),
        channel_id=row["channel_id"],
        at=row["at"],
        decisions=tuple(
            [
                Decision(Decided(decision["what"]), decision["by_id"])
                for decision in await tx.rows("decisions_of", notice_id=row["id"])
            ]
        ),
        job=job_from_row(job) if job else None,
        tasks=tuple(task_from_row(task) for task in tasks),
        copy_ids=tuple(copy["copy_id"] for copy in copies),
        block=block_from_row(block) if block else None,
    )
