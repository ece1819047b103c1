"""The real process, killed at each wire event and in between, while its calls fail in every known way.

`CAMPAIGN_SEED` deals the cards anew; a failure tells the seed and what was done.
"""

import os
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.reliability.campaign import Campaign
from tests.reliability.mishaps import FAULTS, MOMENTS, Fault, Moment

pytestmark = pytest.mark.e2e

SEED = os.environ.get("CAMPAIGN_SEED", "1")
PARTS = 8
STOPPED_S = 4.0
"""Longer than Discord waits for an answer; longer than a lease only in the soak."""


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
        await campaign.rest()

        assert campaign.kills == len(dealt(part))


async def test_a_process_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    """Discord does not wait that long: what was asked meanwhile is not started, all else goes on."""
    async with Campaign.begun(tmp_path, SEED) as campaign:
        await campaign.start()
        for _ in range(3):
            campaign.ask()
        await campaign.stop_for(STOPPED_S)
        campaign.ask()
        await campaign.rest()
