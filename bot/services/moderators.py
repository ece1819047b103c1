"""Who moderates, and whom they reach."""

from dataclasses import dataclass

from bot.domain.errors import OnABot, OnARoleAbove, OnSomeoneAbove, OnTheOwner, OnYourself


@dataclass(frozen=True, slots=True)
class Moderator:
    """Somebody who may manage a server, by Discord's word."""

    id: int
    guild_id: int
    is_owner: bool
    rank: int
    """The position of their highest role."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody a moderator acts on."""

    id: int
    is_bot: bool
    is_owner: bool
    rank: int
    """The position of their highest role; -1 for who is not on the server any more."""


@dataclass(frozen=True, slots=True)
class RoleTarget:
    """A role a moderator acts on."""

    id: int
    rank: int
    """Its position; -1 for one that was deleted."""


def check_reach(moderator: Moderator, target: Target) -> None:
    """Return when this moderator may act on that person.

    Raises:
        OnABot, OnYourself, OnTheOwner, OnSomeoneAbove: see there.
    """
    if target.is_bot:
        raise OnABot
    if target.id == moderator.id:
        raise OnYourself
    if target.is_owner:
        raise OnTheOwner
    if not moderator.is_owner and target.rank >= moderator.rank:
        raise OnSomeoneAbove


def check_favour(moderator: Moderator, target: Target) -> None:
    """Return when this moderator may do that person a favour: not to themselves, unless they are the owner.

    Raises:
        OnABot, OnYourself: see there.
    """
    if target.is_bot:
        raise OnABot
    if target.id == moderator.id and not moderator.is_owner:
        raise OnYourself


def check_role(moderator: Moderator, role: RoleTarget) -> None:
    """Return when this moderator may act on everybody who has that role.

    Raises:
        OnARoleAbove: see there.
    """
    if not moderator.is_owner and role.rank >= moderator.rank:
        raise OnARoleAbove
