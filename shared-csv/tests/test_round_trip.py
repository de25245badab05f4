"""Whatever stands in a file comes back from its rows to correct."""

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackline_csv import Form, decode, lines, quote, read_text, unique, unquote, write_to_mend
from trackline_csv.formulas import BEGINNINGS

NASTY = st.text(st.sampled_from("=+-@＝\ufe66\t\r\n\x0b\x85'\" ;,|a1ü\u200b\u200d\ufeff\u00a0\u2028"), max_size=8)
CELLS = NASTY | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
# No reader returns control characters in titles.
READABLE = NASTY | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(9)), *map(chr, range(14, 32))]),
    max_size=8,
)
MARKED = [("utf-8", True), ("utf-16-le", True), ("utf-16-be", True)]
ENCODINGS = st.sampled_from([*MARKED, ("utf-8", False), ("utf-16-le", False), ("cp1252", False)])
FORMS = st.builds(
    lambda encoding, **rest: Form(*encoding, **rest),
    ENCODINGS,
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r", "\r\n"]),
    declared=st.booleans(),
)


@given(CELLS)
@settings(max_examples=500)
def test_no_text_stays_a_formula_and_every_text_comes_back(cell: str) -> None:
    quoted = quote(cell)
    assert unquote(quoted) == cell
    assert not quoted.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert quoted[:1] not in tuple("\t\r\n")


@given(CELLS, CELLS, st.sampled_from(",;\t|"), st.sampled_from(",;\t|"))
@settings(max_examples=500)
def test_no_reader_finds_a_formula_whatever_it_splits_at(first: str, cell: str, ours: str, theirs: str) -> None:
    text = lines([["a", quote(first), quote(cell)]], Form(delimiter=ours))
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=theirs, quoting=quoting):
            for found in row:
                shown = "".join(char for char in found if unicodedata.category(char) not in ("Cc", "Cf")).strip()
                assert not shown.startswith(tuple(BEGINNINGS.replace("\\", ""))), (text, found)


@pytest.mark.parametrize(
    "cell",
    [
        ";=1+1", "a;=1+1", "x;\u200b=1", "\u200b=1", "\ufeff=1", "\u00ad=1", "\u2060+1", "\u180e@a", "\u3164-1",
        "\t=1", "\r=1", "\n=1", "\x0b=1", "\x00=1", "\u00a0=1", "\u3000=1", "\u2028=1", "＝1", "＋1", "－1", "＠a",
        "\ufe66 1", "\ufe0f=1", '"=1', 'a;"=1+1;"b', 'a;""=1', "a\t=1",
        "a|=1", "a,=1", "a\n=1", "a\r\n+1", 'a";=1', "';=1", "a;'=1", "a; \u200b'=1", "'=1", "a;=1;+2,-3|@4",
    ],
)  # fmt: skip
def test_a_formula_behind_what_a_spreadsheet_skips_or_splits_at(cell: str) -> None:
    quoted = quote(cell)
    assert unquote(quoted) == cell != quoted
    parts = re.split("[,;|\t\r\n]", quoted)
    assert all(part.startswith("'") for part in parts if re.search("[=+\\-@\uff0b-\uff20\ufe62-\ufe6b]", part))


@pytest.mark.parametrize(
    "cell", ["", "a", "a=1", "a - b", "me@example.org", "it's", "'quoted'", "a; b", "a, b = c", "\u200b", "5"]
)
def test_other_texts_stay_as_they_are(cell: str) -> None:
    assert quote(cell) == unquote(cell) == cell


@given(st.lists(READABLE, min_size=1, max_size=4), st.lists(st.lists(READABLE, max_size=6), max_size=4), FORMS)
@settings(max_examples=300)
def test_rows_to_correct_read_back_equal(titles: list[str], rows: list[list[str]], form: Form) -> None:
    columns = unique(titles)
    written = write_to_mend(columns, [(row, "=why, “really”") for row in rows], form)
    table = read_text(*decode(written.content))
    assert (list(table.columns), list(table.rows)) == (columns, [_fit(row, len(columns)) for row in rows])
    same = (form.delimiter, form.line_end, form.declared)
    assert (table.form.delimiter, table.form.line_end, table.form.declared) == same


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from(",;\t|"))
@settings(max_examples=200)
def test_another_reader_reads_what_we_write(rows: list[list[str]], delimiter: str) -> None:
    text = lines(rows, Form(delimiter=delimiter))
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)) == rows


def _fit(row: list[str], width: int) -> list[str]:
    fitted = [*row, *[""] * (width - len(row))]
    while len(fitted) > width and not fitted[-1]:
        fitted.pop()
    return fitted
