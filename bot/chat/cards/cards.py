"""A card as a Discord message (Components V2)."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import discord
from discord import ui

from bot.chat import words
from bot.chat.buttons import Verb, button_id, look_button_id
from bot.chat.cards import button_words, card_words
from bot.chat.cards.others import others_select
from bot.chat.speech import Phrase, speaking
from bot.chat.text import brief, excerpt, plain, shorten
from bot.domain.cards import Card, Phase
from bot.domain.jobs import Job, bigger
from bot.domain.ports import Upload
from bot.domain.prices import Prices

PROMPT_SHOWN_CHARS = 300
ALT_TEXT_MAX_CHARS = 1024
"""Discord's limit for an attachment's description (facts: Discord, 2)."""
_ROW_MAX = 5
"""Buttons side by side (facts: Discord, 2)."""

_COLOURS = {
    Phase.REVIEW: 0xFEE75C,
    Phase.WAITING: 0x5865F2,
    Phase.HELD: 0xFEE75C,
    Phase.DRAWING: 0x5865F2,
    Phase.UNSURE: 0xFEE75C,
    Phase.DONE: 0x57F287,
    Phase.FAILED: 0xED4245,
    Phase.UNSHOWN: 0xED4245,
    Phase.CANCELLED: 0x99AAB5,
    Phase.WITHDRAWN: 0x99AAB5,
}


def render(card: Card, prices: Prices, uploads: Sequence[Upload] = ()) -> ui.LayoutView:
    """The message that shows a card; its pictures are the attachments named by `file_name`."""
    view = ui.LayoutView(timeout=None)
    with speaking(card.language, names=card.command_language):
        view.add_item(ui.Container(*_parts(card, prices, uploads), accent_colour=_COLOURS[card.phase]))
    view.stop()  # its buttons are found by their names, also after a restart: nothing to keep in memory
    return view


def files(card: Card, uploads: Sequence[Upload], data_dir: Path) -> list[discord.File]:
    """The attachments that a card's gallery names."""
    return [
        discord.File(
            data_dir / upload.path, filename=file_name(card, upload), description=alt_text(card, upload)
        )
        for upload in uploads
    ]


def file_name(card: Card, upload: Upload) -> str:
    """The name a picture is uploaded under: ours, plain ASCII, unique on its card."""
    return f"imagine-{card.job_id}-{upload.number}{PurePosixPath(upload.path).suffix}"


def alt_text(card: Card, upload: Upload) -> str:
    """What a screen reader says of an uploaded picture."""
    prompt = brief(card.request.prompt, ALT_TEXT_MAX_CHARS)
    with speaking(card.language):
        said = card_words.alt_text(prompt, upload.number, card.request.count)
    return shorten(said, ALT_TEXT_MAX_CHARS)


def link(job: Job) -> str | None:
    """Where a job's card is; one that is gone, or that only its requester sees, cannot be linked to."""
    if job.message_id is None or job.deleted_at is not None or job.place.private:
        return None
    return address(job, job.message_id)


def address(job: Job, message_id: int) -> str:
    """Where a message is that shows a job: its card, or a copy of it beside that."""
    server = job.place.guild_id or "@me"
    return f"https://discord.com/channels/{server}/{job.place.channel_id}/{message_id}"


def prompt_line(card: Card) -> str:
    """The prompt as the card shows it."""
    return "> " + excerpt(card.request.prompt, PROMPT_SHOWN_CHARS)


def is_shortened(card: Card) -> bool:
    """Whether the card does not show all of the prompt as it was typed."""
    return len(card.request.prompt) > PROMPT_SHOWN_CHARS or plain(card.request.prompt) != card.request.prompt


def _parts(card: Card, prices: Prices, uploads: Sequence[Upload]) -> Iterator[ui.Item[ui.LayoutView]]:
    yield ui.TextDisplay(prompt_line(card))
    yield ui.TextDisplay(card_words.asked(card))
    if uploads:
        yield ui.MediaGallery(
            *(
                discord.MediaGalleryItem(
                    f"attachment://{file_name(card, upload)}",
                    description=alt_text(card, upload),
                    spoiler=card.spoiler,
                )
                for upload in uploads
            )
        )
    if lines := card_words.status(card):
        yield ui.TextDisplay("\n".join(lines))
    footer = card_words.footer(card, reencoded=any(upload.reencoded for upload in uploads))
    yield ui.TextDisplay("\n".join(f"-# {line}" for line in (footer, *card_words.of_message(card))))
    buttons = list(_buttons(card, prices, uploads))
    for start in range(0, len(buttons), _ROW_MAX):
        yield ui.ActionRow(*buttons[start : start + _ROW_MAX])
    if card.over and not card.unsafe:
        yield ui.ActionRow(others_select(card, prices))


def _buttons(card: Card, prices: Prices, uploads: Sequence[Upload]) -> Iterator[ui.Button[ui.LayoutView]]:
    primary = discord.ButtonStyle.primary
    if card.unsure:
        yield _button(card, Verb.RETRY_UNKNOWN, words.TRY_AGAIN, discord.ButtonStyle.danger)
        yield _button(card, Verb.LEAVE_UNKNOWN, words.LEAVE_IT)
    if card.cancellable:
        yield _button(card, Verb.CANCEL, words.CANCEL)
    if card.copied and not card.over:
        yield ui.Button(label=str(button_words.LOOK_AGAIN), custom_id=look_button_id(card.job_id))
    if card.unsafe:
        yield _button(card, Verb.EDIT, button_words.EDIT, primary)
    elif card.over:
        yield _button(card, Verb.AGAIN, words.AGAIN, primary)
        yield _button(card, Verb.EDIT, button_words.EDIT)
    if card.over and uploads:
        if card.request.size.larger:
            cost = prices.request(bigger(card.request))
            yield _button(card, Verb.BIGGER, button_words.bigger(cost))
        yield _button(card, Verb.KEEP, button_words.KEEP, emoji="⭐")
        yield _button(card, Verb.SEND, button_words.SEND, emoji="✉️")
        if any(upload.reencoded for upload in uploads):
            yield _button(card, Verb.ORIGINAL, button_words.ORIGINAL)
    if is_shortened(card):
        yield _button(card, Verb.FULL_PROMPT, words.FULL_PROMPT)
    if uploads and card.in_server and not card.private:
        yield _button(card, Verb.REPORT, words.REPORT)
    if card.over:
        yield _button(card, Verb.DELETE, words.DELETE)


def _button(
    card: Card,
    verb: Verb,
    label: Phrase | str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    emoji: str | None = None,
) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=str(label), style=style, emoji=emoji, custom_id=button_id(verb, card.job_id))
