"""Single values that outlive a run (`bot.domain.ports.Facts`)."""

from bot.storage.sqlite import Store


class Facts:
    """Values by name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, name: str) -> str | None:
        """The value, if there is one."""
        value: str | None = await self._store.read(lambda tx: tx.value("fact_value", name=name))
        return value

    async def put(self, name: str, value: str) -> None:
        """Keep a value."""
        await self._store.write(lambda tx: tx.run("fact_set", name=name, value=value))
