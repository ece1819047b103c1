"""Whatever Discord hands over: who sent it is answered once, nothing breaks, nobody's right is taken.

Longer: see CONTRIBUTING.md.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charts.render import Charts
from sandbox.discord import Interaction, Permission
from tests.fuzz import examples
from tests.fuzz.broken import broken
from tests.fuzz.deeds import Scene, deeds
from tests.fuzz.door import Came, Door, Json, opened_door
from tests.media.pictures import encoded, plain

SENDERS = [Permission.NONE, Permission.MANAGE_MESSAGES, Permission.MANAGE_GUILD]
MODERATES = Permission.MANAGE_MESSAGES | Permission.MANAGE_GUILD | Permission.ADMINISTRATOR
WANT_AN_ANSWER = (2, 3, 4, 5)


class House:
    """The door, and the loop it lives on."""

    def __init__(self, loop: asyncio.AbstractEventLoop, door: Door) -> None:
        self.run = loop.run_until_complete
        self.door = door

    def scene(self, rights: Permission) -> Scene:
        """Two members with a request each."""
        return self.run(self._scene(rights))

    async def _scene(self, rights: Permission) -> Scene:
        door = self.door
        guild = door.new_guild()
        actor, other = door.member(guild, "mira", rights), door.member(guild, "nora")
        for each in (actor, other):
            _, payload = door.written(partial(each.slash, "imagine", prompt="a red fox"))
            answered(await door.comes_in(payload), payload)
        ids = door.database.rows("SELECT id FROM job WHERE guild_id = ? ORDER BY requester_id", guild.id)
        return Scene(door, guild, actor, other, tuple(ids))

    def comes_in(self, interaction: Interaction, payload: Any) -> Came:
        """Hand it over; Discord judges the answer by what it sent."""
        if isinstance(payload, dict):
            if payload.get("type") in WANT_AN_ANSWER:
                interaction.kind = payload["type"]
            if "message" not in payload:
                interaction.source = None
        return self.run(self.door.comes_in(payload))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One program for all examples of a test."""
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Charts, "draw", _sketched)
        run, stack = runner.get_loop().run_until_complete, AsyncExitStack()
        door = run(stack.enter_async_context(opened_door(tmp_path_factory.mktemp("house"))))
        yield House(runner.get_loop(), door)
        run(stack.aclose())


async def _sketched(*_: object) -> bytes:
    """Instead of the painter, who takes half a second."""
    return encoded(plain())


def answered(came: Came, payload: Json) -> None:
    """One first answer, which Discord took."""
    assert [status for _, status in came.calls] == [200], (came, payload)


def is_answerable(payload: Any) -> bool:
    """Whether anybody could answer: it says which interaction it is, and of which kind."""
    if not isinstance(payload, dict):
        return False
    ident, token, kind = (payload.get(name) for name in ("id", "token", "type"))
    is_token = isinstance(token, str) and token != "" and token.isascii() and token.isprintable()
    return is_token and _is_id(ident) and type(kind) is int and kind in WANT_AN_ANSWER


def _is_id(value: object) -> bool:
    """As Discord writes it, or as a number of that size."""
    is_decimal = isinstance(value, str) and value.isdecimal() and len(value) < 20
    return (is_decimal or type(value) is int) and 0 < int(str(value)) < 2**63


def sender_of(payload: Any) -> int | None:
    """Who Discord says did it; None where it does not."""
    try:
        return int(
            (payload["member"]["user"] if int(payload.get("guild_id") or 0) else payload["user"])["id"]
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


def may_moderate(payload: Any) -> bool:
    """Whether Discord says so."""
    try:
        return bool(int(payload["member"]["permissions"]) & MODERATES)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return False


def standing(scene: Scene) -> list[Any]:
    """What the other member has: requests, and how far their images are."""
    return scene.door.database.rows(
        "SELECT job.id, job.state, task.state, job.prompt FROM job JOIN task ON task.job_id = job.id"
        " WHERE job.requester_id = ? ORDER BY task.id",
        scene.other.user.id,
    )


@examples(80)
@given(data=st.data())
def test_whatever_comes_in_is_answered_once_and_breaks_nothing(house: House, data: st.DataObject) -> None:
    scene = house.scene(data.draw(st.sampled_from(SENDERS)))
    deed = data.draw(deeds(scene))
    payload = data.draw(st.one_of(st.just(deed.payload), broken(deed.payload), broken(deed.payload)))
    before, sender = standing(scene), sender_of(payload)
    came = house.comes_in(deed.interaction, payload)
    assert came.faults == []
    assert came.complaints == []
    if is_answerable(payload):
        assert len(came.calls) == 1
        if [payload[name] for name in ("id", "token")] == [deed.payload[name] for name in ("id", "token")]:
            answered(came, payload)
    if sender != scene.other.user.id and not may_moderate(payload):
        assert standing(scene) == before
    made = scene.door.database.rows(
        "SELECT requester_id FROM job WHERE interaction_id = ?", deed.interaction.id
    )
    assert set(made) <= {sender}
    house.door.leave(scene.guild)


def test_the_program_still_answers_after_all_that(house: House) -> None:
    scene = house.scene(Permission.NONE)
    interaction, payload = house.door.written(lambda: scene.actor.slash("help"))
    came = house.comes_in(interaction, payload)
    answered(came, payload)
    assert (came.faults, came.complaints) == ([], [])


def type_a_number(payload: Json) -> None:
    """Where text belongs, into an option with suggestions."""
    payload["type"] = 4
    payload["data"]["options"][0].update(focused=True, value=-1)


@pytest.mark.parametrize(
    ("command", "options", "spoil"),
    [
        ("help", {}, lambda payload: payload["member"].pop("user")),
        ("help", {}, lambda payload: payload.update(member=None, user={"id": "1"})),
        ("help", {}, lambda payload: payload.update(locale={})),
        ("imagine", {"prompt": "a fox"}, lambda payload: payload.update(attachment_size_limit=[1])),
        ("imagine", {"prompt": "a fox"}, lambda payload: payload["data"].update(options=7)),
        ("imagine", {"prompt": "a fox"}, lambda payload: payload["data"].update(resolved=[])),
        ("imagine", {"prompt": "a fox"}, lambda payload: payload["data"].pop("name")),
        ("imagine", {"prompt": "a fox"}, lambda payload: payload.pop("data")),
        ("imagine", {"prompt": "a fox"}, lambda payload: payload.update(type=4)),
        ("show", {"code": "x"}, lambda payload: payload.update(type=4)),
        ("show", {"code": "x"}, type_a_number),
        ("imagine-admin usage member", {"member": ""}, lambda payload: None),
        ("imagine-admin queue pause", {"reason": 0}, lambda payload: None),
    ],
)
def test_it_was_once_left_without_an_answer(
    house: House, command: str, options: Json, spoil: Callable[[Json], object]
) -> None:
    """What the fuzz has found."""
    scene = house.scene(Permission.MANAGE_GUILD)
    interaction, payload = house.door.written(lambda: scene.actor.slash(command, **options))
    spoil(payload)
    came = house.comes_in(interaction, payload)
    answered(came, payload)
    assert (came.faults, came.complaints) == ([], [])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda payload: payload["data"].update(component_type=2),
        lambda payload: payload["data"].update(resolved=[]),
        lambda payload: payload["message"].update(components=[]),
        lambda payload: payload["message"].pop("author"),
    ],
)
def test_a_press_was_once_left_without_an_answer(house: House, spoil: Callable[[Json], object]) -> None:
    """What the fuzz has found."""
    scene = house.scene(Permission.NONE)
    message = house.door.message(scene.place, [select(f"other:{scene.job_ids[0]}")], 0)
    interaction, payload = house.door.written(
        lambda: scene.actor.select(message, f"other:{scene.job_ids[0]}", "x")
    )
    spoil(payload)
    came = house.comes_in(interaction, payload)
    answered(came, payload)
    assert (came.faults, came.complaints) == ([], [])


def select(name: str) -> Json:
    """A row with a select in it."""
    inner = {"type": 3, "id": 2, "custom_id": name, "options": [{"label": "?", "value": "?"}]}
    return {"type": 1, "id": 1, "components": [inner]}
