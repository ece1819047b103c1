"""`/imagine-admin usage`: what was used, by whom, and what it cost."""

import csv
import gzip
import io
import json
import re

import discord
import pytest
from PIL import Image

from bot.chat import words
from bot.domain import errors
from tests.support.discord import Forge, World
from tests.support.shown import Payload, Shown

NOT_A_MODERATOR = words.refusal(errors.NotAModerator())
COMMANDS = ["usage report", "usage export"]


def decoded(shown: Shown) -> Image.Image:
    """The picture on a message, whole."""
    picture = Image.open(io.BytesIO(shown.files["usage.png"]), formats=["PNG"])
    picture.load()
    return picture


def upload_limit(limit_bytes: int) -> Forge:
    """Discord takes no larger file where the next command is used."""

    def forge(payload: Payload) -> None:
        payload["attachment_size_limit"] = limit_bytes

    return forge


class TestReport:
    async def test_it_is_a_picture_and_the_same_in_words_for_the_moderator_alone(self, world: World) -> None:
        await world.imagine(count=3)
        await world.imagine(as_=world.nora, quality="high")
        await world.finish()
        shown = world.answer(await world.invoke_admin("usage report"))
        assert shown.private
        assert "4 pictures, $0.148. By quality: 3 low, 1 high." in shown.text
        assert f"1. <@{world.mira.id}>: 3 pictures, $0.018" in shown.text
        assert f"2. <@{world.nora.id}>: 1 picture, $0.13" in shown.text
        assert "\n4 pictures did not wait in line." in shown.text
        assert decoded(shown).width == 1200
        (picture,) = shown.pictures
        assert "Most by: mira 3 · $0.018, nora 1 · $0.13." in picture.alt_text

    @pytest.mark.usefixtures("sketched")
    @pytest.mark.parametrize(("period", "columns"), [("day", "hour"), ("week", "day"), ("month", "day")])
    async def test_it_covers_the_time_asked_for(self, world: World, period: str, columns: str) -> None:
        await world.imagine()
        shown = world.answer(await world.invoke_admin("usage report", period=period))
        assert f"**Pictures by {columns}**" in shown.text
        assert "1 picture, $0.006." in shown.text

    @pytest.mark.usefixtures("sketched")
    async def test_it_can_be_shown_to_everybody_and_pings_nobody(self, world: World) -> None:
        await world.imagine()
        result = await world.invoke_admin("usage report", public=True)
        shown = world.answer(result)
        assert not shown.private
        assert f"<@{world.mira.id}>" in shown.text
        (edit,) = [body for body in world.requests("PATCH", "original") if body]
        assert edit["allowed_mentions"] == {"parse": []}

    @pytest.mark.usefixtures("sketched")
    async def test_refusals_are_told_by_the_names_of_their_rules(self, world: World) -> None:
        await world.restart(limits="images_per_hour=1")
        await world.admin("channels allow", channel=world.channel)
        elsewhere = world.env.guild.create_text_channel("elsewhere")
        await world.imagine()
        await world.invoke()
        await world.invoke()
        await world.invoke(where=elsewhere)
        shown = world.answer(await world.invoke_admin("usage report"))
        assert "**Refused requests**\nPictures an hour: 2\nChannel without pictures: 1\n" in shown.text

    async def test_an_unused_server_has_a_report_too(self, world: World) -> None:
        shown = world.answer(await world.invoke_admin("usage report", period="day"))
        assert "0 pictures, $0.00." in shown.text
        assert decoded(shown).width == 1200

    async def test_a_name_can_do_nothing(self, world: World) -> None:
        name = "@everyone **x** \u202e[a](b)"
        await world.imagine(as_=world.env.guild.add_member(world.env.create_user("eve"), nick=name))
        shown = world.answer(await world.invoke_admin("usage report"))
        assert "everyone" not in shown.text
        (picture,) = shown.pictures
        assert "\u202e" not in picture.alt_text
        assert "Most by: @everyone **x**" in picture.alt_text, "which is read out, and acts on nothing"

    @pytest.mark.usefixtures("sketched")
    async def test_who_left_is_still_counted(self, world: World) -> None:
        await world.imagine()
        world.env.guild.remove_member(world.mira)
        shown = world.answer(await world.invoke_admin("usage report"))
        assert f"1. <@{world.mira.id}>: 1 picture" in shown.text
        assert "Most by: Former member" in shown.pictures[0].alt_text

    @pytest.mark.usefixtures("sketched")
    async def test_who_cannot_be_asked_about_is_called_by_their_id(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Discord is in trouble; the report still comes."""

        async def fail(*_: object) -> None:
            raise ConnectionResetError

        monkeypatch.setattr(discord.Guild, "fetch_member", fail)
        await world.imagine()
        shown = world.answer(await world.invoke_admin("usage report"))
        assert f"Most by: {world.mira.id} 1 · $0.006." in shown.pictures[0].alt_text

    async def test_a_period_that_is_not_in_the_list_is_refused(self, world: World) -> None:
        def forge(payload: Payload) -> None:
            payload["data"]["options"][0]["options"][0]["options"][0]["value"] = "century"

        world.forges.append(forge)
        assert await world.admin("usage report", period="day") == words.refusal(errors.NothingThere())


class TestMember:
    async def test_it_says_how_a_member_stands_and_what_they_asked_for(self, world: World) -> None:
        card = await world.imagine(count=2)
        await world.finish()
        shown = world.answer(await world.invoke_admin("usage member", member=world.mira))
        assert shown.private
        assert shown.text.startswith(f"**Pictures of <@{world.mira.id}> · ")
        assert "Pictures an hour: 2 used, 28 of 30 left." in shown.text
        assert re.search(
            rf"`{card.job_id}` <t:\d+:R> in <#{world.channel.id}>: 2 pictures, \$0.012, done", shown.text
        )
        assert decoded(shown).size == (1200, 720)
        assert shown.pictures[0].alt_text.startswith("Charts of pictures of mira, ")

    @pytest.mark.usefixtures("sketched")
    async def test_refusals_and_a_block_are_told(self, world: World) -> None:
        await world.admin("block add", member=world.mira, reason="**spam** @everyone", duration="3d")
        await world.invoke()
        shown = world.answer(await world.invoke_admin("usage member", member=world.mira))
        assert "**Blocked** until <t:" in shown.text
        assert "@everyone" not in shown.text
        assert "**Refused requests**\nBlocked: 1" in shown.text

    @pytest.mark.usefixtures("sketched")
    async def test_who_left_can_be_looked_at(self, world: World) -> None:
        await world.imagine()
        await world.finish()
        world.env.guild.remove_member(world.mira)
        shown = world.answer(await world.invoke_admin("usage member", member=world.mira.user))
        assert "1 picture, $0.006." in shown.text

    async def test_a_bot_uses_nothing(self, world: World) -> None:
        robot = world.env.guild.add_member(world.env.create_user("robot", bot=True))
        told = await world.admin("usage member", member=robot)
        assert told == words.refusal(errors.OnABot())


class TestExport:
    async def test_it_is_a_file_for_the_moderator_alone_and_a_line_of_the_audit(self, world: World) -> None:
        await world.imagine("=a secret wish", count=2)
        await world.finish()
        shown = world.answer(await world.invoke_admin("usage export", period="week"))
        assert shown.private
        assert shown.text.startswith("2 pictures of the last 7 days, without what members wrote.")
        table = list(csv.DictReader(io.StringIO(shown.files["usage-week.csv"].decode("utf-8-sig"))))
        assert [row["member_id"] for row in table] == [f"'{world.mira.id}"] * 2
        assert b"secret" not in shown.files["usage-week.csv"]
        ((action, actor_id, _, _, after),) = world.audit
        assert (action, actor_id) == ("exported", world.vera.id)
        assert after.startswith("usage csv ")
        assert not after.endswith("prompts")

    async def test_with_prompts_the_audit_says_so(self, world: World) -> None:
        await world.imagine("=a secret wish")
        shown = world.answer(await world.invoke_admin("usage export", form="json", include_prompts=True))
        (row,) = json.loads(shown.files["usage-month.json"])
        assert row["prompt"] == "=a secret wish"
        assert world.audit[0][4].endswith(" prompts")
        listed = world.answer(await world.invoke_admin("audit list"))
        assert "exported · the usage from " in listed.text
        assert " as JSON, with prompts" in listed.text

    async def test_what_is_too_large_for_the_channel_is_packed(self, world: World) -> None:
        for _ in range(5):
            await world.imagine(count=4)
        world.forges.append(upload_limit(1_500))
        shown = world.answer(await world.invoke_admin("usage export"))
        assert "It was too large for Discord, so it is packed" in shown.text
        packed = shown.files["usage-month.csv.gz"]
        assert len(packed) <= 1_500
        assert gzip.decompress(packed).count(b"\n") == 21

    async def test_what_is_too_large_even_so_is_refused_with_advice(self, world: World) -> None:
        for _ in range(5):
            await world.imagine(count=4)
        for limit_bytes in (150, 20):
            world.forges.append(upload_limit(limit_bytes))
            told = await world.admin("usage export")
            assert "Please ask for a shorter time." in told

    async def test_discord_has_the_last_word_on_what_is_too_large(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(*_: object, **__: object) -> None:
            response = type("Response", (), {"status": 413, "reason": "Payload Too Large"})()
            raise discord.HTTPException(response, {"code": 40005, "message": "too large"})

        monkeypatch.setattr(discord.Interaction, "edit_original_response", refuse)
        assert "Please ask for a shorter time." in await world.admin("usage export")

    async def test_nothing_stays_on_the_disk(self, world: World) -> None:
        before = sorted(path.name for path in world.data_dir.iterdir())
        await world.imagine()
        await world.invoke_admin("usage export")
        assert sorted(path.name for path in world.data_dir.iterdir()) == before


@pytest.mark.parametrize("command", COMMANDS)
async def test_only_who_manages_the_server_may(world: World, command: str) -> None:
    assert await world.admin_as_outsider(command) == NOT_A_MODERATOR
    assert world.audit == []


async def test_only_who_manages_the_server_may_look_at_a_member(world: World) -> None:
    assert await world.admin_as_outsider("usage member", member=world.mira) == NOT_A_MODERATOR
