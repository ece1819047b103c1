"""What the operator reads at the shell."""

import csv
import io

import pytest

from bot.domain.jobs import Quality
from bot.domain.moderation import OperatorDefaults
from bot.ops.reports import guilds_table, month_csv, month_of, month_table, this_month
from bot.storage.usage import UsageSums
from tests.support.drafts import place
from tests.support.records import Records

BIG_SERVER = 1_551_597_200_998_400_000


def usage(records: Records) -> UsageSums:
    """The record, as it is."""
    return UsageSums(records.store, OperatorDefaults())


async def busy(records: Records) -> None:
    """Two servers, and somebody on their own."""
    await records.opened(count=2, estimate=6_000)
    await records.opened(at=place(guild_id=BIG_SERVER), quality=Quality.HIGH, estimate=130_000)
    await records.opened(at=place(guild_id=None), estimate=6_000)


@pytest.mark.parametrize(
    ("month", "days"), [("2026-11", 30), ("2026-12", 31), ("2024-02", 29), ("1970-01", 31), (" 2026-01 ", 31)]
)
def test_a_month_has_its_days(month: str, days: int) -> None:
    start, end = month_of(month)
    assert (end - start) / 86_400_000 == days


@pytest.mark.parametrize(
    "month",
    [
        "2026-13",
        "2026-00",
        "2026",
        "november",
        "2026-1",
        "2026-11-01",
        "0000-01",
        "9999-12",
        "1969-12",
        "",
        "٢٠٢٦-١١",
    ],
)
def test_what_is_no_month_is_not_taken_for_one(month: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of the calendar's or of ours
        month_of(month)


async def test_a_month_is_told_by_server_the_dearest_first(records: Records) -> None:
    await busy(records)
    assert await month_table(usage(records), this_month(records.clock.now())) == (
        "September 2026 (UTC)\n"
        "\n"
        "server               pictures  low  medium  high   spend\n"
        "1551597200998400000         1    0       0     1   $0.13\n"
        "777                         2    2       0     0  $0.012\n"
        "personal                    1    1       0     0  $0.006\n"
        "together                    4    3       0     1  $0.148\n"
    )


async def test_a_month_without_pictures_says_so(records: Records) -> None:
    await busy(records)
    assert await month_table(usage(records), "2025-01") == "Nothing was drawn in January 2025 (UTC).\n"


async def test_as_a_table_no_number_is_rounded(records: Records) -> None:
    await busy(records)
    table = list(csv.DictReader(io.StringIO(await month_csv(usage(records), "2026-09"))))
    assert [
        (row["day"], row["server"], row["quality"], row["pictures"], row["spend_usd"]) for row in table
    ] == [
        ("2026-09-21", "personal", "low", "1", "0.006"),
        ("2026-09-21", "777", "low", "2", "0.012"),
        ("2026-09-21", f"'{BIG_SERVER}", "high", "1", "0.13"),
    ]


async def test_servers_are_listed_with_what_they_used_lately(records: Records) -> None:
    await busy(records)
    records.database.alter("INSERT INTO server (guild_id, is_on) VALUES (5, 0)")
    assert await guilds_table(usage(records), records.clock.now()) == (
        "The last 30 days.\n"
        "\n"
        "server               state  requests  pictures   spend   last used (UTC)\n"
        "1551597200998400000     on         1         1   $0.13  2026-09-21 14:13\n"
        "777                     on         1         2  $0.012  2026-09-21 14:13\n"
        "personal                on         1         1  $0.006  2026-09-21 14:13\n"
        "5                      off         0         0   $0.00             never\n"
    )


async def test_a_bot_that_nobody_used_says_so(records: Records) -> None:
    assert await guilds_table(usage(records), records.clock.now()) == "Nobody has used the bot yet.\n"
