"""The audit in words: what is kept for machines becomes what people write."""

import pytest

from bot.chat.moderation.audit_words import line
from bot.domain.moderation import Action, AuditLine, Entry

GUILD, VERA, MIRA, CHANNEL = 777, 1, 2, 9
NOON = 1_795_953_600_000
STAMP = "<t:1795953600:f>"


def said(entry: Entry) -> str:
    """A line without its time."""
    return line(AuditLine(5, NOON, entry), GUILD).removeprefix(f"{STAMP} · ")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            Entry(
                Action.LIMIT_SET,
                VERA,
                MIRA,
                before="member images_per_hour 5",
                after="member images_per_hour 20",
            ),
            "<@1> · set a limit <@2> · Pictures an hour: 5 → 20",
        ),
        (
            Entry(Action.LIMIT_SET, VERA, 44, after="role spend_per_day 2500000"),
            "<@1> · set a limit <@&44> · Spend a day: $2.50",
        ),
        (
            Entry(Action.LIMIT_CLEARED, VERA, None, before="server server_waiting none"),
            "<@1> · took a limit away for everybody · was: Whole server: requests waiting in line: no limit",
        ),
        (
            Entry(Action.GRANTED, VERA, MIRA, after=f"5 until {NOON}"),
            f"<@1> · gave extra pictures <@2> · 5 pictures until {STAMP}",
        ),
        (
            Entry(Action.RESET, VERA, MIRA, before="images_per_hour 5, spend_per_day 6000"),
            "<@1> · forgot what was used <@2> · was: Pictures an hour: 5, Spend a day: $0.006",
        ),
        (
            Entry(Action.BLOCKED, None, MIRA, "k7m2q9xw4p", after=f"until {NOON}", reason="3 refused"),
            f"by itself · blocked <@2> `k7m2q9xw4p` · until {STAMP} · reason: 3 refused",
        ),
        (
            Entry(Action.UNBLOCKED, VERA, MIRA, before="until lifted"),
            "<@1> · lifted the block <@2> · was: until lifted",
        ),
        (
            Entry(Action.APPEALED, MIRA, MIRA, reason="sorry"),
            "<@2> · appealed against a block · reason: sorry",
        ),
        (
            Entry(Action.CHANNEL_SET, VERA, CHANNEL, before="denied", after="allowed, spoiler"),
            "<@1> · set the rule of a channel <#9> · denied → allowed, spoiler",
        ),
        (
            Entry(Action.CHANNEL_SET, VERA, GUILD, after="denied"),
            "<@1> · set the rule of a channel everywhere else · denied",
        ),
        (
            Entry(Action.QUEUE_CLEARED, VERA, MIRA, before="requests 1, images 4"),
            "<@1> · took back what waited <@2> · was: 1 request, 4 pictures",
        ),
        (
            Entry(Action.DELETED, None, MIRA, "k7m2q9xw4p"),
            "somebody, in Discord · deleted a picture <@2> `k7m2q9xw4p`",
        ),
        (
            Entry(Action.SETTING_CHANGED, VERA, before="log: off", after="log: 9 important"),
            "<@1> · changed a setting · log: off → <#9>, what needs a moderator",
        ),
        (
            Entry(Action.SETTING_CHANGED, VERA, before="strikes: 3 86400 86400", after="strikes: 0 1 1"),
            "<@1> · changed a setting · strikes: 3 within 1 day, then 1 day → never",
        ),
        (
            Entry(Action.SETTING_CHANGED, VERA, after="defaults: 1536x1024 high 2"),
            "<@1> · changed a setting · defaults: Landscape 1536×1024, High, 2 pictures",
        ),
        (
            Entry(Action.SETTING_CHANGED, VERA, before="server: on", after="server: off"),
            "<@1> · changed a setting · server: on → off",
        ),
        (
            Entry(Action.EXPORTED, VERA, after=f"audit csv {NOON} {NOON + 1}"),
            "<@1> · exported · the audit from 2026-11-29 to 2026-11-29 as CSV",
        ),
    ],
    ids=lambda value: value.action if isinstance(value, Entry) else "",
)
def test_a_line_says_who_did_what_to_whom(entry: Entry, words: str) -> None:
    assert said(entry) == words


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(
    "kept",
    [
        "of another version",
        "a b c d e f",
        "1",
        ": : :",
        "log: x all",
        "audit csv 1 99999999999999999999",
        " " * 3,
        "-1 -1",
    ],
)
def test_what_is_not_understood_is_shown_as_it_stands(action: Action, kept: str) -> None:
    """Rather than not at all: an audit is kept for years."""
    assert said(Entry(action, VERA, MIRA, before=kept, after=kept, reason="why"))


def test_what_people_wrote_is_shortened_and_harmless() -> None:
    text = said(Entry(Action.PAUSED, VERA, after="@everyone **" + "x" * 300, reason="`code`"))
    assert len(text) < 300
    assert "@everyone" not in text
    assert "\\`code\\`" in text
