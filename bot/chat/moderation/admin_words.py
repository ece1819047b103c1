"""Every sentence of `/imagine-admin`."""

from collections.abc import Sequence

from bot.domain.moderation import ChannelRule

ADMIN = "Limits, queue, costs and rules of the picture bot on this server"
MORE_IN_FILE = "… the whole list is in the file."
PACKED = "It was too large for Discord, so it is packed: open it with a program that unpacks .gz files."

# channels

CHANNELS = "Where members may ask for pictures"
CHANNELS_ALLOW = "Allow pictures in a channel; once one is allowed, channels without a rule are not"
CHANNELS_DENY = "Allow no pictures in a channel"
CHANNELS_CLEAR = "Have no rule for a channel any more"
CHANNELS_LIST = "All rules for channels"
CHANNELS_CHANNEL = "A channel, thread or category; leave it out for everywhere without a rule of its own"
CHANNELS_SPOILER = "Cover pictures there until somebody presses them"
CHANNELS_AGE_RESTRICTED_ONLY = "Only while the channel is marked as age-restricted"
CHANNEL_CLEARED = "That channel has no rule of its own any more."
SERVER_CLEARED = "There is no rule for everywhere else any more."


def channel_set(rule: ChannelRule, guild_id: int) -> str:
    """What holds from now on."""
    return f"From now on: {channel_line(rule, guild_id)}"


def channel_line(rule: ChannelRule, guild_id: int) -> str:
    """One rule."""
    where = "Everywhere else" if rule.channel_id == guild_id else f"<#{rule.channel_id}>"
    if not rule.allowed:
        return f"{where}: no pictures."
    extras = [", covered as spoilers" if rule.spoiler else ""]
    extras.append(", only while marked as age-restricted" if rule.age_restricted_only else "")
    return f"{where}: pictures allowed{''.join(extras)}."


def channels_title(rules: Sequence[ChannelRule], guild_id: int) -> str:
    """What stands above the list."""
    if not rules:
        return "No rules: members may ask for pictures in every channel that I can write in."
    if any(rule.channel_id == guild_id for rule in rules):
        return "**Rules for channels.**"
    if any(rule.allowed for rule in rules):
        return "**Rules for channels.** Where there is none, pictures are not allowed."
    return "**Rules for channels.** Where there is none, pictures are allowed."
