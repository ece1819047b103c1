"""Every sentence of `/imagine-admin settings`."""

from collections.abc import Mapping

from bot.chat.measures import duration_text, pictures
from bot.chat.moderation.log_place import Tell
from bot.chat.own.preference_words import LANGUAGES
from bot.chat.text import quoted
from bot.chat.words import QUALITIES, SIZES
from bot.domain.moderation import ServerSettings, Strikes

SETTINGS = "How I behave on this server"
SHOW = "All settings of this server"
LOG = "Choose the channel where I tell moderators what happens"
LOG_CHANNEL = "Where; leave it out to keep the channel that is set"
LOG_TELL = "What I tell there"
ON = "Take requests on this server"
OFF = "Take no requests on this server; what is in line goes on"
REVIEW = "Whether every request waits until a moderator approves it"
REVIEW_ENABLED = "True: each one waits for a moderator. False: only those that a word filter sends to review"
DEFAULTS = "What /imagine takes where members choose nothing"
DEFAULTS_SIZE = "Size; leave it out to keep what is set"
DEFAULTS_QUALITY = "Quality; leave it out to keep what is set"
DEFAULTS_COUNT = "How many pictures; leave it out to keep what is set"
LANGUAGE = "Choose the language of messages that everybody on this server sees"
LANGUAGE_LANGUAGE = "What only one person sees is in their own language"
STRIKES = "When refusals by the image service's safety system block a member"
STRIKES_REFUSALS = "So many requests refused; 0 never blocks"
STRIKES_WITHIN = "In which time, like 12h or 1d"
STRIKES_BLOCK = "Blocked for how long, like 1d or 2w"

TELL: Mapping[Tell, str] = {
    Tell.ALL: "Everything",
    Tell.IMPORTANT: "Only what needs a moderator",
    Tell.OFF: "Nothing: no log channel",
}
AS_IN_DISCORD = "discord"
LANGUAGE_CHOICES: Mapping[str, str] = {
    AS_IN_DISCORD: "As this server's language in Discord",
    **{language.value: name for language, name in LANGUAGES.items()},
}
NO_LOG = (
    "⚠️ No log channel is set, so requests that need a moderator are refused: set one with "
    "`/imagine-admin settings log`."
)
NO_REPLIES = (
    "⚠️ I lack Read Message History in this channel, so I cannot tell members here by a reply that their "
    "picture is done. Please give me that, in the channel's settings or by a role."
)


def overview(settings: ServerSettings, *, may_reply: bool) -> str:
    """All settings, one line each; `may_reply`: whether Discord lets the bot reply to messages here."""
    return "\n".join(
        [
            "**Settings of this server**",
            f"Requests: {_requests(settings)}",
            f"Review: {_review(settings)}",
            f"Log: {_log(settings)}",
            f"Where members choose nothing: {options(settings)}",
            f"Language: {_language(settings)}",
            f"Safety refusals: {strikes(settings.strikes)}",
            *([] if may_reply else [NO_REPLIES]),
        ]
    )


def switched(settings: ServerSettings) -> str:
    """After the server was switched on or off."""
    if not settings.is_on:
        return (
            "I take no requests on this server any more. What is in line goes on; "
            "`/imagine-admin queue clear` takes it back."
        )
    if settings.paused_reason is not None:
        return "I am switched on. Requests are still paused: `/imagine-admin queue resume` ends that."
    return "I take requests on this server."


def review_set(settings: ServerSettings) -> str:
    """After review was switched on or off."""
    if not settings.review:
        return "Requests start without a moderator. Those that wait for one already still do."
    sentence = "From now on every request waits for a moderator before anything is paid."
    return sentence if settings.log_channel_id is not None else f"{sentence}\n{NO_LOG}"


def log_set(settings: ServerSettings, *, public: bool) -> str:
    """After the log channel was chosen; `public`: whether everybody can read it."""
    if settings.log_channel_id is None:
        sentence = "I tell nobody what happens any more. The audit still has every action."
        return f"{sentence}\n{NO_LOG}" if settings.review else sentence
    sentence = f"From now on: {_log(settings)}"
    if not public:
        return sentence
    return f"{sentence}\n⚠️ Everybody can read that channel: reports and prompts to approve appear there."


def defaults_set(settings: ServerSettings) -> str:
    """After the defaults were chosen."""
    return f"Where members choose nothing, they get: {options(settings)} Their limits hold all the same."


def language_set(settings: ServerSettings) -> str:
    """After the language was chosen."""
    return f"From now on, new messages that everybody sees: {_language(settings)}"


def strikes_set(settings: ServerSettings) -> str:
    """After the strikes were set."""
    return f"From now on: {strikes(settings.strikes)}"


def options(settings: ServerSettings) -> str:
    """Size, quality and count."""
    size, quality = SIZES[settings.size], QUALITIES[settings.quality]
    return f"{size}, {quality} quality, {pictures(settings.count)}."


def strikes(strikes: Strikes) -> str:
    """When refusals end in a block."""
    if not strikes.most:
        return "they never block anybody."
    times = "1 refused request" if strikes.most == 1 else f"{strikes.most} refused requests"
    return (
        f"{times} within {duration_text(strikes.window_s)} block a member for "
        f"{duration_text(strikes.block_s)}."
    )


def _requests(settings: ServerSettings) -> str:
    if not settings.is_on:
        return "switched off. `/imagine-admin settings on` switches me on."
    if settings.paused_reason is not None:
        return f"paused. Members read: {quoted(settings.paused_reason)}"
    return "taken."


def _review(settings: ServerSettings) -> str:
    if not settings.review:
        return "only what a word filter sends there."
    return "every request." if settings.log_channel_id is not None else f"every request. {NO_LOG}"


def _language(settings: ServerSettings) -> str:
    if settings.language is None:
        return "as this server's language in Discord."
    return f"{LANGUAGES[settings.language]}."


def _log(settings: ServerSettings) -> str:
    if settings.log_channel_id is None:
        return "no channel. `/imagine-admin settings log` sets one."
    what = "everything" if settings.log_all else "only what needs a moderator"
    return f"I tell {what} in <#{settings.log_channel_id}>."
