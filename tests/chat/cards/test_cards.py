"""A card as Discord gets it: within every limit, whatever the rows and the prompt are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from simcord.components import validate_components, walk_components

from bot.chat import speech, words
from bot.chat.buttons import PATTERN, Verb, is_known
from bot.chat.cards import button_words, card_words
from bot.chat.cards.cards import ALT_TEXT_MAX_CHARS, alt_text, file_name, is_shortened, render
from bot.domain.cards import Card, Phase
from bot.domain.jobs import FailureReason, JobState, Review, Size, Task, TaskState
from bot.domain.language import Language
from bot.domain.ports import Upload
from bot.domain.provider import HoldReason
from tests.chat.examples import JOB_ID, NOW, a_card, a_task, cards, uploads_of
from tests.support.languages import Marked
from tests.support.prices import default_prices

COMPONENTS_V2 = 1 << 15
BUTTON, SELECT, TEXT, GALLERY = 2, 3, 10, 12
EMOJI = re.compile("[\u2300-\u2bff\U0001f000-\U0001faff\ufe0f]")

QUEUED, DRAWING = TaskState.QUEUED, TaskState.RENDERING
RENDERED, FAILED = TaskState.RENDERED, TaskState.FAILED
UNKNOWN, CANCELLED = TaskState.UNKNOWN, TaskState.CANCELLED

ONE_OF_EACH = {
    Phase.REVIEW: a_card(a_task(1, QUEUED), review=Review.WAITING, place=1),
    Phase.WAITING: a_card(a_task(1, QUEUED), place=1, expected_at=NOW),
    Phase.HELD: a_card(a_task(1, QUEUED), place=1, hold=HoldReason.BALANCE),
    Phase.DRAWING: a_card(a_task(1, DRAWING)),
    Phase.UNSURE: a_card(a_task(1, UNKNOWN)),
    Phase.DONE: a_card(a_task(1, RENDERED, cost=6_000)),
    Phase.FAILED: a_card(a_task(1, FAILED, reason=FailureReason.PROVIDER_FAILED)),
    Phase.UNSHOWN: replace(a_card(a_task(1, RENDERED, cost=6_000)), phase=Phase.UNSHOWN, pictures=()),
    Phase.CANCELLED: a_card(a_task(1, CANCELLED)),
    Phase.WITHDRAWN: a_card(a_task(1, CANCELLED), state=JobState.WITHDRAWN),
}


def rendered(card: Card, uploads: Sequence[Upload]) -> list[dict[str, Any]]:
    """The message's components as they go to Discord."""
    view: Any = render(card, default_prices(), uploads)
    return list(view.to_components())


def parts(card: Card, kind: int | None = None) -> list[dict[str, Any]]:
    """The components of a rendered card, nested ones too."""
    return [
        part for part in walk_components(rendered(card, uploads_of(card))) if kind in {None, part["type"]}
    ]


def text(card: Card) -> str:
    """Its words."""
    return "\n".join(part["content"] for part in parts(card, TEXT))


def labels(card: Card) -> list[str]:
    """Its buttons."""
    return [part["label"] for part in parts(card, BUTTON)]


@settings(max_examples=300)
@given(cards())
def test_every_card_is_within_discords_limits(card: Card) -> None:
    """Components, characters, names, descriptions (facts: Discord, 2)."""
    message = rendered(card, uploads_of(card))
    everything = list(walk_components(message))
    assert len(everything) <= 40
    contents = [part["content"] for part in everything if part["type"] == TEXT]
    assert all(contents)
    assert sum(map(len, contents)) <= 4000
    buttons = [part for part in everything if part["type"] == BUTTON]
    names = [part["custom_id"] for part in everything if "custom_id" in part]
    assert len(set(names)) == len(names)
    assert all(1 <= len(name) <= 100 and is_known(name) for name in names)
    assert all(1 <= len(part["label"]) <= 80 for part in buttons)
    for item in items(everything):
        assert 1 <= len(item["description"]) <= 1024
    validate_components(message, flags=COMPONENTS_V2)


@pytest.mark.parametrize("char", [*"*_~`|<>[]()#@:\\-+.", "🦊", "\n", "ä"])
def test_the_longest_prompt_of_the_worst_characters_fits(char: str) -> None:
    """Each escaped, and cut before that."""
    card = a_card(*(a_task(number, RENDERED) for number in range(1, 5)), prompt="x" + char * 31_999)
    assert len(text(card)) <= 1_500
    assert all(len(item["description"]) <= 1024 for item in items(parts(card)))


@given(cards())
def test_every_card_says_who_asked_for_what_and_names_its_job(card: Card) -> None:
    """The three things that are true in every phase."""
    said = text(card)
    assert f"<@{card.requester_id}> · {words.SIZES[card.request.size]}" in said
    assert f"`{card.job_id}`" in said
    assert said.startswith("> ")


@given(cards())
def test_a_card_can_be_cancelled_or_is_over_but_not_both(card: Card) -> None:
    """What is over offers the same again, or to change it; what waits offers to take it back."""
    offered = set(labels(card))
    assert (str(words.AGAIN) in offered) is (card.over and not card.unsafe)
    assert (str(words.DELETE) in offered) is (str(button_words.EDIT) in offered) is card.over
    assert (str(words.CANCEL) in offered) is card.cancellable
    assert (str(words.TRY_AGAIN) in offered) is (str(words.LEAVE_IT) in offered) is (card.unsure > 0)


@given(cards())
def test_a_card_whose_prompt_is_not_all_there_offers_the_rest(card: Card) -> None:
    """Cut, or shown on one line where there were more."""
    assert (str(words.FULL_PROMPT) in labels(card)) is is_shortened(card)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DONE])
def test_no_phase_is_told_by_an_emoji_alone(phase: Phase) -> None:
    """Screen readers skip them, and not everybody knows them."""
    card = ONE_OF_EACH[phase]
    assert card.phase is phase
    lines = [EMOJI.sub("", line).strip() for line in card_words.status(card)]
    assert lines
    assert all(re.match(r"\*\*[A-Z][a-z ]+\*\*|\*\*[A-Z][a-z ]+\.\*\*", line) for line in lines)


def test_a_picture_needs_no_words() -> None:
    """Done and complete: the picture says it, with prompt and small print around it."""
    assert card_words.status(ONE_OF_EACH[Phase.DONE]) == []


def test_every_phase_has_an_example() -> None:
    """So that the tests above cover a new one."""
    assert set(ONE_OF_EACH) == set(Phase)


@pytest.mark.parametrize(
    ("phase", "offered"),
    [
        (Phase.REVIEW, ["Cancel"]),
        (Phase.WAITING, ["Cancel"]),
        (Phase.HELD, ["Cancel"]),
        (Phase.DRAWING, []),
        (Phase.UNSURE, ["Try again (may be charged twice)", "Leave it"]),
        (Phase.DONE, ["Again", "Edit prompt", "Bigger ($0.024)", "Keep", "Send to me", "Report", "Delete"]),
        (Phase.FAILED, ["Again", "Edit prompt", "Delete"]),
        (Phase.UNSHOWN, ["Again", "Edit prompt", "Delete"]),
        (Phase.CANCELLED, ["Again", "Edit prompt", "Delete"]),
        (Phase.WITHDRAWN, ["Again", "Edit prompt", "Delete"]),
    ],
)
def test_each_phase_offers_what_makes_sense_in_it(phase: Phase, offered: list[str]) -> None:
    """And nothing that would only be refused."""
    assert labels(ONE_OF_EACH[phase]) == offered


def test_the_largest_size_of_a_shape_offers_no_bigger_one() -> None:
    done = ONE_OF_EACH[Phase.DONE]
    largest = replace(done, request=replace(done.request, size=Size.SQUARE_2K))
    assert words_missing(labels(done), labels(largest)) == ["Bigger ($0.024)"]


def test_what_the_safety_system_refused_is_offered_to_be_changed_and_not_to_be_repeated() -> None:
    """The same again would be refused again, and several refusals may block whoever asks."""
    only_refused = a_card(a_task(1, FAILED), a_task(2, FAILED), a_task(3, CANCELLED), strikes=True)
    also_failed = a_card(a_task(1, FAILED), a_task(2, FAILED, reason=FailureReason.PROVIDER_FAILED))
    also_drawn = a_card(a_task(1, FAILED), a_task(2, RENDERED), strikes=True)

    assert labels(only_refused) == ["Edit prompt", "Delete"]
    assert parts(only_refused, BUTTON)[0]["style"] == discord.ButtonStyle.primary.value
    assert parts(only_refused, SELECT) == []
    for card in (also_failed, also_drawn):
        assert labels(card)[:2] == ["Again", "Edit prompt"]
        assert parts(card, SELECT)
    warning = "Several refusals by the safety system block you for a while."
    assert [warning in text(card) for card in (only_refused, also_failed, also_drawn)] == [True, False, True]


def test_the_original_is_offered_where_what_is_shown_is_not_it() -> None:
    done = ONE_OF_EACH[Phase.DONE]
    shown = walk_components(rendered(done, [Upload(f"images/{JOB_ID}/1.fit-9.jpg", 1, reencoded=True)]))
    offered = [part["label"] for part in shown if part["type"] == BUTTON]
    assert words_missing(offered, labels(done)) == ["Original"]


def test_every_other_size_and_quality_is_offered_with_the_price_of_all_its_pictures() -> None:
    """Nobody is surprised by the bill: it is for as many pictures as the card shows."""
    card = a_card(a_task(1, RENDERED), a_task(2, RENDERED))
    (choice,) = parts(card, SELECT)
    offered = {option["value"]: option["description"] for option in choice["options"]}
    assert list(offered) == [size.value for size in Size if size is not card.request.size] + [
        "medium",
        "high",
    ]
    assert offered["1536x1024"] == "About $0.012 for 2 pictures"
    assert offered["high"] == "About $0.26 for 2 pictures"
    assert all(max(map(len, (each["label"], each["description"]))) <= 100 for each in choice["options"])


@pytest.mark.parametrize("phase", Phase)
def test_another_size_is_offered_where_the_same_again_is(phase: Phase) -> None:
    card = ONE_OF_EACH[phase]
    assert bool(parts(card, SELECT)) is card.over


@pytest.mark.parametrize("reason", FailureReason)
def test_every_failure_says_why_what_it_cost_and_what_to_do(reason: FailureReason) -> None:
    """In words of its own."""
    shown = text(a_card(a_task(1, FAILED, reason=reason)))
    assert "**No picture.** The" in shown or "**No picture.** What" in shown
    assert "charged" in shown
    assert "Try" in shown or "Tell the bot's operator" in shown


@pytest.mark.parametrize("reason", FailureReason)
def test_a_failure_that_was_billed_is_not_called_free(reason: FailureReason) -> None:
    """Whatever the reason, the bill counts."""
    shown = text(a_card(a_task(1, FAILED, reason=reason, cost=6_000)))
    assert "Nothing was charged" not in shown
    assert "$0.006" in shown


def test_the_picture_that_is_missing_is_not_called_charged() -> None:
    """What is on the card costs what the small print says; the missing one is not part of it."""
    missing = a_task(2, FAILED, reason=FailureReason.PROVIDER_FAILED)
    shown = text(a_card(a_task(1, RENDERED, cost=6_000), missing))
    assert "1 picture missing." in shown
    assert "Nothing was charged for it." in shown
    assert "$0.006" in shown


def test_each_kind_of_failure_is_told_with_its_own_cost() -> None:
    """A refusal that cost nothing beside a bad picture that was paid: neither is told of the other."""
    refused = a_task(1, FAILED, reason=FailureReason.SAFETY)
    bad = a_task(2, FAILED, reason=FailureReason.PICTURE_BAD, cost=6_000)
    shown = text(a_card(refused, bad))
    assert "refused this prompt. Nothing was charged for it." in shown
    assert "can be shown. It was charged." in shown


@pytest.mark.parametrize(
    ("some", "sum_shown"),
    [
        ([a_task(1, QUEUED), a_task(2, QUEUED)], "-# about $0.012 ·"),
        ([a_task(1, RENDERED, cost=5_500), a_task(2, DRAWING)], "-# about $0.0115 ·"),
        ([a_task(1, RENDERED, cost=6_000), a_task(2, CANCELLED)], "-# $0.006 ·"),
        ([a_task(1, FAILED, reason=FailureReason.TOO_LATE, cost=6_000)], "-# up to $0.006 ·"),
        ([a_task(1, QUEUED, doubt=6_000)], "-# up to about $0.012 ·"),
        ([a_task(1, RENDERED, cost=5_500, doubt=6_000)], "-# up to $0.0115 ·"),
        ([a_task(1, FAILED, doubt=12_000)], "-# up to $0.012 ·"),
        ([a_task(1, CANCELLED, doubt=6_000)], "-# up to $0.006 ·"),
    ],
)
def test_the_small_print_tells_an_estimate_from_a_bill(some: list[Any], sum_shown: str) -> None:
    """About, exactly, or at most; and with what earlier tries may have cost."""
    assert sum_shown in text(a_card(*some))


@given(cards())
def test_a_card_says_that_an_earlier_try_may_have_been_charged_exactly_when_one_may(card: Card) -> None:
    """In every phase, beside a picture too; and only once."""
    said = text(card).count("An earlier try was never answered and may have been charged.")
    assert said == (1 if card.doubt_microusd else 0)


@pytest.mark.parametrize(
    "last",
    [
        a_task(1, CANCELLED, doubt=6_000),
        a_task(1, FAILED, doubt=6_000),
        a_task(1, FAILED, reason=FailureReason.REJECTED, doubt=6_000),
    ],
    ids=["cancelled", "refused", "not accepted"],
)
def test_what_was_perhaps_paid_once_is_never_called_free(last: Task) -> None:
    """The last try cost nothing; that is said of it alone."""
    shown = text(a_card(last))
    assert "othing was charged" not in shown
    assert "Not charged" not in shown


def test_of_two_pictures_only_the_one_tried_before_is_in_doubt() -> None:
    """The other failed at its first try and cost nothing."""
    shown = text(a_card(a_task(1, FAILED, doubt=6_000), a_task(2, FAILED)))
    assert (
        "1 picture: The image service's safety system refused this prompt. This try was not charged." in shown
    )
    assert (
        "1 picture: The image service's safety system refused this prompt. Nothing was charged for it."
        in shown
    )


def test_a_place_that_is_not_known_is_not_told() -> None:
    """The line may have moved between two looks."""
    shown = text(a_card(a_task(1, QUEUED)))
    assert "**Waiting**." in shown
    assert "None" not in shown


def test_pictures_are_named_by_us() -> None:
    """Plain ASCII, unique on the card, found by the gallery; a prompt never gets into a file name."""
    card = a_card(a_task(1, RENDERED), a_task(2, RENDERED), prompt="../../etc/passwd\n.exe")
    names = [file_name(card, upload) for upload in uploads_of(card)]
    assert names == [f"imagine-{JOB_ID}-1.png", f"imagine-{JOB_ID}-2.png"]
    urls = [item["media"]["url"] for item in items(parts(card))]
    assert urls == [f"attachment://{name}" for name in names]


def test_a_picture_made_smaller_is_named_by_what_it_is() -> None:
    """Discord shows a file by its ending."""
    smaller = Upload(f"images/{JOB_ID}/1.fit-100.jpg", 1, reencoded=True)
    card = a_card(a_task(1, RENDERED))
    assert file_name(card, smaller) == f"imagine-{JOB_ID}-1.jpg"
    shown = walk_components(rendered(card, [smaller]))
    assert "the original is stored" in "".join(part.get("content", "") for part in shown)


def test_a_private_card_calls_commands_as_its_readers_discord_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody spoken to in German whose Discord is French: `/show` is what they can type."""
    monkeypatch.setattr(speech, "catalogue_of", Marked)
    card = a_card(a_task(1, DRAWING), farewell=True)
    shown = text(replace(card, language=Language.GERMAN, command_language=Language.FRENCH))
    assert "[de] ⏱️ **Last update here.**" in shown
    assert "`/[fr] show`" in shown


def test_the_alternative_text_is_the_prompt() -> None:
    """Cut where Discord cuts, on one line, unescaped: nothing in it acts."""
    card = a_card(a_task(1, RENDERED), prompt="a *red*\nfox")
    (upload,) = uploads_of(card)
    assert alt_text(card, upload) == "AI-generated picture: a *red* fox"
    card = a_card(a_task(1, RENDERED), prompt="x" * 32_000)
    assert len(alt_text(card, upload)) == ALT_TEXT_MAX_CHARS


async def test_a_rendered_card_keeps_nothing_in_memory() -> None:
    """Its buttons are found by their names."""
    assert render(ONE_OF_EACH[Phase.WAITING], default_prices()).is_finished()


@pytest.mark.parametrize("verb", Verb)
def test_every_button_can_be_found_by_its_name(verb: Verb) -> None:
    """After a restart, and months later."""
    found = PATTERN.fullmatch(f"job:{verb}:{JOB_ID}")
    assert found is not None
    assert (found["verb"], found["job_id"]) == (verb, JOB_ID)


def words_missing(some: list[str], others: list[str]) -> list[str]:
    """What the first say and the others do not, which say the rest in the same order."""
    missing = [each for each in some if each not in others]
    assert [each for each in some if each not in missing] == others
    return missing


def items(everything: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the galleries among these components show."""
    for part in everything:
        if part["type"] == GALLERY:
            yield from part["items"]
