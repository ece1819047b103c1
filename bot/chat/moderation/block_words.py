"""Every sentence of `/imagine-admin block`."""

from datetime import UTC, datetime

from bot.chat.text import in_marks, plain
from bot.chat.words import relative
from bot.domain.moderation import Block
from bot.domain.units import MS_PER_S, Instant

BLOCK = "Who may not ask for pictures on this server"
ADD = "Stop somebody from asking for pictures; block them again to change the reason or the end"
REMOVE = "Let somebody ask for pictures again"
LIST = "Who is blocked, why, by whom and until when"
ADD_MEMBER = "Who; somebody who left can be named by their id"
ADD_REASON = "Why; they read it when they ask for a picture"
ADD_DURATION = "How long, like 12h, 3d or 2 weeks; until somebody lifts it if you leave it out"
ADD_CANCEL_WAITING = "Also cancel what they have waiting in line, without a charge; yes if you leave it out"
REMOVE_MEMBER = "Who; somebody who left can be named by their id"

NOBODY_BLOCKED = "Nobody is blocked on this server."


def added(block: Block, *, cancel_waiting: bool) -> str:
    """What holds from now on."""
    if cancel_waiting:
        waiting = (
            "Whatever they had waiting in line is cancelled and not charged; what is being drawn goes on."
        )
    else:
        waiting = "What they have in line goes on."
    return (
        f"<@{block.member_id}> is blocked on this server. {_end(block)} "
        f"They read this reason when they ask: {_reason(block)}\n{waiting}"
    )


def removed(member_id: int) -> str:
    """What holds from now on."""
    return f"<@{member_id}> can ask for pictures again."


def title(count: int) -> str:
    """What stands above the list."""
    if not count:
        return NOBODY_BLOCKED
    return f"**Blocked on this server: {count:,}**"


def line(block: Block) -> str:
    """One block in a message."""
    by = "by itself" if block.by_id is None else f"by <@{block.by_id}>"
    return f"- <@{block.member_id}>, {by}, {relative(block.at)}. {_end(block)} {_reason(block)}"


def line_in_file(block: Block) -> str:
    """One block where Discord puts no names and times in."""
    by = "by itself" if block.by_id is None else f"by {block.by_id}"
    until = "until lifted" if block.until is None else f"until {_written(block.until)}"
    return f"{block.member_id}, {by}, {_written(block.at)}, {until}: {plain(block.reason)}"


def _end(block: Block) -> str:
    return "It lasts until somebody lifts it." if block.until is None else f"It ends {relative(block.until)}."


def _reason(block: Block) -> str:
    return in_marks(block.reason)


def _written(at: Instant) -> str:
    return datetime.fromtimestamp(at / MS_PER_S, UTC).strftime("%Y-%m-%d %H:%M UTC")
