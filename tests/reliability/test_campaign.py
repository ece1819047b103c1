"""The real process, killed at each wire event and in between, while its calls fail in every known way.

`CAMPAIGN_SEED` deals the cards anew; a failure tells the seed and what was done.
"""

import asyncio
import os
import random
import resource
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.storage.jobs import LEASE_S
from tests.reliability.campaign import TOKEN_ALL_BUT_DEAD_S, Campaign
from tests.reliability.mishaps import EDIT, EDIT_AS_BOT, FAULTS, MOMENTS, Fault, Moment
from tests.reliability.outside import cards, replies
from tests.support.database import Database

pytestmark = pytest.mark.e2e

SEED = os.environ.get("CAMPAIGN_SEED", "1")
PARTS = 8
STOPPED_S = 4.0
"""Longer than Discord waits for an answer."""
FULL_S = 6.0
"""Longer than what is under way takes."""


def dealt(part: int) -> list[tuple[Moment, Mapping[str, Fault]]]:
    """The moments and faults of one part; all parts together have every moment and every fault."""
    rng = random.Random(SEED)
    moments, faults = MOMENTS[:], list(FAULTS.items())
    rng.shuffle(moments)
    rng.shuffle(faults)
    mine, theirs = moments[part::PARTS], faults[part::PARTS]
    return [(moment, dict(theirs[at :: len(mine)])) for at, moment in enumerate(mine)]


def test_the_campaign_kills_often_enough_and_every_call_fails_in_it() -> None:
    rounds = [each for part in range(PARTS) for each in dealt(part)]

    assert len(rounds) >= 60
    assert {moment for moment, _ in rounds} == set(MOMENTS)
    assert {name for _, faults in rounds for name in faults} == set(FAULTS)


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_kill_and_no_fault_breaks_a_promise(part: int, tmp_path: Path) -> None:
    """Looked at after every kill, and once more when all has come to rest."""
    async with Campaign.begun(tmp_path, SEED) as campaign:
        for moment, faults in dealt(part):
            await campaign.round(moment, faults)
        await campaign.start()
        campaign.ask(age_s=TOKEN_ALL_BUT_DEAD_S)
        await campaign.rest()
        await campaign.told()

        assert campaign.kills == len(dealt(part))
        assert EDIT_AS_BOT in {call.operation for call in campaign.discord.books.calls}


async def test_a_process_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    """Discord does not wait that long: what was asked meanwhile is not started, all else goes on."""
    async with Campaign.begun(tmp_path, SEED) as campaign:
        await campaign.start()
        for _ in range(3):
            campaign.ask()
        await campaign.stop_for(STOPPED_S)
        campaign.ask()
        await campaign.rest()


async def test_a_process_stopped_for_longer_than_a_lease_pays_once_and_shows_once(tmp_path: Path) -> None:
    """Submits, downloads and edits are under way when the machine falls asleep, and answered meanwhile.

    When it wakes up every lease has lapsed and every time is over: nothing is done beside itself, and no
    answer that lies there is taken for lost.
    """
    async with Campaign.begun(tmp_path, SEED) as campaign:
        provider, discord = campaign.provider, campaign.discord
        await campaign.start()
        provider.fault("late_after", on="submit", skip=2, times=2, delay_s=3.0)
        provider.fault("late_after", on="file", times=2, delay_s=6.0)
        discord.faults.delay(EDIT, 2.0, times=3, after=True)
        for _ in range(5):
            campaign.ask(age_s=0.0)
        await discord.until(lambda: any(task.downloads for task in provider.world.tasks.values()))

        await campaign.stop_for(LEASE_S + 2)
        await campaign.rest()

        assert Counter(task.prompt for task in provider.world.tasks.values()) == campaign.asked
        shown = [len(card.attachments) for card in cards(discord)]
        assert sorted(shown) == sorted(campaign.asked.values())
        assert replies(discord), "it took longer than a minute"


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
async def test_while_the_disk_takes_nothing_all_that_was_paid_is_kept_in_mind(tmp_path: Path) -> None:
    """Neither the database nor the spill file takes the answers, and no picture can be kept, for a while.

    Whoever asks then is told so. What was under way is written down when there is room again.
    """
    async with Campaign.begun(tmp_path, SEED) as campaign:
        provider, discord = campaign.provider, campaign.discord
        await campaign.start()
        provider.fault("late_after", on="submit", skip=1, delay_s=2.0)
        provider.fault("late_after", on="file", delay_s=2.0)
        for _ in range(4):
            campaign.ask(age_s=0.0)
        await discord.until(lambda: any(task.downloads for task in provider.world.tasks.values()))
        asked = campaign.asked.copy()

        full = asyncio.create_task(campaign.full_for(FULL_S))
        refused = campaign.ask(age_s=0.0)
        assert "my disk is full or failing" in (await refused.message()).text
        await full
        await campaign.rest()

        assert Counter(task.prompt for task in provider.world.tasks.values()) == asked
        assert campaign.kills == 0


async def test_a_paid_answer_outlives_a_locked_database_and_a_kill(tmp_path: Path) -> None:
    """Somebody holds the database when the answer comes, and the process dies before they let go of it."""
    async with Campaign.begun(tmp_path, SEED) as campaign:
        provider, discord = campaign.provider, campaign.discord
        await campaign.start()
        provider.fault("late_after", on="submit", delay_s=1.0)
        campaign.ask(age_s=0.0)
        await discord.until(lambda: provider.world.tasks)

        with Database(campaign.program.database).write_locked():
            await campaign.spilled()
            await campaign.kill()
        await campaign.rest()

        assert Counter(task.prompt for task in provider.world.tasks.values()) == campaign.asked
        assert not any("pressed" in each for each in campaign.story), "nobody had to be asked"
