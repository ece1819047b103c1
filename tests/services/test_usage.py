"""Usage for moderators and members: what leaves as a file, and that it is written down."""

import csv
import io
import json

import pytest

from bot.domain.admission import PLAIN
from bot.domain.errors import ExportTooLarge, OnABot
from bot.domain.moderation import OperatorDefaults
from bot.domain.usage import Period
from bot.services import usage as usage_module
from bot.services.moderators import Moderator, Target
from bot.services.tables import Form
from bot.services.usage import COLUMNS, Usage
from bot.storage.audit import Audits
from bot.storage.usage import UsageSums
from tests.support.drafts import ANA, BEN, SERVER, draft, place
from tests.support.prices import default_prices
from tests.support.records import Records

VERA = Moderator(7, SERVER, is_owner=False, rank=1)
PLENTY = 10 << 20


@pytest.fixture
def usage(records: Records) -> Usage:
    """The use cases on an empty record."""
    operator = OperatorDefaults()
    return Usage(UsageSums(records.store, operator), Audits(records.store), default_prices(), records.clock)


async def exported(
    usage: Usage, form: Form = Form.CSV, *, prompts: bool = False, max_bytes: int = PLENTY
) -> str:
    """What is in the file."""
    file = io.BytesIO()
    await usage.export(VERA, Period.MONTH, form, file, prompts=prompts, max_bytes=max_bytes)
    return file.getvalue().decode("utf-8-sig")


async def test_an_export_has_a_row_for_every_picture(records: Records, usage: Usage) -> None:
    view = await records.opened(by=ANA, count=2)
    table = list(csv.DictReader(io.StringIO(await exported(usage))))
    assert [(row["code"], row["number"]) for row in table] == [(view.job.id, "1"), (view.job.id, "2")]
    assert table[0] == {
        "code": view.job.id,
        "number": "1",
        "member_id": str(ANA),
        "channel_id": "555",
        "accepted_at": "2026-09-21T14:13:20Z",
        "size": "1024x1024",
        "quality": "low",
        "state": "queued",
        "reason": "",
        "cost_usd": "0.006",
        "waiting_s": "",
        "drawing_s": "",
    }


async def test_no_prompt_leaves_unless_it_was_asked_for_and_the_audit_says_which(
    records: Records, usage: Usage
) -> None:
    await records.opened(prompt="a secret wish")
    assert "secret" not in await exported(usage, Form.JSON)
    assert "secret" in await exported(usage, Form.JSON, prompts=True)
    start, end = Period.MONTH.until(records.clock.now())
    assert records.database.rows("SELECT action, actor_id, after_value FROM audit ORDER BY seq") == [
        ("exported", VERA.id, f"usage json {start} {end}"),
        ("exported", VERA.id, f"usage json {start} {end} prompts"),
    ]


async def test_what_was_asked_for_in_private_never_leaves(records: Records, usage: Usage) -> None:
    """Nor what was asked for in a direct message, or where the bot is a guest."""
    await records.opened(draft(prompt="a secret wish", at=place(private=True)))
    await records.opened(draft(prompt="a secret letter", at=place(guild_id=None)))
    await records.opened(draft(prompt="a secret guest", at=place(bot_is_member=False)))
    (row,) = json.loads(await exported(usage, Form.JSON, prompts=True))
    assert row["prompt"] is None


@pytest.mark.parametrize(
    "prompt",
    ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "a\n=1", '";=1', "＝1", 'x",=cmd|"/C calc"!A0'],
)
async def test_no_prompt_is_a_formula_in_a_spreadsheet(records: Records, usage: Usage, prompt: str) -> None:
    await records.opened(prompt=prompt)
    (row,) = csv.DictReader(io.StringIO(await exported(usage, prompts=True)))
    assert row["prompt"].lstrip()[0] not in "=+-@＝"
    assert row["prompt"].replace("'", "") == prompt


async def test_what_programs_read_is_exact(records: Records, usage: Usage) -> None:
    await records.opened(prompt='=1 "quoted"\n, line', by=BEN)
    (row,) = json.loads(await exported(usage, Form.JSON, prompts=True))
    assert row["prompt"] == '=1 "quoted"\n, line'
    assert (row["member_id"], row["cost_usd"], row["waiting_s"]) == (BEN, 0.006, None)


@pytest.mark.parametrize("prompts", [False, True])
async def test_it_is_read_page_by_page(
    records: Records, usage: Usage, monkeypatch: pytest.MonkeyPatch, prompts: bool
) -> None:
    monkeypatch.setattr(usage_module, "_PAGE", 2)
    monkeypatch.setattr(usage_module, "_PAGE_WITH_PROMPTS", 2)
    for _ in range(5):
        await records.opened()
    assert len(json.loads(await exported(usage, Form.JSON, prompts=prompts))) == 5


async def test_nothing_to_export_is_a_table_without_rows(usage: Usage) -> None:
    assert await exported(usage) == ",".join(COLUMNS) + "\r\n"
    assert json.loads(await exported(usage, Form.JSON)) == []


async def test_what_is_too_large_is_not_written_to_its_end(records: Records, usage: Usage) -> None:
    await records.opened(prompt="x" * 30_000)
    with pytest.raises(ExportTooLarge):
        await exported(usage, prompts=True, max_bytes=1_000)


async def test_another_servers_pictures_are_not_in_it(records: Records, usage: Usage) -> None:
    await records.opened(at=place(guild_id=SERVER + 1))
    await records.opened(at=place(guild_id=None))
    assert json.loads(await exported(usage, Form.JSON)) == []


async def test_a_bot_uses_nothing(usage: Usage) -> None:
    with pytest.raises(OnABot):
        await usage.member(VERA, Target(5, is_bot=True, is_owner=False, rank=0), PLAIN)


async def test_an_export_and_a_report_come_to_the_same_sum(records: Records, usage: Usage) -> None:
    """What failed and still cost something, and what is only reserved yet, too."""
    await records.opened(count=4, estimate=7_000)
    first, second = await records.submitting(2)
    await records.fail(first, cost=2_000)
    await records.take(second)
    (poll,) = await records.tasks.claim_polls(1, records.clock.now())
    await records.render(poll, cost=6_500)
    report = await usage.report(VERA, Period.MONTH)
    rows = json.loads(await exported(usage, Form.JSON))
    assert round(sum(row["cost_usd"] for row in rows) * 1_000_000) == report.microusd == 22_500
    assert sum(row["state"] not in {"failed", "cancelled"} for row in rows) == report.images == 3
