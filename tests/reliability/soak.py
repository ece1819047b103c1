"""`make soak MINUTES=n`: campaigns with new cards for as long as you like, with all that needs its time.

Prints a line per campaign; at the first broken promise it prints its story and ends with exit code 1.
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

from bot.storage.jobs import LEASE_S
from tests.reliability.campaign import Broken, Campaign
from tests.reliability.mishaps import FAULTS, MOMENTS, SLOW_FAULTS

ROUNDS = 30
FAULTS_A_ROUND = 3
STOPPED_S = LEASE_S + 5
FULL_S = 5.0
DEADLINE_S = 60
"""So that a picture that never comes is given up while somebody watches."""


async def campaign(seed: str, folder: Path) -> int:
    """One campaign of cards dealt at random; how often it killed."""
    rng = random.Random(seed)
    faults = list({**FAULTS, **SLOW_FAULTS}.items())
    async with Campaign.begun(folder, seed, TASK_DEADLINE_S=str(DEADLINE_S)) as play:
        for _ in range(ROUNDS):
            await play.round(rng.choice(MOMENTS), dict(rng.sample(faults, FAULTS_A_ROUND)))
            if rng.random() < 0.1:
                await play.rest(within_s=DEADLINE_S * 3)
                await play.kill()
            if rng.random() < 0.1:
                await play.start()
                play.ask()
                await play.full_for(FULL_S)
                await play.kill()
        await play.start()
        play.ask()
        await play.stop_for(STOPPED_S)
        await play.rest(within_s=DEADLINE_S * 3)
        return play.kills


async def soak(minutes: float, seed: str) -> int:
    """Campaign after campaign until the time is over; the exit code."""
    ends_at, kills = time.monotonic() + minutes * 60, 0
    for number in range(sys.maxsize):
        if time.monotonic() >= ends_at:
            break
        name = f"{seed}-{number}"
        with tempfile.TemporaryDirectory() as folder:
            try:
                kills += await campaign(name, Path(folder))
            except Broken as broken:
                print(broken, flush=True)
                return 1
        print(f"campaign {name}: nothing broken, {kills} kills so far", flush=True)
    return 0


def main() -> int:
    """Read the arguments, and go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", default=secrets.token_hex(4), help="deals the same cards again")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    return asyncio.run(soak(asked.minutes, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
