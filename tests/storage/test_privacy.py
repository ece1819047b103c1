"""Erased words are gone from the file; the numbers, the limits and what moderators decided are not."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.domain.jobs import FailureReason, JobId, TaskState
from bot.domain.limits import Limit
from bot.domain.moderation import Block
from bot.domain.preferences import Preferences
from bot.domain.privacy import REPORT_HOLDS_DAYS, Erased
from bot.storage.blocks import BlockList
from bot.storage.erasures import BATCH, ErasureList
from bot.storage.preferences import PreferenceList
from bot.storage.privacy import PrivacyFile
from bot.storage.reports import ReportList
from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.drafts import ANA, BEN, CLEO, SERVER, place
from tests.support.over import books, delivered
from tests.support.records import MESSAGE_ID, Records, opened_records

DAY_S = 86_400.0
SECRET = "a heron that nobody else must ever hear of"
LOG = 88


def words(database: Database) -> list[Any]:
    """What every job says, and whose it is."""
    return database.rows("SELECT prompt, requester_id, erased_at IS NOT NULL FROM job ORDER BY rowid")


def files(path: Path) -> bytes:
    """All that is on the disk of a database, its log too."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def report(records: Records, job_id: JobId, *, by: int) -> None:
    """Somebody complains about its card."""
    job = (await records.found(job_id)).job
    await ReportList(records.store).file(job, None, by, "rude", records.clock.now())


class TestErase:
    async def test_words_and_choices_go_and_every_sum_stays(self, records: Records) -> None:
        """Those of others, too."""
        await PreferenceList(records.store).change(ANA, lambda _: Preferences(count=2))
        await delivered(records, by=ANA, prompt=SECRET, count=2)
        await delivered(records, by=ANA, prompt=SECRET, fails=True)
        await delivered(records, by=BEN)
        await records.run("run-1", limits={Limit.IMAGES_PER_HOUR: 0}).refused(by=ANA)
        before = await books(records)

        erased = await PrivacyFile(records.store).erase(ANA, records.clock.now(), with_cards=False)

        assert erased == Erased(2, 0)
        assert words(records.database) == [("-", ANA, 1), ("-", ANA, 1), ("a fox", BEN, 0)]
        assert records.database.rows("SELECT detail FROM task WHERE detail IS NOT NULL") == []
        assert records.database.rows("SELECT * FROM preference") == []
        assert await books(records) == before

    async def test_nothing_of_it_can_be_read_from_the_file(self, path: Path, clock: ManualClock) -> None:
        """Not even by somebody who opens it with an editor while the bot runs, and be it that the log cannot
        be emptied at once: SQLite only lets go of what it deletes.
        """
        async with opened_records(path, clock) as records:
            await delivered(records, by=ANA, prompt=SECRET * 300)
            await delivered(records, by=ANA, prompt=SECRET)
            await PrivacyFile(records.store).erase(ANA, clock.now(), with_cards=False)
            assert SECRET.encode() not in files(path)
            await delivered(records, by=BEN, prompt=SECRET)
            clock.advance(2 * DAY_S)
            reader = sqlite3.connect(path)
            with closing(reader):
                reader.execute("BEGIN")
                reader.execute("SELECT prompt FROM job").fetchall()
                await ErasureList(records.store).sweep(clock.now(), 1)
                assert SECRET.encode() in files(path), "somebody else still reads it"
            await ErasureList(records.store).sweep(clock.now(), 1)
            assert SECRET.encode() not in files(path)

    async def test_what_is_under_way_is_finished_first(self, records: Records) -> None:
        """Paid work is never thrown away; what came after the wish is not meant by it."""
        drawn = await records.opened(by=ANA, prompt=SECRET)
        (claim,) = await records.rendering()
        file, erasures = PrivacyFile(records.store), ErasureList(records.store)
        assert await file.erase(ANA, records.clock.now(), with_cards=True) == Erased(0, 1)
        records.clock.advance(5)
        await records.opened(by=ANA, prompt="a later one")
        found = await erasures.sweep(records.clock.now(), 0)
        assert (found.erased, found.waiting) == (0, True)

        await records.render(claim)
        await records.jobs.claim(9, records.clock.now())
        await records.jobs.begin_delivery(drawn.job.id, records.clock.now())
        await records.jobs.finish(drawn.job.id, "digest", records.clock.now())
        found = await erasures.sweep(records.clock.now(), 0)

        assert (found.erased, found.waiting) == (1, False)
        assert words(records.database) == [("-", ANA, 1), ("a later one", ANA, 0)]
        (removal,) = await erasures.claim(9, records.clock.now())
        assert (removal.job.id, removal.with_card) == (drawn.job.id, True)

    async def test_a_question_is_not_waited_for(self, records: Records) -> None:
        """It is left, as by a press: it counts with its estimate, and the card can end."""
        view = await records.opened(by=ANA)
        (claim,) = await records.submitting()
        await records.lose(claim)
        money = "SELECT account_id, microusd FROM use_of_hour ORDER BY 1"
        before = records.database.rows(money)
        await PrivacyFile(records.store).erase(ANA, records.clock.now(), with_cards=False)
        left = await records.found(view.job.id)
        assert (left.tasks[0].state, left.tasks[0].reason) == (TaskState.FAILED, FailureReason.LEFT)
        assert left.job.due_at == records.clock.now()
        assert records.database.rows(money) == before

    async def test_what_is_reported_waits_for_the_moderators(self, records: Records) -> None:
        """Its author must not destroy what they have to look at. Decided, it goes; age waits as well."""
        first = await delivered(records, by=ANA, prompt=SECRET)
        await delivered(records, by=ANA)
        await report(records, first, by=BEN)
        erasures = ErasureList(records.store)
        file = PrivacyFile(records.store)
        assert await file.erase(ANA, records.clock.now(), with_cards=True) == Erased(1, 1)
        records.clock.advance((REPORT_HOLDS_DAYS - 1) * DAY_S)
        found = await erasures.sweep(records.clock.now(), 1)
        assert (found.erased, found.waiting) == (0, True)
        assert SECRET in {row[0] for row in words(records.database)}

        await records.jobs.mark_deleted(first, MESSAGE_ID, BEN, records.clock.now())
        found = await erasures.sweep(records.clock.now(), 0)
        assert (found.erased, found.waiting) == (1, False)

    async def test_but_not_for_ever(self, records: Records) -> None:
        """Nobody decides, perhaps because nobody was told; and others report it again and again."""
        job_id = await delivered(records, by=ANA, prompt=SECRET)
        await report(records, job_id, by=BEN)
        await PrivacyFile(records.store).erase(ANA, records.clock.now(), with_cards=False)
        records.clock.advance(REPORT_HOLDS_DAYS * DAY_S - 1)
        await report(records, job_id, by=CLEO)
        assert (await ErasureList(records.store).sweep(records.clock.now(), 0)).erased == 0
        records.clock.advance(1)
        assert (await ErasureList(records.store).sweep(records.clock.now(), 0)).erased == 1

    async def test_a_second_time_finds_nothing_and_may_add_the_cards(self, records: Records) -> None:
        await delivered(records, by=ANA)
        file, erasures, now = PrivacyFile(records.store), ErasureList(records.store), records.clock.now()
        await file.erase(ANA, now, with_cards=False)
        (first,) = await erasures.claim(9, now)
        assert await file.erase(ANA, now, with_cards=True) == Erased(0, 0, cards=1)
        await erasures.removed(first, now)  # without its card: that is still to be done
        (second,) = await erasures.claim(9, now)
        assert (first.with_card, second.with_card) == (False, True)
        await erasures.removed(second, now)
        assert await erasures.next_due() is None

    async def test_limits_and_blocks_hold_as_before(self, records: Records) -> None:
        """Nobody gets a clean sheet by erasing."""
        await BlockList(records.store).add(
            SERVER, Block(BEN, "spam", 1, records.clock.now(), None), cancel_waiting=False
        )
        await delivered(records, by=ANA)
        for member in (ANA, BEN):
            await PrivacyFile(records.store).erase(member, records.clock.now(), with_cards=False)
        limited = records.run("run-1", limits={Limit.IMAGES_PER_DAY: 1})
        assert (await limited.refused(by=ANA)).by is Limit.IMAGES_PER_DAY
        assert (await limited.refused(by=BEN)).block is not None

    async def test_what_they_reported_stays_reported_without_their_words(self, records: Records) -> None:
        job_id = await delivered(records, by=BEN)
        reports, now = ReportList(records.store), records.clock.now()
        await reports.file((await records.found(job_id)).job, None, ANA, SECRET, now)
        await PrivacyFile(records.store).erase(ANA, now, with_cards=False)
        assert records.database.rows("SELECT reporter_id, reason FROM report") == [(ANA, "")]


class TestTime:
    async def test_after_30_days_the_numbers_have_no_person(self, records: Records) -> None:
        """Not earlier, because limits look back that far; and no sum changes by it."""
        await delivered(records, by=ANA, at=place(guild_id=None))
        await delivered(records, by=ANA)
        await delivered(records, by=BEN)
        await PrivacyFile(records.store).erase(ANA, records.clock.now(), with_cards=False)
        erasures = ErasureList(records.store)
        for removal in await erasures.claim(9, records.clock.now()):
            await erasures.removed(removal, records.clock.now())
        hours = records.database.rows("SELECT * FROM use_of_hour ORDER BY 1, 2, 3")
        owners = (
            "SELECT requester_id, message_id, interaction_id > 0 FROM job ORDER BY accepted_at, requester_id"
        )

        records.clock.advance(30 * DAY_S - 1)
        await erasures.sweep(records.clock.now(), 0)
        assert [row[0] for row in records.database.rows(owners)] == [ANA, ANA, BEN]
        records.clock.advance(2)
        await erasures.sweep(records.clock.now(), 0)

        assert records.database.rows(owners)[:2] == [(0, 0, 0), (0, 0, 0)]
        assert records.database.rows("SELECT requester_id FROM task ORDER BY 1") == [0, 0, BEN]
        assert records.database.rows("SELECT channel_id FROM job WHERE guild_id IS NULL") == [0]
        assert records.database.rows("SELECT * FROM use_of_hour ORDER BY 1, 2, 3") == hours

    async def test_nor_do_notices_that_outlive_them_name_one(self, records: Records) -> None:
        """But who reported it is still known: that is not their data alone."""
        records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, ?)", SERVER, LOG)
        job_id = await delivered(records, by=ANA)
        await PrivacyFile(records.store).erase(ANA, records.clock.now(), with_cards=False)
        await report(records, job_id, by=BEN)
        for kind in ("review", "blocked"):
            records.database.alter(
                "INSERT INTO notice (guild_id, channel_id, kind, member_id, job_id, at)"
                " VALUES (1, 1, ?, ?, ?, 1)",
                kind,
                ANA,
                job_id,
            )
        records.database.alter("UPDATE job SET removal_at = NULL")
        records.clock.advance(31 * DAY_S)
        await ErasureList(records.store).sweep(records.clock.now(), 0)
        named = records.database.rows(
            "SELECT kind, member_id FROM notice WHERE job_id = ? ORDER BY kind", job_id
        )
        assert named == [("accepted", 0), ("blocked", 0), ("reported", BEN), ("review", 0)]

    async def test_a_servers_longer_memory_for_strikes_is_respected(self, records: Records) -> None:
        records.database.alter(
            "INSERT INTO server (guild_id, strikes_window_s) VALUES (?, ?)", SERVER, round(60 * DAY_S)
        )
        await delivered(records, by=ANA, fails=True)
        await PrivacyFile(records.store).erase(ANA, records.clock.now(), with_cards=False)
        erasures = ErasureList(records.store)
        (removal,) = await erasures.claim(9, records.clock.now())
        await erasures.removed(removal, records.clock.now())
        for days, owner in ((40, ANA), (30, 0)):
            records.clock.advance(days * DAY_S)
            await erasures.sweep(records.clock.now(), 0)
            assert records.database.value("SELECT requester_id FROM job") == owner

    async def test_age_erases_what_is_over_and_not_kept(self, records: Records) -> None:
        """What is still under way stays, however old; 0 is for ever."""
        kept = await delivered(records, by=ANA, prompt="kept")
        await records.jobs.keep(kept, records.clock.now())
        await delivered(records, by=ANA, prompt="old")
        await records.opened(by=BEN, prompt="in line")
        records.clock.advance(10 * DAY_S)
        erasures = ErasureList(records.store)
        assert (await erasures.sweep(records.clock.now(), 0)).erased == 0
        assert (await erasures.sweep(records.clock.now(), 11)).erased == 0
        assert (await erasures.sweep(records.clock.now(), 9)).erased == 1
        assert {row[0] for row in words(records.database)} == {"kept", "-", "in line"}

    async def test_a_batch_at_a_time_and_it_says_when_there_is_more(self, records: Records) -> None:
        for number in range(BATCH + 1):
            view = await records.accepted(by=number + 1)
            await records.jobs.withdraw(view.job.id, records.clock.now())
        records.clock.advance(2 * DAY_S)
        erasures = ErasureList(records.store)
        first = await erasures.sweep(records.clock.now(), 1)
        second = await erasures.sweep(records.clock.now(), 1)
        assert [(each.erased, each.full) for each in (first, second)] == [(BATCH, True), (1, False)]

    async def test_a_log_forgets_what_it_was_told_but_not_what_waits_for_somebody(
        self, records: Records
    ) -> None:
        """And refusals, once no report counts them any more."""
        records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, ?)", SERVER, LOG)
        job_id = await delivered(records, by=BEN)
        await ReportList(records.store).file(
            (await records.found(job_id)).job, None, ANA, "bad", records.clock.now()
        )
        await records.run("run-1", limits={Limit.IMAGES_PER_HOUR: 0}).refused(by=BEN)
        kinds = "SELECT kind FROM notice ORDER BY kind"
        assert records.database.rows(kinds) == ["accepted", "refused", "reported"]
        last_id = records.database.value("SELECT MAX(id) FROM notice")
        records.database.alter("UPDATE notice SET due_at = NULL, message_id = 1")
        erasures = ErasureList(records.store)
        records.clock.advance(29 * DAY_S)
        await erasures.sweep(records.clock.now(), 1)
        assert records.database.value("SELECT COUNT(*) FROM refusal") == 1
        records.clock.advance(2 * DAY_S)
        await erasures.sweep(records.clock.now(), 1)
        assert records.database.rows("SELECT kind, member_id, job_id, text FROM notice ORDER BY id") == [
            ("reported", ANA, job_id, "bad"),
            ("refused", 0, None, None),
        ]
        await erasures.sweep(records.clock.now(), 1)
        await records.opened()
        assert records.database.value("SELECT MAX(id) FROM notice") == last_id + 1, "no number comes twice"
        assert records.database.value("SELECT COUNT(*) FROM refusal") == 0
