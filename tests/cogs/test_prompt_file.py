"""A prompt from a file, for those who write more than a message holds."""

import pytest

from bot.chat import words
from bot.domain import errors
from tests.support.discord import World, nothing_happened

LONGEST = 32_000


async def test_a_text_file_is_the_prompt(world: World) -> None:
    """Byte for byte, umlauts and lines too."""
    text = "Ein roter Fuchs\nüber grünen Hügeln 🦊\n"
    card = await world.imagine(None, prompt_file=("fox.txt", text.encode()))
    await world.finish()
    assert [task["prompt"] for task in world.paid] == [text]
    assert world.again(card).pictures


async def test_the_mark_at_the_start_of_a_windows_file_is_no_part_of_the_prompt(world: World) -> None:
    """Editors on Windows write a byte order mark that nobody sees."""
    await world.imagine(None, prompt_file=("fox.TXT", "a red fox".encode("utf-8-sig")))
    await world.finish()
    assert [task["prompt"] for task in world.paid] == ["a red fox"]


@pytest.mark.parametrize("char", ["x", "ü", "🦊"])
async def test_the_longest_prompt_is_taken_whole(world: World, char: str) -> None:
    """Characters count, not bytes; the card shows the beginning and offers the rest."""
    text = char * LONGEST
    card = await world.imagine(None, prompt_file=("long.txt", text.encode()))
    await world.finish()
    assert [task["prompt"] for task in world.paid] == [text]
    card = world.again(card)
    assert card.pictures
    assert "Full prompt" in card.buttons
    assert len(card.text) < 1000


async def test_one_character_too_many_is_refused_with_the_count(world: World) -> None:
    """So that people know how much to cut."""
    told = world.told(await world.invoke(None, prompt_file=("long.txt", b"x" * (LONGEST + 1))))
    assert told.startswith("Your prompt has 32,001 characters; 32,000 are possible. Nothing was charged.")
    await nothing_happened(world)


@pytest.mark.parametrize(
    "content", [b"", b" \n\t ", "\ufeff".encode(), "\u200b\u2060\u00ad".encode(), "\u3164 \u2800".encode()]
)
async def test_a_file_without_visible_words_is_refused(world: World, content: bytes) -> None:
    """Empty, blank, or full of characters that show nothing."""
    told = world.told(await world.invoke(None, prompt_file=("empty.txt", content)))
    assert told == words.refusal(errors.PromptMissing())
    await nothing_happened(world)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fox.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("fox.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("fox.txt", b"a red\x00 fox"),
        ("fox.txt", "ein roter Fuchs über Hügeln".encode("latin-1")),
        ("fox.txt", "a red fox".encode("utf-16")),
        ("fox.txt", b"\xed\xa0\x80"),
        ("fox.md", b"a red fox"),
        ("fox.txt.exe", b"a red fox"),
        ("fox", b"a red fox"),
        ("fox.txt", b"x" * 128_004),
    ],
    ids=["picture", "picture-as-txt", "null", "latin-1", "utf-16", "surrogate", "md", "exe", "bare", "huge"],
)
async def test_a_file_that_is_no_plain_text_is_refused(world: World, name: str, content: bytes) -> None:
    """Privately, and the sentence says which files work."""
    told = world.told(await world.invoke(None, prompt_file=(name, content)))
    assert told == words.refusal(errors.PromptFileUnreadable())
    await nothing_happened(world)


async def test_a_prompt_and_a_file_are_one_too_many(world: World) -> None:
    """Nobody has to guess which of the two was drawn."""
    told = world.told(await world.invoke("a red fox", prompt_file=("fox.txt", b"a blue fox")))
    assert told == words.refusal(errors.PromptTwice())
    await nothing_happened(world)


async def test_a_file_that_cannot_be_fetched_is_refused(world: World) -> None:
    """Discord's file server does not always answer."""
    world.forges.append(lambda _: world.env.backend.cdn._blobs.clear())
    told = world.told(await world.invoke(None, prompt_file=("fox.txt", b"a red fox")))
    assert told == words.refusal(errors.PromptFileAway())
    await nothing_happened(world)
