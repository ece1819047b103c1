"""Log channels are told each thing once, in its order, whatever happens in between."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import StoreBusy
from bot.domain.moderation import NoticeKind
from bot.domain.notices import GROUP_MAX, Decided
from bot.workers.herald import CLOSED_REST_S, NONCE_GOOD_S, POST_GAP_S
from sandbox.discord.permissions import Permission
from sandbox.discord.routes_messages import NONCE_REMEMBERED_S
from tests.support.booth import Booth
from tests.support.drafts import ANA, BEN

POST = "create_message"
REFUSED, ACCEPTED, SPEND, REPORTED, REVIEW = (
    NoticeKind.REFUSED,
    NoticeKind.ACCEPTED,
    NoticeKind.SPEND,
    NoticeKind.REPORTED,
    NoticeKind.REVIEW,
)
HALF = "server_spend_per_day 50"


async def killed(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> Booth:
    """Dies when a message is posted and before that is written down; then another run begins."""

    async def dies(*_: object, **__: object) -> Any:
        raise StoreBusy("killed")

    monkeypatch.setattr(booth.notices, "posted", dies)
    await booth.herald.run_once()
    return await booth.restarted()


class TestOnce:
    async def test_a_notice_is_one_message(self, booth: Booth) -> None:
        await booth.notify(SPEND, text=HALF)
        await booth.work()
        (message,) = booth.messages
        assert message.channel is booth.channel
        assert "50 % of what this server may spend" in message.text
        assert message.pings == set()
        assert booth.waiting == 0
        assert booth.sandbox.violations == []

    @pytest.mark.parametrize("kind", [SPEND, REFUSED, REPORTED])
    async def test_killed_between_posting_and_recording_it_is_not_posted_twice(
        self, booth: Booth, kind: NoticeKind, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await booth.notify(kind, text=HALF)
        later = await killed(booth, monkeypatch)
        assert len(booth.messages) == 1
        await later.work()
        assert len(booth.messages) == 1
        assert set(booth.sandbox.books.posts_by_nonce().values()) == {2}
        assert booth.records.database.value("SELECT message_id FROM notice") == booth.messages[0].id
        assert booth.waiting == 0

    async def test_what_shared_a_message_before_the_kill_shares_it_afterwards(
        self, booth: Booth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Or what came up meanwhile would be taken for told."""
        await booth.notify(REFUSED, ANA, text="cooldown")
        await booth.notify(REFUSED, ANA, text="filter")
        later = await killed(booth, monkeypatch)
        await booth.notify(REFUSED, BEN, text="paused")
        await later.work()
        assert [text.count("\n") + 1 for text in booth.texts] == [2, 1]
        assert f"<@{BEN}>" in booth.texts[1]

    async def test_when_discord_has_forgotten_the_nonce_the_channel_is_looked_at(
        self, booth: Booth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await booth.notify(REFUSED, text="cooldown")
        await booth.notify(SPEND, text=HALF)
        later = await killed(booth, monkeypatch)
        later.advance(2 * NONCE_REMEMBERED_S)
        await later.work()
        assert len(booth.messages) == 2
        assert booth.sandbox.books.count("list_messages") == 1
        assert booth.waiting == 0

    async def test_and_what_was_never_posted_is_posted_then(self, booth: Booth) -> None:
        booth.sandbox.faults.drop(POST)
        await booth.notify(SPEND, text=HALF)
        await booth.herald.run_once()
        assert booth.messages == []
        later = await booth.restarted()
        later.advance(2 * NONCE_REMEMBERED_S)
        await later.work()
        assert len(booth.messages) == 1

    async def test_where_it_may_not_read_what_was_said_it_posts(self, booth: Booth) -> None:
        """It tells twice at the worst, rather than never."""
        booth.sandbox.restrict_bot(booth.channel, Permission.READ_MESSAGE_HISTORY)
        booth.sandbox.faults.drop(POST)
        await booth.notify(SPEND, text=HALF)
        await booth.herald.run_once()
        booth.advance(NONCE_GOOD_S + 1)
        await booth.work()
        assert len(booth.messages) == 1

    async def test_an_answer_that_was_lost_is_no_second_message(self, booth: Booth) -> None:
        booth.sandbox.faults.drop(POST, after=True)
        await booth.notify(SPEND, text=HALF)
        await booth.work()
        assert len(booth.messages) == 1
        assert booth.waiting == 0

    async def test_killed_while_the_database_is_away_it_goes_on_by_itself(
        self, booth: Booth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No restart: what was claimed is due again after a minute."""
        await booth.notify(SPEND, text=HALF)
        with monkeypatch.context() as broken:
            broken.setattr(booth.records.store, "write", _busy_after(booth, 1))
            await booth.herald.run_once()
        assert booth.waiting == 1
        await booth.work(120)
        assert len(booth.messages) == 1
        assert booth.waiting == 0

    async def test_a_hundred_notices_with_every_third_answer_lost_are_all_told_once(
        self, booth: Booth
    ) -> None:
        for number in range(100):
            await booth.notify(REFUSED, 10_000 + number, text="cooldown")
        for _ in range(3):
            booth.sandbox.faults.drop(POST, after=True)
            booth.sandbox.faults.fail(POST, 503)
        await booth.work(600)
        text = "\n".join(booth.texts)
        assert [text.count(f"<@{10_000 + number}>") for number in range(100)] == [1] * 100
        order = [text.index(f"<@{10_000 + number}>") for number in range(100)]
        assert order == sorted(order)


class TestOrder:
    async def test_routine_ones_that_wait_share_a_message_and_the_rest_stand_alone(
        self, booth: Booth
    ) -> None:
        for text in ("cooldown", "filter"):
            await booth.notify(REFUSED, text=text)
        await booth.notify(SPEND, text=HALF)
        await booth.notify(SPEND, text="server_spend_per_day 80")
        await booth.notify(REFUSED, text="channel")
        await booth.work()
        assert [text.count("\n") for text in booth.texts] == [1, 0, 0, 0]
        assert ["50 %" in text for text in booth.texts] == [False, True, False, False]
        assert "Channel without pictures" in booth.texts[3]

    async def test_a_burst_is_a_few_messages(self, booth: Booth) -> None:
        began = booth.clock.now()
        for _ in range(10 * GROUP_MAX):
            await booth.notify(REFUSED, text="images_per_hour")
        await booth.work(600)
        assert len(booth.messages) == 10
        assert booth.messages[-1].created_at - began / 1_000 >= 9 * POST_GAP_S
        assert all(len(text) < 4_000 for text in booth.texts)

    async def test_what_waits_for_discord_holds_back_what_came_later(self, booth: Booth) -> None:
        booth.sandbox.faults.fail(POST, 503, times=5)
        await booth.notify(SPEND, text=HALF)
        await booth.notify(SPEND, text="server_spend_per_day 80")
        await booth.work(300)
        assert ["50 %" in text for text in booth.texts] == [True, False]

    async def test_but_not_what_concerns_another_server(self, booth: Booth) -> None:
        other = booth.sandbox.add_guild("Elsewhere")
        channel = booth.sandbox.add_text_channel(other, "log")
        booth.use(channel, other)
        booth.sandbox.faults.fail(POST, 503, times=100, where=lambda call: str(booth.channel.id) in call.path)
        await booth.notify(SPEND, text=HALF)
        later = Booth(booth.records, booth.sandbox, booth.client, booth.clock, other, channel)
        await later.notify(SPEND, text=HALF)
        await booth.work(10)
        assert [message.channel for message in booth.messages] == [channel]

    async def test_it_is_left_alone_for_as_long_as_it_asks(self, booth: Booth) -> None:
        """discord.py waits itself; the other servers do not wait with it."""
        booth.sandbox.faults.rate_limit(POST, 0.2)
        await booth.notify(SPEND, text=HALF)
        await booth.work()
        assert len(booth.messages) == 1

    async def test_only_those_that_need_a_moderator_where_so_chosen(self, booth: Booth) -> None:
        booth.records.database.alter("UPDATE server SET log_all = 0")
        await booth.notify(REFUSED, text="cooldown")
        await booth.notify(SPEND, text=HALF)
        await booth.work()
        assert len(booth.messages) == 1


class TestByTheBook:
    async def test_every_kind_is_what_discord_takes(self, booth: Booth) -> None:
        """Posted, and drawn anew with all that can be decided."""
        job_id = await booth.opened(prompt="a fox")
        for kind in NoticeKind:
            await booth.notify(kind, job_id=job_id, text=HALF if kind is SPEND else "because")
        await booth.work(120)
        for notice_id in booth.records.database.rows("SELECT id FROM notice WHERE kind = 'reported'"):
            for what in Decided:
                await booth.notices.decide(notice_id, what, BEN, booth.clock.now())
                await booth.work(10)
        assert booth.sandbox.violations == []
        assert booth.waiting == 0
        assert [message.pings for message in booth.messages] == [set()] * len(booth.messages)
        assert sum(text.count("`") == 0 for text in booth.texts) < len(booth.texts)


class TestDrawnAnew:
    async def test_a_decision_is_shown_and_the_buttons_go(self, booth: Booth) -> None:
        await booth.notify(REPORTED, text="rude")
        await booth.work()
        assert "notice:dismiss:1" in str(booth.messages[0].components)
        await booth.notices.decide(1, Decided.DISMISSED, BEN, booth.clock.now())
        await booth.work()
        (message,) = booth.messages
        assert f"Dismissed** by <@{BEN}>" in message.text
        assert "notice:dismiss:1" not in str(message.components)

    async def test_killed_between_deciding_and_drawing_the_next_run_draws(self, booth: Booth) -> None:
        await booth.notify(REPORTED, text="rude")
        await booth.work()
        await booth.notices.decide(1, Decided.DISMISSED, BEN, booth.clock.now())
        booth.sandbox.faults.drop("update_message")
        await booth.herald.run_once()
        assert "Dismissed" not in booth.texts[0]
        later = await booth.restarted()
        await later.work()
        assert "Dismissed" in booth.texts[0]

    async def test_decided_while_it_is_being_posted_it_is_drawn_at_once(self, booth: Booth) -> None:
        async def decides(when: str, call: Any) -> None:
            if when == "after" and call.operation == POST:
                await booth.notices.decide(1, Decided.DISMISSED, BEN, booth.clock.now())

        await booth.notify(REPORTED, text="rude")
        booth.sandbox.on_event(decides)
        await booth.work()
        (message,) = booth.messages
        assert "Dismissed" in message.text

    async def test_decided_between_two_tries_it_is_drawn_anew(
        self, booth: Booth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second try finds the message of the first, which has the buttons still."""
        await booth.notify(REPORTED, text="rude")
        later = await killed(booth, monkeypatch)
        await booth.notices.decide(1, Decided.DISMISSED, BEN, booth.clock.now())
        await later.work()
        (message,) = booth.messages
        assert "Dismissed" in message.text
        assert "notice:dismiss:1" not in str(message.components)

    async def test_a_message_that_somebody_deleted_is_let_be(self, booth: Booth) -> None:
        await booth.notify(REPORTED, text="rude")
        await booth.work()
        booth.sandbox.world.delete_message(booth.messages[0])
        await booth.notices.decide(1, Decided.DISMISSED, BEN, booth.clock.now())
        await booth.work()
        assert booth.messages == []
        assert booth.waiting == 0
        await booth.notify(SPEND, text=HALF)
        await booth.work()
        assert len(booth.messages) == 1


class TestClosed:
    @pytest.mark.parametrize("trouble", ["deleted", "shut"])
    async def test_it_gives_up_and_says_so_once(self, booth: Booth, trouble: str) -> None:
        if trouble == "shut":
            booth.sandbox.restrict_bot(booth.channel, Permission.SEND_MESSAGES)
        else:
            del booth.sandbox.world.channels[booth.channel.id]
        for _ in range(30):
            await booth.notify(REFUSED, text="cooldown")
        with capture_logs() as logs:
            await booth.work(10)
            await booth.notify(SPEND, text=HALF)
            await booth.work(CLOSED_REST_S + 10)
        assert booth.waiting == 0
        assert booth.sandbox.books.count(POST) == 2
        assert booth.records.database.rows("SELECT action, target_id, after_value FROM audit") == [
            ("log_unreachable", booth.channel.id, "30 not told")
        ]
        assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == [
            "notice.not_told",
            "notice.not_told",
        ]
        assert booth.records.database.value("SELECT log_channel_id FROM server") == booth.channel.id

    async def test_it_tells_again_when_the_channel_is_open_again(self, booth: Booth) -> None:
        booth.sandbox.restrict_bot(booth.channel, Permission.SEND_MESSAGES)
        await booth.notify(SPEND, text=HALF)
        await booth.work(10)
        booth.sandbox.restrict_bot(booth.channel, Permission.NONE)
        await booth.notify(REFUSED, text="cooldown")
        await booth.work(CLOSED_REST_S + 10)
        assert len(booth.messages) == 1

    async def test_a_newly_chosen_channel_is_told_at_once(self, booth: Booth) -> None:
        booth.sandbox.restrict_bot(booth.channel, Permission.SEND_MESSAGES)
        await booth.notify(SPEND, text=HALF)
        await booth.work(1)
        other = booth.sandbox.add_text_channel(booth.guild, "other")
        booth.use(other)
        await booth.notify(SPEND, text=HALF)
        await booth.work(1)
        assert [message.channel for message in booth.messages] == [other]

    async def test_what_needs_a_moderator_is_told_in_the_channel_they_choose_then(self, booth: Booth) -> None:
        """Be it the same, now that the bot may write there. The rest is forgotten."""
        booth.sandbox.restrict_bot(booth.channel, Permission.SEND_MESSAGES)
        await booth.notify(REPORTED, text="rude")
        await booth.notify(REFUSED, text="cooldown")
        await booth.notify(REVIEW)
        await booth.notices.decide(3, Decided.TAKEN_BACK, BEN, booth.clock.now())
        await booth.work(1)
        booth.sandbox.restrict_bot(booth.channel, Permission.NONE)
        booth.use(booth.channel)
        await booth.work(CLOSED_REST_S + 10)
        (message,) = booth.messages
        assert "Reported" in message.text

    async def test_a_message_deleted_before_the_second_try_closes_nothing(
        self, booth: Booth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Discord says Unknown Message to its nonce: somebody was quick, and the channel stands."""
        await booth.notify(SPEND, text=HALF)
        later = await killed(booth, monkeypatch)
        booth.sandbox.world.delete_message(booth.messages[0])
        await booth.notify(REFUSED, text="cooldown")
        await later.work()
        assert len(booth.messages) == 1
        assert booth.records.database.rows("SELECT action FROM audit") == []


class TestFault:
    async def test_a_message_that_our_own_fault_stands_before_holds_up_no_other_for_ever(
        self, booth: Booth
    ) -> None:
        await booth.notify(SPEND, text=HALF)
        booth.sandbox.faults.fail(POST, 400, times=9)
        await booth.notify(SPEND, text="server_spend_per_day 80")
        with capture_logs() as logs:
            await booth.work(900)
        assert len(booth.messages) == 1
        assert "80 %" in booth.texts[0]
        assert {entry["event"] for entry in logs} >= {"notice.bug"}

    async def test_a_server_without_a_log_channel_is_told_nothing(self, booth: Booth) -> None:
        booth.records.database.alter("DELETE FROM server")
        await booth.notify(SPEND, text=HALF)
        assert booth.records.database.rows("SELECT id FROM notice") == []
        assert await booth.herald.run_once() is None


def _busy_after(booth: Booth, calls: int) -> Any:
    """Writing works so many times, and then the database is away."""
    write, left = booth.records.store.write, calls

    async def writes(fn: Any) -> Any:
        nonlocal left
        if left == 0:
            raise StoreBusy("locked")
        left -= 1
        return await write(fn)

    return writes
