"""What Discord refuses in messages, files and places, and the OpenAPI does not say.

Message rules look at what a message *would become*, so one set serves new messages and edits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.refusals import (
    Refused,
    invalid,
    missing_access,
    missing_permissions,
    too_large,
    unknown_channel,
)
from sandbox.discord.rules_components import check_components, media_urls
from sandbox.discord.values import (
    COMPONENTS_V2,
    MIB,
    Channel,
    Json,
    Upload,
    User,
)

REQUEST_LIMIT = 25 * MIB
SETTABLE_FLAGS = COMPONENTS_V2 | 1 << 2 | 1 << 12  # + no embeds, silent


@dataclass
class Draft:
    """What a message would become."""

    content: str
    embeds: list[Json]
    components: list[Json]
    file_names: list[str]
    descriptions: list[str | None]
    uploads: list[Upload]
    flags: int
    flags_before: int
    file_limit: int
    extras: Json  # stickers, poll
    urls_before: set[str]  # resolved links that the message already shows

    @property
    def v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)


def content_length(draft: Draft) -> None:
    if len(draft.content) > 2000:
        raise invalid("content", "Must be 2000 or fewer in length.")


def something_to_show(draft: Draft) -> None:
    parts = (draft.content.strip(), draft.embeds, draft.components, draft.file_names)
    if not any(parts) and not any(draft.extras.values()):
        raise Refused(400, 50006, "Cannot send an empty message")


def embed_sizes(draft: Draft) -> None:
    if len(draft.embeds) > 10:
        raise invalid("embeds", "Must be 10 or fewer in length.")
    if sum(map(_embed_text, draft.embeds)) > 6000:
        raise invalid("embeds", "Embed size exceeds maximum size of 6000")
    for embed in draft.embeds:
        limits = (("title", 256), ("description", 4096))
        for key, most in limits:
            if len(embed.get(key) or "") > most:
                raise invalid(f"embeds.0.{key}", f"Must be {most} or fewer in length.")


def _embed_text(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or ():
        texts += [field["name"], field["value"]]
    return sum(len(text or "") for text in texts)


def flag_once_set(draft: Draft) -> None:
    if draft.flags_before & COMPONENTS_V2 and not draft.v2:
        raise invalid("flags", "The IS_COMPONENTS_V2 flag cannot be removed")


def v2_alone(draft: Draft) -> None:
    if draft.v2 and (draft.content or draft.embeds or any(draft.extras.values())):
        raise invalid("flags", "content, embeds, stickers and poll cannot be used with V2")


def file_sizes(draft: Draft) -> None:
    if any(len(upload.data) > draft.file_limit for upload in draft.uploads):
        raise too_large()
    if len(draft.file_names) > 10:
        raise invalid("attachments", "Must be 10 or fewer in length.")


def descriptions(draft: Draft) -> None:
    if any(len(text or "") > 1024 for text in draft.descriptions):
        raise invalid("attachments.0.description", "Must be 1024 or fewer in length.")


def components(draft: Draft) -> None:
    check_components(draft.components, v2=draft.v2)


def media_exist(draft: Draft) -> None:
    """attachment:// names a file of this message; anything else is a link."""
    for field, url, only_file in _media(draft):
        scheme, _, name = url.partition("://")
        if scheme == "attachment" and name not in draft.file_names:
            raise invalid(field, f"Referenced attachment not found: {name}")
        allowed = {"attachment"} if only_file else {"attachment", "http", "https"}
        if scheme not in allowed and url not in draft.urls_before:
            raise invalid(field, f"Scheme must be one of {sorted(allowed)}: {url}")


def _media(draft: Draft) -> list[tuple[str, str, bool]]:
    found = media_urls(draft.components)
    for embed in draft.embeds:
        for key in ("image", "thumbnail"):
            if url := (embed.get(key) or {}).get("url"):
                found.append((f"embeds.0.{key}", url, False))
    return found


MESSAGE_RULES: tuple[Callable[[Draft], None], ...] = (
    flag_once_set,
    v2_alone,
    something_to_show,
    content_length,
    embed_sizes,
    file_sizes,
    descriptions,
    components,
    media_exist,
)


def check_message(draft: Draft) -> None:
    for rule in MESSAGE_RULES:
        rule(draft)


def check_attachments(listed: list[Json] | None, uploads: dict[int, Upload], kept: set[int]) -> None:
    """Every part files[n] is listed as n; every other id is a file the message already has."""
    if listed is None:
        return
    ids = [int(entry["id"]) for entry in listed]
    if len(set(ids)) != len(ids):
        raise invalid("attachments", "Attachment ids must be unique")
    if missing := set(uploads) - set(ids):
        raise invalid("attachments", f"files{sorted(missing)} are not listed in attachments")
    if unknown := set(ids) - set(uploads) - kept:
        raise invalid("attachments", f"no file for attachment ids {sorted(unknown)}")


def check_place(channel: Channel | None, bot: User, *needed: Permission) -> Channel:
    """The bot may see the channel and do there what it is about to do."""
    if channel is None or channel.deleted:
        raise unknown_channel()
    held = in_channel(channel, bot)
    if not held & Permission.VIEW_CHANNEL:
        raise missing_access()
    if any(not held & permission for permission in needed):
        raise missing_permissions()
    return channel


def check_speaking(channel: Channel | None, bot: User, body: Json, *, files: bool) -> Channel:
    """The bot may send this message there."""
    place = check_place(channel, bot)
    if place.guild is None and not all(who.accepts_dms for who in place.recipients):
        raise Refused(403, 50007, "Cannot send messages to this user")
    wanted = [place.speaking]
    wanted += [Permission.ATTACH_FILES] if files else []
    wanted += [Permission.EMBED_LINKS] if body.get("embeds") else []
    wanted += [Permission.READ_MESSAGE_HISTORY] if body.get("message_reference") else []
    wanted += [Permission.MANAGE_THREADS] if place.locked else []
    return check_place(place, bot, *wanted)
