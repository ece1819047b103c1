"""Messages that people choose in a menu, as Discord sends them along: what they say, what they show."""

import re
from collections.abc import Iterable, Iterator

import discord

from bot.domain.jobs import JobId
from bot.services.details import Named
from bot.services.ids import JOB_ID_PATTERN

_TAG = re.compile(
    r"<(?:(?P<kind>@[!&]?|#)(?P<id>[0-9]{15,20})|a?(?P<emoji>:[A-Za-z0-9_~]{1,64}:)[0-9]{15,20})>"
)
"""A mention or an emoji of a server, as Discord writes them."""
_CODE = re.compile(f"`({JOB_ID_PATTERN})`")


def text_of(message: discord.Message, reader: discord.Member | discord.User) -> str:
    """What somebody wrote, with names in place of numbers, as whoever reads it sees them.

    What has no name for the reader is left out. A message that was passed on says what the first one said.
    """
    passed_on = [snapshot.content for snapshot in message.message_snapshots]
    return _TAG.sub(lambda tag: _name(tag, message, reader), message.content or "".join(passed_on)).strip()


def named_by(message: discord.Message, bot: discord.ClientUser | None) -> Named | None:
    """By what a message names a picture of the bot's; None for what others wrote."""
    if bot is None or message.author.id != bot.id:
        return None
    answered = message.reference.message_id if message.reference else None
    codes = _codes(message)
    # A list of pictures names many, and so none.
    return Named(message.id, codes.pop() if len(codes) == 1 else None, answered)


def shows(message: discord.Message, job_id: JobId) -> bool:
    """Whether a message of the bot's own bears a job's code: a button's name may be forged."""
    return job_id in _codes(message)


def _codes(message: discord.Message) -> set[JobId]:
    return {code for text in _texts(message.components) for code in _CODE.findall(text)}


def _name(tag: re.Match[str], message: discord.Message, reader: discord.Member | discord.User) -> str:
    if tag["emoji"]:
        return tag["emoji"]
    number, guild = int(tag["id"]), message.guild
    if tag["kind"] in {"@", "@!"}:
        person = discord.utils.get(message.mentions, id=number)
        return f"@{person.display_name}" if person else ""
    if tag["kind"] == "@&":
        role = guild.get_role(number) if guild else None
        return f"@{role.name}" if role else ""
    channel = guild.get_channel(number) if guild else None
    # A channel's name is not for who cannot see the channel.
    seen = channel and isinstance(reader, discord.Member) and channel.permissions_for(reader).view_channel
    return f"#{channel.name}" if channel and seen else ""


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
