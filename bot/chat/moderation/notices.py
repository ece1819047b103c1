"""Notices as a Discord message (Components V2)."""

from collections.abc import Iterator

import discord
from discord import ui

from bot.chat.buttons import notice_button_id
from bot.chat.moderation import notice_words as words
from bot.domain.moderation import NoticeKind
from bot.domain.notices import ROUTINE, Choice, NoticeView, Posting

_COLOURS = {
    NoticeKind.SPEND: 0xFEE75C,
    NoticeKind.BLOCKED: 0xED4245,
    NoticeKind.REPORTED: 0xED4245,
    NoticeKind.APPEALED: 0x5865F2,
    NoticeKind.REVIEW: 0xFEE75C,
}
_SETTLED = 0x99AAB5
"""Of what needs nobody's decision any more."""
_STYLES = {
    Choice.APPROVE: discord.ButtonStyle.success,
    Choice.REFUSE: discord.ButtonStyle.danger,
    Choice.DELETE: discord.ButtonStyle.danger,
    Choice.BLOCK: discord.ButtonStyle.danger,
    Choice.UNBLOCK: discord.ButtonStyle.success,
}


def render(posting: Posting) -> ui.LayoutView:
    """The message; its container bears the posting's id, by which it is found again in the channel."""
    first = posting.views[0]
    if first.notice.kind in ROUTINE:
        lines = "\n".join(words.line(view) for view in posting.views)
        parts: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(lines)]
    else:
        parts = list(_parts(first))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_colour=_colour(first), id=container_id(posting)))
    view.stop()  # its buttons are found by their names, also after a restart: nothing to keep in memory
    return view


def container_id(posting: Posting) -> int:
    """Discord gives components 31 bits; within one channel's last messages that is enough."""
    return 1_000 + posting.id % 2_000_000_000


def is_routine(posting: Posting) -> bool:
    """Whether nobody has to be disturbed by it."""
    return posting.views[0].notice.kind in ROUTINE


def _parts(view: NoticeView) -> Iterator[ui.Item[ui.LayoutView]]:
    yield ui.TextDisplay("\n".join(filter(None, words.paragraphs(view))))
    if view.decisions:
        yield ui.TextDisplay("\n".join(words.decided(view, decision) for decision in view.decisions))
    if view.choices:
        yield ui.ActionRow(*(_button(view, choice) for choice in view.choices))


def _button(view: NoticeView, choice: Choice) -> ui.Button[ui.LayoutView]:
    return ui.Button(
        label=words.LABELS[choice],
        style=_STYLES.get(choice, discord.ButtonStyle.secondary),
        custom_id=notice_button_id(choice, view.id),
    )


def _colour(view: NoticeView) -> int:
    return _SETTLED if view.decisions and not view.choices else _COLOURS.get(view.notice.kind, _SETTLED)
