"""A stand-in for Modellix: its API over real HTTP, with pictures, and any fault on demand.

    async with ModellixSandbox(key="...", duration_s=0).serving() as base_url:
        ...

`server` has the addresses, `world` the state behind them, `faults` all that can go wrong,
`control` what a test in another process can do, `pictures` the painting.
"""

from sandbox.modellix.faults import Fault, Faults, Kind, Order
from sandbox.modellix.server import ModellixSandbox, serve
from sandbox.modellix.settings import Settings
from sandbox.modellix.tasks import State, Task
from sandbox.modellix.world import World

__all__ = [
    "Fault",
    "Faults",
    "Kind",
    "ModellixSandbox",
    "Order",
    "Settings",
    "State",
    "Task",
    "World",
    "serve",
]
