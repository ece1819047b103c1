"""Usage in words: every rule and state has a name, and everything fits."""

from dataclasses import replace

import pytest

from bot.chat.usage import usage_words as words
from bot.chat.usage.report_words import TEXT_MAX_CHARS
from bot.domain.admission import Admission, Gate, Refusal, Standing
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import FailureReason, JobState
from bot.domain.limits import Effective, Limit, Scope, resolve
from bot.domain.moderation import PERSONAL, Block, ServerSettings
from bot.domain.usage import RECENT_MAX, LimitUse, MemberReport, Period, Recent
from bot.services.tables import Form
from tests.charts.examples import JUNE, an_own_use
from tests.chat.test_words import JARGON

ROW_MAX_CHARS = 48
STANDING = Standing(ServerSettings(777), resolve((), frozenset(), {}))
REPORT = MemberReport(5, an_own_use(), STANDING, Admission())


@pytest.mark.parametrize("rule", [*Gate, *Limit])
def test_every_rule_has_a_name_that_fits_a_row(rule: Gate | Limit) -> None:
    assert 3 <= len(str(words.RULES[rule.value])) <= ROW_MAX_CHARS


def test_no_two_rules_have_the_same_name() -> None:
    assert len(set(words.RULES.values())) == len([*Gate, *Limit])


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_a_name(state: JobState) -> None:
    assert words.STATES[state]


@pytest.mark.parametrize("period", Period)
def test_every_period_has_a_name(period: Period) -> None:
    assert words.PERIODS[period]


class TestOwn:
    def test_who_may_ask_is_told_so(self) -> None:
        assert "\nYou can ask for pictures here.\n" in words.own(REPORT)

    @pytest.mark.parametrize("review", [True, Hit(Term("dragon", FilterAction.REVIEW))])
    def test_and_that_a_moderator_looks_first(self, review: bool | Hit) -> None:
        text = words.own(replace(REPORT, verdict=Admission(review=review)))
        assert "a moderator looks at each request first" in text

    def test_who_may_not_reads_why(self) -> None:
        most = Effective(3, Scope.SERVER)
        refusal = Refusal(Limit.IMAGES_PER_HOUR, most, used=3, lifts_at=JUNE)
        text = words.own(replace(REPORT, verdict=refusal))
        assert (
            "**Right now:** You have used 3 of 3 pictures this hour. The next is free <t:1748736000:R>."
            in text
        )
        assert "Nothing was charged" not in text, "nobody asked for anything"

    def test_extra_pictures_are_told(self) -> None:
        extra = replace(REPORT, standing=replace(STANDING, extra_images=5))
        assert "You have 5 pictures extra, beyond the limits an hour and a day." in words.own(extra)

    def test_personal_use_is_called_so(self) -> None:
        personal = replace(REPORT, standing=replace(STANDING, server=ServerSettings(PERSONAL)))
        assert "in direct messages" in words.own(personal)
        assert "in direct messages" not in words.own(REPORT)


class TestMember:
    def test_a_block_is_told_first_and_its_reason_does_nothing(self) -> None:
        block = Block(5, "**spam** @everyone <@&1>", 7, JUNE, None)
        text = words.member(replace(REPORT, block=block))
        assert "**Blocked** until a moderator lifts it. Reason: \\*\\*spam\\*\\*" in text
        assert "@everyone" not in text
        assert "<@&1>" not in text

    def test_the_most_there_can_be_fits_into_a_message(self) -> None:
        """With every limit and rule, and reasons as long as they may be."""
        own = replace(an_own_use(), limits=tuple(LimitUse(limit, 10**9, 10**9) for limit in Limit))
        full = MemberReport(
            member_id=2**63,
            own=own,
            standing=replace(STANDING, extra_images=1_000),
            verdict=Admission(),
            block=Block(5, "*" * 300, 7, JUNE, JUNE),
            refusals=tuple((rule.value, 10**9) for rule in (*Gate, *Limit)),
            failures=tuple((reason, 10**9) for reason in FailureReason),
            recent=(Recent("0123456789", JobState.UNDELIVERABLE, JUNE, 2**63, 4, 10**9),) * RECENT_MAX,
        )
        text = words.member(full)
        assert len(text) <= TEXT_MAX_CHARS
        assert text.count("`0123456789`") == RECENT_MAX
        assert "**Pictures by day**" not in text


def test_what_is_in_a_file_is_said() -> None:
    assert words.exported(1, Period.WEEK, Form.JSON, prompts=False) == (
        "1 picture of the last 7 days, without what members wrote."
    )
    assert "with what members wrote. Long numbers" in words.exported(2, Period.DAY, Form.CSV, prompts=True)


def test_the_words_are_plain() -> None:
    names = map(str, [*words.RULES.values(), *words.STATES.values()])
    for text in (*names, words.own(REPORT), words.member(REPORT)):
        assert not JARGON.search(text.lower().replace("members", "").replace("member", ""))
