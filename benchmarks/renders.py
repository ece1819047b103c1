"""How long a provider may take: three ways, around the 3 to 9 seconds that Modellix tells."""

from collections.abc import Callable
from random import Random


def _lognormal(rng: Random, _: float) -> float:
    """Around 6 s: nine in ten from 4 to 9 s."""
    return 6 * rng.lognormvariate(0, 0.25)


def _bimodal(rng: Random, _: float) -> float:
    """Seven in ten around 5 s, the others around 12 s: two kinds of machines."""
    return (5 if rng.random() < 0.7 else 12) * rng.lognormvariate(0, 0.1)


def _drifting(rng: Random, progress: float) -> float:
    """From around 5 s to around 10 s in the course of the run."""
    return (5 + 5 * progress) * rng.lognormvariate(0, 0.15)


DISTRIBUTIONS: dict[str, Callable[[Random, float], float]] = {
    "lognormal": _lognormal,
    "bimodal": _bimodal,
    "drifting": _drifting,
}
"""Seconds, from a source of chance and how far the run is, from 0 to 1."""
