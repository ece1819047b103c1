"""What the bot's file and the stand-ins' books say, as the invariants want to know it."""

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bot.chat.cards.publisher import TOKEN_MARGIN_S
from sandbox.discord import DiscordSandbox, Message
from sandbox.modellix import ModellixSandbox
from sandbox.modellix.tasks import State
from tests.reliability.invariants import Facts, Rung, Shown
from tests.reliability.mishaps import HOPELESS
from tests.reliability.record import consents, is_at_rest, job_rows

_JOB_ID = re.compile(r"`([0-9a-z]{10})`")
_WITHOUT_A_CARD = "SELECT id FROM job WHERE message_id IS NULL"
_EXPECTED_CODES = {10008, 10015, 10062, 40060, 50027}
"""Refusals that a killed process, a lost answer, a deleted message or a dead token makes unavoidable."""
_NO_CARD_TO_REPLY_TO = "message_reference"


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
    """Every message that all can see, deleted ones too; copies that somebody asked for are no cards."""
    messages = [message for message in discord.books.created if not message.ephemeral]
    return [message for message in messages if not _is_copy(message) and message.reference is None]


def replies(discord: DiscordSandbox) -> list[Message]:
    """Every message that answers a card."""
    return [message for message in discord.books.created if message.reference is not None]


def facts(
    database: Path,
    discord: DiscordSandbox,
    provider: ModellixSandbox,
    agreed: Counter[str],
    copies: Mapping[str, Shown],
) -> Facts:
    """Both sides as they stand now."""
    with opened(database) as connection:
        jobs, agreed = job_rows(connection), consents(connection, agreed)
        unrecorded = {job_id for (job_id,) in connection.execute(_WITHOUT_A_CARD)}
        paths = [path for (path,) in connection.execute("SELECT picture_path FROM task") if path]
    tasks, now = provider.world.tasks.values(), provider.world.now()
    return Facts(
        jobs=jobs,
        charged=[task.prompt for task in tasks],
        billed_microusd=_billed(provider),
        shown=[replace(shown(card), deleted=_is_out_of_reach(card, unrecorded)) for card in cards(discord)],
        copies=copies,
        on_disk=sum((database.parent / path).is_file() for path in paths),
        finished=[
            task.prompt
            for task in tasks
            if task.polls and task.state(now) is State.SUCCESS and not task.fates & HOPELESS
        ],
        consents=agreed,
        rung=[_rung(discord, reply) for reply in replies(discord)],
    )


def shown(message: Message) -> Shown:
    """What a message tells of its job."""
    return Shown(job_of(message), shows_outcome(message), len(message.attachments))


def _rung(discord: DiscordSandbox, reply: Message) -> Rung:
    assert reply.reference is not None
    card = discord.world.messages[int(reply.reference["message_id"])]
    return Rung(job_of(card), frozenset(int(who) for who in reply.pings))


def _is_copy(message: Message) -> bool:
    return message.interaction is not None and message.interaction.data.get("name") == "show"


def _is_out_of_reach(card: Message, unrecorded: set[str]) -> bool:
    """Deleted; or only the interaction's token reached it, or could have found it, and that is dead."""
    if card.deleted_at is not None or card.interaction is None:
        return card.deleted_at is not None
    by_token_alone = card.interaction.by_user_install or job_of(card) in unrecorded
    return by_token_alone and card.interaction.dies_within(TOKEN_MARGIN_S)


def _billed(provider: ModellixSandbox) -> Counter[str]:
    bills: Counter[str] = Counter()
    for task in provider.world.tasks.values():
        bills[task.prompt] += task.charge_microusd
    return bills


def at_rest(database: Path) -> bool:
    """Whether the bot has nothing left to do."""
    with opened(database) as connection:
        return is_at_rest(connection)


def opened(database: Path) -> "closing[sqlite3.Connection]":
    """The bot's file, which may only be read."""
    return closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5))


def rudeness(discord: DiscordSandbox) -> list[str]:
    """What the bot did that Discord would not have, and that no fault explains."""
    return [
        str(each)
        for each in discord.violations
        if each.code not in _EXPECTED_CODES and each.field != _NO_CARD_TO_REPLY_TO
    ]
