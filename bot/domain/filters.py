"""Words and phrases that a server's moderators do not want in prompts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

TERM_MAX_CHARS = 100
TERMS_MAX = 100_000
"""On one server."""


class FilterAction(StrEnum):
    """What becomes of a prompt with the term in it."""

    REFUSE = "refuse"
    """It is not accepted."""
    REVIEW = "review"
    """A moderator has to approve it before anything is paid."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as a moderator wrote it."""

    text: str
    action: FilterAction


@dataclass(frozen=True, slots=True)
class TermList(Collection[Term]):
    """All terms of a server, as plain texts: 100,000 objects would be looked through in every collection of
    garbage, and everything stops meanwhile.
    """

    refused: Sequence[str] = ()
    reviewed: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.refused) + len(self.reviewed)

    def __iter__(self) -> Iterator[Term]:
        yield from (Term(text, FilterAction.REFUSE) for text in self.refused)
        yield from (Term(text, FilterAction.REVIEW) for text in self.reviewed)

    def __contains__(self, term: object) -> bool:
        return any(term == each for each in self)


@dataclass(frozen=True, slots=True)
class Hit:
    """The term that a prompt contains."""

    term: Term


@dataclass(frozen=True, slots=True)
class Written:
    """What became of many terms that were put on a list."""

    added: int
    changed: int
    """Were there with the other action."""
    known: int
    """Were there as they are."""


class TermFault(StrEnum):
    """Why a term cannot be on a list; `bot/chat` has the words for each."""

    EMPTY = "empty"
    """Nothing is left of it that a prompt could contain: only blanks, punctuation or stars."""
    TOO_LONG = "too_long"
    """More than `TERM_MAX_CHARS` characters."""
