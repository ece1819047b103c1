"""A member's own requests that are not over. The buttons carry what they do, so they outlive a restart."""

from discord import ui

from bot.chat.buttons import MINE_LOOK_ID, mine_cancel_button_id
from bot.chat.own import own_queue_words as words
from bot.chat.text import TEXTS_MAX_CHARS
from bot.domain.cards import Card
from bot.domain.jobs import Job
from bot.services.history import UnderWay

_PAGE_MAX_CHARS = TEXTS_MAX_CHARS - 500
"""A little less than would fit."""


def page(under_way: UnderWay, said: str = "") -> ui.LayoutView:
    """As many of them as a message has room for; `said` is what has just been done."""
    view = ui.LayoutView(timeout=None)
    title = str(words.TITLE if under_way.total else words.NOTHING)
    view.add_item(ui.TextDisplay("\n".join(filter(None, [said, title]))))
    shown = chars = 0
    for job, card in under_way.requests:
        text = words.described(job, card)
        chars += len(text)
        if chars > _PAGE_MAX_CHARS:
            break
        view.add_item(_request(job, card, text))
        shown += 1
    if left := under_way.total - shown:
        view.add_item(ui.TextDisplay(words.more(left)))
    if under_way.total:
        view.add_item(ui.ActionRow(ui.Button(label=str(words.LOOK_AGAIN), custom_id=MINE_LOOK_ID)))
    view.stop()  # its buttons are found by their names
    return view


def _request(job: Job, card: Card, text: str) -> ui.Item[ui.LayoutView]:
    if not card.cancellable:
        return ui.TextDisplay(text)
    button: ui.Button[ui.LayoutView] = ui.Button(
        label=words.cancel(job.id), custom_id=mine_cancel_button_id(job.id)
    )
    return ui.Section(ui.TextDisplay[ui.LayoutView](text), accessory=button)
