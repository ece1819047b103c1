"""What the name of a button remembers of a history."""

import pytest

from bot.chat.buttons import HISTORY_PATTERN
from bot.chat.own.history_reading import edge_id, edge_in, wanted_of
from bot.domain.errors import SearchTooLong
from bot.domain.history import Edge, Turn, Wanted
from bot.domain.jobs import Size

EDGE = Edge(Turn.NEWER, "k7m2q9xw4p")


@pytest.mark.parametrize("text", [None, "x" * 45, "狐" * 15, "🦊" * 11, "100%_a:b\n\\\ufeff", "\ud800?"])
def test_a_page_is_found_again_by_its_name(text: str | None) -> None:
    """Within Discord's limit, and in letters that nothing on the way changes."""
    wanted = wanted_of(text, True, "1024x1024")
    name = edge_id(EDGE, wanted)
    assert len(name) <= 100
    assert name.isascii()
    match = HISTORY_PATTERN.fullmatch(name)
    assert match is not None
    assert edge_in(match) == (EDGE, wanted)
    assert wanted.size is Size.SQUARE


@pytest.mark.parametrize("text", ["x" * 46, "狐" * 16])
def test_more_than_a_name_has_room_for_is_refused(text: str) -> None:
    with pytest.raises(SearchTooLong):
        wanted_of(text, False, None)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_blanks_are_nothing_to_look_for(text: str) -> None:
    assert wanted_of(text, False, None) == Wanted()
