"""What Discord's own client does with a slash command before the bot hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.discord import payloads
from sandbox.discord.permissions import in_channel
from sandbox.discord.values import Channel, Guild, Json, Role, Upload, User
from sandbox.discord.world import World

SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)


class NotOffered(LookupError):
    """Discord's client would not let this person do that."""


class HasUser(Protocol):
    @property
    def user(self) -> User: ...


Value = str | int | float | bool | Upload | User | Role | Channel | HasUser


class Resolver:
    """Turns option values into what goes over the wire, and collects `resolved`."""

    def __init__(self, world: World, place: Channel) -> None:
        self._world = world
        self._place = place
        self.resolved: dict[str, dict[str, Json]] = {}

    def wire(self, value: Value) -> str | int | float | bool:
        if isinstance(value, (str, int, float)):
            return value
        if isinstance(value, Upload):
            attachment = self._world.keep(value, self._place)
            shown = payloads.attachment(attachment, ephemeral=True)
            return self._add("attachments", attachment.id, shown)
        if isinstance(value, Role):
            return self._add("roles", value.id, payloads.role(value))
        if isinstance(value, Channel):
            bits = str(int(in_channel(value, self._world.bot)))
            return self._add("channels", value.id, payloads.channel(value) | {"permissions": bits})
        return self._user(value if isinstance(value, User) else value.user)

    def _user(self, user: User) -> str:
        guild = self._place.guild
        if guild and user.id in guild.members:
            member = payloads.member(guild.members[user.id]) | {"permissions": "0"}
            member.pop("user")
            self._add("members", user.id, member)
        return self._add("users", user.id, payloads.user(user))

    def _add(self, kind: str, ident: int, payload: Json) -> str:
        self.resolved.setdefault(kind, {})[str(ident)] = payload
        return str(ident)


def find_command(world: World, guild: Guild | None, name: str, kind: int) -> Json:
    """A registered command as this place sees it: the guild's own before the global one."""
    scopes: list[int | None] = [guild.id, None] if guild else [None]
    known = [c for scope in scopes for c in world.commands.get(scope, {}).values()]
    for command in known:
        if (command["name"], command["type"]) == (name, kind):
            return command
    raise NotOffered(f"no command {name!r}; registered: {[c['name'] for c in known]}")


def offered(world: World, command: Json, user: User, place: Channel) -> None:
    """Raise unless Discord's client shows the command to this user here."""
    context = 0 if place.guild else (1 if place.kind == 1 else 2)
    contexts = command.get("contexts")
    if contexts is not None and context not in contexts:
        raise NotOffered(f"{command['name']} is not for context {context}")
    guild_has_bot = place.kind == 1 or (place.guild is not None and place.guild.has_bot)
    ways = [0] * guild_has_bot + [1] * user.installed_app
    if not set(ways) & set(command.get("integration_types") or [0]):
        raise NotOffered(f"{command['name']} is installed neither here nor by {user.name}")
    bits = command.get("default_member_permissions")
    if place.guild and bits is not None:
        held, needed = in_channel(place, user), int(bits) or 1 << 3
        if held & needed != needed:
            raise NotOffered(f"{user.name} may not use {command['name']} by default")


def descend(command: Json, path: list[str]) -> list[Json]:
    """The chain of (sub)commands a name like "usage show" walks."""
    chain = [command]
    for name in path:
        inner = [o for o in chain[-1].get("options") or () if o["name"] == name]
        if not inner or inner[0]["type"] not in (SUBCOMMAND, GROUP):
            raise NotOffered(f"no subcommand {name!r} in {chain[-1]['name']}")
        chain.append(inner[0])
    return chain


def fill(
    definition: Json,
    values: Mapping[str, Value],
    resolver: Resolver,
    *,
    focused: str | None = None,
    checked: bool = True,
) -> list[Json]:
    """The options as the interaction carries them."""
    known = {option["name"]: option for option in definition.get("options") or ()}
    if unknown := set(values) - set(known):
        raise NotOffered(f"unknown options {sorted(unknown)}; known: {sorted(known)}")
    missing = [n for n, o in known.items() if o.get("required") and n not in values]
    if checked and missing and focused is None:
        raise NotOffered(f"required options are missing: {missing}")
    filled = []
    for name, value in values.items():
        wire = resolver.wire(value)
        if checked and name != focused:
            _fits(known[name], wire)
        filled.append({"name": name, "type": known[name]["type"], "value": wire})
        if name == focused:
            filled[-1]["focused"] = True
    return filled


def _fits(option: Json, value: Any) -> None:
    """Choices and bounds, as the client enforces them."""
    name, choices = option["name"], [c["value"] for c in option.get("choices") or ()]
    if choices and value not in choices:
        raise NotOffered(f"{name}={value!r} is none of {choices}")
    size, what = value, "value"
    if option["type"] == STRING:
        size, what = len(value), "length"
    least, most = option.get(f"min_{what}"), option.get(f"max_{what}")
    if (least is not None and size < least) or (most is not None and size > most):
        raise NotOffered(f"{name}: {size} is not within {least}..{most}")


def nest(chain: list[Json], options: list[Json]) -> list[Json]:
    """Wrap a subcommand's options in the levels above it."""
    for level in reversed(chain[1:]):
        options = [{"name": level["name"], "type": level["type"], "options": options}]
    return options
