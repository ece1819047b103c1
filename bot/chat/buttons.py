"""The names of buttons, so that one from last year still says what it is.

job:<verb>:<job id>           on a card
notice:<choice>:<notice id>   in a log channel
appeal:<server's id>          below the refusal of somebody who is blocked
queue:<verb>:...              below a moderator's view of the queue
audit:<before>:...            below a page of the audit
"""

import re
from enum import StrEnum

from bot.domain.jobs import JobId
from bot.domain.moderation import Action
from bot.domain.notices import Choice
from bot.domain.units import Instant
from bot.services.ids import JOB_ID_PATTERN


class Verb(StrEnum):
    """What a button on a card does."""

    CANCEL = "cancel"
    AGAIN = "again"
    DELETE = "delete"
    FULL_PROMPT = "prompt"
    RETRY_UNKNOWN = "retry"
    LEAVE_UNKNOWN = "leave"
    REPORT = "report"


PATTERN = re.compile(rf"job:(?P<verb>{'|'.join(Verb)}):(?P<job_id>{JOB_ID_PATTERN})")


NOTICE_PATTERN = re.compile(rf"notice:(?P<choice>{'|'.join(Choice)}):(?P<notice_id>[1-9][0-9]{{0,17}})")
APPEAL_PATTERN = re.compile(r"appeal:(?P<guild_id>[1-9][0-9]{0,18})")
QUEUE_PAGE_PATTERN = re.compile(r"queue:page:(?P<page>[0-9]{1,6})")
QUEUE_LEAVE_PATTERN = re.compile(rf"queue:leave:(?P<job_id>{JOB_ID_PATTERN}):(?P<page>[0-9]{{1,6}})")
QUEUE_CLEAR_PATTERN = re.compile(r"queue:clear:(?P<member_id>[0-9]{1,19}):(?P<until>[0-9]{1,15})")
"""For everybody the member is 0. What was asked for after `until` stays."""
AUDIT_PATTERN = re.compile(
    r"audit:(?P<before>[0-9]{1,18}):(?P<member_id>[0-9]{1,19}):(?P<action>[a-z_]{1,40}|-)"
)
"""The number that the page is below, 0 for the newest; of which member, 0 for all; of which action."""


_ID_MAX = 2**63 - 1


def is_known(custom_id: str) -> bool:
    """Whether some button has that name."""
    return any(
        pattern.fullmatch(custom_id)
        for pattern in (
            PATTERN,
            NOTICE_PATTERN,
            APPEAL_PATTERN,
            QUEUE_PAGE_PATTERN,
            QUEUE_LEAVE_PATTERN,
            QUEUE_CLEAR_PATTERN,
            AUDIT_PATTERN,
        )
    )


def id_in(digits: str) -> int | None:
    """The id in a button's name; None for 0. Never more than an id can be, whatever was forged."""
    return min(int(digits), _ID_MAX) or None


def button_id(verb: Verb, job_id: JobId) -> str:
    """The custom_id of a button."""
    return f"job:{verb.value}:{job_id}"


def notice_button_id(choice: Choice, notice_id: int) -> str:
    """The custom_id of a button in a log channel."""
    return f"notice:{choice.value}:{notice_id}"


def appeal_button_id(guild_id: int) -> str:
    """The custom_id of the button that appeals against a block there."""
    return f"appeal:{guild_id}"


def queue_page_button_id(page: int) -> str:
    """The custom_id of a button that turns to a page of the queue."""
    return f"queue:page:{page}"


def queue_leave_button_id(job_id: JobId, page: int) -> str:
    """The custom_id of a button that leaves what is unknown of a request, on a page of the queue."""
    return f"queue:leave:{job_id}:{page}"


def queue_clear_button_id(member_id: int | None, until: Instant) -> str:
    """The custom_id of the button that takes back what waits; None for everybody's."""
    return f"queue:clear:{member_id or 0}:{until}"


def audit_button_id(before: int | None, member_id: int | None, action: Action | None) -> str:
    """The custom_id of a button that turns to the lines of the audit below a number; None leaves it out."""
    return f"audit:{before or 0}:{member_id or 0}:{action.value if action else '-'}"
