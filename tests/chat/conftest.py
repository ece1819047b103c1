"""The same world as for the commands: what a person sees is tested through the whole program."""

from tests.cogs.conftest import logs, world

__all__ = ["logs", "world"]
