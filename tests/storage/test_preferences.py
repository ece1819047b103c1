"""What members choose: a row for each who chose something."""

from dataclasses import replace

import pytest

from bot.domain.jobs import Quality, Size
from bot.domain.language import Language
from bot.domain.preferences import Notify, Preferences
from bot.storage.preferences import PreferenceList
from tests.support.drafts import ANA, BEN
from tests.support.records import Records

EVERYTHING = Preferences(
    size=Size.PORTRAIT_4K,
    quality=Quality.HIGH,
    count=4,
    notify=Notify.NEVER,
    private=False,
    language=Language.JAPANESE,
)


@pytest.fixture
def preferences(records: Records) -> PreferenceList:
    return PreferenceList(records.store)


async def test_who_chose_nothing_has_no_row(records: Records, preferences: PreferenceList) -> None:
    assert await preferences.of(ANA) == Preferences()
    await preferences.change(ANA, lambda _: EVERYTHING)
    await preferences.change(ANA, lambda _: Preferences())
    assert records.database.rows("SELECT * FROM preference") == []


async def test_all_choices_are_kept_as_they_were_made(preferences: PreferenceList) -> None:
    assert await preferences.change(ANA, lambda _: EVERYTHING) == EVERYTHING
    assert await preferences.of(ANA) == EVERYTHING
    assert await preferences.of(BEN) == Preferences()


async def test_one_choice_changes_no_other(preferences: PreferenceList) -> None:
    await preferences.change(ANA, lambda _: EVERYTHING)
    await preferences.change(ANA, lambda before: replace(before, size=None))
    after = await preferences.change(ANA, lambda before: replace(before, private=True))
    assert after == replace(EVERYTHING, size=None, private=True)
    assert await preferences.of(ANA) == after


async def test_only_who_chose_a_language_is_listed_with_it(preferences: PreferenceList) -> None:
    await preferences.change(ANA, lambda _: Preferences(language=Language.GERMAN))
    await preferences.change(BEN, lambda _: Preferences(count=2))
    assert await preferences.languages() == {ANA: Language.GERMAN}


async def test_a_request_keeps_when_its_requester_wants_to_be_told(
    records: Records, preferences: PreferenceList
) -> None:
    """As it was when they asked: a later choice is for later requests."""
    first = await records.accepted(by=ANA)
    await preferences.change(ANA, lambda _: Preferences(notify=Notify.ALWAYS))
    second = await records.accepted(by=ANA)
    other = await records.accepted(by=BEN)
    told = dict(records.database.rows("SELECT id, notify FROM job"))
    assert told == {first.job.id: "long", second.job.id: "always", other.job.id: "long"}
