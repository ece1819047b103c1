"""The word filter of a server: terms as they are kept, lists that are imported, and what holds when."""

import asyncio

import pytest

from bot.domain.errors import NoSuchTerm, StoreBusy, TermFileUnreadable, TermUnusable, TooMany
from bot.domain.filters import FilterAction, Hit, Term, TermFault, TermList, Written
from bot.domain.moderation import OperatorDefaults
from bot.filters.book import FilterBook
from bot.filters.matcher import term_fault
from bot.services import filters as module
from bot.services.filters import IMPORT_MAX_BYTES, Skipped, WordFilter, tidy
from bot.services.moderators import Moderator
from bot.storage.servers import Servers
from bot.storage.terms import Terms
from tests.support.drafts import SERVER
from tests.support.records import Records

VERA = Moderator(900, SERVER, is_owner=False, rank=5)
REFUSE, REVIEW = FilterAction.REFUSE, FilterAction.REVIEW


@pytest.fixture
def book(records: Records) -> FilterBook:
    return FilterBook(Terms(records.store).of)


@pytest.fixture
def words(records: Records, book: FilterBook) -> WordFilter:
    return word_filter(records, book)


def word_filter(records: Records, book: FilterBook) -> WordFilter:
    servers = Servers(records.store, OperatorDefaults())
    return WordFilter(Terms(records.store), servers, book, records.clock, fault_of=term_fault)


class TestOne:
    async def test_a_term_holds_as_soon_as_it_is_added(self, words: WordFilter) -> None:
        assert await words.test(VERA, "a big bomb") is None
        assert await words.add(VERA, "bomb", REFUSE) == (Term("bomb", REFUSE), None)
        assert await words.test(VERA, "a big BÖMB") == Hit(Term("bomb", REFUSE))
        assert await words.add(VERA, "bomb", REVIEW) == (Term("bomb", REVIEW), REFUSE)
        assert await words.test(VERA, "a big bomb") == Hit(Term("bomb", REVIEW))
        assert await words.remove(VERA, "bomb") == "bomb"
        assert await words.test(VERA, "a big bomb") is None

    async def test_a_term_is_found_again_however_it_is_typed(self, words: WordFilter) -> None:
        await words.add(VERA, "  Big\n  BOMB ", REFUSE)
        assert await words.list(VERA) == TermList(["big bomb"], [])
        assert await words.containing(VERA, " BIG", 25) == ["big bomb"]
        assert await words.remove(VERA, "big  bomb") == "big bomb"

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", TermFault.EMPTY),
            (" \u200b\n", TermFault.EMPTY),
            ("***", TermFault.EMPTY),
            ("?!", TermFault.EMPTY),
            ("\ud800", TermFault.EMPTY),
            ("x" * 101, TermFault.TOO_LONG),
        ],
    )
    async def test_what_cannot_be_a_term_is_refused(
        self, records: Records, words: WordFilter, text: str, fault: TermFault
    ) -> None:
        with pytest.raises(TermUnusable) as raised:
            await words.add(VERA, text, REFUSE)
        assert raised.value.fault == fault
        assert records.database.value("SELECT COUNT(*) FROM audit") == 0

    async def test_what_is_not_on_the_list_cannot_be_removed(self, words: WordFilter) -> None:
        with pytest.raises(NoSuchTerm):
            await words.remove(VERA, "bomb")

    async def test_a_term_that_is_added_while_the_list_cannot_be_read_is_added_all_the_same(
        self, records: Records
    ) -> None:
        """Nobody is told that nothing was changed when something was."""

        async def away(_: int) -> list[Term]:
            raise StoreBusy

        words = word_filter(records, FilterBook(away))
        await words.add(VERA, "bomb", REFUSE)
        assert await words.list(VERA) == TermList(["bomb"], [])


class TestTidy:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("Bomb", "bomb"),
            (" two \t words\r\n", "two words"),
            ("zero\u200bwidth", "zerowidth"),
            ("e\u0301", "é"),
            ("\u202egnp.exe", "gnp.exe"),
            ("a\x00b\ud800c", "abc"),
            ("نمی\u200cخواهم", "نمی\u200cخواهم"),
            ("STRASSE", "strasse"),
        ],
    )
    def test_a_term_is_kept_as_people_read_it(self, typed: str, kept: str) -> None:
        assert tidy(typed) == kept
        assert tidy(kept) == kept


class TestImport:
    async def test_every_line_is_a_term(self, words: WordFilter) -> None:
        content = "# made by hand\n\nBomb\r\nreview: Knife\nREVIEW:axe\n  big gun  \n#no\nnote: this\n"
        imported = await words.import_(VERA, content.encode())
        assert (imported.written, imported.repeated, imported.skipped) == (Written(5, 0, 0), 0, 0)
        assert await words.list(VERA) == TermList(["big gun", "bomb", "note: this"], ["axe", "knife"])
        assert await words.test(VERA, "my big gun") == Hit(Term("big gun", REFUSE))

    async def test_what_was_there_and_what_is_repeated_is_counted(self, words: WordFilter) -> None:
        await words.add(VERA, "bomb", REFUSE)
        await words.add(VERA, "knife", REFUSE)
        imported = await words.import_(VERA, b"BOMB\nreview: knife\naxe\nAXE\n axe\n")
        assert imported.written == Written(added=1, changed=1, known=1)
        assert imported.repeated == 2

    async def test_of_a_term_with_two_actions_the_last_line_holds(self, words: WordFilter) -> None:
        await words.import_(VERA, b"bomb\nreview: bomb\nreview: axe\naxe\n")
        assert await words.list(VERA) == TermList(["axe"], ["bomb"])

    async def test_unusable_lines_are_skipped_and_the_first_ten_named(self, words: WordFilter) -> None:
        bad = ["***", "x" * 101, "review:", "y" * 100_000] + ["!"] * 20
        imported = await words.import_(VERA, "\n".join(["bomb", *bad, "axe"]).encode())
        assert imported.written == Written(2, 0, 0)
        assert imported.skipped == 24
        assert list(imported.first_skipped) == [
            Skipped(2, TermFault.EMPTY),
            Skipped(3, TermFault.TOO_LONG),
            Skipped(4, TermFault.EMPTY),
            Skipped(5, TermFault.TOO_LONG),
            *(Skipped(line, TermFault.EMPTY) for line in range(6, 12)),
        ]

    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    async def test_lines_are_numbered_as_editors_number_them(self, words: WordFilter, newline: str) -> None:
        content = newline.join(["# a comment", "", "bomb", "one\u2028line", "***"])
        imported = await words.import_(VERA, content.encode("utf-8-sig"))
        assert list(imported.first_skipped) == [Skipped(5, TermFault.EMPTY)]
        assert await words.list(VERA) == TermList(["bomb", "one line"], [])

    @pytest.mark.parametrize(
        "content", ["bömb".encode("latin-1"), "bomb".encode("utf-16"), b"bo\x00mb", b"\xed\xa0\x80"]
    )
    async def test_what_is_no_text_in_utf_8_is_refused(
        self, records: Records, words: WordFilter, content: bytes
    ) -> None:
        with pytest.raises(TermFileUnreadable):
            await words.import_(VERA, content)
        assert records.database.value("SELECT COUNT(*) FROM filter_term") == 0

    async def test_a_list_without_terms_changes_nothing(self, records: Records, words: WordFilter) -> None:
        imported = await words.import_(VERA, b"# nothing\n\n")
        assert imported.written == Written(0, 0, 0)
        assert records.database.value("SELECT COUNT(*) FROM audit") == 0

    async def test_more_terms_than_a_list_holds_are_refused_whole(
        self, words: WordFilter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "TERMS_MAX", 3)
        with pytest.raises(TooMany):
            await words.import_(VERA, b"a\nb\nc\nd\n")
        assert await words.list(VERA) == TermList([], [])
        assert (await words.import_(VERA, b"a\nb\nc\nc\n")).written.added == 3

    async def test_the_longest_list_is_imported_while_everything_else_goes_on(
        self, records: Records, words: WordFilter
    ) -> None:
        """100,000 terms in a file as large as may be, and one more."""
        content = b"".join(b"term number %d\n" % number for number in range(100_000))
        content += b"#" * (IMPORT_MAX_BYTES - len(content))
        importing, turns = asyncio.create_task(words.import_(VERA, content)), 0
        while not importing.done():
            await asyncio.sleep(0)
            turns += 1
        assert (await importing).written == Written(100_000, 0, 0)
        assert turns > 1_000
        assert await words.test(VERA, "this is TERM number 99999!") == Hit(Term("term number 99999", REFUSE))
        with pytest.raises(TooMany):
            await words.add(VERA, "one more", REFUSE)
        assert records.database.value("SELECT COUNT(*) FROM filter_term") == 100_000

    async def test_lists_outlive_the_run(self, records: Records, words: WordFilter) -> None:
        await words.import_(VERA, b"bomb\n")
        later = FilterBook(Terms(records.run("later").store).of)
        assert await later.check(SERVER, "a bomb") == Hit(Term("bomb", REFUSE))
