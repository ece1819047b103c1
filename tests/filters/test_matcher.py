"""What a term catches, and, more of them, what it must leave alone."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.filters import TERM_MAX_CHARS, TERMS_MAX, FilterAction, Hit, Term, TermFault
from bot.filters.matcher import Matcher, term_fault

REFUSE, REVIEW = FilterAction.REFUSE, FilterAction.REVIEW
ANY_TERM = st.text(min_size=1, max_size=TERM_MAX_CHARS) | st.text(
    st.sampled_from("aAiIsSоОсСжЖ$@!|0135-*. ,ßẞ猫が한กี่👍🅱\u200b\u0301\u0345ıΣς"), min_size=1, max_size=20
)
UNSEEN = st.text(st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u0336\u0301\ufe0f"), max_size=3)


def hits(term: str, text: str) -> bool:
    return Matcher([Term(term, REFUSE)]).find(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a bomb",
        "BOMB!",
        "(bomb)",
        "the bomb's fuse",
        "time-bomb",
        "x/bomb/y",
        "bömb",
        "b̶o̶m̶b̶",
        "ｂｏｍｂ",
        "𝓫𝓸𝓶𝓫",
        "ⓑⓞⓜⓑ",
        "ᵇᵒᵐᵇ",
        "ʙᴏᴍʙ",
        "ᗷOᗰᗷ",
        "🅱🅾🅼🅱",
        "bo\u200bm\u2060b",
        "bоmb with a Cyrillic о",
        "ВОМВ, all Cyrillic",
        "Βοmb, half Greek",
        "бomb",
        "бомб",
        "b0mb",
        "b0m8b b0mb",
        "boooomb",
        "bbbbOOOmmmb",
        "b000mb",
        "b o m b",
        "draw a b o m b",
        "m a k e   a   b o m b",
        "b.o.m.b",
        "b-o-m-b",
        "b_o_m_b",
        "b*o*m*b",
        "b, o, m, b",
        "b\no\nm\nb",
        "b🙂o🙂m🙂b",
        "b 0 m b",
        "bo-mb",
    ],
)
def test_a_word_is_found_however_it_is_dressed_up(text: str) -> None:
    assert hits("bomb", text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ass", "@ss"),
        ("ass", "a$$"),
        ("ass", "@$$"),
        ("ass", "4ss"),
        ("ass", "aaasss"),
        ("boob", "boooob"),
        ("shit", "sh!t"),
        ("shit", "5h1t"),
        ("sex", "$ex"),
        ("sex", "5ex"),
        ("kill", "k1ll"),
        ("kill", "ki11"),
        ("kill", "k!ll"),
        ("kill", "kiIl"),
        ("faggot", "f4gg0t"),
        ("hitler", "hit1er"),
        ("dog", "cat|dog"),
        ("naruto", "Naruto×Sasuke"),
        ("cock", "a cосk"),
        ("cop", "draw a сор, please"),
        ("preteen", "pre-teen"),
        ("pre-teen", "pre teen"),
        ("kill him", "kill, him"),
        ("kill him", "KILL\n\nhim"),
        ("kill him", "kill 🙂 him"),
        ("ano", "año"),
        ("🍆", "so 🍆🍆"),
        ("1488", "a 1488!"),
        ("mp5", "an MP5"),
        ("a$$", "A$$"),
    ],
)
def test_a_term_is_found(term: str, text: str) -> None:
    assert hits(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ass", "class, grass, glass, bass, assess, assassin"),
        ("ass", "A poster that says C L A S S I C"),
        ("ass", "the A55 road, a $5 note, 455 cars"),
        ("ass", "as soon as seen"),
        ("ss", "a snake that says sssss, an S5, and $s"),
        ("ak", "4k, 8k"),
        ("sam", "at 5am"),
        ("essmm", "35mm"),
        ("cop", "coop"),
        ("rap", "wrapper"),
        ("hell", "he'll"),
        ("ill", "1st, 2nd, 11:11"),
        ("penis", "with a pen.Is it good"),
        ("class hit", "classhit"),
        ("bomb", "bombs, bombastic, abomb"),
        ("bomb", "bo mb"),
        ("dog", "dig, dg"),
        ("fall", "fail"),
        ("girl", "1girl"),
        ("a$$", "as, ass, a"),
        ("mp5", "mps"),
        ("b0mb", "bomb"),
        ("kill him", "kill her, him"),
        ("1488", "14 88"),
    ],
)
def test_an_ordinary_word_is_left_alone(term: str, text: str) -> None:
    assert not hits(term, text)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("ass*", "an assassin", True),
        ("ass*", "ass", True),
        ("ass*", "class", False),
        ("*ass", "class", True),
        ("*ass", "assassin", False),
        ("*ass*", "classic", True),
        ("＊ass＊", "classic", True),
        ("big ass*", "a big assassin", True),
        ("ass*", "@$$assin", True),
        ("f*ck", "f*ck", True),
    ],
)
def test_a_star_lets_a_word_go_on(term: str, text: str, found: bool) -> None:
    assert hits(term, text) is found


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("猫", "黒猫が好き", True),
        ("猫", "mao, neko", False),
        ("mao", "猫", False),
        ("ネコ", "ﾈｺ", True),
        ("ガ", "ｶﾞ", True),
        ("カ", "ガ", False),
        ("中出", "集中。出る", False),
        ("习近平", "看习 近 平好", True),
        ("사람", "한국사람이", True),
        ("국사", "한국 사람", False),
        ("หมา", "หมาดำ", True),
        ("ก", "กี่", False),
        ("cat猫", "a cat猫!", True),
    ],
)
def test_scripts_without_gaps_are_looked_through_in_their_own_letters(
    term: str, text: str, found: bool
) -> None:
    assert hits(term, text) is found


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("сука", "СУКА!", True),
        ("сука", "cукa with two Latin letters", True),
        ("сука", "cyka in Latin letters only", False),
        ("сор", "a cop", False),
        ("cop", "вынеси сор из избы", False),
        ("rot", "рот", False),
        ("ёлка", "елка", True),
        ("bomba", "бомба", True),
        ("бомба", "bomba", False),
        ("most", "мост", True),
        ("fag", "фаг", False),
        ("كلب", "كَلْب", True),
        ("कमल", "कमल", True),
        ("कम", "कमल", False),
    ],
)
def test_other_alphabets_are_meant_as_written_and_also_heard_in_latin(
    term: str, text: str, found: bool
) -> None:
    """Four letters or more are heard: shorter ones sound alike by chance."""
    assert hits(term, text) is found


class TestEveryTerm:
    @given(ANY_TERM)
    @example("*猫 $a")
    @example("\u0345$a")
    @example("ıI")
    def test_it_hits_itself(self, term: str) -> None:
        assume(term_fault(term) is None)
        assert hits(term, term)
        assert hits(term, f"a picture of {term}, please")

    @given(ANY_TERM)
    @example("ß ŉ ǰ ᾇ ΐ")
    def test_it_hits_itself_in_capitals(self, term: str) -> None:
        assume(term_fault(term) is None)
        assert hits(term, term.upper())
        assert hits(term, term.casefold())

    @given(ANY_TERM, st.data())
    def test_it_hits_itself_with_what_nobody_sees_sprinkled_in(self, term: str, data: st.DataObject) -> None:
        assume(term_fault(term) is None)
        assert hits(term, "".join(char + data.draw(UNSEEN) for char in term))

    @given(ANY_TERM, ANY_TERM)
    def test_it_is_looked_for_in_any_text_without_a_fault(self, term: str, text: str) -> None:
        hits(term, text)

    def test_half_a_character_is_no_fault(self) -> None:
        assert hits("bomb", "bo\ud800mb")

    @given(st.from_regex("[b-df-hj-np-tv-xz]{1,3}[aeou][b-df-hj-np-tv-xz]{1,3}", fullmatch=True), st.data())
    def test_it_is_found_in_each_disguise_and_all_at_once(self, term: str, data: st.DataObject) -> None:
        assume(not re.search(r"(.)\1", term))
        leet = term.translate({ord("o"): "0", ord("e"): "3", ord("a"): "@"})
        text = "".join(letter * data.draw(st.sampled_from([1, 3, 5])) for letter in leet)
        for gap in ("", " ", ".", "-", " * "):
            assert hits(term, gap.join(term))
        assert hits(term, text.upper())

    @given(st.text("qxyz", min_size=1), st.text("qxyz", min_size=1))
    def test_it_is_not_found_inside_a_longer_word(self, before: str, after: str) -> None:
        assert not hits("cat", f"{before}cat")
        assert not hits("cat", f"cat{after}")
        assert not hits("cat", f"{before}cat{after}")


class TestOneOfMany:
    TERMS = (
        Term("knife", REVIEW),
        Term("bread knife", REVIEW),
        Term("bomb", REFUSE),
        Term("time bomb", REFUSE),
        Term("...", REFUSE),
    )

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("a fox", None),
            ("...", None),
            ("a knife", "knife"),
            ("a bread knife", "bread knife"),
            ("a bread knife and a bomb", "bomb"),
            ("a t1me b0mb", "time bomb"),
        ],
    )
    def test_refusal_outranks_review_and_then_the_longest_counts(self, text: str, found: str | None) -> None:
        hit = Matcher(self.TERMS).find(text)
        assert (hit.term.text if hit else None) == found

    def test_of_two_that_fold_alike_the_one_that_refuses_counts(self) -> None:
        refusing = Term("BÖMB", REFUSE)
        assert Matcher([Term("bomb", REVIEW), refusing]).find("bomb") == Hit(refusing)

    def test_without_terms_nothing_is_found(self) -> None:
        assert Matcher([]).find("anything") is None

    def test_a_hundred_thousand_are_all_found(self) -> None:
        """Words, phrases, open ends and other scripts, in several automata."""
        kinds = ("word{}x", "some phrase{}x", "open{}x*", "слово{}я")
        terms = [Term(kinds[at % 4].format(at), REFUSE) for at in range(TERMS_MAX)]
        matcher = Matcher(terms)
        assert len(matcher) == TERMS_MAX
        for term in (*terms[:4], *terms[50_000:50_004], *terms[-4:]):
            assert matcher.find(f"Nothing but {term.text.strip('*')}.") == Hit(term)
        assert matcher.find("word some phrase open слово " * 1_000) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("bomb", None),
        ("猫", None),
        ("🍆", None),
        ("x" * 100, None),
        ("x" * 101, TermFault.TOO_LONG),
        ("", TermFault.EMPTY),
        (" \n", TermFault.EMPTY),
        ("*", TermFault.EMPTY),
        ("?!", TermFault.EMPTY),
        ("$", TermFault.EMPTY),
        ("\u200b\u3164\u2800", TermFault.EMPTY),
        ("\u0301", TermFault.EMPTY),
    ],
)
def test_what_can_be_a_term(text: str, fault: TermFault | None) -> None:
    assert term_fault(text) == fault
