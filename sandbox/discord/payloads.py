"""State as Discord's JSON. Pure: nothing here looks at a clock or changes anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.discord.interactions import COMPONENT, MODAL, Interaction
from sandbox.discord.permissions import in_channel, in_guild
from sandbox.discord.values import (
    DM,
    EPHEMERAL,
    Attachment,
    Channel,
    Guild,
    Json,
    Member,
    Message,
    Role,
    User,
)

JOINED = "2024-01-01T00:00:00+00:00"


def stamp(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def user(who: User) -> Json:
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": None if who.bot else who.name.title(),
        "discriminator": "0000" if who.bot else "0",
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def member(one: Member) -> Json:
    return {
        "user": user(one.user),
        "roles": [str(ident) for ident in sorted(one.role_ids)],
        "joined_at": JOINED,
        "premium_since": None,
        "communication_disabled_until": None,
        "avatar": None,
        "banner": None,
        "nick": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def role(one: Role) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": 0 if one.name == "@everyone" else 1,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(one: Channel) -> Json:
    base: Json = {"id": str(one.id), "type": one.kind, "flags": 0, "last_message_id": None}
    if one.guild is None:
        return base | {"recipients": [user(who) for who in one.recipients]}
    base |= {"guild_id": str(one.guild.id), "name": one.name}
    base["parent_id"] = str(one.parent.id) if one.parent else None
    return base | (_thread(one) if one.is_thread else _room(one))


def _room(one: Channel) -> Json:
    overwrites = [
        {
            "id": str(o.target_id),
            "type": 0 if o.is_role else 1,
            "allow": str(int(o.allow)),
            "deny": str(int(o.deny)),
        }
        for o in one.overwrites
    ]
    return {
        "position": 0,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": overwrites,
    }


def _thread(one: Channel) -> Json:
    assert one.guild
    metadata = {
        "archived": False,
        "auto_archive_duration": 1440,
        "archive_timestamp": JOINED,
        "locked": one.locked,
        "create_timestamp": JOINED,
    }
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    return {"owner_id": str(one.guild.owner_id), "thread_metadata": metadata, **counts}


def guild(one: Guild, bot: User) -> Json:
    """GUILD_CREATE as a bot without the members intent sees it: itself only."""
    rooms = [channel(c) for c in one.channels.values() if not c.is_thread]
    threads = [channel(c) for c in one.channels.values() if c.is_thread]
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(r) for r in one.roles.values()],
        "channels": rooms,
        "threads": threads,
        "members": [member(one.members[bot.id])],
        "member_count": len(one.members),
        "joined_at": JOINED,
        "preferred_locale": one.locale,
        "premium_tier": 0,
        **dict.fromkeys(("icon", "banner", "splash", "description", "system_channel_id")),
        **dict.fromkeys(("verification_level", "default_message_notifications"), 0),
        **dict.fromkeys(("explicit_content_filter", "mfa_level", "nsfw_level", "afk_timeout"), 0),
        **{key: [] for key in ("features", "emojis", "stickers", "voice_states", "presences")},
        **{key: [] for key in ("stage_instances", "guild_scheduled_events")},
        "large": False,
        "unavailable": False,
    }


def my_guild(one: Guild, bot: User) -> Json:
    """A guild in the list of those the bot is in, with what it may do there."""
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": one.owner_id == bot.id,
        "permissions": str(int(in_guild(one, bot))),
        "features": [],
    }


def attachment(one: Attachment, *, ephemeral: bool = False) -> Json:
    described = {"description": one.description} if one.description else {}
    marked = {"ephemeral": True} if ephemeral else {}
    return {
        "id": str(one.id),
        "filename": one.filename,
        "size": one.size,
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
        **pixels(one),
        **described,
        **marked,
    }


def pixels(one: Attachment) -> Json:
    return {"width": one.pixels[0], "height": one.pixels[1]} if one.pixels else {}


def message(one: Message) -> Json:
    optional: Json = {}
    if one.interaction:
        optional["interaction_metadata"] = interaction_metadata(one.interaction)
    if one.reference:
        optional["message_reference"] = one.reference
    if one.nonce is not None:
        optional["nonce"] = one.nonce
    return {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": one.kind,
        "content": one.content,
        "author": user(one.author),
        "timestamp": stamp(one.created_at),
        "edited_timestamp": stamp(one.edited_at),
        "embeds": [{"type": "rich", **embed} for embed in one.embeds],
        "components": one.components,
        "attachments": [attachment(a, ephemeral=one.ephemeral) for a in one.attachments],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": "everyone" in one.pings,
        "flags": one.flags,
        "pinned": False,
        "tts": False,
        **optional,
    }


def interaction_metadata(one: Interaction) -> Json:
    base: Json = {
        "id": str(one.id),
        "type": one.kind,
        "user": user(one.user),
        "authorizing_integration_owners": owners(one),
    }
    if one.kind == COMPONENT and one.source:
        base["interacted_message_id"] = str(one.source.id)
    if one.kind == MODAL and one.parent:
        base["triggering_interaction_metadata"] = interaction_metadata(one.parent)
    return base


def owners(one: Interaction) -> dict[str, str]:
    """Who installed the app here: "0" the guild ("0" in the bot's DM), "1" the user."""
    guild = one.channel.guild
    found = {}
    if guild and guild.has_bot:
        found["0"] = str(guild.id)
    elif one.channel.kind == DM:
        found["0"] = "0"
    if one.user.installed_app:
        found["1"] = str(one.user.id)
    return found


def interaction(one: Interaction, bot: User) -> Json:
    """INTERACTION_CREATE."""
    guild = one.channel.guild
    context = 0 if guild else (1 if one.channel.kind == DM else 2)
    payload: Json = {
        "id": str(one.id),
        "application_id": str(bot.id),
        "type": one.kind,
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel": channel(one.channel),
        "channel_id": str(one.channel.id),
        "locale": one.locale,
        "app_permissions": str(int(in_channel(one.channel, bot))),
        "entitlements": [],
        "authorizing_integration_owners": owners(one),
        "context": context,
        "attachment_size_limit": one.file_limit,
    }
    if one.source:
        payload["message"] = message(one.source)
    if guild is None:
        return payload | {"user": user(one.user)}
    return payload | {
        "guild_id": str(guild.id),
        "guild_locale": guild.locale,
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "member": member(guild.members[one.user.id])
        | {"permissions": str(int(in_channel(one.channel, one.user)))},
    }


def interaction_response(one: Interaction, kind: int) -> Json:
    """The body of a callback asked for `with_response`."""
    about: Json = {"id": str(one.id), "type": one.kind}
    if one.original is None or kind not in (4, 5, 6, 7):
        return {"interaction": about}
    about["response_message_id"] = str(one.original.id)
    about["response_message_loading"] = one.original.loading
    about["response_message_ephemeral"] = bool(one.original.flags & EPHEMERAL)
    if kind not in (4, 7):
        return {"interaction": about}
    resource: dict[str, Any] = {"type": kind, "message": message(one.original)}
    return {"interaction": about, "resource": resource}


def application(bot: User, owner: User) -> Json:
    return {
        "id": str(bot.id),
        "name": bot.name,
        "description": "",
        "icon": None,
        "type": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "owner": user(owner),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
    }
