"""`make bench`: run all measurements, or those named, and print a table."""

import asyncio
import importlib
import os
import platform
import sys

MEASUREMENTS = ("start", "burst", "lag", "memory", "charts", "year")


async def run(names: list[str]) -> None:
    """Print one table."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print("| what | measured |\n| --- | --- |")
    for name in names or MEASUREMENTS:
        for figure in await importlib.import_module(f"benchmarks.{name}").measure():
            print(f"| {figure.what} | {figure.value} |", flush=True)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))
