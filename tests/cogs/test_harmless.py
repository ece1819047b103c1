"""Promise 9: nobody is pinged by a prompt, and nothing in it acts. The image service gets it as typed."""

import re

import pytest

from tests.support.discord import World
from tests.support.shown import Shown

ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
RAW = re.compile(
    r"@(everyone|here)|<@|<#|<t:|<a?:|</|https?://|\]\(|[*_~|`]|[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]"
)

NASTY = [
    "@everyone look at this",
    "@here <@1> <@!2> <@&3> <#4>",
    "now <t:0:R> and </imagine:5> and <:fox:6> and <a:fox:7> and <id:guide>",
    "**bold** __under__ *slant* _slant_ ~~gone~~ ||hidden||",
    "`code` ```\nblock\n``` ``two``",
    "# title\n## title\n-# small\n> quote\n>>> all\n- list\n* list\n1. list",
    "[click](https://example.com) https://example.com <https://example.com> http://a.b",
    "discord://-/settings steam://run/1",
    "right\u202eto left\u2066 and \u2069back\u200f",
    "zero\u200bwidth\u2060and\u00adsoft\ufeff",
    "bell\x07 escape\x1b[31m null-free \x7f \x85",
    "many\n\n\n\nlines\r\nand\ttabs\u2028and\u2029paragraphs",
    "\\*not escaped\\* \\\\ \\@everyone",
    "w" * 4000,
    "`" * 300,
    "@" * 300,
    "Z\u0351\u0352\u0353\u0354algo",
]


def prompt_shown(card: Shown) -> str:
    """The line of the card that shows the prompt, without what is escaped and without our quote mark."""
    first = card.text.splitlines()[0]
    assert first.startswith("> ")
    return ESCAPED.sub("", first.removeprefix("> "))


@pytest.mark.parametrize("prompt", NASTY, ids=[repr(prompt)[1:21] for prompt in NASTY])
async def test_a_prompt_is_shown_harmlessly_and_sent_as_it_was_typed(world: World, prompt: str) -> None:
    """On the card while it waits and when it is done, in the file's description, in every message."""
    card = await world.imagine(prompt)
    assert not RAW.search(prompt_shown(card))
    await world.finish()
    card = world.again(card)
    assert not RAW.search(prompt_shown(card))
    assert len(card.text.splitlines()) == 3
    (picture,) = card.pictures
    assert len(picture.alt_text) <= 1024
    assert "\n" not in picture.alt_text
    assert [task["prompt"] for task in world.paid] == [prompt]
    nobody_is_pinged(world)


@pytest.mark.parametrize("prompt", NASTY, ids=[repr(prompt)[1:21] for prompt in NASTY])
async def test_the_full_prompt_is_harmless_too(world: World, prompt: str) -> None:
    """As text where that shows all of it; else as a file that holds it exactly."""
    card = await world.imagine(prompt)
    if "Full prompt" not in card.buttons:
        return
    answer = world.answer(await world.press(card, "Full prompt", as_=world.nora))
    assert answer.private
    if answer.files:
        (content,) = answer.files.values()
        assert content == prompt.encode()
    else:
        assert not RAW.search(ESCAPED.sub("", answer.text))
    nobody_is_pinged(world)


def nobody_is_pinged(world: World) -> None:
    """Every message that the bot sent or edited allows no mention at all."""
    bodies = [each.json for each in world.env.http_requests if isinstance(each.json, dict)]
    messages = [body.get("data", body) for body in bodies]
    shown = [message for message in messages if message.get("components") or message.get("content")]
    assert shown
    assert all(message["allowed_mentions"] == {"parse": []} for message in shown)
