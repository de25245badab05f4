"""Which characters that show nothing stay in a text."""

import pytest

from trackline_schemas.characters import without_hidden


@pytest.mark.parametrize(
    "text", ["👨‍👩‍👧", "می‌خواهم", "क्‍ष", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "שלום\u200f!", "\u0600١", "🫩", "a\u00a0b", "會\u3000議", ""]
)
def test_what_has_a_meaning_stays(text: str) -> None:
    assert without_hidden(text) == text


@pytest.mark.parametrize(
    "hidden",
    ["\x00", "\x1b", "\r", "\x7f", "\x85", "\u00ad", "\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041", "\ud800"],
)
def test_what_could_turn_or_hide_a_text_goes(hidden: str) -> None:
    assert without_hidden(f"a{hidden}b") == "ab"
