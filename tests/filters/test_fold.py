"""Readings of a text: that there are as many as needed, as few as possible, and none that fails."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.jobs import PROMPT_MAX_CHARS
from bot.filters.fold import readings, spellings

ANY = st.text() | st.text(
    st.sampled_from("aAiIlLоОсСжЖ$@!|0135-*. ,ß猫が한กี่👍🅱\u200b\u0301\u0345İıΣς"), max_size=30
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A  red, red FOX!", "a red red fox"),
        ("Ünïcödé", "unicode"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("раураl", "paypal"),
        ("вынеси сор из избы", "вынеси сор из избы"),
        ("黒猫、猫", "黒 猫 , 猫"),
        ("a 🦊 b", "a b"),
    ],
)
def test_the_plainest_reading_is_one_of_them(text: str, line: str) -> None:
    assert f" {line} " in readings(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("?! …", ()),
        ("A red fox, 4K, 35mm", (" a red fox 4k 35mm ",)),
        ("b0mb", (" b0mb ", " bomb ")),
        ("hit1er", (" hit1er ", " hitier ", " hitler ", " hitier , hitler ")),
        ("a b o m b", (" a b o m b ", " abomb , bomb ")),
        ("Tеst", (" tеst ", " test ", " \x01test ")),
    ],
)
def test_an_ordinary_text_has_one_reading_and_a_doubtful_one_has_more(
    text: str, lines: tuple[str, ...]
) -> None:
    assert readings(text) == lines


@given(ANY)
@example("ǰ")
@example("ßẞ")
@example("νΝ жж")
@example("\ud800")
def test_every_text_can_be_read(text: str) -> None:
    """Each line has a gap at its ends and single ones between its words."""
    for line in readings(text):
        assert line == f" {' '.join(line.split())} "


@pytest.mark.parametrize(
    "part",
    [
        "aaabbb111 ",
        "a11s5ab ",
        "$a",
        "ab-",
        "a b ",
        "жcе ",
        "\ufdfa",
        "㌖",
        "猫 ",
        "🇦",
        "𝔞̈",
        "aaa" * 40 + " ",
    ],
)
def test_no_text_grows_beyond_measure(part: str) -> None:
    """What one prompt can make the filter look through is bounded."""
    text = part * (PROMPT_MAX_CHARS // len(part))
    assert sum(map(len, readings(text))) < 20 * PROMPT_MAX_CHARS


@pytest.mark.parametrize(
    ("term", "spelled"),
    [
        ("Bomb", ("bomb",)),
        ("  big   bomb ", ("big bomb",)),
        ("*bomb*", ("bomb",)),
        ("b0mb", ("b0mb",)),
        ("pre-teen", ("pre teen",)),
        ("Größe", ("grosse",)),
        ("сор", ("сор", "\x01cop")),
        ("猫", ("猫",)),
        ("🍆", ("🍆",)),
        ("***", ()),
        ("\u200b\u3164", ()),
    ],
)
def test_a_term_is_meant_as_it_is_written(term: str, spelled: tuple[str, ...]) -> None:
    """No digit of it is a letter, and a Russian word of it is no English one."""
    assert spellings(term) == spelled
