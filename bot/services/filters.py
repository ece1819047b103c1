"""The word filter of a server: what is on its list, and what that would do."""

import asyncio
import contextlib
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.domain.errors import NoSuchTerm, StoreError, TermFileUnreadable, TermUnusable, TooMany
from bot.domain.filters import (
    TERM_MAX_CHARS,
    TERMS_MAX,
    FilterAction,
    Hit,
    Term,
    TermFault,
    TermList,
    Written,
)
from bot.domain.ports import Clock, ServerRecord, TermBook, TermRecord
from bot.services.moderators import Moderator

log: structlog.stdlib.BoundLogger = structlog.get_logger()

IMPORT_MAX_BYTES = 5 * 1024 * 1024
SKIPPED_MAX = 10
"""So many of the lines that could not be used are named."""
_LINE_MAX_CHARS = 10 * TERM_MAX_CHARS
"""No amount of blanks makes a term of a longer line."""
_JOINERS = "\u200c\u200d"
"""Zero-width characters that scripts and emoji need."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line of a file that is no term."""

    line: int
    fault: TermFault


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the lines of a file."""

    written: Written
    for_review: bool
    """Whether any of its terms is for a moderator to look at."""
    repeated: int
    """Lines with a term that another line has too."""
    skipped: int
    first_skipped: Sequence[Skipped]


class WordFilter:
    """The use cases behind `/imagine-admin filter`."""

    def __init__(
        self,
        record: TermRecord,
        servers: ServerRecord,
        book: TermBook,
        clock: Clock,
        *,
        fault_of: Callable[[str], TermFault | None],
    ) -> None:
        """`fault_of` says why a text cannot be a term."""
        self._record = record
        self._servers = servers
        self._book = book
        self._clock = clock
        self._fault_of = fault_of
        self._importing = asyncio.Lock()

    async def add(
        self, moderator: Moderator, text: str, action: FilterAction
    ) -> tuple[Term, FilterAction | None]:
        """Put a term on the list; as it stands there, and what became of prompts with it before.

        Raises:
            TermUnusable: it cannot be a term.
            TooMany: the list is full.
        """
        term = Term(tidy(text), action)
        if fault := self._fault_of(term.text):
            raise TermUnusable(fault)
        before = await self._record.put(moderator.guild_id, term, moderator.id, self._clock.now())
        log.info("filter.added", guild=moderator.guild_id, by=moderator.id)
        await self._renew(moderator.guild_id)
        return term, before

    async def remove(self, moderator: Moderator, text: str) -> str:
        """Take a term off the list; as it stood there.

        Raises:
            NoSuchTerm: it is not on the list.
        """
        tidied = tidy(text)
        if not await self._record.remove(moderator.guild_id, tidied, moderator.id, self._clock.now()):
            raise NoSuchTerm
        log.info("filter.removed", guild=moderator.guild_id, by=moderator.id)
        await self._renew(moderator.guild_id)
        return tidied

    async def list(self, moderator: Moderator) -> TermList:
        """All terms of the server, in order."""
        return await self._record.of(moderator.guild_id)

    async def containing(self, moderator: Moderator, typed: str, most: int) -> Sequence[str]:
        """Terms to choose from while somebody types."""
        return await self._record.containing(moderator.guild_id, tidy(typed), most)

    async def test(self, moderator: Moderator, text: str) -> Hit | None:
        """The term that decides on a prompt with this text, if there is one."""
        return await self._book.check(moderator.guild_id, text)

    async def can_review(self, moderator: Moderator) -> bool:
        """Whether there is a log channel to ask moderators in; without one, what is for review is refused."""
        return (await self._servers.settings(moderator.guild_id)).log_channel_id is not None

    async def import_(self, moderator: Moderator, content: bytes) -> Imported:
        """Put every line of a text on the list, or none; lines that are no terms are skipped.

        A line that begins with `#` is a comment, one that begins with `review:` a term for review.

        Raises:
            TermFileUnreadable: it is no text in UTF-8.
            TooMany: they do not all fit on the list.
        """
        async with self._importing:
            lines = await asyncio.to_thread(_read, content, self._fault_of)
            written = await self._record.put_all(
                moderator.guild_id, lines.terms, moderator.id, self._clock.now()
            )
            await self._renew(moderator.guild_id)
        log.info("filter.imported", guild=moderator.guild_id, by=moderator.id, added=written.added)
        for_review = FilterAction.REVIEW in lines.terms.values()
        return Imported(written, for_review, lines.repeated, lines.skipped, lines.first_skipped)

    async def _renew(self, guild_id: int) -> None:
        """Have the new list looked up from now on, and made ready before a member has to wait for it."""
        self._book.forget(guild_id)
        with contextlib.suppress(StoreError):  # it is changed all the same
            await self._book.check(guild_id, "")


def tidy(text: str) -> str:
    """A term as it stands on a list: one line, in small letters, without what nobody sees."""
    seen = "".join(
        char if char.isprintable() or char in _JOINERS else " " if char.isspace() else "" for char in text
    )
    return unicodedata.normalize("NFC", " ".join(seen.split()).lower())


@dataclass(slots=True)
class _Lines:
    """What a file is found to have in it."""

    terms: dict[str, FilterAction] = field(default_factory=dict)
    repeated: int = 0
    skipped: int = 0
    first_skipped: list[Skipped] = field(default_factory=list)

    def skip(self, line: int, fault: TermFault) -> None:
        self.skipped += 1
        if len(self.first_skipped) < SKIPPED_MAX:
            self.first_skipped.append(Skipped(line, fault))


def _read(content: bytes, fault_of: Callable[[str], TermFault | None]) -> _Lines:
    """The terms of a file; of one that is repeated the last line holds."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise TermFileUnreadable("not UTF-8") from fault
    if "\x00" in text:
        raise TermFileUnreadable("binary")
    found = _Lines()
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if line.isspace() or line.lstrip().startswith("#"):
            continue
        term, action = _split(line) if len(line) <= _LINE_MAX_CHARS else (line, FilterAction.REFUSE)
        if term in found.terms:
            found.repeated += 1
        elif why := fault_of(term):
            found.skip(number, why)
            continue
        found.terms[term] = action
        if len(found.terms) > TERMS_MAX:
            raise TooMany(TERMS_MAX)
    return found


def _split(line: str) -> tuple[str, FilterAction]:
    mark, colon, rest = line.partition(":")
    if colon and mark.strip().lower() == FilterAction.REVIEW:
        return tidy(rest), FilterAction.REVIEW
    return tidy(line), FilterAction.REFUSE
