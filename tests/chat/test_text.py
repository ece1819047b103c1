"""Text from people, made safe to show: by table, and for any text at all."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.text import brief, harmless, is_blank, plain, readable, shorten

ANY = st.text()
MARKUP = st.text(st.sampled_from("*_~`|<>[]()#@:/\\-+.!&1234 \nabchtps"), max_size=80)

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
"""What Discord takes as itself: its own rule for the backslash."""
ACTS = re.compile(r"[*_~`|<>\[\]()#@]")
AT_LINE_START = re.compile(r"^\s*(?:[-+*>#]|\d+\.\s)", re.MULTILINE)
LINK = re.compile(r"\w+://")
PING = re.compile(r"@(?:everyone|here)|<(?:@[!&]?|#)\d+>")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a red fox", "a red fox"),
        ("a fox, 3.5 m long!", "a fox, 3.5 m long!"),
        ("**bold**", r"\*\*bold\*\*"),
        ("snake_case", r"snake\_case"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        ("`code`", r"\`code\`"),
        ("@everyone", "\\@\u200beveryone"),
        ("<@123>", "\\<\\@\u200b123\\>"),
        ("<t:0:R>", r"\<t\:0\:R\>"),
        ("</imagine:1>", r"\</imagine\:1\>"),
        (":smile:", r"\:smile\:"),
        ("[a](https://b.c)", "\\[a\\]\\(https\\:\u200b//b.c\\)"),
        ("# title", r"\# title"),
        ("> quote", r"\> quote"),
        ("-# small", r"\-\# small"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("back\\slash", r"back\\slash"),
        ("\\*", r"\\\*"),
    ],
)
def test_what_discord_would_act_on_is_shown_as_itself(typed: str, shown: str) -> None:
    """One backslash each, no more: two would show one and free the next character."""
    assert harmless(typed) == shown


@given(ANY | MARKUP)
@example("[x](y)")
@example("\\# a")
@example(" - a")
@example("https://@everyone")
def test_nothing_is_left_that_discord_would_act_on(typed: str) -> None:
    """Whatever was typed, once Discord has taken the backslashes for what they are."""
    left = ESCAPED.sub("x", harmless(typed))  # a sign that is only itself
    assert not ACTS.search(left)
    assert "\\" not in left
    assert not AT_LINE_START.search(left)
    assert not LINK.search(harmless(typed))
    assert not PING.search(harmless(typed))


@given(ANY | MARKUP)
def test_a_person_reads_exactly_what_was_typed(typed: str) -> None:
    """The escapes are invisible, and so is what keeps names and links apart."""
    seen = ESCAPED.sub(r"\1", harmless(typed))
    assert seen.replace("\u200b", "") == typed.replace("\u200b", "")


@given(ANY)
def test_being_harmless_costs_at_most_three_characters_each(typed: str) -> None:
    """So the limits of a card can be computed."""
    assert len(harmless(typed)) <= 3 * len(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a  red\n\nfox\t!", "a red fox !"),
        ("  a fox  ", "a fox"),
        ("line\u2028sep\u2029par", "line sep par"),
        ("right\u202eto\u2066left\u2069", "righttoleft"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("bell\x07\x1b[31m\x7f", "bell[31m"),
        ("null\x00", "null"),
        ("private\ue000", "private"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("heart ❤\ufe0f", "heart ❤\ufe0f"),
        ("new \U0001fae8", "new \U0001fae8"),
        ("not a letter \U0001ffff", "not a letter"),
        ("tags \U000e0041\U000e007f", "tags"),
    ],
)
def test_one_line_without_what_hides_or_turns(typed: str, shown: str) -> None:
    """Joiners stay where scripts and emoji need them."""
    assert plain(typed) == shown


@given(ANY)
def test_a_plain_line_is_a_line(typed: str) -> None:
    """No break, no control, no direction mark; doing it again changes nothing."""
    line = plain(typed)
    assert len(line.splitlines()) <= 1
    hidden = {char for char in line if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    assert hidden <= {"\u200c", "\u200d"}
    assert plain(line) == line


@given(ANY)
def test_readable_text_keeps_its_lines(typed: str) -> None:
    """And loses what hides or turns, as a plain line does."""
    assert plain(readable(typed)) == plain(typed)
    assert readable(typed).count("\n") == typed.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t",
        "\u00a0\u3000",
        "\u200b\u200d\u2060\ufeff",
        "\u202e",
        "\x00\x07",
        "\u3164",
        "\u2800 \uffa0",
    ],
)
def test_what_nobody_can_see_is_blank(text: str) -> None:
    """Blanks, control characters, and letters that show nothing."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "🦊", "\u0301", "日本", "\U0001fae8", " x "])
def test_what_somebody_can_see_is_not_blank(text: str) -> None:
    """One visible character is a prompt, of a newer Unicode too."""
    assert not is_blank(text)


@given(ANY.filter(lambda text: not is_blank(text)))
def test_a_prompt_that_is_accepted_shows_something(text: str) -> None:
    """An accepted request never has an empty line for its prompt."""
    assert plain(text)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("a red fox", 9, "a red fox"),
        ("a red fox", 8, "a red…"),
        ("abcdefghij", 5, "abcd…"),
        ("a bcdefghij", 8, "a bcdef…"),
    ],
)
def test_a_long_text_is_cut_at_a_word(text: str, limit: int, short: str) -> None:
    """Unless there is no word end near."""
    assert shorten(text, limit) == short


@given(st.text(min_size=1), st.integers(2, 40))
def test_a_cut_text_is_within_its_limit(text: str, limit: int) -> None:
    """And begins as the whole one does."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…")) or short == text


@given(ANY, st.integers(2, 40))
@example("\u200b" * 50 + "a red fox", 9)
def test_a_brief_text_is_the_plain_one_cut(text: str, limit: int) -> None:
    """Of a very long one only the beginning is read: where nothing of that shows, so much is still said."""
    short = brief(text, limit)
    assert len(short) <= limit
    if len(text) <= 4 * limit:
        assert short == shorten(plain(text), limit)
    else:
        assert short.endswith("…")
        assert plain(text).startswith(short.removesuffix("…"))
