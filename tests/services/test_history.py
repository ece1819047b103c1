"""Looking back must not keep others waiting."""

import asyncio
from typing import cast

from bot.domain.history import EVERYTHING, Wanted
from bot.domain.jobs import JobId
from bot.domain.ports import HistoryRecord, Jobs, JobView, Thumbnails
from bot.services.history import History
from tests.support.clock import ManualClock
from tests.support.drafts import ANA, BEN


class Slow:
    """A record that answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.gate = asyncio.Event()

    async def older(self, member_id: int, _: Wanted, __: JobId | None, ___: int) -> list[JobView]:
        """None of theirs, after a while."""
        self.asked.append(member_id)
        await self.gate.wait()
        return []


async def test_each_member_has_one_look_at_a_time() -> None:
    record = Slow()
    history = History(cast(HistoryRecord, record), cast(Jobs, None), cast(Thumbnails, None), ManualClock())
    looks = [asyncio.create_task(history.page(member, EVERYTHING)) for member in (ANA, ANA, BEN)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert record.asked == [ANA, BEN]
    record.gate.set()
    await asyncio.gather(*looks)
    assert record.asked == [ANA, BEN, ANA]
