"""What `/help` says: what can be asked for here and now, how to ask, what it costs, and whom to ask."""

from collections.abc import Iterable, Iterator

from bot.chat import refusal_words, words
from bot.chat.cards import button_words
from bot.chat.limit_words import NAMES, value_text
from bot.chat.own import preference_words, privacy_words
from bot.chat.own.menu_words import DETAILS_NAME, IMAGINE_THIS_NAME
from bot.chat.speech import Name, Phrase, figure, say
from bot.chat.text import TEXTS_MAX_CHARS, shorten
from bot.chat.usage import usage_words
from bot.chat.usage.report_words import stand
from bot.domain.admission import Admission
from bot.domain.jobs import PROMPT_MAX_CHARS, Quality
from bot.domain.limits import Limit
from bot.domain.moderation import PERSONAL
from bot.domain.prices import Prices
from bot.domain.usage import MemberReport

HELP_NAME = Name("help")
HELP = Phrase("How to ask for pictures, and what you can ask for here")

_OPTIONS = (Limit.LARGEST_SIZE, Limit.HIGHEST_QUALITY, Limit.LARGEST_COUNT, Limit.COOLDOWN)
"""What one request may be; the other limits count what is used up."""
_COMMANDS = (
    (words.QUEUE_NAME, words.QUEUE),
    (words.HISTORY_NAME, words.HISTORY),
    (words.SHOW_NAME, words.SHOW),
    (usage_words.OWN_NAME, usage_words.OWN),
    (preference_words.PREFERENCES_NAME, preference_words.PREFERENCES),
    (privacy_words.PRIVACY_NAME, privacy_words.PRIVACY),
)
"""With what each says of itself."""


def help_text(report: MemberReport, prices: Prices, *, manages: bool) -> str:
    """All of it, for somebody who stands so where they ask; `manages` is whether they manage the server."""
    parts = [
        _right_now(report),
        _part(say("Ask for a picture"), _asking()),
        _part(say("What you can ask for here"), _limits(report)),
        _part(say("What a picture costs"), _costs(prices)),
        _part(say("Below a picture"), _buttons()),
        _part(say("More"), (say("`/{name}`: {does}", name=name, does=does) for name, does in _COMMANDS)),
        _part(say("Questions"), _questions(report, manages=manages)),
    ]
    return shorten("\n".join(filter(None, parts)), TEXTS_MAX_CHARS)


def _right_now(report: MemberReport) -> str:
    if not isinstance(report.verdict, Admission):
        return say("**Right now:** {why}", why=refusal_words.why(report.verdict))
    if report.verdict.review:
        return say("You can ask for pictures here; a moderator looks at each request first.")
    return ""


def _asking() -> Iterator[str]:
    yield say(
        "`/{imagine}` and your words. Without words, a larger box opens. "
        "A text file can have up to {most} characters.",
        imagine=words.IMAGINE_NAME,
        most=figure(PROMPT_MAX_CHARS),
    )
    yield say("With `{private}`, only you see the picture.", private=preference_words.PRIVATE_NAME)
    yield say(
        "On any message, under Apps: “{imagine_this}” puts its words into that box, "
        "and “{details}” tells what is known of a picture.",
        imagine_this=IMAGINE_THIS_NAME,
        details=DETAILS_NAME,
    )


def _limits(report: MemberReport) -> Iterator[str]:
    policy = report.standing.policy
    options = [(limit, policy[limit].value) for limit in _OPTIONS if policy[limit].value is not None]
    for limit, value in options:
        yield _line(NAMES[limit], value_text(limit, value))
    for use in report.own.limits:
        yield _line(NAMES[Limit(use.name)], stand(use))
    if not options and not report.own.limits:
        yield str(usage_words.NO_LIMITS)


def _costs(prices: Prices) -> Iterator[str]:
    yield from (str(words.quality_choice(quality, prices)) for quality in Quality)
    yield say(
        "Every picture is made by AI. You pay nothing: the bot's operator does. "
        "Costs count towards your limits."
    )


def _buttons() -> Iterator[str]:
    yield say(
        "{again}, {edit}, {bigger} and “{other}” draw a new picture, with its own cost. The old one stays.",
        again=words.AGAIN,
        edit=button_words.EDIT,
        bigger=button_words.BIGGER,
        other=button_words.OTHER,
    )
    yield say("{keep}: this picture is not removed when it is old.", keep=button_words.KEEP)
    yield say("{send}: the file comes to you as a direct message.", send=button_words.SEND)
    yield say(
        "{original}: the file as it was made, where a compressed one is shown.",
        original=button_words.ORIGINAL,
    )
    yield say("{report}: the moderators are told, and look at it.", report=words.REPORT)
    yield say(
        "{delete}: the message goes, and `/{history}` still has what was in it.",
        delete=words.DELETE,
        history=words.HISTORY_NAME,
    )


def _questions(report: MemberReport, *, manages: bool) -> Iterator[str]:
    personal = report.standing.server.guild_id == PERSONAL
    yield say("Ask whoever runs this bot.") if personal else say("Ask a moderator of this server.")
    if manages and not personal:
        yield say(
            "You manage this server: `/imagine-admin` is yours, for limits, channels, words and "
            "usage reports. The guide is `docs/moderation.md` in the bot's files."
        )


def _line(name: object, value: str) -> str:
    return say("{name}: {value}", name=name, value=value)


def _part(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"### {title}", *(f"- {line}" for line in lines)])
