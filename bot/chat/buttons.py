"""The names of buttons, so that one from last year still says what it is.

job:<verb>:<job id>           on a card
other:<job id>                the choice of another size or quality on a card
look:<job id>                 on a copy of a card that is not over
notice:<choice>:<notice id>   in a log channel
appeal:<server's id>          below the refusal of somebody who is blocked
queue:<verb>:...              below a moderator's view of the queue
audit:<before>:...            below a page of the audit
pref:<what>                   in somebody's own preferences
privacy:<verb>:...            below what is kept of somebody
history:<turn>:...            below a page of somebody's own history
history:show:<job id>         beside a request in it
mine:<verb>:...               in somebody's own list of what is not over
"""

import re
from enum import StrEnum

from bot.domain.history import Edge, Turn
from bot.domain.jobs import JobId, Size
from bot.domain.moderation import Action
from bot.domain.notices import Choice
from bot.domain.units import Instant
from bot.services.ids import JOB_ID_PATTERN
from bot.services.privacy import Mark, Stage


class Verb(StrEnum):
    """What a button on a card does."""

    CANCEL = "cancel"
    AGAIN = "again"
    DELETE = "delete"
    FULL_PROMPT = "prompt"
    RETRY_UNKNOWN = "retry"
    LEAVE_UNKNOWN = "leave"
    REPORT = "report"
    EDIT = "edit"
    BIGGER = "bigger"
    KEEP = "keep"
    SEND = "send"
    ORIGINAL = "original"


PATTERN = re.compile(rf"job:(?P<verb>{'|'.join(Verb)}):(?P<job_id>{JOB_ID_PATTERN})")
OTHER_PATTERN = re.compile(rf"other:(?P<job_id>{JOB_ID_PATTERN})")
LOOK_PATTERN = re.compile(rf"look:(?P<job_id>{JOB_ID_PATTERN})")

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


class Preference(StrEnum):
    """What can be chosen in a select: the names of its fields in `bot/domain/preferences.py`."""

    SIZE = "size"
    QUALITY = "quality"
    COUNT = "count"
    NOTIFY = "notify"
    PRIVATE = "private"
    LANGUAGE = "language"


PREFERENCE_PATTERN = re.compile(rf"pref:(?P<what>{'|'.join(Preference)})")
PREFERENCES_CLEAR_ID = "pref:clear"
PREFERENCES_CLEAR_PATTERN = re.compile(PREFERENCES_CLEAR_ID)

HISTORY_PATTERN = re.compile(
    rf"history:(?P<turn>{'|'.join(Turn)}):(?P<job_id>{JOB_ID_PATTERN})"
    rf":(?P<kept>kept|-):(?P<size>{'|'.join(Size)}|-):(?P<text>[A-Za-z0-9_-]{{0,60}})"
)
"""The request that the page goes on from, then what the pages are of: see `own/history_reading.py`."""
HISTORY_SHOW_PATTERN = re.compile(rf"history:show:(?P<job_id>{JOB_ID_PATTERN})")
MINE_LOOK_ID = "mine:look"
MINE_LOOK_PATTERN = re.compile(MINE_LOOK_ID)
MINE_CANCEL_PATTERN = re.compile(rf"mine:cancel:(?P<job_id>{JOB_ID_PATTERN})")


PRIVACY_EXPORT_PATTERN = re.compile(
    rf"privacy:export:(?P<part>[0-9]{{1,4}}):(?P<stage>{'|'.join(Stage)}):(?P<at>[0-9]{{1,15}})"
    rf":(?P<job_id>{JOB_ID_PATTERN}|-):(?P<number>[0-9]{{1,2}})"
)
"""How far the export has come; whose it is, is always who presses."""
PRIVACY_DELETE_ID = "privacy:delete"
PRIVACY_DELETE_PATTERN = re.compile(PRIVACY_DELETE_ID)
PRIVACY_ERASE_PATTERN = re.compile(r"privacy:erase:(?P<what>data|all)")

_ID_MAX = 2**63 - 1


def is_known(custom_id: str) -> bool:
    """Whether some button has that name."""
    return any(
        pattern.fullmatch(custom_id)
        for pattern in (
            PATTERN,
            OTHER_PATTERN,
            LOOK_PATTERN,
            NOTICE_PATTERN,
            APPEAL_PATTERN,
            QUEUE_PAGE_PATTERN,
            QUEUE_LEAVE_PATTERN,
            QUEUE_CLEAR_PATTERN,
            AUDIT_PATTERN,
            PREFERENCE_PATTERN,
            PREFERENCES_CLEAR_PATTERN,
            PRIVACY_EXPORT_PATTERN,
            PRIVACY_DELETE_PATTERN,
            PRIVACY_ERASE_PATTERN,
            HISTORY_PATTERN,
            HISTORY_SHOW_PATTERN,
            MINE_LOOK_PATTERN,
            MINE_CANCEL_PATTERN,
        )
    )


def id_in(digits: str) -> int | None:
    """The id in a button's name; None for 0. Never more than an id can be, whatever was forged."""
    return min(int(digits), _ID_MAX) or None


def button_id(verb: Verb, job_id: JobId) -> str:
    """The custom_id of a button."""
    return f"job:{verb.value}:{job_id}"


def other_select_id(job_id: JobId) -> str:
    """The custom_id of the choice of another size or quality."""
    return f"other:{job_id}"


def look_button_id(job_id: JobId) -> str:
    """The custom_id of the button that brings a copy of a card up to date."""
    return f"look:{job_id}"


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


def preference_select_id(what: Preference) -> str:
    """The custom_id of a select in somebody's preferences."""
    return f"pref:{what.value}"


def privacy_export_button_id(mark: Mark) -> str:
    """The custom_id of the button that hands over what comes after a mark."""
    return f"privacy:export:{mark.part}:{mark.stage.value}:{mark.at}:{mark.job_id}:{mark.number}"


def privacy_erase_button_id(*, with_cards: bool) -> str:
    """The custom_id of the button that erases all that is kept of somebody."""
    return f"privacy:erase:{'all' if with_cards else 'data'}"


def audit_button_id(before: int | None, member_id: int | None, action: Action | None) -> str:
    """The custom_id of a button that turns to the lines of the audit below a number; None leaves it out."""
    return f"audit:{before or 0}:{member_id or 0}:{action.value if action else '-'}"


def history_button_id(edge: Edge, *, kept: bool, size: Size | None, text_code: str) -> str:
    """The custom_id of a button that turns to another page of the history."""
    which = f"{'kept' if kept else '-'}:{size.value if size else '-'}:{text_code}"
    return f"history:{edge.turn.value}:{edge.job_id}:{which}"


def history_show_button_id(job_id: JobId) -> str:
    """The custom_id of the button that brings a request of the history back."""
    return f"history:show:{job_id}"


def mine_cancel_button_id(job_id: JobId) -> str:
    """The custom_id of the button that takes back a request of one's own list."""
    return f"mine:cancel:{job_id}"
