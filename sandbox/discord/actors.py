"""People: what a test lets them do. Every deed sends an event and returns its Interaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.discord import options, payloads
from sandbox.discord.components import shown_components
from sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from sandbox.discord.options import NotOffered, Resolver, Value
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.values import Channel, Json, Message, User
from sandbox.discord.world import World

BUTTON, TEXT_INPUT, RADIO, CHECKBOX = 2, 4, 21, 23
SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3


@dataclass(frozen=True)
class Actor:
    """A user in a place. `forged` skips what Discord's client would check or hide.

    `age_s` is how old the interactions are that they send: their tokens die that much sooner.
    """

    world: World
    user: User
    place: Channel
    locale: str = "en-US"
    forged: bool = False
    age_s: float = 0.0

    def at(self, place: Channel) -> Actor:
        return replace(self, place=place)

    def speaking(self, locale: str) -> Actor:
        return replace(self, locale=locale)

    def forging(self) -> Actor:
        """The same person with a tampered client: nothing is checked before it is sent."""
        return replace(self, forged=True)

    def ago(self, age_s: float) -> Actor:
        """The same person, all of whose deeds date from so long ago; they still wait for a first answer."""
        return replace(self, age_s=age_s)

    # Commands

    def slash(self, name: str, /, **values: Value) -> Interaction:
        """Use a command; subcommands after a space: `slash("usage show", member=bob)`."""
        return self._command(COMMAND, name, values)

    def autocomplete(self, name: str, focused: str, /, **values: Value) -> Interaction:
        """Type into the option called `focused`; its text so far is among the values."""
        return self._command(AUTOCOMPLETE, name, values, focused)

    def user_menu(self, name: str, target: Actor | User) -> Interaction:
        """A command of a user's context menu."""
        user = target.user if isinstance(target, Actor) else target
        return self._menu(name, USER_MENU, Resolver(self.world, self.place), user)

    def message_menu(self, name: str, target: Message) -> Interaction:
        """A command of a message's context menu."""
        return self._menu(name, MESSAGE_MENU, Resolver(self.world, self.place), target)

    def _command(
        self, kind: int, name: str, values: Mapping[str, Value], focused: str | None = None
    ) -> Interaction:
        root, *path = name.split()
        command = self._offered(root, SLASH)
        chain = options.descend(command, path)
        resolver = Resolver(self.world, self.place)
        checked = not self.forged
        filled = options.fill(chain[-1], values, resolver, focused=focused, checked=checked)
        data = {"id": command["id"], "name": root, "type": SLASH}
        return self._send(
            kind, {**data, "options": options.nest(chain, filled), "resolved": resolver.resolved}
        )

    def _menu(self, name: str, kind: int, resolver: Resolver, target: User | Message) -> Interaction:
        command = self._offered(name, kind)
        if isinstance(target, User):
            resolver.wire(target)
            resolved = resolver.resolved
        else:
            resolved = {"messages": {str(target.id): payloads.message(target)}}
        data = {"id": command["id"], "name": name, "type": kind, "target_id": str(target.id)}
        return self._send(COMMAND, {**data, "resolved": resolved})

    def _offered(self, name: str, kind: int) -> Json:
        command = options.find_command(self.world, self.place.guild, name, kind)
        if not self.forged:
            options.offered(self.world, command, self.user, self.place)
            if not in_channel(self.place, self.user) & Permission.USE_APPLICATION_COMMANDS:
                raise NotOffered(f"{self.user.name} may not use commands here")
        return command

    # Components

    def press(self, message: Message, button: str) -> Interaction:
        """Press a button, by custom_id or label; a forger may make up a custom_id."""
        return self._use(message, button, {"component_type": BUTTON})

    def select(self, message: Message, menu: str, *values: Value) -> Interaction:
        """Choose from a select, by custom_id or placeholder."""
        resolver = Resolver(self.world, self.place)
        chosen = [str(resolver.wire(value)) for value in values]
        return self._use(message, menu, {"values": chosen, "resolved": resolver.resolved})

    def _use(self, message: Message, which: str, data: Json) -> Interaction:
        try:
            component = message.find(which)
        except LookupError:
            if not self.forged:
                raise
            component = {"custom_id": which, "type": BUTTON, "id": 0}
        if not self.forged:
            self._usable(message, component, data)
        base = {"custom_id": component["custom_id"], "component_type": component["type"]}
        base["id"] = component["id"]
        return self._send(COMPONENT, base | data, source=message)

    def _usable(self, message: Message, component: Json, data: Json) -> None:
        owner = message.interaction.user if message.interaction else None
        if message.deleted_at is not None or component.get("disabled"):
            raise NotOffered("the message is gone, or the component is disabled")
        if message.ephemeral and owner is not self.user:
            raise NotOffered("this ephemeral message is somebody else's")
        known = {option["value"] for option in component.get("options") or ()}
        if known and not set(data["values"]) <= known:
            raise NotOffered(f"options are {sorted(known)}")

    # Modals

    def submit_modal(self, opener: Interaction, answers: Mapping[str, Any] | None = None) -> Interaction:
        """Send the form `opener` was answered with; answers by custom_id or label."""
        if opener.callback is None or opener.callback.kind != 9:
            raise NotOffered(f"no modal was opened: {opener.callback}")
        modal, left = opener.callback.data, dict(answers or {})
        resolver = Resolver(self.world, self.place)
        components = []
        for shown in shown_components(modal["components"], ()):
            if label := shown.get("label"):
                inner = shown["component"]
                key = next((k for k in (inner["custom_id"], label) if k in left), None)
                answer = None if key is None else left.pop(key)
                filled = _filled(inner, answer, resolver, checked=not self.forged)
                components.append({"type": 18, "id": shown["id"], "component": filled})
        if left:
            raise NotOffered(f"no fields {sorted(left)}")
        data = {"custom_id": modal["custom_id"], "components": components}
        data["resolved"] = resolver.resolved
        return self._send(MODAL, data, source=opener.source, parent=opener)

    # All

    def _send(
        self,
        kind: int,
        data: Json,
        *,
        source: Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        world, place = self.world, source.channel if source else self.place
        guild = place.guild
        limit = max(self.user.upload_limit, guild.upload_limit) if guild else self.user.upload_limit
        interaction = Interaction(
            world,
            world.new_id(self.age_s),
            secrets.token_urlsafe(48),
            kind,
            self.user,
            place,
            data,
            world.clock.now() - self.age_s,
            limit,
            self.locale,
            source,
            parent,
            age_s=self.age_s,
        )
        world.interactions[interaction.token] = interaction
        world.emit("INTERACTION_CREATE", payloads.interaction(interaction, world.bot))
        world.changed()
        return interaction


def _filled(field: Json, answer: Any, resolver: Resolver, *, checked: bool) -> Json:
    """One field of a form, with its default where nothing was answered."""
    base = {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"]}
    if field["type"] in (TEXT_INPUT, RADIO, CHECKBOX):
        value = _preset(field) if answer is None else answer
        if checked:
            _check_text(field, value)
        return base | {"value": value}
    given = _chosen(field) if answer is None else answer
    many = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    if checked and len(many) < field.get("min_values", 1) and field.get("required", True):
        raise NotOffered(f"{field['custom_id']} needs a choice")
    return base | {"values": [str(resolver.wire(one)) for one in many]}


def _preset(field: Json) -> object:
    if field["type"] == CHECKBOX:
        return field.get("default", False)
    chosen = _chosen(field)
    return field.get("value") or "" if field["type"] == TEXT_INPUT else next(iter(chosen), None)


def _chosen(field: Json) -> list[str]:
    return [o["value"] for o in field.get("options") or () if o.get("default")]


def _check_text(field: Json, value: object) -> None:
    if field.get("required", True) and value in ("", None):
        raise NotOffered(f"{field['custom_id']} is required")
    known = [o["value"] for o in field.get("options") or ()]
    if known and value is not None and value not in known:
        raise NotOffered(f"{field['custom_id']}: {value!r} is none of {known}")
    if isinstance(value, str) and field["type"] == TEXT_INPUT and value:
        least, most = field.get("min_length") or 0, field.get("max_length") or 4000
        if not least <= len(value) <= most:
            raise NotOffered(f"{field['custom_id']}: length is not within {least}..{most}")
