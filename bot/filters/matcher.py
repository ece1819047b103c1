"""The terms of one server, ready to be looked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from bot.domain.filters import TERM_MAX_CHARS, FilterAction, Hit, Term, TermFault
from bot.filters.fold import readings, spellings
from bot.filters.letters import GAP, STAR, clean

_PATTERNS_AT_ONCE = 4_000
"""Building an automaton holds the interpreter's lock throughout: 100,000 patterns 300 ms, so many a few."""


def term_fault(text: str) -> TermFault | None:
    """Why a text cannot be a term; None when it can."""
    if len(text) > TERM_MAX_CHARS:
        return TermFault.TOO_LONG
    return None if spellings(text) else TermFault.EMPTY


class Matcher:
    """Finds terms in texts. Many terms to build from or a long text to look through are work for a thread."""

    def __init__(self, terms: Collection[Term]) -> None:
        """A term without words (`TermFault.EMPTY`) is never found."""
        refusing = _longest_first(term for term in terms if term.action is FilterAction.REFUSE)
        others = _longest_first(term for term in terms if term.action is not FilterAction.REFUSE)
        # Texts, weightiest first: 100,000 objects would cost 10 ms in every collection of garbage.
        self._texts, self._refusing = [*refusing, *others], len(refusing)
        ranks = _ranks(self._texts)
        self._words = {pattern.strip(): rank for pattern, rank in ranks.items() if _is_word(pattern)}
        self._rest = _automata({pattern: rank for pattern, rank in ranks.items() if not _is_word(pattern)})

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self._texts)

    def find(self, text: str) -> Hit | None:
        """The weightiest term in a text: one that refuses before one for review, then the longest."""
        lines = readings(text)
        rank = min((rank for line in lines for rank in self._ranks_in(line)), default=None)
        if rank is None:
            return None
        action = FilterAction.REFUSE if rank < self._refusing else FilterAction.REVIEW
        return Hit(Term(self._texts[rank], action))

    def _ranks_in(self, line: str) -> Iterator[int]:
        yield from (self._words[word] for word in self._words.keys() & line.split())
        for automaton, ranks in self._rest:
            yield from (
                ranks[found] for found, _, _ in automaton.find_matches_as_indexes(line, overlapping=True)
            )


def _longest_first(terms: Iterable[Term]) -> list[str]:
    return sorted((term.text for term in terms), key=len, reverse=True)


def _ranks(texts: Iterable[str]) -> dict[str, int]:
    """The weightiest text for each pattern, by its place in the list."""
    ranks: dict[str, int] = {}
    for rank, text in enumerate(texts):
        for pattern in _patterns(text):
            ranks.setdefault(pattern, rank)
    return ranks


def _patterns(term: str) -> Iterator[str]:
    """What to look for in a reading: a gap at each end, unless a star lets the word go on there."""
    words = clean(term).strip(GAP)
    before = "" if words.startswith(STAR) else GAP
    after = "" if words.endswith(STAR) else GAP
    return (f"{before}{spelling}{after}" for spelling in spellings(term))


def _is_word(pattern: str) -> bool:
    return pattern.startswith(GAP) and pattern.endswith(GAP) and GAP not in pattern[1:-1]


def _automata(ranks: Mapping[str, int]) -> list[tuple[AhoCorasick, Sequence[int]]]:
    patterns = list(ranks)
    batches = (patterns[at : at + _PATTERNS_AT_ONCE] for at in range(0, len(patterns), _PATTERNS_AT_ONCE))
    return [
        (AhoCorasick(some, implementation=Implementation.ContiguousNFA), [ranks[pattern] for pattern in some])
        for some in batches
    ]
