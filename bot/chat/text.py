"""Text from outside, made safe to show. What is sent to the provider is never changed."""

import re
import unicodedata

from discord.utils import escape_markdown

_JOINERS = {"\u200c", "\u200d"}
"""Zero-width characters that scripts and emoji need."""
_ZERO_WIDTH_SPACE = "\u200b"
_BLANK_LETTERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
"""Letters and symbols that show nothing."""


def is_blank(text: str) -> bool:
    """Whether a person would see nothing in it."""
    return not any(char not in _BLANK_LETTERS and unicodedata.category(char)[0] not in "ZC" for char in text)


def plain(text: str) -> str:
    """One line without control, bidirectional and invisible characters."""
    kept = (char if _shows(char) else " " if char.isspace() else "" for char in text)
    return " ".join("".join(kept).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where there is one to cut at."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = cut.rfind(" ")
    return (cut[:at_word] if at_word > limit // 2 else cut).rstrip() + "…"


def harmless(text: str) -> str:
    """Shown as it was typed: no formatting, no mention, no timestamp, no link to press."""
    shown = escape_markdown(text, ignore_links=False)
    shown = re.sub(r"([<\[\]()#>-])", r"\\\1", shown)
    shown = shown.replace("@", "@" + _ZERO_WIDTH_SPACE)
    return re.sub(r"(?<=\w):(?=//)", ":" + _ZERO_WIDTH_SPACE, shown)


def _shows(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
