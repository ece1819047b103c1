"""Every sentence of `/imagine-admin filter`."""

from collections.abc import Iterator, Mapping

from bot.chat.moderation.settings_words import NO_LOG
from bot.chat.text import in_marks, quoted
from bot.domain.filters import TERM_MAX_CHARS, FilterAction, Hit, Term, TermFault, TermList
from bot.services.filters import Imported

FILTER = "Words and phrases that prompts must not have in them"
ADD = "Put a word or phrase on the list; spellings that look the same are found too"
REMOVE = "Take a word or phrase off the list"
LIST = "All words and phrases on the list"
TEST = "Try out what would become of a prompt; nothing is asked for and nothing is paid"
IMPORT = "Put all words and phrases of a text file on the list"
ADD_TERM = "A word or phrase; a * at its beginning or end finds longer words too"
ADD_ACTION = "What becomes of a prompt with it; refused if you leave it out"
REMOVE_TERM = "A word or phrase as it stands on the list"
TEST_TEXT = "A prompt, or a part of one"
IMPORT_FILE = (
    "A .txt file (UTF-8): a word or phrase a line; # is a comment, review: is for a moderator to look at"
)

ACTIONS: Mapping[FilterAction, str] = {
    FilterAction.REFUSE: "Refuse the prompt",
    FilterAction.REVIEW: "Let a moderator look at it first",
}
_FAULTS: Mapping[TermFault, str] = {
    TermFault.EMPTY: "no letters or digits",
    TermFault.TOO_LONG: f"longer than {TERM_MAX_CHARS} characters",
}
_BECOMES: Mapping[FilterAction, str] = {
    FilterAction.REFUSE: "Prompts with it are refused from now on.",
    FilterAction.REVIEW: "Prompts with it wait for a moderator from now on.",
}


def added(term: Term, before: FilterAction | None, *, can_review: bool) -> str:
    """What holds from now on; `can_review`: whether moderators can be asked."""
    if before is term.action:
        return f"{in_marks(term.text)} is on the list already. Nothing was changed."
    what = "is on the list now" if before is None else "was on the list already, and is changed now"
    return _with_doubt(f"{in_marks(term.text)} {what}. {_BECOMES[term.action]}", term.action, can_review)


def removed(text: str) -> str:
    """What holds from now on."""
    return f"{in_marks(text)} is off the list. It is not looked for any more."


def tested(hit: Hit | None, *, can_review: bool) -> str:
    """What would become of a prompt; `can_review`: whether moderators can be asked."""
    if hit is None:
        return "Nothing on the list is in it: the filter would let it pass."
    refused = hit.term.action is FilterAction.REFUSE or not can_review
    becomes = "be **refused**" if refused else "**wait for a moderator**"
    sentence = f"It would {becomes}, because of {in_marks(hit.term.text)}."
    return _with_doubt(sentence, hit.term.action, can_review)


def title(terms: TermList) -> str:
    """What stands above the list."""
    if not terms:
        return "There is nothing on the list: the filter lets every prompt pass."
    refused, reviewed = len(terms.refused), len(terms.reviewed)
    return f"**On the list:** {refused:,} refused, {reviewed:,} for a moderator to look at."


def lines(terms: TermList) -> Iterator[str]:
    """The list in a message."""
    marks = {FilterAction.REFUSE: "", FilterAction.REVIEW: " (for a moderator)"}
    return (f"- {quoted(term.text)}{marks[term.action]}" for term in terms)


def in_file(terms: TermList) -> str:
    """The list as a file that can be imported again."""
    marks = {FilterAction.REFUSE: "", FilterAction.REVIEW: "review: "}
    return "".join(f"{marks[term.action]}{term.text}\n" for term in terms)


def imported(result: Imported, *, can_review: bool) -> str:
    """How many lines of a file are on the list now, and which are not; `can_review`: as above."""
    written, known = result.written, result.written.known + result.repeated
    changed = f" {written.changed:,} changed." if written.changed else ""
    numbers = f"{written.added:,} added.{changed} {known:,} there already. {result.skipped:,} skipped."
    told = [f"**The list is imported.** {numbers}"]
    told += [f"Line {each.line:,} was skipped: {_FAULTS[each.fault]}." for each in result.first_skipped]
    if more := result.skipped - len(result.first_skipped):
        told.append(f"{more:,} more were skipped for such reasons.")
    if result.for_review and not can_review:
        told.append(NO_LOG)
    return "\n".join(told)


def _with_doubt(sentence: str, action: FilterAction, can_review: bool) -> str:
    return sentence if can_review or action is FilterAction.REFUSE else f"{sentence}\n{NO_LOG}"
