"""What moderators name in `/imagine-admin audit`: an action."""

from bot.domain.errors import ActionUnknown
from bot.domain.moderation import Action


def action_named(value: str | None) -> Action | None:
    """An action from the list; None for all.

    Raises:
        ActionUnknown: not in it.
    """
    try:
        return None if value is None else Action(value)
    except ValueError as fault:
        raise ActionUnknown from fault
