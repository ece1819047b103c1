"""What the painter does to text that no font has, and to a PNG."""

import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.charts.painter import drawable, packed, paint
from bot.chat.usage.report_pictures import OWN, own_values
from tests.charts.examples import HOSTILE_NAMES, an_own_use


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Pictures per day", "Pictures per day"),
        ("Żółw мария Ωmega 9 of 10 · –", "Żółw мария Ωmega 9 of 10 · –"),
        ("a\x00b\u202ec\ud800d\ufffee", "a b c d e"),
        ("\U00013000\U00013001 x \U00013002", "… x …"),
        ("\U0001fae8\U0010fffd", ""),
    ],
)
def test_what_there_is_no_font_for_is_left_out(text: str, shown: str) -> None:
    """A word becomes an ellipsis, anything else nothing. No usual system has hieroglyphs."""
    assert drawable(text) == shown


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_drawn(text: str) -> None:
    """On one line, without what an SVG may not hold."""
    shown = drawable(text)
    assert not any(unicodedata.category(char)[0] == "C" for char in shown)
    assert "\n" not in shown


@pytest.mark.parametrize("name", [*HOSTILE_NAMES.values(), "", "a\nb", "{{datum}}", "\uffff"])
def test_a_chart_is_drawn_whatever_its_rows_say(name: str) -> None:
    """Even where nobody cleaned it before."""
    values = own_values(an_own_use(), {})
    for row in values["limits"]:
        row["name"] = row["figures"] = name
    assert Image.open(io.BytesIO(paint(OWN, dict(values)))).width == 1200


def test_packing_changes_no_pixel() -> None:
    """Only the number of bytes."""
    buffer = io.BytesIO()
    image = Image.effect_mandelbrot((64, 48), (-2, -1.5, 1, 1.5), 20).convert("RGBA")
    image.save(buffer, "PNG", compress_level=0)
    small = packed(buffer.getvalue())
    assert len(small) < len(buffer.getvalue())
    assert Image.open(io.BytesIO(small)).tobytes() == image.tobytes()
