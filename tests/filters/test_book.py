"""The filters of many servers at once: each built once, never an old one, and not all of them kept."""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.filters import FilterAction, Hit, Term
from bot.filters import book as module
from bot.filters.book import FilterBook
from bot.filters.matcher import Matcher

BOMB = Term("bomb", FilterAction.REFUSE)
KNIFE = Term("knife", FilterAction.REVIEW)
SERVER, OTHER, THIRD = 1, 2, 3


class Lists:
    """Servers' lists, as a database would have them; a shut gate keeps a reader waiting after it has read."""

    def __init__(self) -> None:
        self.terms: dict[int, Sequence[Term]] = {SERVER: [BOMB]}
        self.read: Counter[int] = Counter()
        self.reading = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Exception | None = None

    async def of(self, guild_id: int) -> Sequence[Term]:
        self.read[guild_id] += 1
        terms = self.terms.get(guild_id, [])
        self.reading.set()
        await self.gate.wait()
        if self.fault:
            raise self.fault
        return terms


@pytest.fixture
def lists() -> Lists:
    return Lists()


@pytest.fixture
def book(lists: Lists) -> FilterBook:
    return FilterBook(lists.of)


async def test_each_server_has_its_own_terms(book: FilterBook, lists: Lists) -> None:
    lists.terms[OTHER] = [KNIFE]
    assert await book.check(SERVER, "a bomb and a knife") == Hit(BOMB)
    assert await book.check(OTHER, "a bomb and a knife") == Hit(KNIFE)
    assert await book.check(THIRD, "a bomb and a knife") is None


async def test_a_list_is_read_once_and_so_is_an_empty_one(book: FilterBook, lists: Lists) -> None:
    for _ in range(3):
        await book.check(SERVER, "a fox")
        await book.check(OTHER, "a fox")
    assert lists.read == {SERVER: 1, OTHER: 1}


async def test_ten_prompts_at_once_wait_for_one_build(book: FilterBook, lists: Lists) -> None:
    lists.gate.clear()
    checks = [asyncio.create_task(book.check(SERVER, f"bomb {number}")) for number in range(10)]
    await lists.reading.wait()
    lists.gate.set()
    assert await asyncio.gather(*checks) == [Hit(BOMB)] * 10
    assert lists.read[SERVER] == 1


async def test_a_changed_list_is_read_again(book: FilterBook, lists: Lists) -> None:
    await book.check(SERVER, "a fox")
    lists.terms[SERVER] = [KNIFE]
    assert await book.check(SERVER, "a knife") is None
    book.forget(SERVER)
    assert await book.check(SERVER, "a knife") == Hit(KNIFE)


async def test_a_list_that_changes_while_it_is_built_is_built_again(book: FilterBook, lists: Lists) -> None:
    lists.gate.clear()
    early = asyncio.create_task(book.check(SERVER, "a knife"))
    await lists.reading.wait()
    lists.terms[SERVER] = [KNIFE]
    book.forget(SERVER)
    late = asyncio.create_task(book.check(SERVER, "a knife"))
    lists.gate.set()
    assert await early == await late == Hit(KNIFE)
    assert await book.check(SERVER, "a knife") == Hit(KNIFE)
    assert lists.read[SERVER] == 2


async def test_forgetting_a_server_that_was_never_asked_for_is_nothing(book: FilterBook) -> None:
    book.forget(OTHER)
    assert await book.check(OTHER, "a fox") is None


async def test_a_list_that_cannot_be_read_is_told_to_all_who_wait_and_tried_again(
    book: FilterBook, lists: Lists
) -> None:
    lists.fault = StoreBusy()
    told = await asyncio.gather(*(book.check(SERVER, "a bomb") for _ in range(3)), return_exceptions=True)
    assert [type(fault) for fault in told] == [StoreBusy] * 3
    lists.fault = None
    assert await book.check(SERVER, "a bomb") == Hit(BOMB)


async def test_who_gives_up_waiting_takes_it_from_nobody(book: FilterBook, lists: Lists) -> None:
    lists.gate.clear()
    hasty, patient = (asyncio.create_task(book.check(SERVER, "a bomb")) for _ in range(2))
    await lists.reading.wait()
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    lists.gate.set()
    assert await patient == Hit(BOMB)
    assert lists.read[SERVER] == 1


async def test_the_server_that_was_not_needed_for_longest_is_let_go(lists: Lists) -> None:
    book = FilterBook(lists.of, servers_max=2)
    for server in (SERVER, OTHER, SERVER, THIRD, SERVER, OTHER):
        await book.check(server, "a fox")
    assert lists.read == {SERVER: 1, OTHER: 2, THIRD: 1}


async def test_many_long_lists_are_not_all_kept(lists: Lists) -> None:
    lists.terms |= {server: [BOMB, KNIFE] for server in (SERVER, OTHER, THIRD)}
    book = FilterBook(lists.of, terms_max=4)
    for server in (SERVER, OTHER, THIRD, SERVER):
        await book.check(server, "a fox")
    assert lists.read == {SERVER: 2, OTHER: 1, THIRD: 1}


async def test_one_list_longer_than_all_may_be_is_kept_while_it_is_the_only_one(lists: Lists) -> None:
    lists.terms[SERVER] = [BOMB, KNIFE]
    book = FilterBook(lists.of, terms_max=1)
    for _ in range(2):
        assert await book.check(SERVER, "a bomb") == Hit(BOMB)
    assert lists.read[SERVER] == 1


@pytest.mark.parametrize(("text", "beside"), [("a fox", False), ("a fox " * 1_000, True), ("лиса", True)])
async def test_a_long_or_foreign_text_is_looked_through_beside_the_event_loop(
    book: FilterBook, monkeypatch: pytest.MonkeyPatch, text: str, beside: bool
) -> None:
    """The event loop must not stand still for longer than 20 ms."""
    threads: dict[str, threading.Thread] = {}

    class Watched(Matcher):
        def __init__(self, terms: Sequence[Term]) -> None:
            threads["build"] = threading.current_thread()
            super().__init__(terms)

        def find(self, text: str) -> Hit | None:
            threads["find"] = threading.current_thread()
            return super().find(text)

    monkeypatch.setattr(module, "Matcher", Watched)
    await book.check(SERVER, text)
    assert threads["build"] is not threading.main_thread()
    assert (threads["find"] is not threading.main_thread()) is beside
