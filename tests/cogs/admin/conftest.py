"""More people and roles than most tests need."""

import pytest
from simcord import MemberActor
from simcord.builders import RoleHandle

from tests.support.discord import World


@pytest.fixture
def artists(world: World) -> RoleHandle:
    """A role below that of who manages the server."""
    return world.env.guild.create_role("Artists")


def owner_of(world: World) -> MemberActor:
    """Who owns the server."""
    return MemberActor(world.env, world.env.guild, world.env.guild.owner)


def join(world: World, name: str, *roles: RoleHandle) -> MemberActor:
    """Somebody more on the server."""
    return world.env.guild.add_member(world.env.create_user(name), roles=roles)
