"""Tells log channels what happened on their servers: each thing once, in its order.

A server's messages go one after the other, and routine ones that wait at the same time share one. Which ones
is written down before the message is posted, and Discord knows the message by a nonce made of its first
notice: posted again after a crash, it is the same message. When that was so long ago that Discord has
forgotten the nonce, the channel itself is looked at first.
"""

import random
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot.domain.backoff import full_jitter_s
from bot.domain.errors import CardGone, DiscordAway, PlaceClosed, StoreError
from bot.domain.notices import Posting
from bot.domain.ports import Clock, LogChannel, Notices
from bot.domain.units import Instant, after
from bot.workers.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

POST_GAP_S = 2.0
"""Between two new messages in a channel: Discord limits them, and meanwhile routine ones gather."""
CLOSED_REST_S = 120.0
"""How long a channel is left alone that is gone or shut: for too many refusals Discord bars the whole bot."""
NONCE_GOOD_S = 60.0
"""Discord remembers a nonce for a few minutes; this is well within."""
LOOK_EVERY_S = 3.0
"""Notices are written in many places, and not each of them nudges."""
_AT_ONCE = 8
_BACKOFF_CAP_S = 60.0
_BUGS_MAX = 8
"""Failures in a row before a message that our own fault stands before is dropped."""


class Herald(Worker):
    """Posts notices, and draws their messages anew when something was decided."""

    def __init__(
        self, notices: Notices, channel: LogChannel, clock: Clock, *, rng: random.Random | None = None
    ) -> None:
        super().__init__("herald", clock)
        self._notices = notices
        self._channel = channel
        self._rng = rng or random.Random()
        self._free_at: dict[int, Instant] = {}
        """By channel: when the next new message may go there."""
        self._closed: set[int] = set()
        """Channels that the audit was told of already."""

    async def _recover(self) -> None:
        await self._notices.recover(self._clock.now())

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        room, now = _AT_ONCE - len(self._steps), self._clock.now()
        self._free_at = {channel_id: at for channel_id, at in self._free_at.items() if at > now}
        if room <= 0:
            return []
        postings = await self._notices.claim(room, self._free_at.keys(), now)
        return [(_name(posting), self._step(posting)) for posting in postings]

    async def _next_due(self) -> Instant | None:
        if len(self._steps) >= _AT_ONCE:
            return None
        heads, redraw_at = await self._notices.next_due()
        dues = [max(due_at, self._free_at.get(channel_id, due_at)) for channel_id, due_at in heads]
        return min([*dues, *([] if redraw_at is None else [redraw_at])], default=None)

    async def _renew(self, ids: Sequence[str]) -> None:
        """Nothing: who claims a message whose step runs here still is turned away."""

    async def _wait_until(self, due: Instant | None) -> None:
        look_at = after(self._clock.now(), LOOK_EVERY_S)
        await super()._wait_until(look_at if due is None else min(due, look_at))

    async def _step(self, posting: Posting) -> None:
        try:
            message_id, stale = await self._told(posting)
        except DiscordAway as fault:
            log.warning("notice.discord_away", notice=posting.id, fault=str(fault))
            await self._put_off(posting, fault.retry_after_s)
        except (CardGone, PlaceClosed) as fault:
            await self._give_up(posting, fault)
        except StoreError:
            raise
        except Exception:
            log.exception("notice.bug", notice=posting.id)
            if posting.attempts >= _BUGS_MAX:
                await self._notices.drop(posting)
            else:
                await self._put_off(posting, None)
        else:
            await self._notices.posted(posting, message_id, self._clock.now(), stale=stale)

    async def _told(self, posting: Posting) -> tuple[int, bool]:
        """Have the message in the channel; its id, and whether it may say what was true at an earlier try."""
        if posting.message_id is not None:
            await self._channel.redraw(posting)
            return posting.message_id, False
        tried_at, now = posting.tried_at, self._clock.now()
        if tried_at is not None and after(tried_at, NONCE_GOOD_S) < now:
            message_id = await self._channel.find(posting)
            if message_id is not None:
                return message_id, True
        self._free_at[posting.channel_id] = after(now, POST_GAP_S)
        message_id = await self._channel.post(posting)
        self._closed.discard(posting.channel_id)
        log.info("notice.posted", guild=posting.guild_id, notice=posting.id, news=len(posting.views))
        return message_id, tried_at is not None

    async def _put_off(self, posting: Posting, retry_after_s: float | None) -> None:
        pause_s = full_jitter_s(posting.attempts, cap_s=_BACKOFF_CAP_S, rng=self._rng)
        await self._notices.put_off(posting, after(self._clock.now(), max(pause_s, retry_after_s or 0.0)))

    async def _give_up(self, posting: Posting, fault: Exception) -> None:
        channel_id, now = posting.channel_id, self._clock.now()
        is_new = posting.message_id is None
        if not is_new or (isinstance(fault, CardGone) and posting.tried_at is not None):
            # The message is gone, perhaps since an earlier try: somebody deleted it, and the channel stands.
            await self._notices.drop(posting)
            log.info("notice.gone", guild=posting.guild_id, notice=posting.id, fault=repr(fault))
            return
        self._free_at[channel_id] = after(now, CLOSED_REST_S)
        await self._notices.give_up(posting, now, enter=channel_id not in self._closed)
        self._closed.add(channel_id)
        log.warning("notice.not_told", guild=posting.guild_id, channel=channel_id, fault=repr(fault))


def _name(posting: Posting) -> str:
    """One new message of a server at a time; older ones may be drawn anew meanwhile."""
    return f"of {posting.guild_id}" if posting.message_id is None else str(posting.id)
