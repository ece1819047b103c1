"""What the bot's file and the stand-ins' books say, as the invariants want to know it."""

import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from sandbox.discord import DiscordSandbox, Message
from sandbox.modellix import ModellixSandbox
from sandbox.modellix.tasks import State
from tests.reliability.invariants import Facts, Shown
from tests.reliability.mishaps import HOPELESS
from tests.reliability.record import consents, is_at_rest, job_rows

_JOB_ID = re.compile(r"`([0-9a-z]{10})`")
_EXPECTED_CODES = {10008, 10015, 10062, 40060}
"""Refusals that a killed process, a lost answer or a deleted message makes unavoidable."""


def shows_outcome(message: Message) -> bool:
    """Whether a card tells how its job ended."""
    return "job:again:" in str(message.components)


def asks(message: Message) -> bool:
    """Whether a card asks a person about an unknown outcome."""
    return "job:retry:" in str(message.components) and message.deleted_at is None


def job_of(message: Message) -> str:
    """The job that a card is about."""
    found = _JOB_ID.findall(message.text)
    return str(found[-1]) if found else f"none, in message {message.id}"


def cards(discord: DiscordSandbox) -> list[Message]:
    """Every message that all can see, deleted ones too."""
    return [message for message in discord.books.created if not message.ephemeral]


def facts(database: Path, discord: DiscordSandbox, provider: ModellixSandbox, agreed: Counter[str]) -> Facts:
    """Both sides as they stand now."""
    with opened(database) as connection:
        jobs, agreed = job_rows(connection), consents(connection, agreed)
        paths = [path for (path,) in connection.execute("SELECT picture_path FROM task") if path]
    tasks, now = provider.world.tasks.values(), provider.world.now()
    return Facts(
        jobs=jobs,
        charged=[task.prompt for task in tasks],
        shown=[
            Shown(job_of(card), shows_outcome(card), len(card.attachments), card.deleted_at is not None)
            for card in cards(discord)
        ],
        on_disk=sum((database.parent / path).is_file() for path in paths),
        finished=[
            task.prompt
            for task in tasks
            if task.polls and task.state(now) is State.SUCCESS and not task.fates & HOPELESS
        ],
        consents=agreed,
    )


def at_rest(database: Path) -> bool:
    """Whether the bot has nothing left to do."""
    with opened(database) as connection:
        return is_at_rest(connection)


def opened(database: Path) -> "closing[sqlite3.Connection]":
    """The bot's file, which may only be read."""
    return closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5))


def rudeness(discord: DiscordSandbox) -> list[str]:
    """What the bot did that Discord would not have, and that no fault explains."""
    return [str(each) for each in discord.violations if each.code not in _EXPECTED_CODES]
