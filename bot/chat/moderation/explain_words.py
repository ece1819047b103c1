"""What `/imagine-admin limits explain` answers: would it be accepted, and if not, by whose rule."""

from bot.chat import refusal_words
from bot.chat.limit_words import NAMES, value_text, whose
from bot.chat.measures import counted, pictures
from bot.chat.text import in_marks
from bot.chat.words import QUALITIES, SIZES, dollars, relative
from bot.domain.admission import Admission, Assessment, Gate, Refusal, channel_rule
from bot.domain.filters import Hit
from bot.domain.jobs import Request
from bot.domain.limits import WINDOWS_S, Limit
from bot.domain.moderation import ChannelRule
from bot.domain.units import Microusd

NOT_HERE = "They are not on this server, so only what holds for everybody is looked at."
NO_COMMANDS = "But Discord's own permissions let them use no commands in that channel."


def asked(member_id: int, channel_id: int, request: Request, estimate: Microusd) -> str:
    """What was tried out."""
    options = f"{SIZES[request.size]}, {QUALITIES[request.quality]} quality"
    return (
        f"<@{member_id}> in <#{channel_id}>: {pictures(request.count)}, {options}, about {dollars(estimate)}."
    )


def verdict(assessment: Assessment) -> list[str]:
    """Whether it would be accepted, and what is in the way."""
    if isinstance(assessment.verdict, Admission):
        return ["**It would be accepted.**", *_terms(assessment.verdict)]
    first, *others = assessment.objections
    lines = [
        "**It would not be accepted.** They would be told:",
        f"> {refusal_words.sentence(first)}",
        f"Why: {why(first, assessment)}.",
    ]
    if others:
        lines.append("Without that, these would still be in the way:")
    return [*lines, *(f"- {why(each, assessment)}" for each in others)]


def _terms(admission: Admission) -> list[str]:
    lines = []
    if isinstance(admission.review, Hit):
        lines.append(f"A moderator has to approve it first: the prompt contains {_term(admission.review)}.")
    elif admission.review:
        lines.append("A moderator has to approve it first, like every request on this server.")
    if admission.granted:
        lines.append(f"Of its pictures, {admission.granted} would come out of extra pictures.")
    if admission.spoiler:
        lines.append("Its pictures would be covered as spoilers.")
    return lines


def why(refusal: Refusal, assessment: Assessment) -> str:
    """Which rule refuses, whose it is, and when it lifts; without an end of sentence."""
    if isinstance(refusal.by, Limit):
        text, ends = _number(refusal.by, refusal), "free again"
    else:
        text, ends = _gate(refusal.by, refusal, assessment), "it ends"
    return text if refusal.lifts_at is None else f"{text}, {ends} {relative(refusal.lifts_at)}"


def _number(limit: Limit, refusal: Refusal) -> str:
    assert refusal.effective is not None  # noqa: S101 - a limit refuses by its number
    text = f"{NAMES[limit]}: {value_text(limit, refusal.effective.value)}, {whose(refusal.effective)}"
    if limit in WINDOWS_S or limit in {Limit.WAITING, Limit.SERVER_WAITING}:
        text += f", {value_text(limit, refusal.used)} used"
    if refusal.extra_images:
        extra = counted(refusal.extra_images, "extra picture")
        text += f", {extra} left, so at most {refusal.images_left} would pass now"
    elif limit in WINDOWS_S and refusal.lifts_at is None:
        text += ", less than this request alone"
    return text


def _gate(gate: Gate, refusal: Refusal, assessment: Assessment) -> str:
    rule = channel_rule(assessment.around, assessment.standing)
    match gate:
        case Gate.BLOCKED:
            by_id = refusal.block.by_id if refusal.block else None
            by = f"by <@{by_id}>" if by_id else "by itself, after too many refusals by the safety system"
            return f"they are blocked, {by}"
        case Gate.OFF:
            return "the bot is switched off on this server, `/imagine-admin settings on`"
        case Gate.PAUSED:
            return "pictures are paused, `/imagine-admin queue resume`"
        case Gate.CHANNEL:
            return f"no pictures {_where(rule, assessment)}"
        case Gate.AGE_RESTRICTED:
            return f"no pictures while it is not marked as age-restricted {_where(rule, assessment)}"
        case Gate.PERMISSIONS:
            needed = (refusal.reason or "").split(", ")
            names = [str(refusal_words.PERMISSIONS.get(each, each)) for each in needed]
            return f"the bot lacks {', '.join(names)} there, in Discord's own settings of the channel"
        case Gate.FILTER:
            hit = assessment.around.hit
            return f"the word filter, the prompt contains {_term(hit) if hit else 'a term'}"
        case Gate.UNREVIEWED:
            return "a moderator has to approve it, and no log channel is set, `/imagine-admin settings log`"


def _where(rule: ChannelRule | None, assessment: Assessment) -> str:
    if rule is None:
        return "but in the channels that are allowed, see `/imagine-admin channels list`"
    if rule.channel_id == assessment.standing.server.guild_id:
        return "in channels without a rule of their own, set for this server"
    return f"in <#{rule.channel_id}>, set for that channel"


def _term(hit: Hit) -> str:
    return in_marks(hit.term.text)
