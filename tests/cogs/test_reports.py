"""Complaints about pictures: from the card to the log channel, and what moderators do there."""

from typing import Any

import pytest
from simcord import InteractionResult, MemberActor
from structlog.typing import EventDict

from bot.chat import words
from bot.domain import errors
from bot.domain.notices import REPORTS_PER_HOUR
from tests.cogs.test_forged import pressing
from tests.cogs.test_show import show
from tests.support.discord import World
from tests.support.log import Log
from tests.support.shown import Payload, Shown


@pytest.fixture
def log(world: World) -> Log:
    """Where moderators are told what they have to act on."""
    return Log(world, everything=False)


async def done(world: World, prompt: str = "a red fox", **options: Any) -> Shown:
    """A card with its picture."""
    card = await world.imagine(prompt, **options)
    await world.finish()
    return world.again(card)


async def report(
    world: World, card: Shown, reason: str = "it is rude", *, as_: MemberActor | None = None
) -> InteractionResult:
    """Press Report and send the form."""
    person = as_ or world.nora
    opened = await world.press(card, "Report", as_=person)
    assert opened.modal is not None, world.env.transcript()
    return await person.submit_modal(opened, {"reason": reason})


class TestReporting:
    async def test_every_card_with_pictures_can_be_reported(self, world: World) -> None:
        card = await world.imagine()
        assert "Report" not in card.buttons
        await world.finish()
        assert "Report" in world.again(card).buttons

    async def test_moderators_are_told_with_all_they_need_to_judge(self, world: World, log: Log) -> None:
        card = await done(world)
        told = world.told(await report(world, card, "it is *rude* @everyone"))
        assert told == "Thank you. The moderators of this server have been told."

        (notice,) = await log.told()
        assert f"**Reported** by {world.nora.mention}: it is \\*rude\\*" in notice.text
        assert "@everyone" not in notice.text
        assert "> a red fox" in notice.text
        assert world.mira.mention in notice.text
        link = f"https://discord.com/channels/{world.env.guild.id}/{world.channel.id}/{card.id}"
        assert f"[the message]({link}) · `{card.job_id}`" in notice.text
        assert notice.buttons == ["Delete picture", "Block", "Dismiss"]
        assert world.audit == [("reported", world.nora.id, world.mira.id, None, None)]

    async def test_a_form_opened_before_a_restart_still_works(self, world: World, log: Log) -> None:
        card = await done(world)
        opened = await world.press(card, "Report", as_=world.nora)
        await world.restart()
        await world.nora.submit_modal(opened, {"reason": "rude"})
        assert len(await log.told()) == 1

    async def test_once_for_each_person(self, world: World, log: Log) -> None:
        card = await done(world)
        late = await world.press(card, "Report", as_=world.nora)
        await report(world, card)
        assert world.told(await world.press(card, "Report", as_=world.nora)) == words.refusal(
            errors.ReportedAlready()
        )
        assert world.told(await world.nora.submit_modal(late, {"reason": "x"})) == words.refusal(
            errors.ReportedAlready()
        )
        await report(world, card, as_=world.theo)
        assert len(await log.told()) == 2

    async def test_a_few_an_hour(self, world: World, log: Log) -> None:
        """One person alone cannot bury what others report."""
        cards = [await done(world) for _ in range(REPORTS_PER_HOUR + 1)]
        for card in cards[:-1]:
            await report(world, card)
        told = world.told(await world.press(cards[-1], "Report", as_=world.nora))
        assert told == words.refusal(errors.ReportedTooMuch())
        await report(world, cards[-1], as_=world.theo)
        world.clock.advance(3_600)
        assert (await world.press(cards[-1], "Report", as_=world.nora)).modal is not None

    async def test_not_ones_own(self, world: World, log: Log) -> None:
        told = world.told(await world.press(await done(world), "Report"))
        assert told == words.refusal(errors.OwnPicture())
        assert await log.told() == []

    async def test_without_a_log_channel_one_is_told_whom_to_turn_to(self, world: World) -> None:
        told = world.told(await report(world, await done(world)))
        owner_id = world.env.backend.guilds[world.env.guild.id].owner_id
        assert "have no channel where I could tell them" in told
        assert "Please tell one of the moderators yourself." in told
        assert f"Its owner is <@{owner_id}>." in told
        assert [line[0] for line in world.audit] == ["reported"]

    async def test_a_reason_is_needed(self, world: World, log: Log) -> None:
        told = world.told(await report(world, await done(world), "\u200b \u2060"))
        assert told == words.refusal(errors.ReasonMissing())
        assert await log.told() == []

    async def test_from_elsewhere_nothing_can_be_reported(self, world: World, log: Log) -> None:
        """A job's id is no secret."""
        first = await done(world)
        elsewhere = world.env.guild.create_text_channel("elsewhere")
        second = await done(world, where=elsewhere)
        second = world.see(second.id, elsewhere.id)
        world.forges.append(pressing(f"job:report:{first.job_id}"))
        told = world.told(await world.press(second, "Report", as_=world.nora))
        assert told == words.refusal(errors.JobNotFound())
        assert await log.told() == []


class TestDelete:
    async def test_a_moderator_deletes_the_picture_and_every_report_says_so(
        self, world: World, log: Log
    ) -> None:
        card = await done(world)
        await report(world, card)
        await report(world, card, as_=world.theo)
        await log.told()
        await world.restart()
        result = await log.press("Delete picture", as_=world.theo)
        assert result.acknowledged
        assert not world.is_there(card)
        for notice in await log.told():
            assert f"**Deleted** by {world.theo.mention}." in notice.text
            assert "the message was deleted" in notice.text
            assert notice.buttons == ["Block"]
        assert ("deleted", world.theo.id, world.mira.id, None, None) in world.audit
        assert (await world.job(card)).job.deleted_at is not None

    async def test_deleted_on_the_card_it_is_deleted_here(self, world: World, log: Log) -> None:
        card = await done(world)
        await report(world, card)
        notice = await log.last()
        await world.press(card, "Delete")
        told = world.told(await log.press("Delete picture", as_=world.theo, on=notice))
        assert told == words.refusal(errors.DecidedAlready())
        assert f"**Deleted** by {world.mira.mention}." in (await log.last()).text

    async def test_gone_already_is_as_good(self, world: World, log: Log) -> None:
        card = await done(world)
        await report(world, card)
        await log.told()
        world.env.inject_error("DELETE", "/channels/*", status=404, code=10008)
        await log.press("Delete picture", as_=world.theo)
        assert "**Deleted**" in (await log.last()).text

    async def test_while_discord_will_not_it_is_said_and_can_be_tried_again(
        self, world: World, log: Log
    ) -> None:
        card = await done(world)
        await report(world, card)
        await log.told()
        world.env.inject_error("DELETE", "/channels/*", status=403, code=50013)
        told = world.told(await log.press("Delete picture", as_=world.theo))
        assert told == words.refusal(errors.PlaceClosed())
        assert world.is_there(card)
        await log.press("Delete picture", as_=world.theo)
        assert not world.is_there(card)


class TestCopies:
    """A copy by `/show` has a Report button too."""

    async def test_a_reported_copy_goes_with_its_card(self, world: World, log: Log) -> None:
        card = await done(world)
        copy = world.answer(await show(world, card.job_id, as_=world.vera))
        await report(world, copy)
        await report(world, card, as_=world.vera)
        await log.told()
        await world.restart()
        await log.press("Delete picture", as_=world.theo)
        assert not world.is_there(copy)
        assert not world.is_there(card)
        for notice in await log.told():
            assert f"**Deleted** by {world.theo.mention}." in notice.text
            assert "the message was deleted · " in notice.text
        deleted = ("deleted", world.theo.id, world.mira.id, None, None)
        assert [line for line in world.audit if line[0] == "deleted"] == [deleted, deleted]

    async def test_while_a_reported_copy_is_there_nothing_says_deleted(self, world: World, log: Log) -> None:
        card = await done(world)
        copy = world.answer(await show(world, card.job_id))
        await report(world, copy)
        await log.told()
        await world.press(card, "Delete")
        notice = await log.last()
        link = f"https://discord.com/channels/{world.env.guild.id}/{world.channel.id}/{copy.id}"
        assert f"the message was deleted, [a copy of it]({link}) is still there" in notice.text
        assert "**Deleted**" not in notice.text
        world.env.inject_error("DELETE", "/channels/*", status=403, code=50013)
        told = world.told(await log.press("Delete picture", as_=world.theo))
        assert told == words.refusal(errors.PlaceClosed())
        assert "**Deleted**" not in (await log.last()).text
        world.env.backend.delete_message(world.channel.id, copy.id)
        await world.env.settle()
        notice = await log.last()
        assert "**Deleted** in Discord." in notice.text
        assert notice.buttons == ["Block"]

    async def test_a_copy_that_was_left_can_be_reported_anew(self, world: World, log: Log) -> None:
        """Unless a moderator has dismissed that complaint."""
        card = await done(world)
        copy = world.answer(await show(world, card.job_id))
        await report(world, card)
        await log.press("Delete picture", as_=world.theo)
        assert world.is_there(copy), "nobody had reported that one"
        assert "moderators of this server have been told" in world.told(await report(world, copy))
        await log.press("Dismiss", as_=world.theo)
        assert world.is_there(copy)
        assert world.told(await world.press(copy, "Report", as_=world.nora)) == words.refusal(
            errors.ReportedAlready()
        )

    async def test_a_forged_report_takes_no_other_message_along(self, world: World, log: Log) -> None:
        card, innocent = await done(world), await done(world, as_=world.vera)
        opened = await world.press(innocent, "Report", as_=world.nora)

        def forge(payload: Payload) -> None:
            payload["data"]["custom_id"] = payload["data"]["custom_id"].replace(innocent.job_id, card.job_id)

        world.forges.append(forge)
        await world.nora.submit_modal(opened, {"reason": "it is rude"})
        await log.press("Delete picture", as_=world.theo)
        assert not world.is_there(card)
        assert world.is_there(innocent)


class TestDismiss:
    async def test_a_report_is_dismissed_and_the_picture_stays(self, world: World, log: Log) -> None:
        card = await done(world)
        await report(world, card)
        await log.press("Dismiss", as_=world.theo)
        notice = await log.last()
        assert f"**Dismissed** by {world.theo.mention}." in notice.text
        assert notice.buttons == []
        assert world.is_there(card)
        assert world.audit[-1] == ("report_dismissed", world.theo.id, world.nora.id, None, None)

    async def test_of_two_at_once_one_wins(self, world: World, log: Log) -> None:
        await report(world, await done(world))
        notice = await log.last()
        both = await world.press_at_once(notice, (world.theo, "Dismiss"), (world.vera, "Dismiss"))
        told = [world.told(each) for each in both if each.ephemeral]
        assert told == [words.refusal(errors.DecidedAlready())]

    async def test_nobody_dismisses_what_is_about_themselves(self, world: World, log: Log) -> None:
        await report(world, await done(world, as_=world.theo))
        told = world.told(await log.press("Dismiss", as_=world.theo))
        assert told == words.refusal(errors.OnYourself())
        assert (await log.last()).buttons == ["Delete picture", "Block", "Dismiss"]


class TestBlock:
    async def test_who_made_it_is_blocked_for_a_time(self, world: World, log: Log) -> None:
        card = await done(world)
        await report(world, card)
        form = await log.press("Block", as_=world.vera)
        await world.restart()
        result = await world.vera.submit_modal(form, {"reason": "rude", "duration": "2d"})
        assert world.mira.mention in world.told(result)
        assert "You are blocked" in world.told(await world.invoke())
        reported, blocked = await log.told()
        assert f"**Blocked** by {world.vera.mention}." in reported.text
        assert reported.buttons == ["Delete picture"]
        assert f"**Blocked:** {world.mira.mention}, it ends <t:" in blocked.text
        await log.press("Delete picture", as_=world.theo, on=reported)
        reported, _ = await log.told()
        assert "**Blocked**" in reported.text
        assert "**Deleted**" in reported.text
        assert reported.buttons == []

    async def test_without_a_duration_until_somebody_lifts_it(self, world: World, log: Log) -> None:
        await report(world, await done(world))
        await log.press_and_write("Block", as_=world.vera, reason="rude")
        assert "until a moderator lifts it" in world.told(await world.invoke())

    @pytest.mark.parametrize("duration", ["soon", "-1d", "0s", "2", "99999999999999d"])
    async def test_a_duration_that_is_none_is_refused(self, world: World, log: Log, duration: str) -> None:
        await report(world, await done(world))
        told = world.told(await log.press_and_write("Block", as_=world.vera, reason="x", duration=duration))
        assert "Nothing was changed." in told
        assert "**Waiting**" in (await world.imagine()).text

    async def test_who_may_only_manage_messages_may_not_block(
        self, world: World, log: Log, logs: list[EventDict]
    ) -> None:
        await report(world, await done(world))
        told = world.told(await log.press("Block", as_=world.theo))
        assert told == words.refusal(errors.NotAModerator())
        assert "notice.not_allowed" in [entry["event"] for entry in logs]

    async def test_nor_with_a_form_of_somebody_else(self, world: World, log: Log) -> None:
        """The permission is asked for again when the form comes."""
        await report(world, await done(world))
        form = await log.press("Block", as_=world.vera)
        world.forges.append(lambda payload: payload["member"].update(permissions="8192"))
        told = world.told(await world.vera.submit_modal(form, {"reason": "x"}))
        assert told == words.refusal(errors.NotAModerator())
        assert "**Waiting**" in (await world.imagine()).text

    async def test_nobody_can_be_blocked_where_nobody_knows_whose_it_was(
        self, world: World, log: Log
    ) -> None:
        """Erased a month ago, its numbers have no person any more."""
        await report(world, await done(world))
        notice = await log.last()
        form = await log.press("Block", as_=world.vera)
        world.database.alter("UPDATE job SET erased_at = 1, requester_id = 0")
        for pressed in (
            await log.press("Block", as_=world.vera, on=notice),
            await world.vera.submit_modal(form, {"reason": "x"}),
        ):
            assert world.told(pressed) == words.refusal(errors.JobNotFound())
        assert world.database.rows("SELECT * FROM block") == []

    async def test_nobody_blocks_themselves(self, world: World, log: Log) -> None:
        await report(world, await done(world, as_=world.vera))
        told = world.told(await log.press_and_write("Block", as_=world.vera, reason="x"))
        assert told == words.refusal(errors.OnYourself())

    async def test_who_has_left_can_be_blocked(self, world: World, log: Log) -> None:
        await report(world, await done(world))
        guild = world.env.backend.guilds[world.env.guild.id]
        del guild.members[world.mira.id]
        await log.press_and_write("Block", as_=world.vera, reason="x")
        assert world.database.value("SELECT member_id FROM block") == world.mira.id


class TestForged:
    @pytest.mark.parametrize("label", ["Delete picture", "Block", "Dismiss"])
    async def test_a_member_may_do_nothing(
        self, world: World, log: Log, logs: list[EventDict], label: str
    ) -> None:
        card = await done(world)
        await report(world, card)
        told = world.told(await log.press(label, as_=world.nora))
        assert told.startswith("Only people who may manage")
        assert world.is_there(card)
        assert (await log.last()).buttons == ["Delete picture", "Block", "Dismiss"]
        assert "notice.not_allowed" in [entry["event"] for entry in logs]

    @pytest.mark.parametrize("choice", ["delete", "dismiss", "approve", "unblock", "turn_down"])
    async def test_a_button_moved_to_another_channel_does_nothing(
        self, world: World, log: Log, logs: list[EventDict], choice: str
    ) -> None:
        """Who may manage messages in some channel may not decide what is told in another."""
        card = await done(world)
        await report(world, card)
        await log.told()
        notice_id = world.database.value("SELECT id FROM notice")
        world.forges.append(pressing(f"notice:{choice}:{notice_id}"))
        told = world.told(await world.press(card, "Again", as_=world.vera))
        assert told == words.refusal(errors.NothingThere())
        assert world.is_there(card)
        assert "notice.forged" in [entry["event"] for entry in logs]

    @pytest.mark.parametrize("notice_id", ["0", "999999", "999999999999999999", "01", "-1", "x"])
    async def test_a_notice_that_does_not_exist(self, world: World, log: Log, notice_id: str) -> None:
        await report(world, await done(world))
        await log.told()
        world.forges.append(pressing(f"notice:dismiss:{notice_id}"))
        told = world.told(await log.press("Dismiss", as_=world.theo))
        assert told in {words.refusal(errors.NothingThere()), str(words.NOT_A_BUTTON_OF_MINE)}
        assert (await log.last()).buttons == ["Delete picture", "Block", "Dismiss"]

    async def test_an_approval_of_a_report_is_none(self, world: World, log: Log) -> None:
        await report(world, await done(world))
        await log.told()
        notice_id = world.database.value("SELECT id FROM notice")
        world.forges.append(pressing(f"notice:approve:{notice_id}"))
        told = world.told(await log.press("Dismiss", as_=world.theo))
        assert told == words.refusal(errors.NothingThere())

    @pytest.mark.parametrize(
        "name",
        ["report:0123456789:00000000", "block:x:00000000", "refuse:0:00000000", "appeal:1:00000000",
         "block:99999999999999999999:00000000", "report::", "block:9223372036854775807:00000000"],
    )  # fmt: skip
    async def test_a_tampered_form_is_refused_in_words(self, world: World, log: Log, name: str) -> None:
        card = await done(world)
        opened = await world.press(card, "Report", as_=world.nora)
        world.forges.append(lambda payload: payload["data"].update(custom_id=name))
        told = world.told(await world.nora.submit_modal(opened, {"reason": "x"}))
        assert told
        assert "went wrong" not in told
        assert await log.told() == []
