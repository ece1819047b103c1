"""The names of buttons: `job:<verb>:<job id>`, so that a button from last year still says what it is."""

import re
from enum import StrEnum

from bot.domain.jobs import JobId
from bot.services.ids import JOB_ID_PATTERN


class Verb(StrEnum):
    """What a button on a card does."""

    CANCEL = "cancel"
    AGAIN = "again"
    DELETE = "delete"
    FULL_PROMPT = "prompt"
    RETRY_UNKNOWN = "retry"
    LEAVE_UNKNOWN = "leave"


PATTERN = re.compile(rf"job:(?P<verb>{'|'.join(Verb)}):(?P<job_id>{JOB_ID_PATTERN})")


def button_id(verb: Verb, job_id: JobId) -> str:
    """The custom_id of a button."""
    return f"job:{verb.value}:{job_id}"
