"""Answers to one person: the seam where every error becomes a sentence."""

import contextlib
import io
import secrets
from collections.abc import AsyncIterator, Awaitable, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import aiohttp
import discord
import structlog
from discord import ui

from bot.chat import refusal_words, words
from bot.chat.buttons import appeal_button_id
from bot.chat.cards import cards
from bot.chat.moderation import notice_words
from bot.chat.reading import seen_alone
from bot.chat.speech import Phrase, speaking
from bot.chat.text import TEXTS_MAX_CHARS, harmless, readable
from bot.domain.admission import Refusal
from bot.domain.cards import Card
from bot.domain.errors import BotError, MayNotDecide, ModerationError, NotYours, OverLimit, StoreError
from bot.domain.language import Language, language_of
from bot.domain.log_values import about
from bot.domain.ports import Upload
from bot.domain.prices import Prices
from bot.services.imagine import Accepted, Imagine

log: structlog.stdlib.BoundLogger = structlog.get_logger()

NOBODY = discord.AllowedMentions.none()
"""Nobody is ever pinged by an answer."""
_NOT_ALLOWED = (NotYours, ModerationError, MayNotDecide)
"""What Discord's surface did not offer, or is beyond somebody's reach: an operator may want to know."""
_MAYBE_SHOWN = {40060}
"""Already acknowledged: an earlier try whose answer was lost has put the card up."""


@contextlib.asynccontextmanager
async def answering(interaction: discord.Interaction) -> AsyncIterator[None]:
    """Whatever goes wrong inside, the person gets a sentence; a bug is logged once, with a code.

    What is said within is said in their language.
    """
    with speaking_to(interaction):
        async with _excusing(interaction):
            yield


@contextlib.asynccontextmanager
async def answering_moderator(interaction: discord.Interaction) -> AsyncIterator[None]:
    """The same for `/imagine-admin` and in log channels, which speak English."""
    with speaking(Language.ENGLISH):
        async with _excusing(interaction):
            yield


def speaking_to(interaction: discord.Interaction) -> contextlib.AbstractContextManager[None]:
    """In the language that somebody chose here, else in that of their Discord, which names the commands."""
    chosen = cast(_Linguist, interaction.client).languages.get(interaction.user.id)
    theirs = language_of(str(interaction.locale))
    return speaking(chosen or theirs, names=theirs)


class _Linguist(Protocol):
    """The client, as far as languages go."""

    languages: Mapping[int, Language]


@contextlib.asynccontextmanager
async def _excusing(interaction: discord.Interaction) -> AsyncIterator[None]:
    try:
        yield
    except OverLimit as fault:
        await tell(interaction, refusal_words.sentence(cast(Refusal, fault.refusal)))
    except BotError as fault:
        if isinstance(fault, _NOT_ALLOWED):
            _log_of(interaction).warning(
                "answer.not_allowed", fault=type(fault).__name__, used=_used(interaction)
            )
        try:
            sentence = words.refusal(fault)
        except KeyError:
            sentence = _bug(interaction, fault)
        await tell(interaction, sentence)
    except discord.HTTPException as fault:
        _log_of(interaction).warning(
            "answer.failed", fault=type(fault).__name__, status=fault.status, discord_code=fault.code
        )
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as fault:
        _log_of(interaction).warning("answer.failed", fault=type(fault).__name__)
    except Exception as fault:  # noqa: BLE001 - the last net: a person is waiting for an answer
        await tell(interaction, _bug(interaction, fault))


def _log_of(interaction: discord.Interaction) -> structlog.stdlib.BoundLogger:
    """For what is said of somebody's command or button; of one that could not be read, not whose it is."""
    member_id = getattr(interaction.user, "id", None)
    return log.bind(interaction=interaction.id, guild=interaction.guild_id, member=member_id)


def _used(interaction: discord.Interaction) -> object:
    """The button or command; of a button's name what it does, since the rest may hold what somebody typed."""
    data: Mapping[str, Any] = interaction.data or {}
    return ":".join(str(data.get("custom_id") or data.get("name")).split(":")[:2])


async def tell(
    interaction: discord.Interaction, said: str | Phrase, button: ui.Button[ui.View] | None = None
) -> None:
    """Say something to the person alone; if even that fails, log it and let it be.

    Who is still typing an option is offered nothing: Discord takes no words for an answer there.
    """
    sentence, view = str(said), _with(button)
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            if not interaction.response.is_done():
                await interaction.response.autocomplete([])
        elif interaction.response.is_done():
            await interaction.followup.send(sentence, view=view, ephemeral=True, allowed_mentions=NOBODY)
        else:
            await interaction.response.send_message(
                sentence, view=view, ephemeral=True, allowed_mentions=NOBODY
            )
    except (discord.HTTPException, aiohttp.ClientError, ConnectionError, TimeoutError) as fault:
        _log_of(interaction).warning("answer.failed", fault=type(fault).__name__)


async def show_page(interaction: discord.Interaction, view: ui.LayoutView) -> None:
    """Answer one person with a page, in place of theirs whose button was pressed.

    A forged press names a button on any message, and what everybody sees stays as it is.
    """
    if seen_alone(interaction.message, None):
        await interaction.response.edit_message(view=view, allowed_mentions=NOBODY)
    else:
        await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=NOBODY)


async def defer_page(interaction: discord.Interaction) -> None:
    """The same for a page that takes longer: what is then the original response becomes it."""
    await interaction.response.defer(ephemeral=True, thinking=not seen_alone(interaction.message, None))


async def show_prompt(interaction: discord.Interaction, prompt: str, job_id: str) -> None:
    """The full prompt, to the person alone: as text where that shows all of it, else as a file."""
    shown = harmless(prompt)
    if len(shown) <= TEXTS_MAX_CHARS and readable(prompt) == prompt:
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.TextDisplay(shown))
        view.stop()
        await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=NOBODY)
        return
    file = discord.File(io.BytesIO(prompt.encode()), filename=f"prompt-{job_id}.txt")
    await interaction.response.send_message(
        str(words.FULL_PROMPT_FILE), file=file, ephemeral=True, allowed_mentions=NOBODY
    )


async def show_new_card(
    interaction: discord.Interaction, accepting: Awaitable[Accepted | Refusal | None], imagine: Imagine
) -> None:
    """Accept, then answer with the card itself; only then may the job start.

    When Discord certainly refused the card, the job is withdrawn. When nobody knows, it stays as it
    is, and the deliverer asks Discord whether the card is there.
    """
    accepted = await accepting
    if accepted is None:
        return  # the same interaction, delivered twice
    if isinstance(accepted, Refusal):
        await tell(interaction, refusal_words.sentence(accepted), _appeal(interaction, accepted))
        return
    view = cards.render(accepted.card, imagine.prices)
    try:
        answer = await interaction.response.send_message(
            view=view, ephemeral=accepted.view.job.place.private, allowed_mentions=NOBODY
        )
        message_id = answer.message_id or (await interaction.original_response()).id
    except discord.HTTPException as fault:
        _log_of(interaction).warning(
            "card.refused", job=accepted.job_id, status=fault.status, discord_code=fault.code
        )
        if 400 <= fault.status < 500 and fault.status != 429 and fault.code not in _MAYBE_SHOWN:
            await imagine.withdraw(accepted)
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as fault:
        _log_of(interaction).warning("card.unanswered", job=accepted.job_id, fault=type(fault).__name__)
    else:
        await _acknowledge(imagine, accepted, message_id)


async def show_copy(
    interaction: discord.Interaction,
    copying: Awaitable[tuple[Card, tuple[Upload, ...]]],
    data_dir: Path,
    prices: Prices,
    *,
    private: bool,
    in_place: bool = False,
) -> None:
    """Answer with a copy of a card; its pictures may take longer than an answer has, so they come later.

    `in_place`: instead of the copy whose button was pressed.
    """
    if in_place:
        await interaction.response.defer()
    else:
        await interaction.response.defer(thinking=True, ephemeral=private)
    card, uploads = await copying
    await interaction.edit_original_response(
        view=cards.render(card, prices, uploads),
        attachments=cards.files(card, uploads, data_dir),
        allowed_mentions=NOBODY,
    )


async def _acknowledge(imagine: Imagine, accepted: Accepted, message_id: int) -> None:
    try:
        await imagine.acknowledged(accepted, message_id)
    except StoreError as fault:
        # The person has a card already; the deliverer finds it again when the database answers.
        log.warning("card.unrecorded", **about(accepted.view.job), fault=repr(fault))


def _with(button: ui.Button[ui.View] | None) -> ui.View:
    """A view of one button, found again by its name; without one there is none."""
    if button is None:
        nothing: ui.View = discord.utils.MISSING
        return nothing
    view = ui.View(timeout=None)
    view.add_item(button)
    view.stop()
    return view


def _appeal(interaction: discord.Interaction, refusal: Refusal) -> ui.Button[ui.View] | None:
    """What somebody who is blocked may press, once for each block."""
    if refusal.block is None or refusal.block.appealed_at is not None:
        return None
    return ui.Button(label=str(notice_words.APPEAL), custom_id=appeal_button_id(interaction.guild_id or 0))


def _bug(interaction: discord.Interaction, fault: Exception) -> str:
    code = secrets.token_hex(3)
    _log_of(interaction).error("answer.bug", code=code, used=_used(interaction), exc_info=fault)
    return words.bug(code)
