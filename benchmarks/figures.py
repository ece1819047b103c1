"""What was measured, what was to be reached, and the table of both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles

HEAD = "| what | naive bot | this bot | ratio | to reach | |\n| --- | ---: | ---: | ---: | --- | --- |"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, beside that of the naive bot where it can do the same."""

    what: str
    value: float
    unit: str
    naive: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    of_naive: float | None = None
    """At most this many times the naive bot's number."""

    @property
    def holds(self) -> bool | None:
        """Whether it is what was to be reached; None where nothing was."""
        tests = []
        if self.at_most is not None:
            tests.append(self.value <= self.at_most)
        if self.at_least is not None:
            tests.append(self.value >= self.at_least)
        if self.of_naive is not None and self.naive is not None:
            tests.append(self.value <= self.of_naive * self.naive)
        return all(tests) if tests else None

    def line(self) -> str:
        """The row of the table."""
        naive = "" if self.naive is None else _said(self.naive, self.unit)
        ratio = f"{self.value / self.naive:.2f}" if self.naive else ""
        verdict = {None: "", True: "holds", False: "**missed**"}[self.holds]
        value = _said(self.value, self.unit)
        return f"| {self.what} | {naive} | {value} | {ratio} | {self._goal()} | {verdict} |"

    def _goal(self) -> str:
        goals = []
        if self.at_most is not None:
            goals.append(f"≤ {_said(self.at_most, self.unit)}")
        if self.at_least is not None:
            goals.append(f"≥ {_said(self.at_least, self.unit)}")
        if self.of_naive is not None:
            goals.append(f"≤ {self.of_naive:g} × naive")
        return ", ".join(goals)


def medians(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Figure by figure the median of several runs, each bot's on its own."""
    return [_median(same) for same in zip(*runs, strict=True)]


def _median(same: Sequence[Figure]) -> Figure:
    naive = [figure.naive for figure in same if figure.naive is not None]
    return replace(
        same[0],
        value=median(figure.value for figure in same),
        naive=median(naive) if naive else None,
    )


def p50(values: Iterable[float]) -> float:
    """The median."""
    return median(values)


def p99(values: Iterable[float]) -> float:
    """The 99th percentile."""
    return quantiles(values, n=100, method="inclusive")[98]


def _said(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()
