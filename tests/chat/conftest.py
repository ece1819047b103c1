"""The same world as for the commands: what a person sees is tested through the whole program."""

from hypothesis import settings

from tests.cogs.conftest import logs, world

__all__ = ["logs", "world"]

settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault of a card
settings.load_profile("unhurried")
