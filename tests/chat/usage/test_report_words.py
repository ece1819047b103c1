"""A report in words: all that its picture shows, within Discord's limits, whatever people are called."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.measures import wait_text
from bot.chat.usage.day_words import span
from bot.chat.usage.report_pictures import own_values, report_values
from bot.chat.usage.report_words import (
    ALT_TEXT_MAX_CHARS,
    FAILURES,
    TEXT_MAX_CHARS,
    own_alt_text,
    own_text,
    report_alt_text,
    report_text,
    rule_name,
)
from bot.domain.jobs import FailureReason, Quality
from bot.domain.limits import Limit, Measure
from bot.domain.usage import DAY_MS, HOUR_MS, LimitUse, MemberUse, OwnUse, Period, Report, Use, Waits
from tests.charts.examples import (
    HOSTILE_NAMES,
    HOSTILE_RULES,
    JUNE,
    NAMES,
    RULES,
    a_report,
    a_report_of_one,
    an_empty_report,
    an_own_use,
)
from tests.chat.test_words import JARGON

SMALL = Report(
    guild_id=1,
    start=JUNE,
    end=JUNE + 7 * DAY_MS,
    period=Period.WEEK,
    uses=(
        Use(JUNE, Quality.LOW, 3, 18_000),
        Use(JUNE, Quality.HIGH, 1, 167_000),
        Use(JUNE + 2 * DAY_MS, Quality.LOW, 1_000, 6_000_000),
    ),
    members=(MemberUse(1, 1_003, 6_018_000), MemberUse(404, 1, 167_000)),
    refusals=(("cooldown", 2), ("server_waiting", 1)),
    failures=((FailureReason.SAFETY, 1),),
)


def test_a_report_tells_all_that_its_picture_shows() -> None:
    """Short lines, complete numbers."""
    assert report_text(SMALL, RULES) == (
        "**Usage, 1 to 7 Jun 2025 (UTC)**\n"
        "1,004 pictures, $6.185. By quality: 1,003 low, 1 high.\n"
        "3 requests refused, 1 picture failed.\n"
        "\n"
        "**Members**\n"
        "1. <@1>: 1,003 pictures, $6.018\n"
        "2. <@404>: 1 picture, $0.167\n"
        "\n"
        "**Refused requests**\n"
        "Time between two requests: 2\n"
        "Server waiting: 1\n"
        "\n"
        "**Failed pictures**\n"
        "Refused as unsafe: 1\n"
        "\n"
        "**Pictures by day**\n"
        "Sun 1: 4 (3 low, 1 high), $0.185\n"
        "Tue 3: 1,000 (1,000 low), $6.00\n"
        "Nothing at other times."
    )


def test_a_member_reads_what_is_left_and_when_there_is_more() -> None:
    own = OwnUse(
        start=JUNE,
        end=JUNE + 30 * DAY_MS,
        limits=(
            LimitUse(Limit.IMAGES_PER_DAY, 3, 10, renews_at=JUNE),
            LimitUse(Limit.SPEND_PER_MONTH, 420_000, 2_000_000, Measure.MONEY),
            LimitUse(Limit.WAITING, 0, None),
        ),
        uses=(Use(JUNE, Quality.LOW, 1, 6_000),),
    )
    assert own_text(own, RULES) == (
        "**Your pictures · 1 to 30 Jun 2025 (UTC)**\n"
        "1 picture, $0.006.\n"
        "\n"
        "**What is left**\n"
        "Pictures a day: 3 used, 7 of 10 left. More <t:1748736000:R>.\n"
        "Spend in 30 days: $0.42 used, $1.58 of $2.00 left.\n"
        "Requests waiting in line: 0 used, no limit.\n"
        "\n"
        "**Pictures by day**\n"
        "1 Jun: 1 (1 low), $0.006\n"
        "Nothing at other times."
    )


def test_nothing_is_told_in_few_words() -> None:
    """No table without rows."""
    assert report_text(an_empty_report(), {}) == (
        "**Usage, 1 to 7 Jun 2025 (UTC)**\n0 pictures, $0.00.\n0 requests refused, 0 pictures failed."
    )
    assert own_text(OwnUse(JUNE, JUNE + DAY_MS, (), ()), {}) == (
        "**Your pictures · 1 Jun 2025 (UTC)**\n0 pictures, $0.00."
    )


def shown_in(values: dict[str, list[dict[str, str | int | float]]]) -> set[str]:
    """The figures that a picture shows."""
    cells = [
        row.get(key, "")
        for rows in values.values()
        for row in rows
        for key in ("figure", "figures", "made", "images_label", "usd_label")
    ]
    return {part for cell in cells for part in str(cell).split(" · ")} - {"", "none"}


@pytest.mark.parametrize("report", [a_report(), SMALL, a_report_of_one(), a_report(Period.DAY, 24)])
def test_no_figure_is_in_the_picture_alone(report: Report) -> None:
    """Somebody may not see it, and it may be missing."""
    text = report_text(report, RULES)
    assert {figure for figure in shown_in(report_values(report, NAMES, RULES)) if figure not in text} <= {"–"}


def test_no_figure_is_in_the_members_picture_alone() -> None:
    own = an_own_use()
    text = own_text(own, RULES)
    assert {figure for figure in shown_in(own_values(own, RULES)) if figure not in text} == set()


def test_the_alternative_text_has_the_sums_and_who_used_most() -> None:
    """What the text beside it has in full."""
    assert report_alt_text(SMALL, {1: "Lu*na*"}) == (
        "Charts of usage, 1 to 7 Jun 2025 (UTC). 1,004 pictures, $6.185. By quality: 1,003 low, 1 high. "
        "3 requests refused, 1 picture failed. Most by: Lu*na* 1,003 · $6.018, Former member 1 · $0.167."
    )
    assert own_alt_text(an_own_use(), RULES).startswith(
        "Charts of your pictures, 1 to 30 Jun 2025 (UTC). 116 pictures, $2.814. "
        "Pictures an hour: 0 used, 5 of 5 left."
    )


def test_the_waiting_time_is_told_in_plain_words() -> None:
    text = report_text(a_report(), RULES)
    assert "Half of 212 pictures waited up to 8.2 s in line, 9 of 10 up to 21 s." in text
    assert "\n14 others: " in text
    few = replace(a_report(), waits=Waits(0.4, 3.1, 9))
    assert "\n9 pictures waited up to 3.1 s in line." in report_text(few, RULES)
    one = replace(a_report(), waits=Waits(3.1, 3.1, 1))
    assert "\n1 picture waited 3.1 s in line." in report_text(one, RULES)
    none = replace(a_report(), waits=Waits(0.0, 0.0, 1))
    assert "\n1 picture did not wait in line." in report_text(none, RULES)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.integers(1, 10), st.text(max_size=60)),
    st.dictionaries(st.sampled_from(list(RULES)), st.text(max_size=60)),
    st.sampled_from([1.0, 1e3, 1e9]),
)
def test_every_text_is_within_discords_limits(
    names: dict[int, str], rules: dict[str, str], scale: float
) -> None:
    """Whatever people and rules are called, and however much they used."""
    report = a_report(Period.MONTH, 31, scale)
    assert 1 <= len(report_text(report, rules)) <= TEXT_MAX_CHARS
    assert 1 <= len(report_alt_text(report, names)) <= ALT_TEXT_MAX_CHARS
    assert 1 <= len(own_text(an_own_use(), rules)) <= TEXT_MAX_CHARS
    assert 1 <= len(own_alt_text(an_own_use(), rules)) <= ALT_TEXT_MAX_CHARS


def test_where_there_is_little_room_the_days_go_before_the_sums() -> None:
    """First their qualities, then they themselves."""
    many = replace(a_report(scale=1e9), refusals=tuple((f"rule_{number}", 10**9) for number in range(30)))
    text = report_text(many, {})
    assert len(text) <= TEXT_MAX_CHARS
    assert "Rule 29: 1,000,000,000" in text
    assert " high)" not in text


def test_no_name_can_do_anything() -> None:
    """No mention, no formatting, no link, no hidden character, no line of its own."""
    text = report_text(a_report(), HOSTILE_RULES)
    assert "@everyone" not in text
    assert "://" not in text
    assert "\\[link\\]" in text
    assert "\u202e" not in text
    assert "9. <@9>:" in text
    alt = report_alt_text(a_report(), HOSTILE_NAMES)
    assert "\u202e" not in alt
    assert "\x00" not in alt
    assert "\n" not in alt


@pytest.mark.parametrize("reason", FailureReason)
def test_every_failure_has_a_name_that_fits_a_row(reason: FailureReason) -> None:
    assert len(FAILURES[reason]) <= 22


def test_the_words_are_plain() -> None:
    """Nothing that only a programmer knows; names of rules come from elsewhere."""
    for text in (report_text(a_report(), RULES), own_text(an_own_use(), RULES), *FAILURES.values()):
        assert not JARGON.search(text.replace("members", "").replace("Members", ""))


def test_a_rule_without_a_name_is_shown_by_its_own() -> None:
    assert rule_name("images_per_day", {}) == "Images per day"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (8.24, "8.2 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (95, "1 min 35 s"),
        (3_600, "1 h"),
        (3_725, "1 h 2 min"),
    ],
)
def test_a_wait_is_told_as_people_say_it(seconds: float, said: str) -> None:
    assert wait_text(seconds) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (JUNE, JUNE + DAY_MS, "1 Jun 2025 (UTC)"),
        (JUNE, JUNE + 30 * DAY_MS, "1 to 30 Jun 2025 (UTC)"),
        (JUNE - 4 * DAY_MS, JUNE + 3 * DAY_MS, "28 May to 3 Jun 2025 (UTC)"),
        (JUNE + 200 * DAY_MS, JUNE + 230 * DAY_MS, "18 Dec 2025 to 16 Jan 2026 (UTC)"),
        (JUNE + 10 * HOUR_MS, JUNE + 34 * HOUR_MS, "1 to 2 Jun 2025 (UTC)"),
    ],
)
def test_the_days_of_a_report_are_named_once(start: int, end: int, said: str) -> None:
    """The last one is that before its end."""
    assert span(start, end) == said
