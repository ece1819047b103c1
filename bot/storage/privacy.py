"""What is kept of one member, and its erasure (`bot.domain.ports.PrivacyRecord`) in SQL."""

from bot.domain.jobs import JobId
from bot.domain.ports import JobView
from bot.domain.privacy import Erased, Holding, OwnAppeal, OwnGrant, OwnReport, Personal
from bot.domain.units import Instant
from bot.storage.erasures import erase_what_is_over
from bot.storage.rows import (
    block_from_row,
    job_from_row,
    preferences_from_row,
    rule_from_row,
)
from bot.storage.sqlite import Store, Transaction
from bot.storage.views import view_of


class PrivacyFile:
    """See `bot.domain.ports.PrivacyRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def holding(self, member_id: int) -> Holding:
        return await self._store.read(lambda tx: _holding(tx, member_id))

    async def personal(self, member_id: int) -> Personal:
        return await self._store.read(lambda tx: _personal(tx, member_id))

    async def requests(self, member_id: int, at: Instant, job_id: JobId, most: int) -> list[JobView]:
        async def look(tx: Transaction) -> list[JobView]:
            rows = await tx.rows("jobs_of_person", member_id=member_id, at=at, id=job_id, most=most)
            return [await view_of(tx, job_from_row(row)) for row in rows]

        return await self._store.read(look)

    async def erase(self, member_id: int, now: Instant, *, with_cards: bool) -> Erased:
        async def move(tx: Transaction) -> Erased:
            await tx.run("erasure_asked", member_id=member_id, now=now, with_cards=int(with_cards))
            row = await tx.row("erasure_of", member_id=member_id)
            assert row is not None  # noqa: S101 - it was written just now
            step = await erase_what_is_over(tx, row, now)
            cards = 0
            if with_cards:
                cards = await tx.run("cards_removed_too", member_id=member_id, now=now)
            await tx.run("preferences_cleared", member_id=member_id)
            for query in (
                "own_reports_blanked",
                "own_notices_blanked",
                "own_refusal_notices_unnamed",
                "own_refusals_unnamed",
            ):
                await tx.run(query, member_id=member_id)
            return Erased(step.erased, step.left, cards)

        erased = await self._store.write(move)
        await self._store.empty_log()
        return erased


async def _holding(tx: Transaction, member_id: int) -> Holding:
    jobs = await tx.row("holding_jobs", member_id=member_id)
    pictures = await tx.row("holding_pictures", member_id=member_id)
    assert jobs is not None  # noqa: S101 - a sum always has a row
    assert pictures is not None  # noqa: S101
    erasure = await tx.row("erasure_of", member_id=member_id)
    return Holding(
        requests=jobs["requests"],
        under_way=jobs["under_way"],
        kept=jobs["kept"],
        pictures=pictures["pictures"],
        picture_bytes=pictures["bytes"],
        preferences=await tx.row("preferences_of", member_id=member_id) is not None,
        blocks=len(await tx.rows("blocks_of_member", member_id=member_id)),
        reports=len(await tx.rows("reports_of_member", member_id=member_id)),
        erasing_since=None if erasure is None else erasure["asked_at"],
    )


async def _personal(tx: Transaction, member_id: int) -> Personal:
    whose = {"member_id": member_id}
    return Personal(
        preferences=preferences_from_row(await tx.row("preferences_of", **whose)),
        blocks=[(row["guild_id"], block_from_row(row)) for row in await tx.rows("blocks_of_member", **whose)],
        rules=[(row["guild_id"], rule_from_row(row)) for row in await tx.rows("rules_of_member", **whose)],
        grants=[
            OwnGrant(row["guild_id"], row["images"], row["at"], row["expires_at"])
            for row in await tx.rows("grants_of_member", **whose)
        ],
        reports=[
            OwnReport(row["guild_id"], row["job_id"], row["reason"], row["at"], row["closed_at"])
            for row in await tx.rows("reports_of_member", **whose)
        ],
        appeals=[
            OwnAppeal(row["guild_id"], row["text"], row["at"])
            for row in await tx.rows("appeals_of_member", **whose)
        ],
        refusals=[
            (row["account_id"], row["why"], row["times"])
            for row in await tx.rows("refusals_of_person", **whose)
        ],
    )
