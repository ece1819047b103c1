"""What members choose for themselves (`bot.domain.ports.PreferenceRecord`)."""

from collections.abc import Callable

from bot.domain.language import Language
from bot.domain.preferences import Preferences
from bot.storage.rows import preferences_from_row
from bot.storage.sqlite import Store, Transaction


class PreferenceList:
    """See `bot.domain.ports.PreferenceRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, member_id: int) -> Preferences:
        return await self._store.read(lambda tx: _of(tx, member_id))

    async def change(self, member_id: int, change: Callable[[Preferences], Preferences]) -> Preferences:
        async def move(tx: Transaction) -> Preferences:
            after = change(await _of(tx, member_id))
            if after == Preferences():
                await tx.run("preferences_cleared", member_id=member_id)
                return after
            await tx.run(
                "preferences_set",
                member_id=member_id,
                size=after.size,
                quality=after.quality,
                count=after.count,
                notify=after.notify,
                private=None if after.private is None else int(after.private),
                language=after.language,
            )
            return after

        return await self._store.write(move)

    async def languages(self) -> dict[int, Language]:
        rows = await self._store.read(lambda tx: tx.rows("languages_chosen"))
        return {row["member_id"]: Language(row["language"]) for row in rows}


async def _of(tx: Transaction, member_id: int) -> Preferences:
    return preferences_from_row(await tx.row("preferences_of", member_id=member_id))
