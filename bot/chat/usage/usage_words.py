"""Every sentence of `/usage` and of `/imagine-admin usage`; `report_words.py` has those of reports."""

from collections.abc import Mapping

from bot.chat import limit_words, refusal_words
from bot.chat.measures import pictures
from bot.chat.speech import Name, Phrase, say, say_many
from bot.chat.text import quoted
from bot.chat.usage.report_words import Names, failures_table, own_text, refusals_table, table
from bot.chat.words import dollars, relative
from bot.domain.admission import Admission
from bot.domain.jobs import JobState
from bot.domain.moderation import PERSONAL
from bot.domain.usage import MemberReport, Period, Recent
from bot.services.tables import Form

OWN_NAME = Name("usage")
OWN = Phrase("What you used, what is left, and when there is more")

# What follows is the moderators', up to what is said to members

USAGE = "What was used on this server, by whom, and what it cost"
REPORT = "Pictures, costs, members, refusals and waits in one picture"
MEMBER = "What one member used, how they stand, and what they asked for last"
EXPORT = "Take a list of all pictures away as a file"
PERIOD = "How far back; the last 30 days if you leave it out"
PUBLIC = "Show it to everybody in this channel; else only you see it"
WHO = "Whose"
FORM = "CSV for spreadsheets, JSON for programs"
INCLUDE_PROMPTS = "With what members wrote; the audit says that you took it"

PERIODS: Mapping[Period, str] = {
    Period.DAY: "Last 24 hours",
    Period.WEEK: "Last 7 days",
    Period.MONTH: "Last 30 days",
}
RULES: Names = {
    **{gate.value: name for gate, name in refusal_words.GATE_NAMES.items()},
    **{limit.value: name for limit, name in limit_words.NAMES.items()},
}
"""What can refuse a request, by its own name."""
STATES: Mapping[JobState, str] = {
    JobState.ACCEPTED: "just asked for",
    JobState.OPEN: "under way",
    JobState.DELIVERING: "under way",
    JobState.DELIVERED: "done",
    JobState.WITHDRAWN: "not accepted",
    JobState.CANCELLED: "taken back",
    JobState.UNDELIVERABLE: "could not be shown",
}

RECENT = "Last requests"

# To members

NO_LIMITS = Phrase("There are no limits for you here.")
_PERSONAL = Phrase("This is what you used in direct messages, and on servers where I am not a member myself.")


def own(report: MemberReport) -> str:
    """What one member used and has left, to themselves."""
    notes = [_right_now(report)]
    if extra := report.standing.extra_images:
        notes.append(
            say_many(
                "You have {number} picture extra, beyond the limits an hour and a day.",
                "You have {number} pictures extra, beyond the limits an hour and a day.",
                extra,
            )
        )
    if report.standing.server.guild_id == PERSONAL:
        notes.append(str(_PERSONAL))
    if not report.own.limits:
        notes.append(str(NO_LIMITS))
    return own_text(report.own, RULES, notes=notes)


def member(report: MemberReport) -> str:
    """The same and more, to a moderator."""
    block, extra = report.block, report.standing.extra_images
    notes = []
    if block is not None:
        until = "until a moderator lifts it" if block.until is None else f"until {relative(block.until)}"
        notes.append(f"**Blocked** {until}. Reason: {quoted(block.reason)}")
    if extra:
        notes.append(f"They have {pictures(extra)} extra, beyond the limits an hour and a day.")
    tables = [
        table(RECENT, [_recent(each) for each in report.recent]),
        failures_table(report.failures),
        refusals_table(report.refusals, RULES),
    ]
    return own_text(report.own, RULES, title=f"Pictures of <@{report.member_id}>", notes=notes, tables=tables)


def member_title(name: str) -> str:
    """What stands above a member's picture."""
    return f"Pictures of {name}"


def exported(images: int, period: Period, form: Form, *, prompts: bool) -> str:
    """What is in the file."""
    contents = "with what members wrote" if prompts else "without what members wrote"
    sentence = f"{pictures(images)} of the {PERIODS[period].lower()}, {contents}."
    if form is Form.CSV:
        sentence += " Long numbers begin with an apostrophe, so that spreadsheets keep every digit."
    return sentence


def _right_now(report: MemberReport) -> str:
    if not isinstance(report.verdict, Admission):
        return say("**Right now:** {why}", why=refusal_words.why(report.verdict))
    if report.verdict.review:
        return say("You can ask for pictures here; a moderator looks at each request first.")
    return say("You can ask for pictures here.")


def _recent(asked: Recent) -> str:
    where = f"in <#{asked.channel_id}>"
    cost = f"{pictures(asked.images)}, {dollars(asked.microusd)}"
    return f"`{asked.job_id}` {relative(asked.accepted_at)} {where}: {cost}, {STATES[asked.state]}"
