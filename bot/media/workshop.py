"""Where pictures are written: a few threads, away from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")


class Workshop:
    """Runs blocking work in its own threads; as many pieces at once as it has hands."""

    def __init__(self, hands: int = 2) -> None:
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="media")

    async def run(
        self, work: Callable[_Params, _Result], *args: _Params.args, **kwargs: _Params.kwargs
    ) -> _Result:
        """The result of a blocking call.

        A cancelled caller is held until its piece of work has ended: a thread cannot be stopped, and
        must not be left writing to a file that its caller is about to close or delete.
        """
        loop = asyncio.get_running_loop()
        ending = loop.run_in_executor(self._pool, partial(work, *args, **kwargs))
        try:
            return await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.gather(ending, return_exceptions=True)
            raise

    async def close(self) -> None:
        """Return when all work has ended."""
        await asyncio.to_thread(self._pool.shutdown)
