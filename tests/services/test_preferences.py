"""What `/imagine` takes where nothing is said: it never waits long for it."""

import asyncio

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.jobs import Quality, Size
from bot.domain.language import Language
from bot.domain.moderation import AccountId
from bot.domain.preferences import Preferences
from bot.services.preferences import Choices
from bot.services.server_settings import Options
from bot.storage.preferences import PreferenceList
from tests.support.drafts import ANA, BEN, SERVER
from tests.support.records import Records


async def of_server(_: AccountId) -> Options:
    return (Size.LANDSCAPE, Quality.MEDIUM, 3)


async def test_a_members_own_choice_goes_before_the_servers(records: Records) -> None:
    choices = Choices(PreferenceList(records.store), {}, of_server)
    await choices.change(ANA, lambda _: Preferences(size=Size.PORTRAIT, private=True))
    hers, his = await choices.defaults(ANA, SERVER), await choices.defaults(BEN, SERVER)
    assert (hers.options, hers.private) == ((Size.PORTRAIT, Quality.MEDIUM, 3), True)
    assert (his.options, his.private) == ((Size.LANDSCAPE, Quality.MEDIUM, 3), False)


async def test_languages_are_at_hand_at_every_moment(records: Records) -> None:
    languages: dict[int, Language] = {}
    choices = Choices(PreferenceList(records.store), languages, of_server)
    await choices.change(ANA, lambda _: Preferences(language=Language.KOREAN))
    assert languages == {ANA: Language.KOREAN}
    await choices.clear(ANA)
    assert languages == {}


async def test_a_database_that_does_not_answer_is_not_waited_for(records: Records) -> None:
    async def never(_: AccountId) -> Options:
        await asyncio.Event().wait()
        raise AssertionError

    choices = Choices(PreferenceList(records.store), {}, never)
    with pytest.raises(StoreBusy):
        await choices.defaults(ANA, SERVER)
