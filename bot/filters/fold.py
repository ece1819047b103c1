"""A text as a reader may read it: plainly, and past what is done to slip a word through a filter.

A reading is a line of words with one gap before, between and after them, so that a term with a gap on each
side is found on word boundaries only. There are several, because no single one would be right: whoever reads
every 5 as an s finds "ass" in "A55", and whoever reads none misses it in "4ss". Each is as bold as its
evidence is clear:

- Letters of another alphabet are read by their looks where Latin letters stand among them, or where the text
  is not mostly in that alphabet: "сор" is litter to a Russian, and no cop. They are also read by their sound.
- Digits are letters in words with at least two letters and no more digits than letters, unless they measure
  something: "p0rn" and "4ss", but not "4k", "35mm" and "rtx4090". Signs are letters beside letters, in words
  of three: not in "$5" and "$s".
- Three equal letters in a row are one or two: no word has three. Two stay two, or "coop" would be "cop".
- Three or more single letters with equal gaps between them are a word. Longer pieces are joined across
  hyphens only, or "with a pen.Is it" would make one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice, product

from bot.filters.letters import (
    ALIEN,
    GAP,
    HYPHEN,
    LATIN,
    SIGNS,
    STAR,
    STOP,
    STROKE,
    SYLLABLE,
    UNSPACED,
    WALL,
    clean,
    looks,
    sign_for,
    sounds,
)

_ALIEN_MARK = "\x01"
"""Before a word of another alphabet, written by its looks: such words are compared to each other only."""
_HEARD_MIN_CHARS = 4
"""Short words of different languages sound alike by chance."""
_HEARD_MAX_CHARS = 200
"""Twice as long as any term; the sound of a character can be as long as a sentence."""
_DOUBTS_MAX = 3
"""A word with more doubtful places is read in two ways, not in 2 ** n."""
_SINGLE_WORDS_MAX = 4_000
"""Readings of single words, beyond the two that each has in the whole text."""

_PIECES = re.compile(f"([^-*., {SIGNS}]+)")
_LATIN_LETTER = re.compile("[a-z]")
_SIGN_RUN = re.compile(f"[{SIGNS}]+")
_OPEN_AT_EDGES = sign_for("i") + sign_for(STROKE)
"""Signs that are letters only inside a word: at its end `!` is a shout and `|` a line."""
_TALL_I = re.compile("(?<=[a-z])I")
"""After a small letter it is more likely an l."""
_APART = re.compile(f"{SYLLABLE}(?: {WALL} {SYLLABLE}){{2,}}")
_JOINTS = re.compile(r"[-*.]+")
_LETTER = rf"[^\W_{UNSPACED}]"
_SPELLED_OUT = re.compile(rf"(?<!{_LETTER})({_LETTER})( +| *\. *)({_LETTER}(?:\2{_LETTER})+)(?!{_LETTER})")
_HYPHENATED = re.compile(rf"(?<!{_LETTER}){_LETTER}++(?:[-*]{_LETTER}++)+")
_DOUBTFUL = re.compile(rf"[0-9{SIGNS}]|([^\W\d_])\1\1")
_MEASURE = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|mm|cm|km|ft|in|inch|yd|mi|kg|mg|lb|lbs|oz|ml|px|mp|ppi|dpi|fps|bit|kb|gb|mb|tb|hz"
    r"|khz|mhz|ghz|ms|sec|secs|min|mins|hr|hrs|yo|yr|yrs|ish|kw|mph|kph|usd|eur)"
)
_DIGIT_LETTERS = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t"}
_SIGN_LETTERS = {sign_for(letter): letter for letter in "abcdefghijklmnopqrstuvwxyz"}
_LETTERS_FOR = {**_DIGIT_LETTERS, **_SIGN_LETTERS, sign_for(STROKE): "il"}


def readings(text: str) -> tuple[str, ...]:
    """Every way to read a text, each a line ` word word `; none when there is nothing to read."""
    cleaned = clean(text)
    spelled = cleaned.casefold()
    seen = _seen(cleaned)
    lines = [*_lines(spelled), *_opened(_seen(_TALL_I.sub(STROKE, cleaned)).look)]
    if not cleaned.isascii():
        together = _APART.sub(_put_together, _line(spelled))
        lines += [together, *_lines(seen.look), _line(seen.alien), _line(seen.heard)]
    return tuple(line for line in dict.fromkeys(lines) if line)


def spellings(term: str) -> tuple[str, ...]:
    """How a term stands in the readings of a text that contains it; none for a term without words.

    A term is meant as it is written: its digits and signs stay, and its other alphabets are never taken for
    Latin.
    """
    if term.isascii() and term.isalnum():  # most of a list of 100,000
        return (term.lower(),)
    cleaned = clean(term)
    lines = [_signed(cleaned.casefold())]
    if not cleaned.isascii():
        seen = _seen(cleaned, as_written=True)
        lines.append(_signed(seen.look))
        if WALL not in seen.alien:
            lines.append(_line(seen.alien))
    return tuple(line.strip() for line in dict.fromkeys(lines) if line)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A cleaned text in Latin letters, as far as it goes."""

    look: str
    """By the looks of what is not meant in its own alphabet."""
    alien: str = ""
    """Only the words of other alphabets, by their looks and marked; walls for the others."""
    heard: str = ""
    """By the sound of what is meant in its own alphabet."""


def _seen(cleaned: str, *, as_written: bool = False) -> _Seen:
    if not ALIEN.search(cleaned):
        return _Seen(looks(cleaned))
    pieces = _PIECES.split(cleaned)
    words = [_word(word) for word in pieces[1::2]]
    own_alphabet = as_written or _mostly_alien(words)
    look, alien, heard = pieces[:], pieces[:], pieces[:]
    look[1::2] = [word.own if word.is_own(own_alphabet) else word.look for word in words]
    alien[1::2] = [f" {_ALIEN_MARK}{word.look} " if word.alien else f" {WALL} " for word in words]
    heard[1::2] = [word.heard() if word.is_own(own_alphabet=True) else word.look for word in words]
    return _Seen("".join(look), "".join(alien), "".join(heard))


@dataclass(frozen=True, slots=True)
class _Word:
    own: str
    """In its own letters."""
    look: str
    alien: bool = False
    """It has letters of another alphabet."""
    mixed: bool = False
    """It has Latin letters too."""

    def is_own(self, own_alphabet: bool) -> bool:
        """Whether it is meant in another alphabet; `own_alphabet` decides where it looks Latin throughout."""
        return self.alien and not self.mixed and (own_alphabet or not self.look.isascii())

    def heard(self) -> str:
        sound = sounds(self.own) if len(self.own) <= _HEARD_MAX_CHARS else ""
        return sound if len(sound) >= _HEARD_MIN_CHARS else f" {WALL} "


def _word(word: str) -> _Word:
    if not ALIEN.search(word):
        return _Word(word.casefold(), looks(word))
    if not LATIN.search(word):
        return _Word(word.casefold(), looks(word), alien=True)
    look = sounds(looks(word)) if len(word) <= _HEARD_MAX_CHARS else looks(word)
    return _Word(word.casefold(), look, alien=True, mixed=True)


def _mostly_alien(words: Iterable[_Word]) -> bool:
    own = latin = 0
    for word in words:
        own += word.is_own(own_alphabet=False)
        latin += (word.mixed or not word.alien) and bool(_LATIN_LETTER.search(word.look))
    return own > latin


def _lines(text: str) -> Iterator[str]:
    yield _line(text)
    if _SIGN_RUN.search(text):
        yield _signed(text)


def _line(text: str) -> str:
    """Words only: every hyphen, stop and sign is a gap."""
    return _spaced(_SIGN_RUN.sub(GAP, text))


def _signed(text: str) -> str:
    """Words, and those signs in them that may be letters."""
    return _spaced(_SIGN_RUN.sub(_in_word, text))


def _spaced(text: str) -> str:
    words = text.replace(HYPHEN, GAP).replace(STAR, GAP).replace(STOP, GAP).split()
    return f" {' '.join(words)} " if words else ""


def _in_word(signs: re.Match[str]) -> str:
    before = signs.string[signs.start() - 1 : signs.start()]
    after = signs.string[signs.end() : signs.end() + 1]
    kept = signs[0]
    if not (before.isalpha() or after.isalpha() or _is_spelled_in_signs(kept)):
        return STOP
    if not before.isalnum():
        kept = STOP + kept.lstrip(_OPEN_AT_EDGES)
    if not after.isalnum():
        kept = kept.rstrip(_OPEN_AT_EDGES) + STOP
    return kept


def _is_spelled_in_signs(signs: str) -> bool:
    return len(signs) > 2 and len(set(signs) - set(_OPEN_AT_EDGES)) > 1


def _put_together(syllables: re.Match[str]) -> str:
    return syllables[0].replace(f" {WALL} ", GAP)


def _opened(look: str) -> Iterator[str]:
    """Readings of a text with spelled-out words put together, and digits, signs and long letters read."""
    joined = _signed(_SPELLED_OUT.sub(_spelled_out, _JOINTS.sub(STOP, look)))
    yield joined
    compounds = [_JOINTS.sub("", compound[0]) for compound in _HYPHENATED.finditer(look)]
    doubtful = filter(_DOUBTFUL.search, dict.fromkeys([*joined.split(), *compounds]))
    ways = {word: found for word in doubtful if (found := _ways(word)) != (word,)}
    if ways:
        yield _chosen(joined, ways, 0)
        yield _chosen(joined, ways, -1)
    singles = [*compounds, *islice(chain.from_iterable(ways.values()), _SINGLE_WORDS_MAX)]
    yield _spaced(f" {WALL} ".join(dict.fromkeys(singles)))


def _chosen(line: str, ways: Mapping[str, Sequence[str]], which: int) -> str:
    return _spaced(GAP.join(ways[word][which] if word in ways else word for word in line.split()))


def _spelled_out(letters: re.Match[str]) -> str:
    first, gap, others = letters[1], letters[2], letters[3].replace(letters[2], "")
    if gap.isspace() and first in "ai" and len(others) > 2:  # "a b o m b"
        return f"{first}{others} {WALL} {others}"
    return first + others


def _ways(word: str) -> tuple[str, ...]:
    """What a word with digits, signs or long letters may be; first and last are those of the whole text."""
    letters = _choices(_letters_for(word))
    return tuple(dict.fromkeys(chain.from_iterable(_choices(_short_runs(way)) for way in letters)))


def _letters_for(word: str) -> list[Sequence[str]]:
    digits = sum(char.isdigit() for char, _ in groupby(word))
    letters = sum(not char.isdigit() for char in word)
    if len(word) < 3 or (digits and (letters < max(2, digits) or _MEASURE.fullmatch(word))):
        return [(word,)]
    return [_LETTERS_FOR.get(char, char) for char in word]


def _short_runs(word: str) -> list[Sequence[str]]:
    runs = [(char, len(list(run))) for char, run in groupby(word)]
    if len(runs) == 1:  # a sound: "zzz", "sssss"
        return [(word,)]
    return [(char, char * 2) if length > 2 and char.isalpha() else (char * length,) for char, length in runs]


def _choices(places: Sequence[Sequence[str]]) -> list[str]:
    """Every way to choose at each place; of many doubtful places only all the first and all the last."""
    if sum(len(place) > 1 for place in places) <= _DOUBTS_MAX:
        return ["".join(choice) for choice in product(*places)]
    return ["".join(place[0] for place in places), "".join(place[-1] for place in places)]
