"""Single values outlive a run."""

from pathlib import Path

from bot.storage.facts import Facts
from tests.support.clock import ManualClock
from tests.support.records import Records, opened_records


async def test_what_was_never_put_is_none(records: Records) -> None:
    assert await Facts(records.store).get("commands") is None


async def test_a_value_is_kept_and_replaced_across_runs(path: Path, clock: ManualClock) -> None:
    for value in ("first", "second"):
        async with opened_records(path, clock) as records:
            await Facts(records.store).put("commands", value)
    async with opened_records(path, clock) as records:
        assert await Facts(records.store).get("commands") == "second"
