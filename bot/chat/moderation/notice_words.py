"""Every sentence in a log channel, and of the buttons and forms that lead to it or start there.

What members meet on the way there is said in their language; the rest is for moderators, in English.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.chat.cards import card_words, cards
from bot.chat.limit_words import NAMES
from bot.chat.refusal_words import GATE_NAMES
from bot.chat.speech import Phrase, say, sentences
from bot.chat.text import excerpt, quoted
from bot.chat.usage.report_words import FAILURES
from bot.chat.words import dollars, relative
from bot.domain.admission import Gate
from bot.domain.cards import Card, Outlook, compose
from bot.domain.jobs import Job
from bot.domain.limits import Limit
from bot.domain.moderation import Block, NoticeKind
from bot.domain.notices import REVIEW_WITHIN_S, Choice, Decided, Decision, NoticeView
from bot.domain.units import after

PROMPT_SHOWN_CHARS = 700
"""Three times as long at the most once it is made harmless; a message has room for 4,000."""

LABELS: Mapping[Choice, str] = {
    Choice.APPROVE: "Approve",
    Choice.REFUSE: "Refuse",
    Choice.DELETE: "Delete picture",
    Choice.BLOCK: "Block",
    Choice.DISMISS: "Dismiss",
    Choice.UNBLOCK: "Unblock",
    Choice.TURN_DOWN: "Dismiss",
}
APPEAL = Phrase("Appeal")

# Forms

REPORT_TITLE = Phrase("Report this picture")
REPORT_REASON = Phrase("What is wrong with it?")
REPORT_HINT = Phrase("The moderators of this server read this, with your name")
REFUSE_TITLE = "Refuse this request"
REFUSE_REASON = "Why? (whoever asked for it is told)"
BLOCK_TITLE = "Block from asking for pictures"
BLOCK_REASON = "Why? (they are told)"
BLOCK_DURATION = "For how long?"
BLOCK_DURATION_HINT = "2h, 7d, 4w … Leave it empty: until somebody lifts it"
APPEAL_TITLE = Phrase("Ask to be unblocked")
APPEAL_TEXT = Phrase("What do you want to say?")
APPEAL_HINT = Phrase("You can ask once. The moderators of this server read it")

# Answers to one person

REPORTED = Phrase("Thank you. The moderators of this server have been told.")
APPEALED = Phrase(
    "The moderators of this server have been told. You can ask for pictures again once one lifts the block."
)
LIFTED_ALREADY = (
    "That block has ended already. Nothing was changed. A newer one can be lifted with "
    "`/imagine-admin block remove`."
)


def reported_to_nobody(owner_id: int | None) -> str:
    """There is no log channel."""
    return sentences(
        say("Thank you, I have written it down."),
        *_no_channel(owner_id),
        say("Please tell one of the moderators yourself."),
    )


def appealed_to_nobody(owner_id: int | None) -> str:
    """There is no log channel."""
    return sentences(
        *_no_channel(owner_id),
        say("Please turn to one of the moderators yourself. Nothing was changed."),
    )


def _no_channel(owner_id: int | None) -> Iterator[str]:
    yield say("This server's moderators have no channel where I could tell them.")
    if owner_id:
        yield say("Its owner is {owner}.", owner=f"<@{owner_id}>")


# Routine: a line each


def line(view: NoticeView) -> str:
    """One line of a routine message."""
    notice, who = view.notice, f"<@{view.notice.member_id}>"
    match notice.kind:
        case NoticeKind.ACCEPTED:
            said = f"✅ Accepted: {_asked(view)}"
        case NoticeKind.REFUSED:
            said = f"🚫 {who} was refused: {_rule(notice.text or '')}"
        case NoticeKind.FAILED:
            said = f"⚠️ {who} · {_failed(view)}"
        case _:
            said = f"🗑️ {_deleted(view)}"
    return f"{said}{_where(view)} · {relative(view.at)}"


def _asked(view: NoticeView) -> str:
    card = _card(view)
    if card is None:
        return f"<@{view.notice.member_id}>"
    about = "" if card.settled else "about "
    return f"{card_words.asked(card)} · {about}{dollars(card.cost_microusd + card.doubt_microusd)}"


def _rule(name: str) -> str:
    if name in set(Gate):
        return f"“{GATE_NAMES[Gate(name)]}”"
    return f"limit “{NAMES[Limit(name)]}”" if name in set(Limit) else "a rule of another version"


def _failed(view: NoticeView) -> str:
    card = _card(view)
    if card is None:
        return "no picture"
    reasons = Counter(FAILURES[failure.reason] for failure in card.failures)
    said = ", ".join(f"{reason[0].lower()}{reason[1:]} ({count})" for reason, count in reasons.items())
    which = f"{len(card.failures)} of {card.request.count} pictures missing" if card.ready else "no picture"
    cost = card.cost_microusd + card.doubt_microusd
    return f"{which}: {said} · {f'{dollars(cost)} charged' if cost else 'not charged'}"


def _deleted(view: NoticeView) -> str:
    by, of = view.notice.text, view.notice.member_id
    whose = f"a message of <@{of}>" if of else "a message of somebody whose data is erased"
    if by is None or not by.isdecimal():
        return f"{whose[0].upper()}{whose[1:]} was deleted in Discord"
    return f"<@{of}> deleted their own message" if by == str(of) else f"<@{by}> deleted {whose}"


def _where(view: NoticeView) -> str:
    """The job's code, as a link while its message is there for others to see."""
    if view.notice.job_id is None:
        return ""
    link = cards.link(view.job) if view.job else None
    code = f"[{view.notice.job_id}]({link})" if link else f"`{view.notice.job_id}`"
    return f" · {code}{' · private' if _is_private(view.job) else ''}"


# Those that need a moderator


def paragraphs(view: NoticeView) -> list[str]:
    """The message of a notice that stands alone, without what was decided."""
    notice, who = view.notice, f"<@{view.notice.member_id}>"
    match notice.kind:
        case NoticeKind.SPEND:
            return [_spend(notice.text or "")]
        case NoticeKind.BLOCKED:
            return [f"⛔ **Blocked:** {who}{_until(view.block)}.", _block_reason(view)]
        case NoticeKind.REVIEW:
            term = f"It contains: {quoted(notice.text)}" if notice.text else ""
            return [_review(view), *_about_job(view), term]
        case NoticeKind.REPORTED:
            head = f"🚩 **Reported** by {who}: {quoted(notice.text)}"
            return [head, *_about_job(view)]
        case NoticeKind.APPEALED:
            head = f"📨 **Asks to be unblocked:** {who}."
            ended = view.block is None or view.block.appealed_at is None  # another block, if there is one
            return [head, f"They say: {quoted(notice.text)}", "" if ended else _block_reason(view)]
        case _:
            return [line(view)]


def decided(view: NoticeView, decision: Decision) -> str:
    """What became of it, and who said so."""
    by = f" by <@{decision.by_id}>" if decision.by_id else ""
    match decision.what:
        case Decided.APPROVED:
            return f"✅ **Approved**{by}."
        case Decided.REFUSED:
            reason = view.job.review_reason if view.job else None
            return f"✖️ **Refused**{by}." + (f" Reason: {quoted(reason)}" if reason else "")
        case Decided.UNANSWERED:
            return "⌛ **Nobody answered in time.** It was taken back, nothing was sent."
        case Decided.TAKEN_BACK:
            return "✖️ **Taken back** before anybody decided. Nothing was sent."
        case Decided.DELETED:
            return f"🗑️ **Deleted**{by or ' in Discord'}."
        case Decided.BLOCKED:
            return f"⛔ **Blocked**{by}."
        case Decided.UNBLOCKED:
            return f"✅ **Unblocked**{by}."
        case Decided.ENDED:
            return "✖️ **That block had ended already.** Nothing was changed."
        case Decided.DISMISSED:
            return f"✖️ **Dismissed**{by}."


def _review(view: NoticeView) -> str:
    if view.decisions:
        return "👀 **A request that needed approval.**"
    lapses_at = after(view.at, REVIEW_WITHIN_S)
    if view.job is not None and not view.job.place.outlives_token:
        lapses_at = min(lapses_at, view.job.place.token_expires_at)
    until = relative(lapses_at)
    return (
        "👀 **Waiting for approval.** Nothing is sent or charged before somebody approves it. "
        f"Without an answer it is taken back {until}."
    )


def _about_job(view: NoticeView) -> list[str]:
    """Whose it is and the words in question: moderators have to judge them."""
    card = _card(view)
    if card is None:
        return ["Its record was erased."]
    if not card.requester_id:
        return [f"Its record was erased so long ago that nobody knows whose it was · `{card.job_id}`"]
    prompt = card.request.prompt
    shown = "> " + excerpt(prompt, PROMPT_SHOWN_CHARS)
    if view.job is not None and view.job.erased_at is not None:
        shown = "Its words and pictures are erased from my records."
    more = f" · {_SHORTENED[_is_private(view.job)]}" if len(prompt) > PROMPT_SHOWN_CHARS else ""
    return [shown, f"{_asked(view)} · {_message(view)} · `{card.job_id}`{more}"]


_SHORTENED: Mapping[bool, str] = {
    False: "shortened: the button **Full prompt** below the message shows all",
    True: "shortened: only who asked for it can show you the rest",
}
"""By whether the message is private."""


def _message(view: NoticeView) -> str:
    job = view.job
    if _is_private(job):
        return "private: only who asked for it sees the message"
    if job is not None and (link := cards.link(job)):
        return f"[the message]({link})"
    if job is not None and view.copy_ids:
        copy = cards.address(job, view.copy_ids[0])
        return f"the message was deleted, [a copy of it]({copy}) is still there"
    return "the message was deleted"


def _is_private(job: Job | None) -> bool:
    return job is not None and job.place.private


_WITHIN: Mapping[str, str] = {
    Limit.SERVER_SPEND_PER_DAY: "24 hours",
    Limit.SERVER_SPEND_PER_MONTH: "30 days",
}


def _spend(text: str) -> str:
    """The name of a limit, and how much of it is used in percent."""
    name, _, percent = text.partition(" ")
    within = _WITHIN.get(name, "that time")
    if percent == "100":
        return (
            f"💰 **All that this server may spend in {within} is used.** Requests are refused until older "
            "ones no longer count, or until you change the limit: `/imagine-admin limits set`."
        )
    return (
        f"💰 **{percent} % of what this server may spend in {within} is used.** When all of it is, requests "
        "are refused. You can change the limit: `/imagine-admin limits set`."
    )


def _until(block: Block | None) -> str:
    if block is None:
        return ""
    return ", until a moderator lifts it" if block.until is None else f", it ends {relative(block.until)}"


def _block_reason(view: NoticeView) -> str:
    block = view.block
    if block is None:
        return f"Reason: {quoted(view.notice.text)}"
    by = f"by <@{block.by_id}>" if block.by_id else "by itself"
    end = "" if view.notice.kind is NoticeKind.BLOCKED else _until(block)
    return f"Blocked {by}{end}. Reason: {quoted(block.reason)}"


def _card(view: NoticeView) -> Card | None:
    return compose(view.job, view.tasks, Outlook()) if view.job else None
