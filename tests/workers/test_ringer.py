"""Who waited long is told once, or not at all."""

from random import Random
from typing import Any

import pytest

from bot.chat.cards.ringing import DiscordBell
from bot.domain.errors import StoreBusy
from bot.domain.jobs import JobId
from bot.domain.preferences import Notify
from bot.domain.units import after
from bot.storage.mentions import HELD_S, Mentions
from bot.workers.herald import NONCE_GOOD_S
from bot.workers.ringer import LATE_S, Ringer
from sandbox.discord import Message
from sandbox.discord.permissions import Permission
from sandbox.discord.routes_messages import NONCE_REMEMBERED_S
from tests.support.booth import Booth
from tests.support.drafts import ANA, place

POST = "create_message"


class Bell:
    """A ringer between the booth's database and its stand-in of Discord."""

    def __init__(self, booth: Booth) -> None:
        self.booth = booth
        self.ringer = Ringer(
            Mentions(booth.records.store), DiscordBell(booth.client), booth.clock, rng=Random(7)
        )

    async def delivered(
        self, notify: Notify = Notify.ALWAYS, *, took_s: float = 1.0, pictures: int = 1, **where: Any
    ) -> JobId:
        """A job whose card shows its outcome; the word of that is still to be sent."""
        booth, records = self.booth, self.booth.records
        records.database.alter(
            "INSERT INTO preference (member_id, notify) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET notify = excluded.notify",
            ANA,
            notify.value,
        )
        at = place(guild_id=booth.guild.id, channel_id=booth.channel.id, **where)
        view = await records.accepted(at=at, count=max(1, pictures))
        card = await booth.client.get_partial_messageable(booth.channel.id).send("the card")
        await records.jobs.acknowledge(view.job.id, card.id, None, booth.clock.now())
        booth.advance(took_s)
        for claim in await records.rendering(len(view.tasks)):
            await (records.render(claim) if pictures else records.fail(claim))
        await records.jobs.claim(1, booth.clock.now())
        await records.jobs.begin_delivery(view.job.id, booth.clock.now())
        await records.jobs.finish(view.job.id, "digest", booth.clock.now())
        return view.job.id

    async def work(self, seconds: float = LATE_S + 1) -> None:
        """Let so much time pass from one due moment to the next."""
        end = after(self.booth.clock.now(), seconds)
        due = await self.ringer.run_once()
        while due is not None and due <= end:
            self.booth.advance(max(0, due - self.booth.clock.now()) / 1_000)
            due = await self.ringer.run_once()
        self.booth.advance((end - self.booth.clock.now()) / 1_000)

    @property
    def replies(self) -> list[Message]:
        """What stands in the channel beside cards."""
        return [message for message in self.booth.messages if message.reference]

    @property
    def waiting(self) -> int:
        """How many replies are still to be sent."""
        return int(self.booth.records.database.value("SELECT COUNT(*) FROM mention"))


@pytest.fixture
def bell(booth: Booth) -> Bell:
    """A ringer with nothing to tell yet."""
    return Bell(booth)


class TestWhoIsTold:
    @pytest.mark.parametrize(
        ("pictures", "said"),
        [
            (1, "Your picture is ready."),
            (3, "Your 3 pictures are ready."),
            (0, "There is no picture this time. The message above says why."),
        ],
    )
    async def test_the_requester_alone_by_one_reply_to_the_card(
        self, bell: Bell, pictures: int, said: str
    ) -> None:
        job_id = await bell.delivered(pictures=pictures)
        await bell.work()
        (reply,) = bell.replies
        assert reply.text == f"<@{ANA}> {said}"
        assert reply.pings == {str(ANA)}
        assert reply.reference is not None
        assert int(reply.reference["message_id"]) == bell.booth.messages[0].id
        assert (await bell.booth.records.found(job_id)).job.message_id == bell.booth.messages[0].id
        assert bell.waiting == 0
        assert bell.booth.sandbox.violations == []

    async def test_as_they_wish(self, bell: Bell) -> None:
        await bell.delivered(Notify.LONG, took_s=60)
        await bell.delivered(Notify.NEVER, took_s=600)
        assert bell.waiting == 0
        await bell.delivered(Notify.LONG, took_s=60.1)
        assert bell.waiting == 1

    async def test_nobody_where_only_they_see_the_card_or_the_bot_is_no_member(self, bell: Bell) -> None:
        await bell.delivered(private=True)
        await bell.delivered(bot_is_member=False)
        assert bell.waiting == 0

    @pytest.mark.parametrize("known", [True, False])
    async def test_nobody_whose_card_is_deleted(self, bell: Bell, known: bool) -> None:
        """Discord says so when asked, should it not have told the bot."""
        job_id = await bell.delivered()
        card = bell.booth.messages[0]
        bell.booth.sandbox.world.delete_message(card)
        if known:
            await bell.booth.records.jobs.mark_deleted(job_id, card.id, None, bell.booth.clock.now())
        await bell.work()
        assert (bell.replies, bell.waiting) == ([], 0)

    async def test_nobody_where_the_bot_may_not_write(self, bell: Bell) -> None:
        """The answer to a command needs no permission, a message does."""
        await bell.delivered()
        bell.booth.sandbox.restrict_bot(bell.booth.channel, Permission.SEND_MESSAGES)
        await bell.work()
        assert (bell.replies, bell.waiting) == ([], 0)


class TestOnce:
    async def test_killed_before_it_was_written_down(
        self, bell: Bell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Discord knows it by its nonce."""
        await bell.delivered()
        await killed(bell, monkeypatch)
        bell.booth.advance(NONCE_GOOD_S - 1)
        await Bell(bell.booth).work()
        assert (len(bell.replies), bell.waiting) == (1, 0)

    async def test_killed_and_so_late_started_again_that_discord_has_forgotten_it(
        self, bell: Bell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await bell.delivered()
        await killed(bell, monkeypatch)
        bell.booth.advance(NONCE_REMEMBERED_S + 1)
        await Bell(bell.booth).work()
        assert (len(bell.replies), bell.waiting) == (1, 0)

    async def test_a_bug_is_logged_and_left(self, bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody misses a reply so much that it is worth trying for ever."""
        await bell.delivered()
        monkeypatch.setattr("bot.chat.cards.ringing_words.over", lambda *_: 1 / 0)
        await bell.work(0)
        assert bell.waiting == 0


class TestAway:
    async def test_it_is_sent_when_discord_is_back(self, bell: Bell) -> None:
        await bell.delivered()
        bell.booth.sandbox.faults.drop(POST, after=True)
        bell.booth.sandbox.faults.drop(POST)
        await bell.work(NONCE_GOOD_S)
        assert (len(bell.replies), bell.waiting) == (1, 0)

    async def test_unless_nobody_could_tell_any_more_whether_it_was(self, bell: Bell) -> None:
        await bell.delivered()
        bell.booth.sandbox.faults.drop(POST, times=100)
        await bell.work(NONCE_GOOD_S + HELD_S)
        bell.booth.sandbox.faults.clear()
        await bell.work()
        assert (bell.replies, bell.waiting) == ([], 0)

    async def test_or_it_would_be_old_news(self, bell: Bell) -> None:
        """The bot was away for so long itself."""
        await bell.delivered()
        bell.booth.advance(LATE_S + 1)
        await Bell(bell.booth).work()
        assert (bell.replies, bell.waiting) == ([], 0)


async def killed(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dies when the reply is sent and before that is written down."""
    with monkeypatch.context() as dying:
        dying.setattr("bot.storage.mentions.Mentions.forget", _busy)
        await bell.ringer.run_once()
    assert (len(bell.replies), bell.waiting) == (1, 1)


async def _busy(*_: object) -> None:
    raise StoreBusy("killed")
