"""Every sentence of `/imagine-admin queue`."""

from collections.abc import Mapping

from bot.chat.measures import pictures, requests
from bot.chat.text import quoted
from bot.chat.words import relative
from bot.domain.queue import Backlog, Queued, Stage
from bot.services.queue import EACH_STAGE_MAX, Overview

QUEUE = "What is drawn and what waits on this server"
SHOW = "What is drawn, what waits and in which order, and what waits for a decision"
CANCEL = "Take back one request; what was sent already goes on"
CANCEL_CODE = "The code on its message"
CLEAR = "Take back everything that waits; I ask once more before I do"
CLEAR_MEMBER = "Only this member's requests; leave it out for everybody's"
PAUSE = "Take no new requests for a while; what is in line goes on"
PAUSE_REASON = "Shown to members who ask meanwhile"
RESUME = "Take requests again"

BACK = "Back"
LOOK_AGAIN = "Look again"
NEXT = "Next"

CANCELLED = "Taken back. Nothing of it was sent, and nothing was charged. Its message says so too."
CANCELLED_PARTLY = (
    "What had not been sent is taken back and not charged. The rest is being drawn already: it is paid, and "
    "will be shown."
)
RESUMED = "Members can ask for pictures again."
NOT_PAUSED = "Requests were not paused. Nothing was changed."
NOTHING_WAITS = "Nothing waits that could be taken back. What is being drawn is paid already and goes on."

HEADINGS: Mapping[Stage, str] = {
    Stage.UNKNOWN: (
        "**Not sure.** The image service never answered, so these may be drawn and charged, or not. "
        "*Leave* ends the wait. Only who asked may try again, since that may cost twice."
    ),
    Stage.REVIEW: "**Waiting for a moderator.** Approve or refuse them in the log channel.",
    Stage.DRAWING: "**Being drawn.** Paid already.",
    Stage.WAITING: "**In line.** Nothing of these was sent yet.",
}


def title(overview: Overview) -> str:
    """What stands above the list."""
    if not overview.queued:
        lines = ["**Nothing is drawn and nothing waits** on this server."]
    else:
        counts = {
            Stage.DRAWING: "being drawn",
            Stage.WAITING: "in line",
            Stage.REVIEW: "waiting for a moderator",
            Stage.UNKNOWN: "not sure",
        }
        said = [
            f"{pictures(overview.images(stage))} {words}"
            for stage, words in counts.items()
            if overview.images(stage)
        ]
        lines = [f"**On this server:** {', '.join(said)}."]
    if len([each for each in overview.queued if each.stage is Stage.WAITING]) >= EACH_STAGE_MAX:
        lines.append(f"I show the first {EACH_STAGE_MAX:,} requests only.")
    if overview.paused_reason is not None:
        lines.append(f"⏸️ New requests are paused. Members read: {quoted(overview.paused_reason)}")
    return "\n".join(lines)


def line(queued: Queued, guild_id: int) -> str:
    """The images of one request; its code leads to its message."""
    code = f"`{queued.job_id}`"
    if queued.message_id is not None:
        address = f"https://discord.com/channels/{guild_id}/{queued.channel_id}/{queued.message_id}"
        code = f"[{code}]({address})"
    parts = [code, f"<@{queued.requester_id}>", pictures(queued.images)]
    if queued.stage is Stage.WAITING:
        parts.append("not shown yet" if queued.place is None else f"number {queued.place:,} in line")
    return " · ".join([*parts, f"asked {relative(queued.asked_at)}"])


def page_of(number: int, pages: int) -> str:
    """Where in a long list this is."""
    return f"-# Page {number} of {pages}"


def choice(queued: Queued) -> str:
    """A request in the list of an option, where Discord shows no names and no times."""
    place = f" · number {queued.place:,} in line" if queued.place is not None else ""
    return f"{queued.job_id} · {pictures(queued.images)}{place}"


def leave(job_id: str) -> str:
    """The button that ends the wait for one request."""
    return f"Leave {job_id}"


def clear_question(backlog: Backlog, member_id: int | None) -> str:
    """Before everything is taken back."""
    whose = "everybody" if member_id is None else f"<@{member_id}>"
    return (
        f"Take back {requests(backlog.requests)} ({pictures(backlog.images)}) of {whose}? They were not "
        "sent, so nothing is charged. This cannot be undone. Leave this message alone to keep them."
    )


def clear_button(backlog: Backlog) -> str:
    """The button that does it."""
    return f"Take back {requests(backlog.requests)}"


def cleared(backlog: Backlog) -> str:
    """After it was done; perhaps some had started meanwhile."""
    if not backlog.requests:
        return NOTHING_WAITS
    return (
        f"Took back {requests(backlog.requests)} ({pictures(backlog.images)}). Nothing was charged for them, "
        "and their messages say so."
    )


def paused(reason: str, backlog: Backlog) -> str:
    """What holds from now on, and what does not."""
    waiting = (
        f"What is in line goes on ({requests(backlog.requests)}), unless you press the button."
        if backlog.requests
        else "Nothing waits in line."
    )
    return (
        f"New requests are paused. Members who ask read: {quoted(reason)}\n"
        f"{waiting} What is being drawn is paid and goes on. `/imagine-admin queue resume` ends the pause."
    )
