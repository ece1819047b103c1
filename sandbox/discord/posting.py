"""From a request to a message: created or edited, after all rules were asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.discord.books import Call
from sandbox.discord.components import shown_components
from sandbox.discord.interactions import Interaction
from sandbox.discord.rules import SETTABLE_FLAGS, Draft, check_attachments, check_message
from sandbox.discord.rules_components import media_urls
from sandbox.discord.values import (
    EPHEMERAL,
    LOADING,
    Attachment,
    Channel,
    Json,
    Message,
    Upload,
    Version,
)
from sandbox.discord.world import World


def create(
    world: World,
    channel: Channel,
    call: Call,
    body: Json,
    *,
    file_limit: int,
    interaction: Interaction | None = None,
    kind: int = 0,
) -> Message:
    """A new message by the bot, or an exception and no message."""
    message = Message(world.new_id(), channel, world.bot, world.clock.now(), kind)
    message.interaction = interaction
    message.nonce = body.get("nonce")
    message.reference = body.get("message_reference")
    _become(world, message, call, body, file_limit)
    _file(world, message)
    return message


def think(world: World, interaction: Interaction, call: Call, flags: int) -> Message:
    """The "is thinking" message of a deferred response."""
    message = Message(world.new_id(), interaction.channel, world.bot, world.clock.now(), 20)
    message.interaction = interaction
    message.flags = LOADING | (flags & EPHEMERAL)
    _remember(world, message, call)
    _file(world, message)
    return message


def edit(world: World, message: Message, call: Call, body: Json, *, file_limit: int) -> None:
    """Change a message in place; keys that are absent stay as they are."""
    _become(world, message, call, body, file_limit)
    message.edited_at = world.clock.now()
    world.changed()


def _file(world: World, message: Message) -> None:
    world.messages[message.id] = message
    world.books.created.append(message)
    world.changed()


def _become(world: World, message: Message, call: Call, body: Json, file_limit: int) -> None:
    plan = _plan_files(message, call, body)
    draft = _draft(message, call, body, plan, file_limit)
    check_message(draft)
    message.attachments = [_settled(world, message, entry) for entry in plan]
    message.content, message.embeds = draft.content, draft.embeds
    if "components" in body:
        message.components = shown_components(draft.components, message.attachments)
    message.flags = draft.flags
    message.pings |= set(_pings(message, body))
    _remember(world, message, call)


Planned = tuple[Attachment | Upload, Json]  # a kept file or a new one, and its entry


def _plan_files(message: Message, call: Call, body: Json) -> list[Planned]:
    listed: list[Json] | None = body.get("attachments")
    kept = {a.id: a for a in message.attachments}
    is_edit = bool(message.history)
    check_attachments([] if listed is None and is_edit and call.uploads else listed, call.uploads, set(kept))
    if listed is None:
        new: list[Planned] = [(upload, {}) for upload in call.uploads.values()]
        cleared = "attachments" in body
        return new if cleared else [*((a, {}) for a in message.attachments), *new]
    both: dict[int, Attachment | Upload] = {**kept, **call.uploads}
    return [(both[int(entry["id"])], entry) for entry in listed]


def _name(planned: Planned) -> str:
    return str(planned[1].get("filename") or planned[0].filename)


def _settled(world: World, message: Message, planned: Planned) -> Attachment:
    given, entry = planned
    if isinstance(given, Upload):
        upload = Upload(_name(planned), given.data, given.content_type)
        given = world.keep(upload, message.channel)
    given.description = entry.get("description", given.description)
    return given


def _draft(message: Message, call: Call, body: Json, plan: list[Planned], file_limit: int) -> Draft:
    asked, base = body.get("flags"), message.flags & ~LOADING
    # Ephemeral or not is settled by the first response, and only there.
    is_response = message.interaction is not None and not message.history
    settable = SETTABLE_FLAGS | (EPHEMERAL if is_response else 0)
    return Draft(
        content=body.get("content", message.content) or "",
        embeds=body.get("embeds", message.embeds) or [],
        components=body.get("components", message.components) or [],
        file_names=[_name(planned) for planned in plan],
        descriptions=[entry.get("description") for _, entry in plan],
        uploads=list(call.uploads.values()),
        flags=base if asked is None else base & EPHEMERAL | asked & settable,
        flags_before=message.flags,
        file_limit=file_limit,
        extras={key: body.get(key) for key in ("sticker_ids", "poll")},
        urls_before={url for _, url, _ in media_urls(message.components)},
    )


def _remember(world: World, message: Message, call: Call) -> None:
    message.history.append(
        Version(
            world.clock.now(),
            call.operation,
            message.content,
            message.embeds,
            message.components,
            list(message.attachments),
            message.flags,
        )
    )


def _pings(message: Message, body: Json) -> Iterator[str]:
    """Whom this text notifies under the request's allowed_mentions."""
    allowed = body.get("allowed_mentions")
    kinds = (("everyone", r"@(everyone|here)\b"), ("users", r"<@!?(\d+)>"), ("roles", r"<@&(\d+)>"))
    for kind, pattern in kinds:
        for found in re.findall(pattern, message.text):
            named = {str(ident) for ident in (allowed or {}).get(kind) or ()}
            if allowed is None or kind in (allowed.get("parse") or ()) or found in named:
                yield "everyone" if kind == "everyone" else found
