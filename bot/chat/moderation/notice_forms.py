"""The forms that lead to a log channel or start there. Their names carry all that is needed: none is kept."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import discord
from discord import ui

from bot.chat.moderation import notice_words as words
from bot.domain.errors import NothingThere
from bot.domain.jobs import JobId
from bot.domain.moderation import REASON_MAX_CHARS

_NUMBER_MAX = 2**63 - 1
"""Of a row and of a server."""


class FormName(StrEnum):
    """What is asked for; the first part of a form's name."""

    REPORT = "report"
    REFUSE = "refuse"
    BLOCK = "block"
    APPEAL = "appeal"


_PATTERN = re.compile(rf"(?P<name>{'|'.join(FormName)}):(?P<subject>[0-9a-z]{{1,19}}):[0-9a-f]{{8}}")
_REASON = "reason"
_DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Answer:
    """A submitted form."""

    name: FormName
    subject: str
    """A job's id, or the number of a notice or a server."""
    fields: Mapping[str, str]

    @property
    def reason(self) -> str:
        """What was written; perhaps nothing."""
        return self.fields.get(_REASON, "")

    @property
    def duration(self) -> str:
        """For how long; perhaps nothing."""
        return self.fields.get(_DURATION, "").strip()

    @property
    def number(self) -> int:
        """The number of a notice or a server.

        Raises:
            NothingThere: a name that was tampered with.
        """
        if not self.subject.isdecimal() or not 0 < int(self.subject) <= _NUMBER_MAX:
            raise NothingThere
        return int(self.subject)


def report_form(job_id: JobId) -> ui.Modal:
    """What is wrong with a picture."""
    reason = _text(_REASON, hint=str(words.REPORT_HINT))
    return _form(FormName.REPORT, job_id, str(words.REPORT_TITLE), {str(words.REPORT_REASON): reason})


def refuse_form(notice_id: int) -> ui.Modal:
    """Why a request is refused; that may be left out."""
    reason = _text(_REASON, required=False)
    return _form(FormName.REFUSE, notice_id, words.REFUSE_TITLE, {words.REFUSE_REASON: reason})


def block_form(notice_id: int) -> ui.Modal:
    """Why somebody is blocked, and for how long."""
    duration: ui.TextInput[ui.LayoutView] = ui.TextInput(
        custom_id=_DURATION, placeholder=words.BLOCK_DURATION_HINT, required=False, max_length=50
    )
    fields = {words.BLOCK_REASON: _text(_REASON), words.BLOCK_DURATION: duration}
    return _form(FormName.BLOCK, notice_id, words.BLOCK_TITLE, fields)


def appeal_form(guild_id: int) -> ui.Modal:
    """Why somebody should be unblocked."""
    text = _text(_REASON, hint=str(words.APPEAL_HINT))
    return _form(FormName.APPEAL, guild_id, str(words.APPEAL_TITLE), {str(words.APPEAL_TEXT): text})


def read_form(data: Any) -> Answer:
    """A submitted form of these.

    Raises:
        NothingThere: not one of ours, or one that was tampered with.
    """
    try:
        match = _PATTERN.fullmatch(data["custom_id"])
        inputs = [label["component"] for label in data["components"]]
        fields = {each["custom_id"]: each.get("value") or "" for each in inputs}
    except (AttributeError, KeyError, TypeError) as fault:
        raise NothingThere from fault
    if match is None or not all(isinstance(value, str) for value in fields.values()):
        raise NothingThere
    return Answer(FormName(match["name"]), match["subject"], fields)


def _form(
    name: FormName, subject: JobId | int, title: str, fields: Mapping[str, ui.TextInput[ui.LayoutView]]
) -> ui.Modal:
    """Its name is unique per opening (facts: Discord, 3.3)."""
    form = ui.Modal(title=title, custom_id=f"{name.value}:{subject}:{secrets.token_hex(4)}")
    for label, field in fields.items():
        form.add_item(ui.Label(text=label, component=field))
    form.stop()  # answered by its name, also after a restart: nothing to keep in memory
    return form


def _text(custom_id: str, *, hint: str | None = None, required: bool = True) -> ui.TextInput[ui.LayoutView]:
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        placeholder=hint,
        required=required,
        max_length=REASON_MAX_CHARS,
    )
