"""The words and phrases of servers' filters (`bot.domain.ports.TermRecord`)."""

from collections.abc import Mapping

from bot.domain.errors import TooMany
from bot.domain.filters import TERMS_MAX, FilterAction, Term, TermList, Written
from bot.domain.moderation import Action, Entry
from bot.domain.units import Instant
from bot.storage.ledger import enter
from bot.storage.patterns import beginning, containing
from bot.storage.sqlite import Store, Transaction

_AT_ONCE = 500
"""So few rows are gone again before the garbage collector begins to count them."""


class Terms:
    """See `bot.domain.ports.TermRecord` for what each method means.

    Lists are long: they are read and written whole in the database's thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, guild_id: int) -> TermList:
        async def look(tx: Transaction) -> TermList:
            texts: dict[str, list[str]] = {action.value: [] for action in FilterAction}
            last = ""
            while rows := await tx.rows("terms_after", guild_id=guild_id, after=last, most=_AT_ONCE):
                for row in rows:
                    texts[row["action"]].append(row["term"])
                last = rows[-1]["term"]
            return TermList(texts[FilterAction.REFUSE], texts[FilterAction.REVIEW])

        return await self._store.read(look)

    async def containing(self, guild_id: int, typed: str, most: int) -> list[str]:
        rows = await self._store.read(
            lambda tx: tx.rows(
                "terms_containing",
                guild_id=guild_id,
                within=containing(typed),
                first=beginning(typed),
                most=most,
            )
        )
        return [row["term"] for row in rows]

    async def put(self, guild_id: int, term: Term, by_id: int, now: Instant) -> FilterAction | None:
        async def move(tx: Transaction) -> FilterAction | None:
            before = await _action(tx, guild_id, term.text)
            if await _put(tx, guild_id, term.text, term.action):
                await _check_room(tx, guild_id)
                said = None if before is None else _said(before, term.text)
                entry = Entry(Action.TERM_ADDED, by_id, before=said, after=_said(term.action, term.text))
                await enter(tx, guild_id, entry, now)
            return before

        return await self._store.write(move)

    async def put_all(
        self, guild_id: int, terms: Mapping[str, FilterAction], by_id: int, now: Instant
    ) -> Written:
        async def move(tx: Transaction) -> Written:
            before = await tx.value("terms_counted", guild_id=guild_id)
            put = sum([await _put(tx, guild_id, text, action) for text, action in terms.items()])
            added = await _check_room(tx, guild_id) - before
            written = Written(added, put - added, len(terms) - put)
            if put:
                said = f"added {added}, changed {written.changed}, there already {written.known}"
                await enter(tx, guild_id, Entry(Action.TERMS_IMPORTED, by_id, after=said), now)
            return written

        return await self._store.write(move)

    async def remove(self, guild_id: int, text: str, by_id: int, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            before = await _action(tx, guild_id, text)
            if before is None:
                return False
            await tx.run("term_removed", guild_id=guild_id, term=text)
            entry = Entry(Action.TERM_REMOVED, by_id, before=_said(before, text))
            await enter(tx, guild_id, entry, now)
            return True

        return await self._store.write(move)


async def _action(tx: Transaction, guild_id: int, text: str) -> FilterAction | None:
    row = await tx.row("term_of", guild_id=guild_id, term=text)
    return None if row is None else FilterAction(row["action"])


async def _put(tx: Transaction, guild_id: int, text: str, action: FilterAction) -> int:
    """How many terms changed: one or none."""
    return await tx.run("term_put", guild_id=guild_id, term=text, action=action.value)


async def _check_room(tx: Transaction, guild_id: int) -> int:
    """How many terms there are now; when they are too many, the transaction must not stand."""
    count: int = await tx.value("terms_counted", guild_id=guild_id)
    if count > TERMS_MAX:
        raise TooMany(TERMS_MAX)
    return count


def _said(action: FilterAction, text: str) -> str:
    """A term as the audit keeps it."""
    return f"{action.value}: {text}"
