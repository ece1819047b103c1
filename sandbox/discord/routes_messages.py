"""Channels and their messages, as the bot's own token reaches them."""

from __future__ import annotations

from sandbox.discord import payloads, posting
from sandbox.discord.permissions import Permission
from sandbox.discord.refusals import Refused, missing_permissions, unknown_channel, unknown_message
from sandbox.discord.routing import Ask, Reply, route
from sandbox.discord.rules import check_place, check_speaking
from sandbox.discord.values import MIB, Channel, Message

NONCE_REMEMBERED_S = 180
CHANNEL = "/channels/{channel_id}"
MESSAGES = CHANNEL + "/messages"
MESSAGE = MESSAGES + "/{message_id}"


def _place(ask: Ask, *needed: Permission) -> Channel:
    channel = ask.world.channels.get(ask.number("channel_id"))
    return check_place(channel, ask.world.bot, *needed)


def _message(ask: Ask, *needed: Permission) -> Message:
    """A live message of this channel that the bot's token can see: never an ephemeral one."""
    channel = _place(ask, *needed)
    message = ask.world.live_message(ask.number("message_id"))
    if message is None or message.channel is not channel or message.ephemeral:
        raise unknown_message()
    return message


def file_limit(channel: Channel) -> int:
    return channel.guild.upload_limit if channel.guild else 10 * MIB


@route("GET", CHANNEL, "get_channel")
def get_channel(ask: Ask) -> Reply:
    return Reply(200, payloads.channel(_place(ask)))


@route("POST", CHANNEL + "/typing", "trigger_typing_indicator")
def trigger_typing(ask: Ask) -> Reply:
    check_speaking(_place(ask), ask.world.bot, {}, files=False)
    return Reply()


@route("GET", MESSAGES, "list_messages")
def list_messages(ask: Ask) -> Reply:
    channel = _place(ask, Permission.READ_MESSAGE_HISTORY)
    before, after = int(ask.query.get("before", 1 << 63)), int(ask.query.get("after", 0))
    found = [
        message
        for message in ask.world.messages.values()
        if message.channel is channel
        and not message.ephemeral
        and message.deleted_at is None
        and after < message.id < before
    ]
    found.sort(key=lambda message: message.id, reverse=True)
    limit = int(ask.query.get("limit", 50))
    return Reply(200, [payloads.message(message) for message in found[:limit]])


@route("POST", MESSAGES, "create_message")
def create_message(ask: Ask) -> Reply:
    world, body = ask.world, ask.body
    channel = world.channels.get(ask.number("channel_id"))
    place = check_speaking(channel, world.bot, body, files=bool(ask.call.uploads))
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > 25:
        raise Refused(400, 50035, "Must be 25 or fewer in length.", "nonce")
    if nonce is not None and body.get("enforce_nonce"):
        for earlier in reversed(world.books.created):
            if world.clock.now() - earlier.created_at > NONCE_REMEMBERED_S:
                break
            if str(earlier.nonce) == str(nonce) and earlier.channel is place:
                return _again(earlier)
    _check_reference(ask)
    kind = 19 if body.get("message_reference") else 0
    limit = file_limit(place)
    message = posting.create(world, place, ask.call, body, file_limit=limit, kind=kind)
    return Reply(200, payloads.message(message))


def _again(earlier: Message) -> Reply:
    """enforce_nonce: the earlier message instead of a new one, if it still stands."""
    if earlier.deleted_at is not None:
        raise unknown_message()
    return Reply(200, payloads.message(earlier))


def _check_reference(ask: Ask) -> None:
    reference = ask.body.get("message_reference")
    if not reference or not reference.get("fail_if_not_exists", True):
        return
    if ask.world.live_message(int(reference["message_id"])) is None:
        raise Refused(400, 50035, "Unknown message", "message_reference")


@route("GET", MESSAGE, "get_message")
def get_message(ask: Ask) -> Reply:
    return Reply(200, payloads.message(_message(ask, Permission.READ_MESSAGE_HISTORY)))


@route("PATCH", MESSAGE, "update_message")
def update_message(ask: Ask) -> Reply:
    needed = (Permission.ATTACH_FILES,) if ask.call.uploads else ()
    message = _message(ask, *needed)
    if message.author is not ask.world.bot:
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    limit = file_limit(message.channel)
    posting.edit(ask.world, message, ask.call, ask.body, file_limit=limit)
    return Reply(200, payloads.message(message))


@route("DELETE", MESSAGE, "delete_message")
def delete_message(ask: Ask) -> Reply:
    message = _message(ask)
    if message.author is not ask.world.bot:
        if message.channel.guild is None:
            raise missing_permissions()
        _place(ask, Permission.MANAGE_MESSAGES)
    ask.world.delete_message(message)
    return Reply()


@route("POST", "/users/@me/channels", "create_dm")
def create_dm(ask: Ask) -> Reply:
    user = ask.world.users.get(int(ask.body.get("recipient_id", 0)))
    if user is None:
        raise unknown_channel()
    return Reply(200, payloads.channel(ask.world.dm_channel(user)))
