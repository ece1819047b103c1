"""The audit, page by page. The buttons carry where they lead to, so they outlive a restart."""

from collections.abc import Sequence

from discord import ui

from bot.chat.buttons import audit_button_id
from bot.chat.moderation import audit_words as words
from bot.chat.text import TEXTS_MAX_CHARS
from bot.domain.moderation import Action, AuditLine

LINES_MAX = 15
_PAGE_MAX_CHARS = TEXTS_MAX_CHARS - 400
"""A little less than would fit."""


def page(
    lines: Sequence[AuditLine], guild_id: int, *, at_top: bool, member_id: int | None, action: Action | None
) -> ui.LayoutView:
    """One page with as many of the lines as it has room for; the rest is older, and a button leads there.

    `at_top`: whether nothing newer is left out.
    """
    shown: list[AuditLine] = []
    texts = [words.TITLE if lines else words.NOTHING if at_top else words.NOTHING_OLDER]
    for entered in lines[:LINES_MAX]:
        text = words.line(entered, guild_id)
        if sum(map(len, texts)) + len(texts) + len(text) > _PAGE_MAX_CHARS:
            break
        texts.append(text)
        shown.append(entered)
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("\n".join(texts)))
    buttons: list[ui.Button[ui.LayoutView]] = []
    if not at_top:
        buttons.append(ui.Button(label=words.NEWEST, custom_id=audit_button_id(None, member_id, action)))
    if len(shown) < len(lines):
        older = audit_button_id(shown[-1].seq, member_id, action)
        buttons.append(ui.Button(label=words.OLDER, custom_id=older))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    view.stop()  # its buttons are found by their names
    return view
