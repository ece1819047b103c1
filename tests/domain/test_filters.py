"""Lists of words."""

from bot.domain.filters import FilterAction, Term, TermList


def test_a_list_has_its_refused_terms_first() -> None:
    terms = TermList(["bomb", "gun"], ["knife"])
    assert len(terms) == 3
    assert list(terms) == [
        Term("bomb", FilterAction.REFUSE),
        Term("gun", FilterAction.REFUSE),
        Term("knife", FilterAction.REVIEW),
    ]
    assert list(terms) == list(terms), "it can be gone through again"


def test_a_term_is_on_a_list_with_its_action() -> None:
    terms = TermList(["bomb"], ["knife"])
    assert Term("knife", FilterAction.REVIEW) in terms
    assert Term("knife", FilterAction.REFUSE) not in terms
    assert not TermList()
