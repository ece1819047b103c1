"""Interaction callbacks and what an interaction's token reaches."""

from __future__ import annotations

from sandbox.discord import payloads, posting
from sandbox.discord.interactions import AUTOCOMPLETE, MODAL, Interaction
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.refusals import (
    Refused,
    already_acknowledged,
    invalid,
    token_expired,
    unknown_channel,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from sandbox.discord.routing import Ask, Reply, route
from sandbox.discord.rules_components import check_modal
from sandbox.discord.values import EPHEMERAL, Json, Message

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = WEBHOOK + "/messages/@original"
MESSAGE = WEBHOOK + "/messages/{message_id}"

MESSAGE_NOW, DEFER_MESSAGE, DEFER_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9


@route("POST", CALLBACK, "create_interaction_response", needs_bot=False)
def callback(ask: Ask) -> Reply:
    interaction = ask.world.interactions.get(ask.params["interaction_token"])
    if interaction is None or interaction.id != ask.number("interaction_id"):
        raise unknown_interaction()
    if interaction.callback:
        raise already_acknowledged()
    if interaction.too_late:
        raise unknown_interaction()
    kind, data = ask.body.get("type", 0), ask.body.get("data") or {}
    check_kind(interaction, kind, data)
    _carry_out(ask, interaction, kind, data)
    interaction.answered(kind, data)
    ask.world.changed()
    if ask.query.get("with_response", "").lower() in ("1", "true"):
        return Reply(200, payloads.interaction_response(interaction, kind))
    return Reply()


def check_kind(interaction: Interaction, kind: int, data: Json) -> None:
    """Whether this kind of answer fits this kind of interaction."""
    is_autocomplete = interaction.kind == AUTOCOMPLETE
    if kind not in range(MESSAGE_NOW, OPEN_MODAL + 1) or is_autocomplete != (kind == CHOICES):
        raise invalid("type", f"Type {kind} does not answer interaction type {interaction.kind}")
    if kind in (DEFER_UPDATE, UPDATE) and interaction.source is None:
        raise invalid("type", "Only for interactions that come from a message")
    if kind == OPEN_MODAL and interaction.kind == MODAL:
        raise invalid("type", "A modal does not answer a modal")
    if kind == DEFER_MESSAGE and (data.get("flags") or 0) & ~EPHEMERAL:
        raise invalid("data.flags", "Only EPHEMERAL may be set on a deferred message")
    if kind == CHOICES and len(data.get("choices") or ()) > 25:
        raise invalid("data.choices", "Must be 25 or fewer in length.")


def _carry_out(ask: Ask, interaction: Interaction, kind: int, data: Json) -> None:
    world, limit = ask.world, interaction.file_limit
    if kind == MESSAGE_NOW:
        interaction.original = _post(ask, interaction, _forced(interaction, data), 20)
    elif kind == DEFER_MESSAGE:
        flags = _forced(interaction, data).get("flags") or 0
        interaction.original = posting.think(world, interaction, ask.call, flags)
    elif kind == OPEN_MODAL:
        check_modal(data)
    elif kind in (DEFER_UPDATE, UPDATE):
        source = interaction.source
        if source is None or source.deleted_at is not None:
            raise unknown_message()
        if kind == UPDATE:
            posting.edit(world, source, ask.call, data, file_limit=limit)
        interaction.original = source


def _post(ask: Ask, interaction: Interaction, body: Json, kind: int) -> Message:
    if interaction.channel.deleted:
        raise unknown_channel()
    return posting.create(
        ask.world,
        interaction.channel,
        ask.call,
        body,
        file_limit=interaction.file_limit,
        interaction=interaction,
        kind=kind,
    )


def _forced(interaction: Interaction, data: Json) -> Json:
    """Replies of a user-installed app are hidden where its user may not use external apps."""
    held = in_channel(interaction.channel, interaction.user)
    if not interaction.by_user_install or interaction.channel.guild is None:
        return data
    if held & Permission.USE_EXTERNAL_APPS and held & interaction.channel.speaking:
        return data
    return data | {"flags": (data.get("flags") or 0) | EPHEMERAL}


def _interaction(ask: Ask) -> Interaction:
    """The interaction of a webhook token, while it lives and once it was answered."""
    interaction = ask.world.interactions.get(ask.params["webhook_token"])
    if interaction is None or ask.number("webhook_id") != ask.world.application_id:
        raise unknown_webhook()
    if interaction.expired:
        raise token_expired()
    if interaction.callback is None:
        raise unknown_webhook()
    return interaction


def _message(ask: Ask) -> tuple[Interaction, Message]:
    interaction = _interaction(ask)
    asked = ask.params.get("message_id")
    original = interaction.original
    mine = [m for m in (original, *interaction.followups) if m]
    found = original if asked is None else next((m for m in mine if str(m.id) == asked), None)
    if found is None or found.deleted_at is not None:
        raise unknown_message()
    return interaction, found


@route("GET", ORIGINAL, "get_original_webhook_message", needs_bot=False)
@route("GET", MESSAGE, "get_webhook_message", needs_bot=False)
def get_message(ask: Ask) -> Reply:
    return Reply(200, payloads.message(_message(ask)[1]))


@route("PATCH", ORIGINAL, "update_original_webhook_message", needs_bot=False)
@route("PATCH", MESSAGE, "update_webhook_message", needs_bot=False)
def update_message(ask: Ask) -> Reply:
    interaction, message = _message(ask)
    limit = interaction.file_limit
    posting.edit(ask.world, message, ask.call, ask.body, file_limit=limit)
    return Reply(200, payloads.message(message))


@route("DELETE", ORIGINAL, "delete_original_webhook_message", needs_bot=False)
@route("DELETE", MESSAGE, "delete_webhook_message", needs_bot=False)
def delete_message(ask: Ask) -> Reply:
    ask.world.delete_message(_message(ask)[1])
    return Reply()


@route("POST", WEBHOOK, "execute_webhook", needs_bot=False)
def follow_up(ask: Ask) -> Reply:
    """A follow-up. Right after a deferral it replaces the "thinking" message, as Discord does."""
    interaction = _interaction(ask)
    if interaction.kind == AUTOCOMPLETE:
        raise unknown_webhook()
    if interaction.by_user_install and len(interaction.followups) >= 5:
        raise Refused(400, 40094, "Maximum number of follow-up messages reached")
    body, original = _forced(interaction, ask.body), interaction.original
    thinking = original is not None and original.loading and original.deleted_at is None
    if thinking and original:
        limit = interaction.file_limit
        posting.edit(ask.world, original, ask.call, body, file_limit=limit)
        message = original
    else:
        message = _post(ask, interaction, body, 19)
    interaction.followups.append(message)
    ask.world.books.followups.append(message)
    ask.world.changed()
    return Reply(200, payloads.message(message))
