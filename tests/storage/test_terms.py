"""The lists of words: one row a term, changed and written down in one transaction, however long."""

import asyncio
import random
import string
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from bot.domain.errors import TooMany
from bot.domain.filters import TERMS_MAX, FilterAction, Term, TermList, Written
from bot.storage.sqlite import Transaction
from bot.storage.terms import Terms
from tests.support.drafts import SERVER
from tests.support.records import Records

T = TypeVar("T")
VERA = 900
REFUSE, REVIEW = FilterAction.REFUSE, FilterAction.REVIEW
AUDIT = "SELECT action, actor_id, target_id, before_value, after_value FROM audit ORDER BY seq"


@pytest.fixture
def terms(records: Records) -> Terms:
    return Terms(records.store)


class TestOne:
    async def test_a_term_is_kept_with_its_action(self, records: Records, terms: Terms) -> None:
        now = records.clock.now()
        assert await terms.put(SERVER, Term("bomb", REFUSE), VERA, now) is None
        assert await terms.put(SERVER, Term("knife", REVIEW), VERA, now) is None
        assert await terms.of(SERVER) == TermList(["bomb"], ["knife"])
        assert list(await terms.of(SERVER)) == [Term("bomb", REFUSE), Term("knife", REVIEW)]
        assert await terms.of(SERVER + 1) == TermList([], [])
        assert records.database.rows(AUDIT) == [
            ("term_added", VERA, None, None, "refuse: bomb"),
            ("term_added", VERA, None, None, "review: knife"),
        ]

    async def test_another_action_takes_the_place_of_the_first(self, records: Records, terms: Terms) -> None:
        now = records.clock.now()
        await terms.put(SERVER, Term("bomb", REFUSE), VERA, now)
        assert await terms.put(SERVER, Term("bomb", REVIEW), VERA, now) is REFUSE
        assert await terms.of(SERVER) == TermList([], ["bomb"])
        assert records.database.rows(AUDIT)[1:] == [
            ("term_added", VERA, None, "refuse: bomb", "review: bomb")
        ]

    async def test_what_is_there_as_it_is_changes_nothing(self, records: Records, terms: Terms) -> None:
        now = records.clock.now()
        await terms.put(SERVER, Term("bomb", REFUSE), VERA, now)
        assert await terms.put(SERVER, Term("bomb", REFUSE), VERA, now) is REFUSE
        assert len(records.database.rows(AUDIT)) == 1

    async def test_a_term_is_taken_off_once(self, records: Records, terms: Terms) -> None:
        now = records.clock.now()
        await terms.put(SERVER, Term("bomb", REVIEW), VERA, now)
        assert not await terms.remove(SERVER + 1, "bomb", VERA, now)
        assert await terms.remove(SERVER, "bomb", VERA, now)
        assert not await terms.remove(SERVER, "bomb", VERA, now)
        assert not await terms.of(SERVER)
        assert records.database.rows(AUDIT)[1:] == [("term_removed", VERA, None, "review: bomb", None)]


class TestTyped:
    async def test_terms_are_found_by_what_is_in_them_the_beginning_first(
        self, records: Records, terms: Terms
    ) -> None:
        texts = ["a pen", "pen", "open", "pencil", "cat"]
        await terms.put_all(SERVER, dict.fromkeys(texts, REFUSE), VERA, records.clock.now())
        assert await terms.containing(SERVER, "pen", 25) == ["pen", "pencil", "a pen", "open"]
        assert await terms.containing(SERVER, "pen", 2) == ["pen", "pencil"]
        assert await terms.containing(SERVER, "", 3) == ["a pen", "cat", "open"]
        assert await terms.containing(SERVER + 1, "pen", 25) == []

    @pytest.mark.parametrize("typed", ["%", "_", "\\", "%%", "' OR 1=1 --"])
    async def test_nothing_typed_is_a_pattern(self, records: Records, terms: Terms, typed: str) -> None:
        texts = ["cat", f"a{typed}b"]
        await terms.put_all(SERVER, dict.fromkeys(texts, REFUSE), VERA, records.clock.now())
        assert await terms.containing(SERVER, typed, 25) == [f"a{typed}b"]


class TestMany:
    async def test_all_are_put_on_the_list_and_counted(self, records: Records, terms: Terms) -> None:
        now = records.clock.now()
        await terms.put_all(SERVER, {"cat": REFUSE, "dog": REFUSE}, VERA, now)
        written = await terms.put_all(SERVER, {"cat": REFUSE, "dog": REVIEW, "fox": REVIEW}, VERA, now)
        assert written == Written(added=1, changed=1, known=1)
        assert await terms.of(SERVER) == TermList(["cat"], ["dog", "fox"])
        assert records.database.rows(AUDIT) == [
            ("terms_imported", VERA, None, None, "added 2, changed 0, there already 0"),
            ("terms_imported", VERA, None, None, "added 1, changed 1, there already 1"),
        ]

    async def test_nothing_new_is_no_change(self, records: Records, terms: Terms) -> None:
        now = records.clock.now()
        await terms.put_all(SERVER, {"cat": REFUSE}, VERA, now)
        assert await terms.put_all(SERVER, {"cat": REFUSE}, VERA, now) == Written(0, 0, 1)
        assert await terms.put_all(SERVER, {}, VERA, now) == Written(0, 0, 0)
        assert len(records.database.rows(AUDIT)) == 1

    async def test_what_does_not_fit_leaves_the_list_as_it_is(
        self, records: Records, terms: Terms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.storage.terms.TERMS_MAX", 3)
        now = records.clock.now()
        await terms.put_all(SERVER, {"cat": REFUSE, "dog": REFUSE}, VERA, now)
        with pytest.raises(TooMany) as raised:
            await terms.put_all(SERVER, {"fox": REFUSE, "cow": REFUSE}, VERA, now)
        assert raised.value.most == 3
        assert await terms.of(SERVER) == TermList(["cat", "dog"], [])
        await terms.put(SERVER, Term("fox", REFUSE), VERA, now)
        with pytest.raises(TooMany):
            await terms.put(SERVER, Term("cow", REFUSE), VERA, now)
        await terms.put(SERVER, Term("fox", REVIEW), VERA, now)
        assert await terms.of(SERVER) == TermList(["cat", "dog"], ["fox"])
        assert [row[0] for row in records.database.rows(AUDIT)] == [
            "terms_imported",
            "term_added",
            "term_added",
        ]

    async def test_of_two_imports_at_once_one_is_refused(
        self, records: Records, terms: Terms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.storage.terms.TERMS_MAX", 10)
        outcomes = await asyncio.gather(
            *(
                terms.put_all(SERVER, {f"{who}{n}": REFUSE for n in range(6)}, VERA, records.clock.now())
                for who in "ab"
            ),
            return_exceptions=True,
        )
        assert [type(each) for each in outcomes] == [Written, TooMany]
        assert len(await terms.of(SERVER)) == 6

    async def test_an_import_that_is_cut_off_leaves_nothing(
        self, records: Records, terms: Terms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The process may die, or the disk be full, between any two rows."""
        run, rows = Transaction.run, 0

        async def failing(self: Transaction, query: str, **values: object) -> int:
            nonlocal rows
            rows += query == "term_put"
            if rows == 3:
                raise OSError("cut off")
            return await run(self, query, **values)

        monkeypatch.setattr(Transaction, "run", failing)
        with pytest.raises(OSError, match="cut off"):
            await terms.put_all(SERVER, dict.fromkeys("abcd", REFUSE), VERA, records.clock.now())
        monkeypatch.undo()
        assert not await terms.of(SERVER)
        assert records.database.rows(AUDIT) == []

    async def test_the_longest_list_is_written_and_read_while_everything_else_goes_on(
        self, records: Records, terms: Terms
    ) -> None:
        """100,000 terms: their rows and values are made in the database's thread."""
        letters = random.Random(7)
        many = {"".join(letters.choices(string.ascii_lowercase, k=12)): REFUSE for _ in range(TERMS_MAX)}
        written, turns = await counting_turns(terms.put_all(SERVER, many, VERA, records.clock.now()))
        assert (written.added, turns > 100) == (len(many), True)
        texts, turns = await counting_turns(terms.of(SERVER))
        assert (list(texts.refused), turns > 100) == (sorted(many), True)
        assert len(await terms.containing(SERVER, "ab", 25)) == 25


async def counting_turns(work: Coroutine[Any, Any, T]) -> tuple[T, int]:
    """What comes of it, and how many turns the event loop had meanwhile."""
    task, turns = asyncio.create_task(work), 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    return await task, turns
