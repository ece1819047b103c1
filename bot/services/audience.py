"""Who sees a copy of a card: everybody where it is asked for, or only who asks."""

from dataclasses import replace

from bot.domain.admission import Circumstances, Gate, Refusal
from bot.domain.jobs import Job, Place
from bot.domain.ports import Clock, Draft, Filters, RuleRecord
from bot.services.person import Person


class Audience:
    """A copy must not be a way around what moderators decided."""

    def __init__(self, rules: RuleRecord, filters: Filters, clock: Clock) -> None:
        self._rules = rules
        self._filters = filters
        self._clock = clock

    async def is_everybody(self, job: Job, person: Person, place: Place, around: Circumstances) -> bool:
        """Whether everybody at a place is to see the copy that somebody calls there.

        Where its card is, and in direct messages: elsewhere that place's rules did not look at it. Not what
        was private or whose card was deleted, and not where this person could not ask for it now; limits
        do not count.

        Raises:
            StoreError: the rules cannot be read.
        """
        if job.place.private or job.deleted_at is not None:
            return False
        if place.guild_id is not None and place.channel_id != job.place.channel_id:
            return False
        hit = await self._filters.check(place.account_id, job.request.prompt)
        draft = Draft(job.id, job.request, person.id, place, 0, replace(around, hit=hit))
        verdict = (await self._rules.assess(draft, self._clock.now())).verdict
        return not (isinstance(verdict, Refusal) and isinstance(verdict.by, Gate))
