"""How far back in line a member's next image starts: behind those who had less in the last hour.

Members take turns by virtual time (decision 5): the next image of a member starts one step behind their last
one, or behind the turn that was served last. Whoever had much lately takes larger steps; priority divides.
"""

_STEP = 60
"""Divisible by every priority that can be set."""
_IMAGES_PER_STEP = 5
_STEPS_MAX = 4
PRIORITY_MAX = 5


def turn_step(ran_last_hour: int, priority: int) -> int:
    """The step for one more image of a member who had that many in the last hour."""
    steps = min(1 + ran_last_hour // _IMAGES_PER_STEP, _STEPS_MAX)
    return max(1, _STEP * steps // max(1, min(priority, PRIORITY_MAX)))
