"""`make bench`: run all measurements, or those named, and print a table; exit code 1 if a goal is missed."""

import asyncio
import importlib
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from importlib.metadata import version

from benchmarks.figures import HEAD, Figure, medians

MEASUREMENTS = (
    "start",
    "burst",
    "sustained",
    "lag",
    "polling",
    "throughput",
    "pending",
    "memory",
    "year",
    "idle",
    "charts",
)


async def run(names: Sequence[str]) -> bool:
    """Print one table; whether all that was to be reached was."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{machine}, discord.py {version('discord.py')}, aiohttp {version('aiohttp')}\n")
    print(HEAD, flush=True)
    held = True
    for name in names or MEASUREMENTS:
        for figure in await _measured(name):
            print(figure.line(), flush=True)
            held = held and figure.holds is not False
    return held


async def _measured(name: str) -> list[Figure]:
    """The median of as many runs as the measurement asks for."""
    measurement = importlib.import_module(f"benchmarks.{name}")
    return medians([await measurement.measure() for _ in range(measurement.RUNS)])


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(run(sys.argv[1:])) else 1)
