"""Tells requesters whose wait was long that it is over: an edit of a card rings nobody's phone.

The reply is no outcome, only word of it. So where nobody knows whether it was sent, rather no second one:
it is tried again only while Discord surely remembers its nonce. And a late one is noise.
"""

import random
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot.domain.backoff import full_jitter_s
from bot.domain.errors import CardGone, DiscordAway, PlaceClosed
from bot.domain.log_values import about
from bot.domain.mentions import Mention
from bot.domain.ports import Bell, Clock, Mentions
from bot.domain.units import Instant, after
from bot.workers.herald import NONCE_GOOD_S
from bot.workers.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

LATE_S = 300.0
"""So long after the outcome nobody is told any more."""
_AT_ONCE = 8
_BACKOFF_CAP_S = 20.0


class Ringer(Worker):
    """Sends the replies that are due, each once or not at all."""

    def __init__(
        self, mentions: Mentions, bell: Bell, clock: Clock, *, rng: random.Random | None = None
    ) -> None:
        super().__init__("ringer", clock)
        self._mentions = mentions
        self._bell = bell
        self._rng = rng or random.Random()

    async def _recover(self) -> None:
        """Nothing: what an earlier run held is due again by itself, before it is too old to be sent."""

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        room, now = _AT_ONCE - len(self._steps), self._clock.now()
        due = await self._mentions.next_due()  # most outcomes ring for nobody, and to look costs no write
        if room <= 0 or due is None or due > now:
            return []
        mentions = await self._mentions.claim(room, now)
        return [(mention.job.id, self._step(mention)) for mention in mentions]

    async def _next_due(self) -> Instant | None:
        return None if len(self._steps) >= _AT_ONCE else await self._mentions.next_due()

    async def _renew(self, ids: Sequence[str]) -> None:
        """Nothing: who claims a reply whose step runs here still is turned away."""

    async def _step(self, mention: Mention) -> None:
        job, reply_id = mention.job, None
        job_log = log.bind(**about(job))
        try:
            if self._is_worth_it(mention):
                reply_id = await self._bell.ring(mention)
                job_log.info("mention.sent")
        except DiscordAway as fault:
            job_log.warning("mention.discord_away", fault=str(fault))
            pause_s = full_jitter_s(mention.attempts, cap_s=_BACKOFF_CAP_S, rng=self._rng)
            due_at = after(self._clock.now(), max(pause_s, fault.retry_after_s or 0.0))
            await self._mentions.put_off(job.id, due_at)
            return
        except (CardGone, PlaceClosed) as fault:
            job_log.info("mention.not_sent", fault=repr(fault))
        except Exception:  # noqa: BLE001 - it is logged, and nobody is told twice
            job_log.exception("mention.bug")
        await self._mentions.forget(job.id, reply_id)

    def _is_worth_it(self, mention: Mention) -> bool:
        """Whether the card is there, the news is fresh, and this reply cannot become a second one."""
        job, now = mention.job, self._clock.now()
        late_at = min(after(job.ended_at or now, LATE_S), after(mention.tried_at, NONCE_GOOD_S))
        return job.deleted_at is None and now <= late_at
