"""Settings as the audit keeps them: `<which>: <value>`.

`bot/chat/moderation/audit_words.py` makes words of it.
"""

from bot.domain.moderation import ServerSettings


def pause(settings: ServerSettings) -> str | None:
    """The reason told to members; None while requests are taken."""
    return settings.paused_reason


def on(settings: ServerSettings) -> str:
    """Whether the bot is switched on."""
    return f"server: {_switch(settings.is_on)}"


def review(settings: ServerSettings) -> str:
    """Whether every request waits for a moderator."""
    return f"review: {_switch(settings.review)}"


def log(settings: ServerSettings) -> str:
    """Which channel is told, and of what."""
    if settings.log_channel_id is None:
        return "log: off"
    return f"log: {settings.log_channel_id} {'all' if settings.log_all else 'important'}"


def defaults(settings: ServerSettings) -> str:
    """What is taken where a member says nothing."""
    return f"defaults: {settings.size.value} {settings.quality.value} {settings.count}"


def language(settings: ServerSettings) -> str:
    """What cards that everybody sees speak."""
    return f"language: {settings.language.value if settings.language else 'as in Discord'}"


def strikes(settings: ServerSettings) -> str:
    """How many refusals, within and for how many seconds."""
    strikes = settings.strikes
    return f"strikes: {strikes.most} {strikes.window_s} {strikes.block_s}"


def _switch(is_on: bool) -> str:
    return "on" if is_on else "off"
