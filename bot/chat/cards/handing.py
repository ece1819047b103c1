"""Hands a job's files to one person: in a direct message, or in an answer that only they see."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import discord

from bot.chat.cards import button_words, cards
from bot.chat.replies import NOBODY
from bot.chat.speech import sentences, spoken
from bot.chat.troubles import in_our_words
from bot.domain.cards import Card
from bot.domain.errors import CardGone, PlaceClosed
from bot.domain.ports import Upload
from bot.services.handover import Parcel

DM_FILE_MAX_BYTES = 10 << 20
"""What one file may weigh in a direct message (facts: Discord, 2)."""
_NONCE_CHARS = 25


async def send_parcel(interaction: discord.Interaction, parcel: Parcel, data_dir: Path) -> None:
    """Send a direct message with all files, once; the answer, which was put off, says what came of it.

    Raises:
        PublishError: Discord is away, or takes no files of that size.
    """
    nonce = sha256(f"{parcel.card.job_id} {interaction.user.id}".encode()).hexdigest()[:_NONCE_CHARS]
    try:
        with in_our_words():
            channel = await interaction.user.create_dm()
        try:
            await _post(channel, parcel, data_dir, nonce)
        except CardGone:  # deleted a moment ago: under the same nonce Discord makes no other
            await _post(channel, parcel, data_dir, secrets.token_hex(_NONCE_CHARS // 2))
    except PlaceClosed:
        told = str(button_words.DM_REFUSED)
    else:
        told = sentences(button_words.SENT, _compressed(parcel))
    await interaction.edit_original_response(content=told, allowed_mentions=NOBODY)


async def hand_over(
    interaction: discord.Interaction, parcel: Parcel, limit_bytes: int, data_dir: Path
) -> None:
    """Put the files into the answer, which was put off, a message for each; say what is too large."""
    said = button_words.originals(parcel, limit_bytes)
    first, rest = parcel.uploads[:1], parcel.uploads[1:]
    await interaction.edit_original_response(
        content=said, attachments=_files(parcel.card, first, data_dir), allowed_mentions=NOBODY
    )
    for upload in rest:
        await interaction.followup.send(
            files=_files(parcel.card, [upload], data_dir), ephemeral=True, allowed_mentions=NOBODY
        )


async def _post(channel: discord.DMChannel, parcel: Parcel, data_dir: Path, nonce: str) -> None:
    """discord.py has Discord enforce the nonce: whoever presses twice gets one message."""
    card = parcel.card
    said = sentences(button_words.sent_with(card.job_id, len(parcel.uploads)), _compressed(parcel))
    with in_our_words():
        await channel.send(
            f"{cards.prompt_line(card)}\n{said}",
            files=_files(card, parcel.uploads, data_dir),
            nonce=nonce,
            allowed_mentions=NOBODY,
        )


def _compressed(parcel: Parcel) -> str:
    return str(button_words.DM_COMPRESSED) if any(each.reencoded for each in parcel.uploads) else ""


def _files(card: Card, uploads: Sequence[Upload], data_dir: Path) -> list[discord.File]:
    """Described in the person's own language, and covered where the card's pictures are."""
    files = cards.files(replace(card, language=spoken()), uploads, data_dir)
    for file in files:
        file.spoiler = card.spoiler
    return files
