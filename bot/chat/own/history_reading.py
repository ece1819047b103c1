"""What somebody wants to see of their history: from the options, and from the name of a button.

A page is found again by its buttons alone, after a restart too: they hold all of it, and nothing that
anybody looked for is stored. The text goes into the name as letters that nothing on the way changes, which
leaves room for 45 bytes: 45 letters of English, 15 characters of Japanese.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from bot.chat.buttons import history_button_id
from bot.chat.reading import encodable
from bot.domain.errors import OptionUnknown, SearchTooLong
from bot.domain.history import Edge, Turn, Wanted
from bot.domain.jobs import Size

TEXT_MAX_CHARS = 45
_TEXT_MAX_BYTES = 45


def wanted_of(text: Any, kept: Any, size: Any) -> Wanted:
    """What the options say, of whatever type they came.

    Raises:
        OptionUnknown: not in the list, whatever Discord let through.
        SearchTooLong: more text than a button's name has room for.
    """
    try:
        known_size = None if size is None else Size(size)
    except ValueError as fault:
        raise OptionUnknown("size") from fault
    if not isinstance(text, str | None):
        raise OptionUnknown("text")
    typed = encodable(text or "").strip()
    if len(typed.encode()) > _TEXT_MAX_BYTES:
        raise SearchTooLong
    return Wanted(typed or None, kept is True, known_size)


def edge_id(edge: Edge, wanted: Wanted) -> str:
    """The name of the button that turns to the page beyond."""
    code = urlsafe_b64encode((wanted.text or "").encode()).rstrip(b"=").decode()
    return history_button_id(edge, kept=wanted.kept, size=wanted.size, text_code=code)


def edge_in(match: re.Match[str]) -> tuple[Edge, Wanted]:
    """Where a button leads, and what its pages are of.

    Raises:
        OptionUnknown: a name that no button of ours has.
    """
    code = match["text"]
    try:
        text = urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode()
    except ValueError as fault:
        raise OptionUnknown("text") from fault
    size = None if match["size"] == "-" else match["size"]
    return Edge(Turn(match["turn"]), match["job_id"]), wanted_of(text, match["kept"] == "kept", size)
