"""Characters: the table of look-alikes, and what is left of a text when only what a reader sees stays."""

import unicodedata
from pathlib import Path

import pytest

from bot.filters import letters
from bot.filters.letters import clean, lookalikes, looks, sounds

TABLE = Path(letters.__file__).parent / "confusables.tsv"
LINES = TABLE.read_text(encoding="utf-8").splitlines()
ROWS = [line.split("\t") for line in LINES if not line.startswith("#")]


class TestTheTableOfLookalikes:
    def test_its_head_names_source_version_and_licence(self) -> None:
        head = "\n".join(line for line in LINES[:15] if line.startswith("#"))
        assert "confusables.txt, version 15.1.0" in head
        assert "SPDX-License-Identifier: Unicode-3.0" in head
        assert any("COPYRIGHT AND PERMISSION NOTICE" in line for line in LINES)

    def test_each_row_is_a_code_point_a_letter_and_a_name(self) -> None:
        for point, letter, name in ROWS:
            assert unicodedata.name(chr(int(point, 16))) == name
            assert letter in "1abcdefghijklmnopqrstuvwxyz"

    def test_no_character_is_in_it_twice(self) -> None:
        assert len({point for point, _, _ in ROWS}) == len(ROWS) == len(lookalikes())

    def test_nothing_is_in_it_that_is_taken_apart_before_it_is_asked(self) -> None:
        assert [
            char for char in lookalikes() if char.isascii() or unicodedata.normalize("NFKD", char) != char
        ] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A red fox", "A red fox"),
        ("naïve café", "naive cafe"),
        ("zero\u200bwidth\u2060\ufeff\u00ad", "zerowidth"),
        ("t\u0336h\u0336r\u0336o\u0336u\u0336g\u0336h", "through"),
        ("ｆｕｌｌ", "full"),
        ("𝖒𝖆𝖙𝖍", "math"),
        ("oﬃce", "office"),
        ("ⓒⓘⓡⓒⓛⓔ", "circle"),
        ("tab\tand\u00a0\u3000line\n", "tab and  line "),
        ("it's: (a) “test”?", "it.s. .a. .test.."),
        ("well-known—snake_case", "well-known-snake-case"),
        ("**bold**", "**bold**"),
        ("brand™", "brand."),
        ("straße", "straße"),
        ("hidden\ue000private", "hiddenprivate"),
        ("黒猫が", " 黒 猫 が "),
        ("ｶﾞ", " ガ "),
        ("한국 사람", " 한 국  ,  사 람 "),
        ("หมาดำ", " ห ม า ดํ า "),
        ("cat猫", "cat 猫 "),
        ("👍🏿👍", " 👍  👍 "),
    ],
)
def test_what_a_reader_sees_is_left(text: str, left: str) -> None:
    assert clean(text) == left


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ABC", "abc"),
        ("раураl", "paypal"),
        ("ВОМВ", "bomb"),
        ("вомв", "bomb"),
        ("ΑΒΝ", "abn"),
        ("Ꮪᗷꓝ", "sbf"),
        ("ʙᴏᴍʙ", "bomb"),
        ("straße øre", "strasse ore"),
        ("٤२", "42"),
        ("🅱🇴", "bo"),
        ("жя", "жя"),
        ("🦊", "."),
    ],
)
def test_what_looks_like_a_letter_is_one(text: str, seen: str) -> None:
    assert looks(text) == seen


@pytest.mark.parametrize(("text", "heard"), [("бомба", "bomba"), ("ψωμί", "psomi"), ("!", "")])
def test_other_alphabets_have_a_sound(text: str, heard: str) -> None:
    assert sounds(text) == heard


def test_a_tower_of_marks_takes_no_time() -> None:
    """Sorting them takes n * n steps: 0.8 s of the interpreter's lock for one prompt."""
    assert clean("\u0e01" + "\u0e48\u0e38" * 16_000).count("\u0e48") < 4
