"""Whatever stands in a file comes back from its rows to correct."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from trackline_csv import Form, decode, lines, quote, read_text, unique, unquote, write_to_mend

NASTY = st.text(st.sampled_from("=+-@＝\t\r\n'\" ;,|a1ü\u200d\ufeff"), max_size=6)
CELLS = NASTY | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
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
@settings(max_examples=500, deadline=None)
def test_no_text_stays_a_formula_and_every_text_comes_back(cell: str) -> None:
    quoted = quote(cell)
    assert unquote(quoted) == cell
    assert not quoted.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert quoted[:1] not in tuple("\t\r\n")


@given(st.lists(CELLS, min_size=1, max_size=4), st.lists(st.lists(CELLS, max_size=6), max_size=4), FORMS)
@settings(max_examples=300, deadline=None)
def test_rows_to_correct_read_back_equal(titles: list[str], rows: list[list[str]], form: Form) -> None:
    columns = unique(titles)
    written = write_to_mend(columns, [(row, "=why, “really”") for row in rows], form)
    table = read_text(*decode(written.content))
    assert (list(table.columns), list(table.rows)) == (columns, [_fit(row, len(columns)) for row in rows])
    same = (form.delimiter, form.line_end, form.declared)
    assert (table.form.delimiter, table.form.line_end, table.form.declared) == same


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from(",;\t|"))
@settings(max_examples=200, deadline=None)
def test_another_reader_reads_what_we_write(rows: list[list[str]], delimiter: str) -> None:
    text = lines(rows, Form(delimiter=delimiter))
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)) == rows


def _fit(row: list[str], width: int) -> list[str]:
    fitted = [*row, *[""] * (width - len(row))]
    while len(fitted) > width and not fitted[-1]:
        fitted.pop()
    return fitted
