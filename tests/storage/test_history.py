"""One member's own requests, as the rows stand."""

import asyncio
from collections.abc import Sequence

from bot.domain.history import EVERYTHING, Wanted
from bot.domain.jobs import JobState, Size
from bot.domain.ports import JobView
from bot.storage.history import OwnRequests
from tests.support.drafts import ANA, BEN, place
from tests.support.records import Records

MANY = 10_000


def ids(views: Sequence[JobView]) -> list[str]:
    """The codes of requests."""
    return [view.job.id for view in views]


def copied(records: Records, count: int) -> list[str]:
    """So many copies of the one request there is, two at each moment; all codes, newest first."""
    columns = records.database.rows("SELECT name FROM pragma_table_info('job')")
    others = [name for name in columns if name not in {"id", "interaction_id", "accepted_at"}]
    records.database.alter(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        f"INSERT INTO job (id, interaction_id, accepted_at, {', '.join(others)}) "
        f"SELECT printf('%010d', i), -i, accepted_at + 1 + i / 2, {', '.join(others)} FROM n, job",
        count,
    )
    found: list[str] = records.database.rows("SELECT id FROM job ORDER BY accepted_at DESC, id DESC")
    return found


async def test_ten_thousand_are_read_from_one_end_to_the_other_and_back(records: Records) -> None:
    """Each once, also those of one moment."""
    await records.opened()
    every = copied(records, MANY)
    own = OwnRequests(records.store)
    seen = [*ids(await own.older(ANA, EVERYTHING, None, 700))]
    while found := await own.older(ANA, EVERYTHING, seen[-1], 700):
        seen += ids(found)
    assert seen == every
    back = [seen[-1]]
    while found := await own.newer(ANA, EVERYTHING, back[-1], 700):
        back += ids(found)
    assert back == every[::-1]


async def test_a_search_goes_through_all_of_them_and_lets_others_read_in_between(records: Records) -> None:
    """Or one member with long prompts would keep everybody's buttons waiting."""
    await records.opened()
    every = copied(records, 1_000)
    records.database.alter("UPDATE job SET prompt = 'a Lighthouse' WHERE id IN (?, ?)", every[0], every[-1])
    own, wanted, over = OwnRequests(records.store), Wanted("lighthouse"), list[str]()

    async def search() -> None:
        assert ids(await own.older(ANA, wanted, None, 9)) == [every[0], every[-1]]
        over.append("search")

    async def other() -> None:
        await own.under_way(BEN, 1)
        over.append("other")

    await asyncio.gather(search(), other())
    assert over == ["other", "search"]
    assert ids(await own.newer(ANA, wanted, every[-1], 9)) == [every[0]]


async def test_conditions_hold_together_and_letters_are_taken_as_they_are(records: Records) -> None:
    for prompt in ("ein 100% GRÜNER fuchs_1", "100 grüner fuchs_2", r"back\slash 🦊", "100% grüner fuchsX1"):
        await records.opened(prompt=prompt)
    large = await records.opened(prompt="GRÜNER Wal", size=Size.LANDSCAPE)
    records.database.alter("UPDATE job SET kept_at = 1 WHERE prompt LIKE '%uchs%'")

    async def prompts(**wanted: object) -> list[str]:
        found = await OwnRequests(records.store).older(ANA, Wanted(**wanted), None, 9)  # type: ignore[arg-type]
        return sorted(view.job.request.prompt for view in found)

    assert await prompts(text="100% gRüN") == ["100% grüner fuchsX1", "ein 100% GRÜNER fuchs_1"]
    assert await prompts(text="S_1") == ["ein 100% GRÜNER fuchs_1"]
    assert await prompts(text="\\") == await prompts(text="🦊") == ["back\\slash 🦊"]
    assert len(await prompts(kept=True)) == 3
    assert await prompts(text="grün", kept=True, size=Size.LANDSCAPE) == []
    assert await prompts(text="grün", size=Size.LANDSCAPE) == [large.job.request.prompt]


async def test_others_and_what_was_withdrawn_or_erased_are_not_there(records: Records) -> None:
    mine = await records.opened()
    withdrawn, erased = await records.accepted(), await records.opened()
    await records.jobs.withdraw(withdrawn.job.id, records.clock.now())
    records.database.alter("UPDATE job SET erased_at = 1 WHERE id = ?", erased.job.id)
    records.clock.advance(1)
    other = await records.opened(by=BEN)
    own = OwnRequests(records.store)
    assert ids(await own.older(ANA, EVERYTHING, None, 9)) == [mine.job.id]
    assert ids(await own.older(ANA, EVERYTHING, other.job.id, 9)) == [mine.job.id], "no edge of hers"
    assert await own.newer(ANA, EVERYTHING, other.job.id, 9) == []
    assert [job.id for job in await own.named(ANA, "", 9)] == [mine.job.id]
    assert ids((await own.under_way(ANA, 9))[0]) == [mine.job.id]


async def test_what_is_not_over_comes_first_asked_first(records: Records) -> None:
    """Wherever it was asked for; and all of it is counted."""
    views = []
    for at in (place(), place(guild_id=None), place(), place()):
        views.append(await records.opened(at=at))
        records.clock.advance(1)
    await records.jobs.cancel(views[2].job.id, records.clock.now())
    found, total = await OwnRequests(records.store).under_way(ANA, 2)
    assert (ids(found), total) == (ids(views[:2]), 3)
    assert {view.job.state for view in found} == {JobState.OPEN}
    assert [len(view.tasks) for view in found] == [1, 1]
    assert await OwnRequests(records.store).under_way(BEN, 2) == ([], 0)


async def test_a_code_or_a_part_of_a_prompt_names_a_request(records: Records) -> None:
    fox, whale = await records.opened(prompt="a Fox"), await records.opened(prompt="a whale")
    own = OwnRequests(records.store)

    async def named(typed: str, most: int = 9) -> list[str]:
        return [job.id for job in await own.named(ANA, typed, most)]

    assert await named("FOX") == await named(fox.job.id[:6].upper()) == [fox.job.id]
    assert await named(fox.job.id[1:]) == await named("%") == await named("_") == []
    assert set(await named("")) == {fox.job.id, whale.job.id}
    assert len(await named("", 1)) == 1


async def test_naming_one_looks_at_the_newest_requests_and_the_beginnings_only(records: Records) -> None:
    """It happens with every letter typed, and a forged client types what it likes."""
    await records.opened(prompt=f"{'-' * 20}{'a' * 30_000} end")
    own, every = OwnRequests(records.store), copied(records, 300)
    assert len(await own.named(ANA, "-" * 6_000, 25)) == 25, "of what no code can have the beginning counts"
    assert await own.named(ANA, "end", 25) == []
    for code, found in ((every[150], 1), (every[-1], 0)):
        assert len(await own.named(ANA, code, 25)) == found
