"""What a server waits for, page by page. The buttons carry all they need, so they outlive a restart."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import discord
from discord import ui

from bot.chat.buttons import queue_clear_button_id, queue_leave_button_id, queue_page_button_id
from bot.chat.moderation import queue_words as words
from bot.domain.jobs import JobId
from bot.domain.queue import Backlog, Queued, Stage
from bot.domain.units import Instant
from bot.services.queue import Overview

LINES_MAX = 15
LEAVE_MAX = 5
"""Buttons to leave a request on one page: one row."""


def page(overview: Overview, guild_id: int, number: int) -> ui.LayoutView:
    """One page, from 1; the last one where there are not so many."""
    pages = list(_pages(overview.queued)) or [[]]
    number = min(max(number, 1), len(pages))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(words.title(overview)))
    for stage, here in groupby(pages[number - 1], key=lambda queued: queued.stage):
        lines = [words.HEADINGS[stage], *(words.line(queued, guild_id) for queued in here)]
        view.add_item(ui.TextDisplay("\n".join(lines)))
    unknown = [queued.job_id for queued in pages[number - 1] if queued.stage is Stage.UNKNOWN]
    if unknown:
        view.add_item(ui.ActionRow(*(_leave_button(job_id, number) for job_id in unknown)))
    if len(pages) > 1:
        view.add_item(ui.TextDisplay(words.page_of(number, len(pages))))
    view.add_item(ui.ActionRow(*_turning(number, len(pages))))
    view.stop()  # its buttons are found by their names
    return view


def confirmation(backlog: Backlog, member_id: int | None, until: Instant) -> ui.View:
    """The button that takes back what waits."""
    view = ui.View(timeout=None)
    view.add_item(
        ui.Button(
            label=words.clear_button(backlog),
            style=discord.ButtonStyle.danger,
            custom_id=queue_clear_button_id(member_id, until),
        )
    )
    view.stop()
    return view


def _pages(queued: Sequence[Queued]) -> Iterator[list[Queued]]:
    """As many lines as a page has room for, and no more to leave than it has buttons for."""
    here: list[Queued] = []
    for each in queued:
        unknown = sum(one.stage is Stage.UNKNOWN for one in here)
        if len(here) == LINES_MAX or (each.stage is Stage.UNKNOWN and unknown == LEAVE_MAX):
            yield here
            here = []
        here.append(each)
    if here:
        yield here


def _leave_button(job_id: JobId, number: int) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=words.leave(job_id), custom_id=queue_leave_button_id(job_id, number))


def _turning(number: int, pages: int) -> Iterator[ui.Button[ui.LayoutView]]:
    if number > 1:
        yield ui.Button(label=words.BACK, custom_id=queue_page_button_id(number - 1))
    yield ui.Button(label=words.LOOK_AGAIN, custom_id=queue_page_button_id(number))
    if number < pages:
        yield ui.Button(label=words.NEXT, custom_id=queue_page_button_id(number + 1))
