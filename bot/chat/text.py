"""Text from outside, made safe to show. What is sent to the provider is never changed."""

import re
import unicodedata

from bot.chat.speech import say

TEXTS_MAX_CHARS = 4_000
"""Discord's limit for all texts of a message made of parts (facts: Discord, 2)."""

_JOINERS = {"\u200c", "\u200d"}
"""Zero-width characters that scripts and emoji need."""
_ZERO_WIDTH_SPACE = "\u200b"
_BLANK_LETTERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
"""Letters and symbols that show nothing."""
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKS_MAX = 3
"""More than any language puts on one letter."""
_READ_PER_SHOWN = 4
"""So much of a text may be characters that do not show before less of it is shown than could be."""
_ACTS = re.compile(r"([\\*_~`|<>\[\]()#:@+-]|(?<=\d)\.(?=\s))")
"""What Discord's markdown acts on; after a backslash each is only itself."""


def is_blank(text: str) -> bool:
    """Whether a person would see nothing in it."""
    return all(
        char in _BLANK_LETTERS or (unicodedata.category(char)[0] in "ZC" and not _is_newer(char))
        for char in text
    )


def plain(text: str) -> str:
    """One line without control, bidirectional and invisible characters, and without towers of marks."""
    return " ".join(_untowered(readable(text)).split())


def readable(text: str) -> str:
    """Without control, bidirectional and invisible characters; the lines stay."""
    return "".join(char if _shows(char) else " " if char.isspace() else "" for char in text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where there is one to cut at."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = cut.rfind(" ")
    return (cut[:at_word] if at_word > limit // 2 else cut).rstrip() + "…"


def brief(text: str, limit: int) -> str:
    """One line as `plain` makes it, of at most `limit` characters, without reading much further.

    A prompt may be a hundred times as long, and all of it would keep the event loop for 10 ms.
    """
    read = text[: limit * _READ_PER_SHOWN]
    return shorten(plain(read) + ("…" if len(read) < len(text) else ""), limit)


def excerpt(text: str, limit: int) -> str:
    """Somebody's words on one line, shown as they were typed; so many characters of them at most."""
    return harmless(brief(text, limit))


def harmless(text: str) -> str:
    """Shown as it was typed: no formatting, no mention, no timestamp, no link to press."""
    shown = _ACTS.sub(r"\\\1", text)
    # Discord looks for names to ping and for links without asking the markdown.
    return shown.replace("@", "@" + _ZERO_WIDTH_SPACE).replace("://", ":" + _ZERO_WIDTH_SPACE + "//")


def quoted(text: str | None) -> str:
    """Somebody's words on one line, shown as they were typed."""
    return harmless(plain(text or "")) or say("none given")


def in_marks(text: str) -> str:
    """A term or a reason inside a sentence."""
    return say("“{text}”", text=quoted(text))


def _untowered(text: str) -> str:
    """At most a few marks on a letter: a tower of them covers what stands above it."""
    shown: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_MAX:
            shown.append(char)
    return "".join(shown)


def _shows(char: str) -> bool:
    return char == "\n" or char in _JOINERS or unicodedata.category(char) not in _HIDDEN or _is_newer(char)


def _is_newer(char: str) -> bool:
    """A letter or emoji of a later Unicode than this Python's: people have it on their phones already."""
    point = ord(char)
    assigned = unicodedata.category(char) != "Cn"
    return not assigned and 0x10000 <= point < 0x40000 and point & 0xFFFE != 0xFFFE
