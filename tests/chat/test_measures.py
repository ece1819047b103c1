"""Measures as people write them: read exactly, or refused with what should have been written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.measures import (
    AMOUNT_MAX_USD,
    COUNT_MAX,
    DURATION_MAX_S,
    Expected,
    MeasureUnclear,
    amount,
    duration_s,
    duration_text,
    is_unlimited,
    whole,
)
from bot.domain.units import MICROUSD_PER_USD

ANY = st.text() | st.text(st.sampled_from("0123456789.,-−$€ uUsSdDhHmMwWeEaAnN\n\u0663"), max_size=12)


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("1s", 1),
            ("45 s", 45),
            ("90m", 5_400),
            ("1h30m", 5_400),
            ("1H 30M", 5_400),
            ("1 hour 30 minutes", 5_400),
            ("1 hour, 30 minutes", 5_400),
            ("1 hour and 30 minutes", 5_400),
            ("30 min 1 hr", 5_400),
            ("3d", 259_200),
            (" 1 day ", 86_400),
            ("2 weeks", 1_209_600),
            ("1w2d3h4m5s", 788_645),
            ("2\tWeeks", 1_209_600),
            ("３ｄ", 259_200),
            ("007s", 7),
            ("365d", DURATION_MAX_S),
        ],
    )
    def test_a_length_of_time_is_read(self, text: str, seconds: int) -> None:
        assert duration_s(text) == seconds

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Expected.DURATION),
            ("90", Expected.DURATION),
            ("1h30", Expected.DURATION),
            ("1.5h", Expected.DURATION),
            ("1 2 h", Expected.DURATION),
            ("-1h", Expected.DURATION),
            ("3 months", Expected.DURATION),
            ("3mo", Expected.DURATION),
            ("1h1h", Expected.DURATION),
            ("5m 5 min", Expected.DURATION),
            ("1h and", Expected.DURATION),
            ("1h,", Expected.DURATION),
            ("for 3 days", Expected.DURATION),
            ("forever", Expected.DURATION),
            ("٣d", Expected.DURATION),
            ("0s", Expected.DURATION_RANGE),
            ("366d", Expected.DURATION_RANGE),
            ("365d 1s", Expected.DURATION_RANGE),
            ("9" * 5_000 + "s", Expected.DURATION_RANGE),
        ],
    )
    def test_what_is_no_length_of_time_is_refused(self, text: str, expected: Expected) -> None:
        with pytest.raises(MeasureUnclear) as refused:
            duration_s(text)
        assert refused.value.expected is expected

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (5_400, "1 hour 30 minutes"),
            (90_061, "1 day 1 hour 1 minute 1 second"),
            (1_209_600, "14 days"),
            (DURATION_MAX_S, "365 days"),
        ],
    )
    def test_a_length_of_time_is_written(self, seconds: int, text: str) -> None:
        assert duration_text(seconds) == text

    @given(st.integers(1, DURATION_MAX_S))
    def test_what_is_written_is_read_as_the_same(self, seconds: int) -> None:
        assert duration_s(duration_text(seconds)) == seconds
        assert duration_s(duration_text(seconds).upper().replace(" ", "")) == seconds

    @given(ANY)
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            seconds = duration_s(text)
        except MeasureUnclear:
            return
        assert 1 <= seconds <= DURATION_MAX_S


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "microusd"),
        [
            ("$2.50", 2_500_000),
            ("2.50", 2_500_000),
            ("2.5 usd", 2_500_000),
            ("2.5USD", 2_500_000),
            ("USD 3", 3_000_000),
            ("US$3", 3_000_000),
            ("3$", 3_000_000),
            ("$ 3", 3_000_000),
            ("＄３", 3_000_000),
            ("3 dollars", 3_000_000),
            ("1 dollar", 1_000_000),
            (".50", 500_000),
            ("$.5", 500_000),
            ("2.", 2_000_000),
            ("0", 0),
            ("0.000001", 1),
            ("1000000", 1_000_000_000_000),
        ],
    )
    def test_an_amount_is_read(self, text: str, microusd: int) -> None:
        assert amount(text) == microusd

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2,50", Expected.POINT),
            ("2,50 €", Expected.POINT),
            ("$1,000", Expected.POINT),
            ("$1,000.50", Expected.POINT),
            (",50", Expected.POINT),
            ("2.50 €", Expected.CURRENCY),
            ("€2", Expected.CURRENCY),
            ("£2", Expected.CURRENCY),
            ("¥200", Expected.CURRENCY),
            ("2 EUR", Expected.CURRENCY),
            ("gbp 2", Expected.CURRENCY),
            ("2 euros", Expected.CURRENCY),
            ("CA$5", Expected.CURRENCY),
            ("A$5", Expected.CURRENCY),
            ("5 zł", Expected.CURRENCY),
            ("-1", Expected.AMOUNT_RANGE),
            ("-$1", Expected.AMOUNT_RANGE),
            ("$-1", Expected.AMOUNT_RANGE),
            ("−1", Expected.AMOUNT_RANGE),
            ("1000000.01", Expected.AMOUNT_RANGE),
            ("1000001", Expected.AMOUNT_RANGE),
            ("9" * 5_000, Expected.AMOUNT_RANGE),
            ("0.0000001", Expected.PRECISION),
            ("", Expected.AMOUNT),
            ("$", Expected.AMOUNT),
            (".", Expected.AMOUNT),
            ("nan", Expected.AMOUNT),
            ("inf", Expected.AMOUNT),
            ("1e3", Expected.AMOUNT),
            ("1_000", Expected.AMOUNT),
            ("1 000", Expected.AMOUNT),
            ("two dollars", Expected.AMOUNT),
            ("50¢", Expected.AMOUNT),
            ("2.50.1", Expected.AMOUNT),
            ("٣", Expected.AMOUNT),
        ],
    )
    def test_what_is_no_clear_amount_of_dollars_is_refused(self, text: str, expected: Expected) -> None:
        """A comma first of all: "2,50 €" is put right by a point, and then by dollars."""
        with pytest.raises(MeasureUnclear) as refused:
            amount(text)
        assert refused.value.expected is expected

    @given(
        st.integers(0, AMOUNT_MAX_USD * MICROUSD_PER_USD), st.sampled_from(["{}", "${}", "{} usd", "USD {}"])
    )
    def test_every_amount_can_be_written_to_the_last_millionth(self, microusd: int, form: str) -> None:
        number = f"{microusd // MICROUSD_PER_USD}.{microusd % MICROUSD_PER_USD:06}"
        assert amount(form.format(number)) == microusd

    @given(ANY)
    @example("us $ 5")
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            read = amount(text)
        except MeasureUnclear:
            return
        assert 0 <= read <= AMOUNT_MAX_USD * MICROUSD_PER_USD


class TestCounts:
    @pytest.mark.parametrize(
        ("text", "count"), [("5", 5), (" 5 ", 5), ("0", 0), ("1000000", COUNT_MAX), ("５", 5)]
    )
    def test_a_whole_number_is_read(self, text: str, count: int) -> None:
        assert whole(text) == count

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Expected.COUNT),
            ("five", Expected.COUNT),
            ("5.0", Expected.COUNT),
            ("1,000", Expected.COUNT),
            ("1e3", Expected.COUNT),
            ("+5", Expected.COUNT),
            ("٣", Expected.COUNT),
            ("5 images", Expected.COUNT),
            ("-5", Expected.COUNT_RANGE),
            ("1000001", Expected.COUNT_RANGE),
            ("9" * 5_000, Expected.COUNT_RANGE),
        ],
    )
    def test_what_is_no_whole_number_is_refused(self, text: str, expected: Expected) -> None:
        with pytest.raises(MeasureUnclear) as refused:
            whole(text)
        assert refused.value.expected is expected

    @given(st.integers(0, COUNT_MAX))
    def test_what_is_written_is_read_as_the_same(self, count: int) -> None:
        assert whole(str(count)) == count

    @given(ANY)
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            count = whole(text)
        except MeasureUnclear:
            return
        assert 0 <= count <= COUNT_MAX


@pytest.mark.parametrize("text", ["none", "None", " UNLIMITED ", "no limit", "No  Limit", "∞"])
def test_no_limit_can_be_asked_for(text: str) -> None:
    assert is_unlimited(text)


@pytest.mark.parametrize("text", ["", "0", "limit", "no", "unlimited 5"])
def test_a_limit_is_not_taken_for_none(text: str) -> None:
    assert not is_unlimited(text)
