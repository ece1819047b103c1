"""What a single character is to a reader: a letter, a gap, a sign that may stand for a letter, or nothing."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from anyascii import anyascii

GAP = " "
HYPHEN = "-"
STAR = "*"
STOP = "."
WALL = ","
"""No phrase goes across it: punctuation inside a script that has no gaps between its words."""
SIGNS = "\ue000-\ue07f"
"""A sign that may be read as a letter is the letter's code point above U+E000, where input has nothing."""
STROKE = "1"
"""An upright stroke: i or l."""

_LATIN = "A-Za-z\u00aa-\u024f\u0250-\u02af\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f"
_STACKED_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"  # Thai, Lao
    "\u0f18\u0f19\u0f35\u0f37\u0f39\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc\u0fc6"  # Tibetan
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"  # Myanmar
    "\u108f\u109a-\u109d\u17b4-\u17d3\u17dd\u3099\u309a"  # Khmer, kana
)
UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u30fa\u30fc-\u312f\u3130-\u318f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaadf\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
SYLLABLE = f"[{UNSPACED}][{_STACKED_MARKS}]*"
"""One character of a script without gaps between its words, with what stands above and below it."""
ALIEN = re.compile(rf"[^\W\d_{_LATIN}{UNSPACED}]")
"""A letter of another alphabet."""
LATIN = re.compile(rf"[{_LATIN}]")

_UNSPACED_CHAR = re.compile(f"[{UNSPACED}]")
_SYLLABLE = re.compile(SYLLABLE)
_SYLLABLES = re.compile(f"(?:{SYLLABLE})+")
_GAP_IN_UNSPACED = re.compile(f"(?<=[{UNSPACED}])[-*. {SIGNS}]+(?=[{UNSPACED}])")
_BLANK = re.compile(
    "[\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufffc\uffa0\U0001f3fb-\U0001f3ff]"
)
"""Letters and symbols that show nothing, that only stretch a word, or that only tint an emoji."""
_ACCENT = re.compile(
    "[\u0300-\u0344\u0346-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
"""Marks that a word keeps its meaning without. In Indic scripts marks are vowels and stay."""
_OTHER_SMALL_LETTERS = {"ı": "i", "\u0345": "ι"}
"""Their capitals are those of these small letters; the second is a mark that turns into one."""
_HYPHENS = "-_~+=^#`"
_ASCII_SIGNS = {"$": "s", "@": "a", "!": "i", "|": STROKE}
_NOT_LETTERS = {"™", "℠"}
"""They would be taken apart into letters of the word before."""
_EXPANDED_MAX = 3
"""Some characters stand for words and whole sentences: 32,000 of them would be a book."""
_MARKS_MAX = 3
_REMEMBERED_MAX = 20_000
"""Of the million characters, what all users of a bot really write is a few thousand."""


def clean(text: str) -> str:
    """Without what nobody sees, accents, and compatibility forms; case is kept.

    What is left are letters, digits, marks and emoji, and between them `GAP`, `HYPHEN`, `STAR`, `STOP`,
    `WALL` and `SIGNS`. Each syllable of a script without gaps and each emoji has a gap on both sides: it is
    a word.
    """
    shown = text.translate(_cleaned())
    if shown.isascii():
        return shown
    shown = _composed(shown)
    if _UNSPACED_CHAR.search(shown):
        return _SYLLABLES.sub(_apart, _GAP_IN_UNSPACED.sub(f" {WALL} ", shown))
    return shown


def looks(text: str) -> str:
    """Cleaned text, in lower case, with a Latin letter for each that looks like one."""
    return text.lower() if text.isascii() else text.translate(_looks())


def sounds(text: str) -> str:
    """Cleaned text in Latin letters, as it would be transliterated."""
    return "".join(filter(str.isalnum, anyascii(text))).lower()


def sign_for(letter: str) -> str:
    """How `clean` leaves a sign that may be read as this letter."""
    return chr(0xE000 + ord(letter))


@cache
def lookalikes() -> Mapping[str, str]:
    """The Latin letter that a character looks like."""
    rows = (Path(__file__).parent / "confusables.tsv").read_text(encoding="utf-8").splitlines()
    cells = [row.split("\t") for row in rows if not row.startswith("#")]
    return {chr(int(point, 16)): letter for point, letter, _ in cells}


class _Table(dict[int, str]):
    """What `str.translate` needs, worked out for each character when it is first met."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, point: int) -> str:
        if len(self) >= _REMEMBERED_MAX:
            self.clear()
        self[point] = read = self._read(chr(point))
        return read


@cache
def _cleaned() -> _Table:
    return _Table(_clean_char)


@cache
def _looks() -> _Table:
    return _Table(_look_of)


def _clean_char(char: str) -> str:
    if char in _NOT_LETTERS:
        return STOP
    read = "".join(map(_part, unicodedata.normalize("NFKD", char)))
    return read if len(read) <= _EXPANDED_MAX else _part(char)


def _look_of(char: str) -> str:
    alike = lookalikes()
    for form in (char, char.casefold(), char.upper()):
        if form in alike:
            return alike[form]
    return char.lower() if char.isascii() else _unlike(char)


def _part(char: str) -> str:
    """A character of a decomposed text, as `clean` leaves it."""
    category = unicodedata.category(char)
    if char.isspace() or category[0] == "Z":
        return GAP
    if category in {"Cc", "Cf", "Co", "Cs"} or _BLANK.match(char) or _ACCENT.match(char):
        return ""
    if char in _OTHER_SMALL_LETTERS:
        return _OTHER_SMALL_LETTERS[char]
    if category[0] in "LMN" or (_UNSPACED_CHAR.match(char) and category in {"So", "Cn"}):
        return char
    return _symbol(char, category)


def _symbol(char: str, category: str) -> str:
    letter = _ASCII_SIGNS.get(char) or lookalikes().get(char)
    if letter:
        return sign_for(letter)
    if char == STAR:
        return STAR
    if category in {"Pd", "Pc"} or char in _HYPHENS:
        return HYPHEN
    if category[0] == "P" or category in {"Sm", "Sc", "Sk"}:
        return STOP
    # What is left are pictures, those of a newer Unicode too; a few of them are pictures of letters.
    return char if _pictured(char) else f" {char} "


def _unlike(char: str) -> str:
    """A character that looks like no Latin letter, as `looks` leaves it."""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Co":
        return char
    if LATIN.match(char):
        return sounds(char)
    if char.isalnum() or category[0] == "M" or _UNSPACED_CHAR.match(char):
        return char.casefold()
    return _pictured(char) or STOP


def _pictured(char: str) -> str:
    """The letters that a symbol is a picture of."""
    letters = anyascii(char)
    return letters.lower() if letters.isalnum() else ""


def _apart(syllables: re.Match[str]) -> str:
    return f" {GAP.join(_SYLLABLE.findall(syllables[0]))} "


def _composed(text: str) -> str:
    """Kana, Hangul and others put together again.

    Towers of marks are cut first: putting n marks on one letter in order takes n * n steps.
    """
    if any(map(unicodedata.combining, text)):
        text = _untowered(text)
    return unicodedata.normalize("NFC", text)


def _untowered(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_MAX:
            kept.append(char)
    return "".join(kept)
