"""What is remembered from one run to the next, beside the record of jobs."""

from typing import Protocol


class Facts(Protocol):
    """Single values that outlive a run."""

    async def get(self, name: str) -> str | None:
        """The value, if there is one."""
        ...

    async def put(self, name: str, value: str) -> None:
        """Keep a value."""
        ...
