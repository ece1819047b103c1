"""The history, page by page. The buttons carry where they lead to, so they outlive a restart."""

from collections.abc import Iterator
from pathlib import Path

import discord
from discord import ui

from bot.chat.buttons import history_show_button_id
from bot.chat.cards.cards import ALT_TEXT_MAX_CHARS
from bot.chat.own import history_words as words
from bot.chat.own.history_reading import edge_id
from bot.chat.text import shorten
from bot.domain.history import Edge, Turn, Wanted
from bot.services.history import Page, Remembered


def page(shown: Page, wanted: Wanted) -> ui.LayoutView:
    """One page; its small pictures are the attachments of `files`."""
    view = ui.LayoutView(timeout=None)
    nothing = "" if shown.requests else words.nothing(wanted, older=shown.newer)
    view.add_item(ui.TextDisplay(nothing or words.title(wanted)))
    for past in shown.requests:
        view.add_item(_request(past))
        label, name = words.show(past.job.id), history_show_button_id(past.job.id)
        view.add_item(ui.ActionRow(ui.Button(label=label, custom_id=name)))
    if turning := list(_turning(shown, wanted)):
        view.add_item(ui.ActionRow(*turning))
    view.stop()  # its buttons are found by their names
    return view


def files(shown: Page, data_dir: Path) -> list[discord.File]:
    """The attachments that a page names."""
    return [
        discord.File(data_dir / past.thumbnail, filename=_file_name(past), description=_alt_text(past))
        for past in shown.requests
        if past.thumbnail is not None
    ]


def _request(past: Remembered) -> ui.Item[ui.LayoutView]:
    text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(words.described(past))
    if past.thumbnail is None:
        return text
    picture: ui.Thumbnail[ui.LayoutView] = ui.Thumbnail(
        f"attachment://{_file_name(past)}", description=_alt_text(past), spoiler=past.card.spoiler
    )
    return ui.Section(text, accessory=picture)


def _file_name(past: Remembered) -> str:
    return f"history-{past.job.id}.webp"


def _alt_text(past: Remembered) -> str:
    return shorten(words.alt_text(past.card), ALT_TEXT_MAX_CHARS)


def _turning(shown: Page, wanted: Wanted) -> Iterator[ui.Button[ui.LayoutView]]:
    if shown.newer and shown.requests:
        edge = Edge(Turn.NEWER, shown.requests[0].job.id)
        yield ui.Button(label=str(words.NEWER), custom_id=edge_id(edge, wanted))
    if shown.older:
        edge = Edge(Turn.OLDER, shown.requests[-1].job.id)
        yield ui.Button(label=str(words.OLDER), custom_id=edge_id(edge, wanted))
