"""Normal forms take linear time, and change nothing that somebody writes."""

import time
import unicodedata
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackline_schemas.text.keys import name_key
from trackline_schemas.text.normal_form import compose, decompose, normalise, without_marks

MARKS = ["\u0301", "\u0323", "\uff9e", "\u05b0", "\u0f74"]
# Letters and marks that hold several marks themselves, and what parts runs of marks.
HOLDERS = ["\u0344", "\u0f77", "\u0f81", "\u1e69", "\u1f82", "\u01d8", "\u034f", "a", "ガ", "\u0958"]
FORMS = (compose, decompose, partial(normalise, "NFKC"), partial(normalise, "NFKD"))


@pytest.mark.parametrize(
    "text",
    [
        "e" + "\u0301" * 20_000 + "\u0323" * 20_000,
        "e" + "\uff9e" * 20_000 + "\u0323" * 20_000,
        "か" + "\u0323\uff9e\u0301" * 15_000,
        "\u05b0" * 20_000 + "\u0591" * 20_000,
    ],
    ids=["accents", "half width", "mixed", "Hebrew"],
)
@pytest.mark.parametrize("change", [compose, decompose, without_marks, name_key])
def test_many_marks_cost_little(change: object, text: str) -> None:
    assert callable(change)
    started = time.thread_time()
    change(text)
    assert time.thread_time() - started < 1


@given(st.text(), st.sampled_from(MARKS), st.integers(0, 30))
def test_no_text_with_few_marks_is_changed(text: str, mark: str, count: int) -> None:
    whole = f"{text}e{mark * count}e{text}"
    if "\u034f" not in compose(whole):
        assert compose(whole) == unicodedata.normalize("NFC", whole)
        assert decompose(whole) == unicodedata.normalize("NFD", whole)


def test_up_to_thirty_marks_stay_as_they_are() -> None:
    assert compose("e" + "\u0323" * 30) == "ẹ" + "\u0323" * 29
    assert "\u034f" in compose("e" + "\u0323" * 31)


@given(st.text(st.sampled_from([*MARKS, "e", "\u034f", "—", " "])), st.sampled_from(FORMS))
def test_a_second_time_changes_nothing(text: str, change: Callable[[str], str]) -> None:
    assert change(change(text)) == change(text)


@pytest.mark.parametrize("mark", [*MARKS, *HOLDERS])
@pytest.mark.parametrize("letter", ["", "a", "ẹ", "ᾂ", "か", "\u034f", *HOLDERS])
@pytest.mark.parametrize("change", FORMS)
def test_nor_does_it_whatever_holds_marks(change: Callable[[str], str], letter: str, mark: str) -> None:
    for count in (*range(1, 66), 99, 300):
        once = change(letter + mark * count)
        assert change(once) == once, count


def test_a_text_grows_by_one_character_for_each_thirty_marks() -> None:
    text = "a" + "\u0301" * 12_000
    assert len(compose(text)) - len(text) <= 12_000 // 30
