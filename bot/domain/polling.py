"""When to look at a rendering task next, learned from how long such images took.

A poll that finds nothing costs one of the account's few requests a minute; one that comes late costs
the member's patience. So the next look is placed where the image is likely to be done: at a fixed
quantile of the time that images of this size and quality still needed at this age.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from bot.domain.jobs import Quality, Size

SAMPLES_KEPT = 64
"""How many of the newest durations count: enough for a quantile, few enough to follow drift."""

_STEP_QUANTILE = 0.3
_GAP_MIN_S = 1.0
_GAP_MAX_S = 30.0
_OVERDUE_SHARE = 0.15
"""Past everything seen so far, wait this share of the age: a stuck task must not eat the budget."""

_SAMPLES_TO_TRUST = 8
"""Until then the guess may be far off, and looking early costs a poll or two."""
_FIRST_LOOK_S = 4.0
_GUESSING_SHARE = 0.5

_PRIOR_MEDIAN_S = {Quality.LOW: 10.0, Quality.MEDIUM: 30.0, Quality.HIGH: 75.0}
_PRIOR_SIGMA = 0.7
_PRIOR_4K_FACTOR = 1.6
_PRIOR_NORMAL_QUANTILES = (-1.53, -0.89, -0.49, -0.16, 0.16, 0.49, 0.89, 1.53)
"""The standard normal's quantiles at 1/16, 3/16 ... 15/16."""
SAMPLES_FOR_OWN_MIND = 24
"""From here on neither what other sizes took nor the guess above says anything any more."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long images of one size and quality take, as sorted seconds."""

    sorted_s: tuple[float, ...]
    seen: int
    """How many of them were seen rather than guessed."""

    def remaining_s(self, age_s: float, quantile: float) -> float | None:
        """That quantile of the time still needed at this age; None past everything seen."""
        ahead = self.sorted_s[bisect_right(self.sorted_s, age_s) :]
        if not ahead:
            return None
        return ahead[min(int(quantile * len(ahead)), len(ahead) - 1)] - age_s


def durations(size: Size, quality: Quality, seen_s: Sequence[float]) -> Durations:
    """What is known of one size and quality: the newest durations seen, eked out with a guess."""
    newest = list(seen_s[:SAMPLES_KEPT])
    guess = _prior(size, quality) if len(newest) < SAMPLES_FOR_OWN_MIND else []
    return Durations(tuple(sorted([*newest, *guess])), len(newest))


def next_look_s(known: Durations, age_s: float) -> float:
    """Seconds from now until a task of this age is worth a poll."""
    remaining = known.remaining_s(age_s, _STEP_QUANTILE)
    gap = age_s * _OVERDUE_SHARE if remaining is None else remaining
    if known.seen < _SAMPLES_TO_TRUST:
        gap = min(gap, max(_FIRST_LOOK_S, age_s * _GUESSING_SHARE))
    return min(max(gap, _GAP_MIN_S), _GAP_MAX_S)


def expected_s(known: Durations, age_s: float = 0.0) -> float | None:
    """Seconds until a task of this age is probably done; None when it is overdue already."""
    return known.remaining_s(age_s, 0.5)


def _prior(size: Size, quality: Quality) -> list[float]:
    """A wide guess from the vendor's word and people's reports (facts: Modellix, Price and time)."""
    width, height = size.pixels
    median_s = _PRIOR_MEDIAN_S[quality] * (_PRIOR_4K_FACTOR if width * height > 4_200_000 else 1.0)
    return [median_s * exp(_PRIOR_SIGMA * z) for z in _PRIOR_NORMAL_QUANTILES]
