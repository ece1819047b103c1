"""`/imagine-admin queue`: what waits, taking it back, and stopping more from coming."""

import pytest

from bot.chat import words
from bot.chat.moderation import queue_words
from bot.domain.errors import NotAModerator, ReasonMissing, RequestNotHere, TooLateForThat
from bot.domain.jobs import TaskState
from sandbox.modellix import Fault
from tests.support.discord import World, nothing_happened
from tests.support.shown import Shown


async def shown(world: World) -> Shown:
    """What `queue show` answers."""
    return world.answer(await world.invoke_admin("queue show"))


async def reviewed(world: World) -> None:
    """Every request waits for a moderator from now on."""
    await world.admin("settings log", channel=world.env.guild.create_text_channel("log"))
    await world.admin("settings review", enabled=True)


async def unsure(world: World, count: int = 1) -> list[Shown]:
    """Cards whose paid requests were never answered."""
    cards = []
    for _ in range(count):
        world.sandbox.fault(Fault.LOST_AFTER)
        cards.append(await world.imagine(as_=world.nora))
        await world.finish()
        await world.imagine(as_=world.theo)  # one that is answered, or all submits would be held
        await world.finish()
    return cards


class TestShow:
    async def test_an_empty_queue_says_so(self, world: World) -> None:
        told = await shown(world)
        assert told.private
        assert told.text == "**Nothing is drawn and nothing waits** on this server."
        assert told.buttons == ["Look again"]

    async def test_what_waits_stands_in_its_order_with_place_requester_and_age(self, world: World) -> None:
        first = await world.imagine("a fox", count=2)
        world.clock.advance(60)
        second = await world.imagine("a hare", as_=world.nora)
        text = (await shown(world)).text
        assert text.startswith("**On this server:** 3 pictures in line.\n**In line.**")
        guild, channel = world.env.guild.id, world.channel.id
        lines = text.splitlines()[2:]
        assert lines == [
            f"[`{card.job_id}`](https://discord.com/channels/{guild}/{channel}/{card.id}) · {who.mention} · "
            f"{count} · number {place} in line · asked <t:{at}:R>"
            for card, who, count, place, at in [
                (first, world.mira, "2 pictures", 1, int(world.clock.unix_s()) - 60),
                (second, world.nora, "1 picture", 2, int(world.clock.unix_s())),
            ]
        ]
        assert "hare" not in text, "prompts are read where they were asked"

    async def test_what_is_drawn_stands_apart(self, world: World) -> None:
        card = await world.imagine()
        await world.render()
        text = (await shown(world)).text
        assert "1 picture being drawn" in text
        assert "**Being drawn.** Paid already." in text
        assert card.job_id in text

    async def test_what_waits_for_a_moderator_stands_apart(self, world: World) -> None:
        await reviewed(world)
        card = await world.imagine()
        text = (await shown(world)).text
        assert "1 picture waiting for a moderator" in text
        assert card.job_id in text
        assert "in line" not in text

    async def test_a_pause_is_told_with_its_reason(self, world: World) -> None:
        await world.admin("queue pause", reason="**budget** @everyone")
        text = (await shown(world)).text
        assert "New requests are paused. Members read: \\*\\*budget\\*\\*" in text
        assert "@everyone" not in text

    async def test_other_servers_are_none_of_its_business(self, world: World) -> None:
        world.bot_is_member = False
        await world.imagine()
        world.bot_is_member = True
        assert "nothing waits" in (await shown(world)).text

    async def test_a_long_queue_comes_in_pages(self, world: World) -> None:
        people = [world.mira, world.nora, world.theo, world.vera]
        cards = [await world.imagine(as_=who) for who in people for _ in range(4)]
        told = await shown(world)
        first = told.text
        assert told.buttons == ["Look again", "Next"]
        assert "Page 1 of 2" in first
        await world.press(told, "Next", as_=world.vera)
        assert world.again(told).buttons == ["Back", "Look again"]
        listed = first + world.again(told).text
        assert all(card.job_id in listed for card in cards)
        await world.press(told, "Back", as_=world.vera)
        assert world.again(told).text == first


class TestLeave:
    async def test_each_request_whose_outcome_nobody_knows_has_a_button(self, world: World) -> None:
        cards = await unsure(world, 2)
        told = await shown(world)
        assert "2 pictures not sure" in told.text
        assert told.buttons == [*(f"Leave {card.job_id}" for card in cards), "Look again"]

    @pytest.mark.parametrize("restarts", [False, True])
    async def test_a_moderator_ends_the_wait_for_one(self, world: World, *, restarts: bool) -> None:
        """From another channel than its card's, with the list drawn anew."""
        first, second = await unsure(world, 2)
        told = await shown(world)
        if restarts:
            await world.restart()
        await world.press(told, f"Leave {first.job_id}", as_=world.vera)
        assert world.again(told).buttons == [f"Leave {second.job_id}", "Look again"]
        (task,) = (await world.job(first)).tasks
        assert task.state is TaskState.FAILED
        assert world.audit == [("left", world.vera.id, world.nora.id, None, None)]
        await world.finish()
        assert "The image service never answered." in world.again(first).text

    async def test_no_more_of_them_on_a_page_than_it_has_buttons(self, world: World) -> None:
        cards = await unsure(world, 6)
        told = await shown(world)
        assert [label for label in told.buttons if label.startswith("Leave")] == [
            f"Leave {card.job_id}" for card in cards[:5]
        ]
        await world.press(told, "Next", as_=world.vera)
        assert world.again(told).buttons == [f"Leave {cards[5].job_id}", "Back", "Look again"]

    async def test_the_last_on_a_page_leads_back_to_the_page_before(self, world: World) -> None:
        cards = await unsure(world, 6)
        told = await shown(world)
        await world.press(told, "Next", as_=world.vera)
        await world.press(world.again(told), f"Leave {cards[5].job_id}", as_=world.vera)
        assert len(world.again(told).buttons) == 6

    async def test_twice_is_too_late(self, world: World) -> None:
        (card,) = await unsure(world)
        told = await shown(world)
        await world.press(card, str(words.LEAVE_IT), as_=world.nora)
        result = await world.press(told, f"Leave {card.job_id}", as_=world.vera)
        assert world.told(result) == words.refusal(TooLateForThat())

    async def test_a_press_by_who_may_not_changes_nothing(self, world: World) -> None:
        (card,) = await unsure(world)
        told = await shown(world)
        world.forges.append(lambda payload: payload["member"].update(permissions="0"))
        result = await world.press(told, f"Leave {card.job_id}", as_=world.vera)
        assert world.told(result) == words.refusal(NotAModerator())
        (task,) = (await world.job(card)).tasks
        assert task.state is TaskState.UNKNOWN

    async def test_a_request_of_elsewhere_cannot_be_left_from_here(self, world: World) -> None:
        """A forged name: job ids are no secret."""
        (card,) = await unsure(world)
        told = await shown(world)
        other = world.env.create_guild("Elsewhere")
        world.database.alter("UPDATE job SET guild_id = ?, account_id = ?", other.id, other.id)
        result = await world.press(told, f"Leave {card.job_id}", as_=world.vera)
        assert world.told(result) == words.refusal(RequestNotHere())


class TestCancel:
    async def test_one_request_is_taken_back_by_its_code(self, world: World) -> None:
        card = await world.imagine()
        told = await world.admin("queue cancel", code=f" {card.job_id.upper()} ")
        assert told == queue_words.CANCELLED
        assert world.audit == [("cancelled", world.vera.id, world.mira.id, None, None)]
        await world.finish()
        assert "Cancelled." in world.again(card).text
        assert world.paid == []

    async def test_what_was_sent_already_goes_on(self, world: World) -> None:
        await world.restart(limits="none", modellix_max_tasks=1)
        card = await world.imagine(count=2)
        await world.render()
        assert await world.admin("queue cancel", code=card.job_id) == queue_words.CANCELLED_PARTLY
        await world.finish()
        assert len(world.again(card).pictures) == 1

    async def test_what_is_over_is_too_late(self, world: World) -> None:
        card = await world.imagine()
        await world.finish()
        assert await world.admin("queue cancel", code=card.job_id) == words.refusal(TooLateForThat())
        assert world.audit == []

    @pytest.mark.parametrize("code", ["0000000000", "x", "'; DROP TABLE job"])
    async def test_a_code_that_is_none_is_refused(self, world: World, code: str) -> None:
        assert await world.admin("queue cancel", code=code) == words.refusal(RequestNotHere())

    async def test_the_codes_of_this_server_are_offered(self, world: World) -> None:
        card = await world.imagine(count=2)
        await unsure(world)
        waiting = await world.imagine(as_=world.theo)
        offered = await world.vera.autocomplete(world.channel, "imagine-admin queue cancel", "code", "")
        assert offered == [
            {"name": f"{waiting.job_id} · 1 picture · number 1 in line", "value": waiting.job_id}
        ]
        assert card.job_id not in str(offered), "it is drawn already"
        assert (
            await world.vera.autocomplete(
                world.channel, "imagine-admin queue cancel", "code", waiting.job_id[:4].upper()
            )
            == offered
        )
        assert await world.vera.autocomplete(world.channel, "imagine-admin queue cancel", "code", "no") == []

    async def test_outsiders_are_offered_nothing(self, world: World) -> None:
        await world.imagine()
        world.forges.append(lambda payload: payload["member"].update(permissions="0"))
        assert await world.vera.autocomplete(world.channel, "imagine-admin queue cancel", "code", "") == []


class TestPause:
    async def test_members_read_the_reason_and_what_is_in_line_goes_on(self, world: World) -> None:
        card = await world.imagine()
        told = world.answer(await world.invoke_admin("queue pause", reason="The budget is used up."))
        assert told.text == (
            "New requests are paused. Members who ask read: The budget is used up.\n"
            "What is in line goes on (1 request), unless you press the button. What is being drawn is paid "
            "and goes on. `/imagine-admin queue resume` ends the pause."
        )
        assert told.buttons == ["Take back 1 request"]
        assert "Pictures are paused on this server. Reason: The budget is used up" in world.told(
            await world.invoke(as_=world.nora)
        )
        await world.finish()
        assert world.again(card).pictures
        assert world.audit == [("paused", world.vera.id, None, None, "The budget is used up.")]

    async def test_with_nothing_in_line_there_is_nothing_to_take_back(self, world: World) -> None:
        told = world.answer(await world.invoke_admin("queue pause", reason="lunch"))
        assert told.buttons == []
        assert "Nothing waits in line." in told.text

    async def test_another_reason_replaces_the_first(self, world: World) -> None:
        await world.admin("queue pause", reason="lunch")
        await world.admin("queue pause", reason="dinner")
        await world.admin("queue pause", reason="dinner")
        assert world.audit == [
            ("paused", world.vera.id, None, None, "lunch"),
            ("paused", world.vera.id, None, "lunch", "dinner"),
        ]

    async def test_a_reason_of_blanks_pauses_nothing(self, world: World) -> None:
        told = await world.admin("queue pause", reason="   ")
        assert told == words.refusal(ReasonMissing())
        assert world.audit == []
        assert "**Waiting**" in (await world.imagine()).text

    async def test_resumed_members_can_ask_again(self, world: World) -> None:
        await world.admin("queue pause", reason="lunch")
        await world.restart()
        assert await world.admin("queue resume") == queue_words.RESUMED
        assert "**Waiting**" in (await world.imagine()).text
        assert world.audit[-1] == ("resumed", world.vera.id, None, "lunch", None)

    async def test_what_was_not_paused_is_not_resumed(self, world: World) -> None:
        assert await world.admin("queue resume") == queue_words.NOT_PAUSED
        assert world.audit == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("show", {}),
        ("cancel", {"code": "0000000000"}),
        ("clear", {}),
        ("pause", {"reason": "mine now"}),
        ("resume", {}),
    ],
)
async def test_only_who_manages_the_server_may(world: World, command: str, options: dict[str, str]) -> None:
    told = await world.admin_as_outsider(f"queue {command}", **options)
    assert told == words.refusal(NotAModerator())
    assert world.audit == []
    await nothing_happened(world)
