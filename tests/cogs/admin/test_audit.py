"""`/imagine-admin audit`: who did what, page by page and as a file."""

import csv
import io
import json
from typing import Any

import pytest

from bot.chat import words
from bot.chat.moderation import audit_words
from bot.domain.errors import (
    ActionUnknown,
    DayUnclear,
    ExportTooLarge,
    NotAModerator,
    NothingThere,
    PeriodUnclear,
)
from bot.domain.moderation import Action
from tests.support.discord import World, nothing_happened
from tests.support.shown import Payload, Shown


async def listed(world: World, **options: Any) -> Shown:
    """What `audit list` answers."""
    return world.answer(await world.invoke_admin("audit list", **options))


async def exported(world: World, **options: Any) -> tuple[str, bytes]:
    """What `audit export` says, and the file."""
    told = world.answer(await world.invoke_admin("audit export", **options))
    assert told.private
    (content,) = told.files.values()
    return told.text, content


def many(world: World, count: int, *, at: int | None = None) -> None:
    """So many lines of another day."""
    world.database.alter(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO audit (at, guild_id, action, actor_id, target_id, reason) "
        "SELECT ?, ?, 'blocked', ?, i, 'line ' || i FROM n",
        count,
        at or world.clock.now(),
        world.env.guild.id,
        world.theo.id,
    )


class TestList:
    async def test_a_new_server_has_nothing_to_show(self, world: World) -> None:
        told = await listed(world)
        assert told.private
        assert (told.text, told.buttons) == (audit_words.NOTHING, [])

    async def test_the_newest_line_comes_first(self, world: World) -> None:
        await world.admin("queue pause", reason="lunch")
        world.clock.advance(60)
        await world.admin("queue resume")
        now, vera = int(world.clock.unix_s()), world.vera.mention
        assert (await listed(world)).text == (
            "**What was done,** newest first\n"
            f"<t:{now}:f> · {vera} · took requests again · was: lunch\n"
            f"<t:{now - 60}:f> · {vera} · paused new requests · lunch"
        )

    async def test_of_one_member_there_is_what_they_did_and_what_was_done_to_them(self, world: World) -> None:
        card = await world.imagine()
        await world.admin("queue cancel", code=card.job_id)
        await world.admin("queue pause", reason="lunch")
        about_mira = (await listed(world, member=world.mira)).text
        assert "took a request back" in about_mira
        assert "paused" not in about_mira
        assert len((await listed(world, member=world.vera)).text.splitlines()) == 3

    async def test_of_one_action(self, world: World) -> None:
        await world.admin("queue pause", reason="lunch")
        await world.admin("queue resume")
        assert len((await listed(world, action="paused")).text.splitlines()) == 2

    async def test_an_action_that_is_none_is_refused(self, world: World) -> None:
        assert await world.admin("audit list", action="world peace") == words.refusal(ActionUnknown())

    async def test_actions_are_offered_by_their_names(self, world: World) -> None:
        offered = await world.vera.autocomplete(world.channel, "imagine-admin audit list", "action", "block")
        assert {each["value"] for each in offered} == {"blocked", "unblocked", "appealed"}
        everything = await world.vera.autocomplete(world.channel, "imagine-admin audit list", "action", "")
        assert len(everything) == 25

    @pytest.mark.parametrize("restarts", [False, True])
    async def test_older_lines_are_a_press_away(self, world: World, *, restarts: bool) -> None:
        many(world, 40)
        told = await listed(world)
        seen = [told.text]
        assert told.buttons == ["Older"]
        if restarts:
            await world.restart()
        while "Older" in world.again(told).buttons:
            await world.press(world.again(told), "Older", as_=world.vera)
            seen.append(world.again(told).text)
        lines = [line for page in seen for line in page.splitlines()[1:]]
        assert [line.rpartition("line ")[2] for line in lines] == [str(i) for i in range(40, 0, -1)]
        assert world.again(told).buttons == ["Newest"]
        await world.press(world.again(told), "Newest", as_=world.vera)
        assert world.again(told).text == seen[0]

    async def test_the_buttons_keep_to_what_was_asked_for(self, world: World) -> None:
        many(world, 20)
        await world.admin("queue pause", reason="lunch")
        told = await listed(world, member=world.theo, action="blocked")
        await world.press(told, "Older", as_=world.vera)
        assert "paused" not in world.again(told).text
        assert len(world.again(told).text.splitlines()) == 6

    async def test_a_day_long_ago_is_reached_without_turning_pages(self, world: World) -> None:
        many(world, 3_000)
        many(world, 1, at=world.clock.now() - 40 * 86_400_000)
        told = await listed(world, until="2026-08-31")
        assert len(told.text.splitlines()) == 2
        assert told.buttons == ["Newest"]

    @pytest.mark.parametrize("until", ["yesterday", "2026-13-01", "01.11.2026", "20261101", "0001-01-01"])
    async def test_a_day_that_is_none_is_refused(self, world: World, until: str) -> None:
        assert await world.admin("audit list", until=until) == words.refusal(DayUnclear())

    async def test_long_lines_are_no_more_than_a_message_holds(self, world: World) -> None:
        for _ in range(20):
            world.database.alter(
                "INSERT INTO audit (at, guild_id, action, actor_id, before_value, after_value, reason) "
                "VALUES (0, ?, 'paused', 1, ?, ?, ?)",
                world.env.guild.id,
                *["*" * 300] * 3,
            )
        told = await listed(world)
        assert len(told.text) < 4_000
        assert "Older" in told.buttons
        await world.press(told, "Older", as_=world.vera)
        assert "Newest" in world.again(told).buttons

    async def test_what_people_wrote_is_harmless(self, world: World) -> None:
        await world.admin("queue pause", reason="@everyone **free** https://example.org")
        text = (await listed(world)).text
        assert "@everyone" not in text
        assert "https://" not in text
        assert "\\*\\*free\\*\\*" in text

    async def test_other_servers_have_their_own(self, world: World) -> None:
        world.database.alter(
            "INSERT INTO audit (at, guild_id, action, actor_id) VALUES (0, 1, 'paused', ?)", world.vera.id
        )
        assert (await listed(world)).text == audit_words.NOTHING

    async def test_a_press_by_who_may_not_any_more_shows_nothing(self, world: World) -> None:
        many(world, 20)
        told = await listed(world)
        before = told.text
        world.forges.append(lambda payload: payload["member"].update(permissions="0"))
        result = await world.press(told, "Older", as_=world.vera)
        assert world.told(result) == words.refusal(NotAModerator())
        assert world.again(told).text == before

    async def test_a_forged_member_has_no_lines(self, world: World) -> None:
        """Beyond what the database can count."""
        told = await self.forged(world, "audit:0:9999999999999999999:-")
        assert told.text == audit_words.NOTHING

    async def test_a_forged_action_is_refused(self, world: World) -> None:
        told = await self.forged(world, "audit:1:0:world_peace")
        assert "line 20" in told.text, "the page stays"
        assert words.refusal(ActionUnknown()) in [card.text for card in world.cards]

    async def forged(self, world: World, name: str) -> Shown:
        """A page of which somebody pressed a button with a name of their own making."""
        many(world, 20)
        told = await listed(world)
        older = told.custom_id("Older")

        def forge(payload: Payload) -> None:
            payload.update(json.loads(json.dumps(payload).replace(older, name)))

        world.forges.append(forge)
        await world.press(told, "Older", as_=world.vera)
        return world.again(told)


class TestExport:
    async def test_a_spreadsheet_has_every_line_and_no_formula(self, world: World) -> None:
        await world.admin("queue pause", reason='=HYPERLINK("http://evil.example")')
        said, content = await exported(world)
        assert content.startswith(b"\xef\xbb\xbf"), "or spreadsheets would take it for another encoding"
        pause, export = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        assert pause["at"] == "2026-09-21T14:13:20Z"
        assert pause["action"] == "paused"
        assert pause["actor_id"] == f"'{world.vera.id}"
        assert pause["after"] == '\'=HYPERLINK("http://evil.example")'
        assert export["action"] == "exported", "the export itself too"
        assert said.startswith("2 lines from 2026-08-22 to 2026-09-21 (UTC).")

    async def test_programs_get_objects_with_ids_as_text(self, world: World) -> None:
        await world.admin("queue pause", reason="lunch")
        said, content = await exported(world, form="json")
        pause, export = json.loads(content)
        assert (pause["actor_id"], pause["after"]) == (str(world.vera.id), "lunch")
        assert export["action"] == "exported"
        assert "apostrophe" not in said

    async def test_the_export_is_a_line_that_the_list_shows(self, world: World) -> None:
        await exported(world, first_day="2026-09-01", last_day="2026-09-30", form="json")
        text = (await listed(world)).text
        assert "exported · the audit from 2026-09-01 to 2026-09-30 as JSON" in text

    async def test_only_the_days_asked_for(self, world: World) -> None:
        day_ms = 86_400_000
        today = world.clock.now() - world.clock.now() % day_ms
        for at in (today - day_ms - 1, today - day_ms, today - 1, today):
            many(world, 1, at=at)
        _, content = await exported(world, first_day="2026-09-20", last_day="2026-09-20", form="json")
        assert [line["at"] for line in json.loads(content)] == [
            "2026-09-20T00:00:00Z",
            "2026-09-20T23:59:59Z",
        ]

    async def test_thousands_of_lines_come_in_order(self, world: World) -> None:
        many(world, 2_500)
        said, content = await exported(world, form="json")
        assert [line["reason"] for line in json.loads(content)[:2_500]] == [
            f"line {i}" for i in range(1, 2_501)
        ]
        assert said.startswith("2,501 lines")

    async def test_nothing_is_left_on_the_disk(self, world: World) -> None:
        before = {path.name for path in world.data_dir.iterdir()}
        await exported(world)
        assert {path.name for path in world.data_dir.iterdir()} == before

    async def test_more_than_discord_takes_is_refused(self, world: World) -> None:
        """Only now is it known, and it is entered all the same: somebody wanted to take it away."""
        many(world, 100)
        world.forges.append(lambda payload: payload.update(attachment_size_limit=200))
        told = await world.admin("audit export")
        assert told == words.refusal(ExportTooLarge(200))
        assert world.audit[-1][0] == "exported"

    @pytest.mark.parametrize(
        "days",
        [
            {"first_day": "2026-09-30", "last_day": "2026-09-01"},
            {"first_day": "2099-01-01"},
            {"first_day": "9999-12-31"},
        ],
    )
    async def test_days_that_make_no_sense_are_refused(self, world: World, days: dict[str, Any]) -> None:
        assert await world.admin("audit export", **days) == words.refusal(PeriodUnclear())
        assert world.audit == []

    async def test_a_day_that_is_none_takes_nothing_away(self, world: World) -> None:
        assert await world.admin("audit export", last_day="soon") == words.refusal(DayUnclear())
        assert world.audit == []

    async def test_the_end_of_all_days_is_only_empty(self, world: World) -> None:
        _, content = await exported(world, first_day="9999-12-31", last_day="9999-12-31", form="json")
        assert content == b"[]\n"

    async def test_a_form_that_is_none_is_refused(self, world: World) -> None:
        def forge(payload: Payload) -> None:
            (option,) = payload["data"]["options"][0]["options"][0]["options"]
            option["value"] = "xlsx"

        world.forges.append(forge)
        assert await world.admin("audit export", form="csv") == words.refusal(NothingThere())


@pytest.mark.parametrize("command", ["list", "export"])
async def test_only_who_manages_the_server_may(world: World, command: str) -> None:
    told = await world.admin_as_outsider(f"audit {command}")
    assert told == words.refusal(NotAModerator())
    assert world.audit == []
    await nothing_happened(world)


def test_every_action_has_a_name() -> None:
    assert set(audit_words.ACTIONS) == set(Action)
