"""`/preferences`: one view in which members choose what holds for them."""

from typing import Any

import pytest
from simcord import InteractionResult, ResponseMessage
from simcord.enums import ComponentType

from bot.chat import speech, words
from bot.domain.errors import PreferenceUnknown
from bot.domain.language import Language
from tests.support.discord import Forge, World, nothing_happened
from tests.support.languages import Marked
from tests.support.shown import Shown

COMPONENTS_MAX = 40
"""Discord's limit for a message, nested ones too."""


async def opened(world: World, *, as_: Any = None) -> Shown:
    """The view."""
    return world.answer(await (as_ or world.mira).slash(world.channel, "preferences"))


async def choose(world: World, view: Shown, what: str, value: str, *, as_: Any = None) -> InteractionResult:
    """Choose a value in a select."""
    message = ResponseMessage(world.env, view.message)
    result: InteractionResult = await (as_ or world.mira).select(message, [value], custom_id=f"pref:{what}")
    return result


def chosen(world: World, view: Shown) -> dict[str, str]:
    """What each select shows as chosen, by its name."""
    selects = world.components(world.again(view), ComponentType.STRING_SELECT)
    return {
        select["custom_id"].removeprefix("pref:"): option["label"]
        for select in selects
        for option in select["options"]
        if option.get("default")
    }


async def test_without_a_choice_everything_is_left_to_the_server(world: World) -> None:
    view = await opened(world)
    assert view.private
    assert chosen(world, view) == {
        "size": "Size: as the server sets it",
        "quality": "Quality: as the server sets it",
        "count": "Pictures: as the server sets it",
        "notify": "When it took longer than a minute",
        "private": "Everybody in the channel",
        "language": "As your Discord has it",
    }
    assert view.buttons == []


async def test_each_choice_is_saved_at_once_and_shown(world: World) -> None:
    """Also after a restart, and the view with all of it is one that Discord takes."""
    view = await opened(world)
    for what, value in [("size", "2160x3840"), ("quality", "high"), ("count", "3"), ("notify", "never")]:
        assert (await choose(world, view, what, value)).acknowledged
    await world.restart()
    assert (await choose(world, view, "private", "yes")).acknowledged
    view = world.again(await opened(world))
    assert chosen(world, view) == {
        "size": "Portrait 4K 2160×3840",
        "quality": "High: finest detail, slow, about $0.13 to $0.48 each",
        "count": "3 pictures",
        "notify": "Never",
        "private": "Only you",
        "language": "As your Discord has it",
    }
    assert sum(len(world.components(view, kind)) for kind in ComponentType) <= COMPONENTS_MAX


async def test_back_to_the_servers_settings_forgets_all(world: World) -> None:
    view = await opened(world)
    await choose(world, view, "size", "1024x1536")
    await choose(world, view, "private", "yes")
    assert (await world.press(world.again(view), "Back to the server's settings")).acknowledged
    assert world.again(view).buttons == []
    assert chosen(world, view)["size"] == "Size: as the server sets it"
    assert world.database.rows("SELECT * FROM preference") == []


async def test_the_option_goes_before_the_members_choice_and_that_before_the_servers(world: World) -> None:
    await world.admin("settings defaults", size="1536x1024", quality="medium", count=2)
    view = await opened(world)
    await choose(world, view, "size", "1024x1536")
    await choose(world, view, "count", "4")
    assert "Portrait 1024×1536 · Medium quality · 4 pictures" in (await world.imagine()).text
    assert (
        "Portrait 1024×1536 · Low quality · 3 pictures" in (await world.imagine(quality="low", count=3)).text
    )
    assert "Landscape 1536×1024 · Medium quality · 2 pictures" in (await world.imagine(as_=world.nora)).text
    await choose(world, view, "size", "-")
    assert "Landscape 1536×1024 · Medium quality · 4 pictures" in (await world.imagine()).text


async def test_private_by_default_holds_for_the_form_too_unless_said_otherwise(world: World) -> None:
    await choose(world, await opened(world), "private", "yes")
    assert (await world.imagine()).private
    assert not (await world.imagine(private=False)).private
    assert not (await world.imagine(as_=world.nora)).private
    answer = {"prompt": "a fox", "size": ["1024x1024"], "quality": ["low"]}
    form = await world.invoke(None)
    assert world.answer(await world.mira.submit_modal(form, answer)).private
    form = await world.invoke(None, private=False)
    assert not world.answer(await world.mira.submit_modal(form, answer)).private


async def test_the_language_changes_at_once_and_outlives_a_restart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For whoever chose it: in the view itself, in answers, and where I know no button.

    Their Discord is still in English, so commands are.
    """
    monkeypatch.setattr(speech, "catalogue_of", Marked)
    view = await opened(world)
    await choose(world, view, "language", "pt-BR")
    assert world.again(view).text.startswith("[pt-BR] **Your preferences**")
    await world.restart()
    told = world.told(await world.mira.slash(world.channel, "show", code="0000000000"))
    assert told.startswith("[pt-BR] ")
    assert "`/history`" in told
    place = (await world.job(await world.imagine(private=True))).job.place
    assert (place.language, place.command_language) == (Language.PORTUGUESE, Language.ENGLISH)
    world.forges.append(lambda payload: payload["data"].update(custom_id="pref:colour"))
    told = world.told(await choose(world, view, "size", "-"))
    assert told == f"[pt-BR] {words.NOT_A_BUTTON_OF_MINE}"
    assert (await opened(world, as_=world.nora)).text.startswith("**Your preferences**")
    await choose(world, view, "language", "-")
    assert world.again(view).text.startswith("**Your preferences**")


def choosing(values: list[str]) -> Forge:
    return lambda payload: payload["data"].update(values=values)


async def test_a_forged_value_is_refused_in_words(world: World) -> None:
    view = await opened(world)
    for what, values in [("size", ["1x1"]), ("count", ["9"]), ("language", ["tlh"]), ("size", ["-", "-"])]:
        world.forges.append(choosing(values))
        told = world.told(await choose(world, view, what, "-"))
        assert told == words.refusal(PreferenceUnknown())
    assert world.database.rows("SELECT * FROM preference") == []
    await nothing_happened(world)


async def test_a_forged_press_changes_the_pressers_own_choices_only(world: World) -> None:
    """Discord shows the view to nobody else; should somebody press it all the same, it becomes theirs."""
    view = await opened(world)
    await choose(world, view, "count", "2")
    nora = world.nora.id
    world.forges.append(lambda payload: payload["member"]["user"].update(id=str(nora)))
    await choose(world, view, "count", "4")
    told = world.database.rows("SELECT member_id, count FROM preference ORDER BY count")
    assert told == [(world.mira.id, 2), (nora, 4)]
