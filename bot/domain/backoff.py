"""How long to wait after the nth failure in a row."""

import random


def full_jitter_s(step: int, *, cap_s: float, rng: random.Random) -> float:
    """Somewhere between half a second and 2, 4, 8 ... seconds, at most `cap_s`.

    Full jitter: many tasks that failed together must not come back together.
    """
    return rng.uniform(0.5, min(cap_s, 2.0 ** min(step + 1, 16)))
