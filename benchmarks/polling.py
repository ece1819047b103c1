"""When to look, by computation: polls an image against the wait they leave, for the bot and for fixed steps.

The bot's own rule (`bot/domain/polling.py`) on the distributions that `lag.py` measures for real, over many
more pictures than a real run can wait for. `python -m benchmarks.polling` prints the curve.
"""

from collections.abc import Callable, Iterator
from random import Random
from statistics import mean, median

from benchmarks.figures import Figure
from benchmarks.renders import DISTRIBUTIONS
from bot.domain.jobs import Quality, Size
from bot.domain.polling import SAMPLES_KEPT, durations, next_look_s

RUNS = 1
PICTURES, WARM_UP = 4_000, 24
INTERVALS_S = (0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)

Rule = Callable[[list[float], float], float]
"""Seconds until the next look, from what was seen (newest first) and the task's age."""


async def measure() -> list[Figure]:
    """The bot's rule beside the fixed interval that takes as many polls."""
    figures = []
    for name in DISTRIBUTIONS:
        polls, wait_s = _walk(name, _learned)
        fixed_s = _at(polls, [_walk(name, _every(interval_s)) for interval_s in INTERVALS_S])
        figures.append(
            Figure(
                f"{name} renders, computed: wait for the poll at {polls:.1f} polls, median"
                " (instead of naive: a fixed interval with as many)",
                wait_s,
                "s",
                fixed_s,
                of_naive=1.0,
            )
        )
    return figures


def _learned(seen_s: list[float], age_s: float) -> float:
    return next_look_s(durations(Size.SQUARE, Quality.LOW, seen_s), age_s)


def _every(interval_s: float) -> Rule:
    return lambda _seen_s, _age_s: interval_s


def _walk(name: str, rule: Rule) -> tuple[float, float]:
    """Polls an image on average, and the median of the seconds from done to seen."""
    polls, waits_s = [], []
    for looks, wait_s in _pictures(name, rule):
        polls.append(looks)
        waits_s.append(wait_s)
    return mean(polls), median(waits_s)


def _pictures(name: str, rule: Rule) -> Iterator[tuple[int, float]]:
    rng, newest_s = Random(7), list[float]()
    for number in range(PICTURES):
        takes_s = DISTRIBUTIONS[name](rng, number / PICTURES)
        if number >= WARM_UP:
            age_s, looks = 0.0, 0
            while age_s < takes_s:
                age_s += rule(newest_s, age_s)
                looks += 1
            yield looks, age_s - takes_s
        newest_s = [takes_s, *newest_s[: SAMPLES_KEPT - 1]]


def _at(polls: float, curve: list[tuple[float, float]]) -> float:
    """What fixed intervals leave to wait with so many polls, between the two nearest of them."""
    below = max(((p, w) for p, w in curve if p <= polls), default=min(curve))
    above = min(((p, w) for p, w in curve if p >= polls), default=max(curve))
    if above[0] == below[0]:
        return below[1]
    share = (polls - below[0]) / (above[0] - below[0])
    return below[1] + share * (above[1] - below[1])


def _print_curve() -> None:
    print("| renders | rule | polls an image | wait, median |\n| --- | --- | ---: | ---: |")
    for name in DISTRIBUTIONS:
        rules = [("the bot's", _learned), *((f"every {each:g} s", _every(each)) for each in INTERVALS_S)]
        for said, rule in rules:
            polls, wait_s = _walk(name, rule)
            print(f"| {name} | {said} | {polls:.1f} | {wait_s:.2f} s |")


if __name__ == "__main__":
    _print_curve()
