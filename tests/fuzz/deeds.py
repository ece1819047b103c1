"""All that a person can do, read off the program itself: what is added to it is fuzzed by itself."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from bot.chat import forms
from bot.chat.moderation import notice_forms
from sandbox.discord import Actor, Channel, Guild, Interaction, Message, Upload
from sandbox.discord.interactions import MODAL
from sandbox.discord.options import GROUP, SUBCOMMAND
from tests.fuzz.broken import ODD_NUMBERS, ODD_TEXTS
from tests.fuzz.door import Door, Json

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
BUTTON, SELECT = 2, 3
EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15

MEANT: dict[str, list[Any]] = {
    "prompt": ["a red fox", "a\nb"],
    "reason": ["it is not nice"],
    "duration": ["2 days", ""],
    "size": [["1024x1024"], ["2160x3840"]],
    "quality": [["low"], ["high"]],
}
"""What an honest person writes into the fields of a form."""


@dataclass(frozen=True, repr=False)
class Scene:
    """Who does it, where, and to whom."""

    door: Door
    guild: Guild
    actor: Actor
    other: Actor
    job_ids: tuple[str, ...]
    """Requests that exist: of the actor and of the other."""

    @property
    def place(self) -> Channel:
        return self.actor.place


class Deed:
    """What somebody did, as Discord would tell it."""

    def __init__(self, interaction: Interaction, payload: Json) -> None:
        self.interaction = interaction
        self.payload = payload

    def __repr__(self) -> str:
        return repr(self.payload)


def commands(door: Door) -> list[tuple[Json, str, Json]]:
    """Every command that can be called: its root, its full name, and what its options are."""
    found = []
    for root in door.sandbox.world.commands[None].values():
        inner = [(root, str(root["name"]), root)]
        while inner:
            _, name, level = inner.pop()
            nested = [each for each in level.get("options") or () if each["type"] in (SUBCOMMAND, GROUP)]
            inner += [(root, f"{name} {each['name']}", each) for each in nested]
            if not nested:
                found.append((root, name, level))
    return found


@st.composite
def deeds(draw: st.DrawFn, scene: Scene) -> Deed:
    """Something that somebody does."""
    return Deed(*draw(draw(st.sampled_from([called, called, used, used, submitted]))(scene)))


@st.composite
def called(draw: st.DrawFn, scene: Scene) -> tuple[Interaction, Json]:
    """A command, or somebody types one of its options."""
    root, name, level = draw(st.sampled_from(commands(scene.door)))
    actor, written = scene.actor, scene.door.written
    if root["type"] == 2:
        return written(lambda: actor.user_menu(name, scene.other))
    if root["type"] == 3:
        message = draw(messages(scene, "job:cancel:0123456789", BUTTON))
        return written(lambda: actor.message_menu(name, message))
    options: list[Json] = level.get("options") or []
    values: Json = {
        each["name"]: draw(values_of(scene, each))
        for each in options
        if draw(st.just(True) if each.get("required") else st.booleans())
    }
    offers = [each["name"] for each in options if each.get("autocomplete")]
    typing: bool = draw(st.booleans())
    if offers and typing:
        focused = draw(st.sampled_from(offers))
        values.setdefault(focused, draw(st.sampled_from(["", "a", *ODD_TEXTS])))
        return written(lambda: actor.autocomplete(name, focused, **values))
    return written(lambda: actor.slash(name, **values))


def values_of(scene: Scene, option: Json) -> st.SearchStrategy[Any]:
    """What may stand for an option: mostly what is meant, else any text or number."""
    file = Upload("prompt.txt", b"a red fox", "text/plain")
    kind, place = option["type"], scene.place
    meant: dict[int, list[Any]] = {
        STRING: ["a red fox", "2", "1d", "$1", *scene.job_ids],
        INTEGER: [1, 2, option.get("max_value", 4)],
        NUMBER: [1.0, 2.5],
        BOOLEAN: [True, False],
        USER: [scene.other, scene.actor],
        CHANNEL: [place],
        ROLE: [scene.guild.everyone],
        MENTIONABLE: [scene.other],
        ATTACHMENT: [file],
    }
    choices = [each["value"] for each in option.get("choices") or ()]
    good = st.sampled_from(choices or meant[kind])
    return st.one_of(good, good, good, st.sampled_from([*ODD_TEXTS, *ODD_NUMBERS, True]))


@st.composite
def used(draw: st.DrawFn, scene: Scene) -> tuple[Interaction, Json]:
    """A button or a select of any name that the program knows, below a message that shows it."""
    patterns = list(scene.door.app.client._connection._view_store._dynamic_items)
    pattern = draw(st.sampled_from(patterns))
    name = draw(st.from_regex(pattern, fullmatch=True))
    match = pattern.fullmatch(name)
    assert match is not None
    for group, known in (("job_id", scene.job_ids), ("member_id", (str(scene.other.user.id),))):
        if group in pattern.groupindex and draw(st.booleans()):
            start, end = match.span(group)
            name = name[:start] + draw(st.sampled_from(known)) + name[end:]
            match = pattern.fullmatch(name)
            assert match is not None
    kind = draw(st.sampled_from([BUTTON, SELECT]))
    message = draw(messages(scene, name, kind))
    if kind == BUTTON:
        return scene.door.written(lambda: scene.actor.press(message, name))
    options = ["1024x1024", "low", "1", "on", "en-US", "bigger", "size:2048x2048", "-", *ODD_TEXTS]
    chosen = draw(st.lists(st.sampled_from(options), max_size=3))
    return scene.door.written(lambda: scene.actor.select(message, name, *chosen))


@st.composite
def messages(draw: st.DrawFn, scene: Scene, name: str, kind: int) -> Message:
    """A message of the bot, private or not, of the old form or the new, that perhaps shows a request."""
    item: Json = {"type": kind, "id": 2, "custom_id": name}
    item |= {"label": "?", "style": 2} if kind == BUTTON else {"options": [{"label": "?", "value": "?"}]}
    components: list[Json] = [{"type": 1, "id": 1, "components": [item]}]
    flags = draw(st.sampled_from([0, EPHEMERAL, COMPONENTS_V2, COMPONENTS_V2 | EPHEMERAL]))
    if flags & COMPONENTS_V2:
        shown = draw(st.sampled_from(scene.job_ids))
        text = {"type": 10, "id": 3, "content": f"a red fox `{shown}`"}
        button = {"type": 2, "id": 5, "style": 2, "label": "?", "custom_id": f"job:prompt:{shown}"}
        components += (
            [text, {"type": 1, "id": 4, "components": [button]}] if name != button["custom_id"] else []
        )
    return scene.door.message(scene.place, components, flags)


@st.composite
def submitted(draw: st.DrawFn, scene: Scene) -> tuple[Interaction, Json]:
    """A form of any name that the program knows."""
    pattern = draw(st.sampled_from([forms.PATTERN, notice_forms._PATTERN]))
    name = draw(st.from_regex(pattern, fullmatch=True))
    if draw(st.booleans()):
        name = f"report:{draw(st.sampled_from(scene.job_ids))}:01234567"
    labels = []
    for number, (asked, meant) in enumerate(MEANT.items()):
        is_text = isinstance(meant[0], str)
        odd = st.sampled_from(ODD_TEXTS) if is_text else st.lists(st.sampled_from(ODD_TEXTS), max_size=2)
        value = draw(st.one_of(st.sampled_from(meant), odd))
        inner = {"type": 4 if is_text else 3, "id": number, "custom_id": asked}
        labels.append(
            {"type": 18, "id": 20 + number, "component": inner | {"value" if is_text else "values": value}}
        )
    data = {"custom_id": name, "components": labels, "resolved": {}}
    return scene.door.written(lambda: scene.actor._send(MODAL, data))
