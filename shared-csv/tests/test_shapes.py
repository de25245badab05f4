"""Every shape of a file is read."""

from itertools import chain
from pathlib import Path

import pytest

from trackline_csv import Form, Unreadable, decode, key, open_table, read_text, write_to_mend
from trackline_testing.csv_shapes import shapes

TITLES = ["Name", "E-Mail", "Büro"]
ROWS = [
    ["Brown; Bea, b. Grün", "bea@example.org", 'The "Blue" room'],
    ["=1+1", "@Vertrieb", "+49 (0)30 12-34"],
    ["-5", "'=1", "''-x"],
    ["Größe\tÄ|", " padded ", '"Dell" monitor'],
]
SHAPES = shapes(TITLES, ROWS)


def contents(file: bytes) -> tuple[Form, list[str], list[list[str]]]:
    table = read_text(*decode(file))
    return table.form, list(table.columns), [cells for cells in table.rows if any(cells)]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_each_shape_is_read_and_its_rows_to_correct_read_back_equal(shape: str) -> None:
    form, columns, rows = contents(SHAPES[shape])
    assert list(map(key, columns[:3])) == ["name", "email", "buro"]
    assert [row[:3] for row in rows] == ROWS
    mend = write_to_mend(columns, [(row, "=wrong") for row in rows], form)
    assert contents(mend.content) == (form, columns, rows)
    assert decode(mend.content)[0].count("'=wrong") == len(rows)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_that_is_read_line_by_line_reads_the_same(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(SHAPES[shape])
    with open_table(path) as table:
        found = (table.form, list(table.columns), [cells for cells in table.rows if any(cells)])
    assert found == contents(SHAPES[shape])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n"open,1\nx,2\n', 2),
        ('a,b\nx,1\ny,"2\nz,3\n', 3),
        ('a,b\n"Brown,1\n"Green",2\n', 2),
        ('a,b\n"Brown,1\nGreen,"2"\n', 2),
        ('a,b\n"Brown,1\nGreen,2"\nx,3\n', 2),
        ('a,b\n"Brown,1\nWhite,5\nGreen,2"\nx,3\n', 2),
        ('"a,b\nx,1\n', 1),
        ('sep=,\na,b\nx,"1\n', 3),
        ('\n\na,b\nx,"1\n', 4),
        ('a,b\r"x\ry",1\rz,"2\rz,3\r', 4),
        ('a;b\n"' + "x;1\n" * 1000, 2),
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Unreadable, match=f"line {line} is never closed") as caught:
        contents(text.encode())
    assert (caught.value.why, caught.value.line) == ("quote", line)


def test_a_cell_over_several_lines_is_no_error() -> None:
    text = 'title,body,kind\nPrinter,"Hello,\nit is ""broken"", now\n\nBea",x\nshort,"one\ntwo"\n'
    assert contents(text.encode())[2] == [
        ["Printer", 'Hello,\nit is "broken", now\n\nBea', "x"],
        ["short", "one\ntwo", ""],
    ]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"Dell" monitor,x', ['"Dell" monitor', "x"]),
        ('27" monitor,x', ['27" monitor', "x"]),
        ('"27"" monitor",x', ['27" monitor', "x"]),
        ('"","x"', ["", "x"]),
        ('"""",x', ['"', "x"]),
        (' "a, b" ,x', ["a, b", "x"]),
        ("a b", ["a b", ""]),
        ("a,b,,,", ["a", "b"]),
        ("a,b,c", ["a", "b", "c"]),
        ("a\x85b\u2028c\x0bd,x", ["a\x85b\u2028c\x0bd", "x"]),
    ],
)
def test_cells_of_a_line(line: str, cells: list[str]) -> None:
    assert contents(f"one,two\n{line}\nx,y\n".encode())[2][0] == cells


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("Name, Vorname;E-Mail\nBrown, Bea;b@x\n", ";", ["Name, Vorname", "E-Mail"]),
        ("name;a|b,c\nBea;1\n", ";", ["name", "a|b,c"]),
        ("title\nPrinter, does not print\nMouse\n", ";", ["title"]),
        ("title\nPrinter\n", ",", ["title"]),
        ("a,b,c\nshort,1\n1,2;3,4\n", ",", ["a", "b", "c"]),
        ("a;b;c\n1,5;2,5;3,5\n", ";", ["a", "b", "c"]),
        ("a,,a,\n1,2,3,4\n", ",", ["a", "2", "a 3", "4"]),
        ("a,a 2,a\n1,2,3\n", ",", ["a", "a 2", "a 3"]),
        ("a,a 3,a\n1,2,3\n", ",", ["a", "a 3", "a 3 3"]),
        (" a \t\ufeffb\n1\t2\n", "\t", ["a", "b"]),
    ],
)
def test_the_delimiter_and_unique_titles(text: str, delimiter: str, columns: list[str]) -> None:
    form, found, _ = contents(text.encode())
    assert (form.delimiter, found) == (delimiter, columns)


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", b";;\n ;\n", b"\xff\xfe", b"\0\0", b"sep=;\n"])
def test_an_empty_file_is_an_error(content: bytes) -> None:
    with pytest.raises(Unreadable, match="is empty"):
        contents(content)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("name\nÄnne\nJörg\n".encode() + b"Gr\xfc\xdfe\n" + "Ü, ä, ö, ß".encode(), 4),
        ("name\nÄnne\nÖ\nJör".encode()[:-2], 4),
        (b"\xef\xbb\xbfname\nx\nGr\xfc\xdfe\n", 3),
        ("\ufeffname\nÄnne\n".encode("utf-16-le") + b"x", 3),
        ("\ufeffname\r".encode("utf-16-be") + b"\xd8\x00\x00\r", 2),
    ],
)
def test_a_file_with_broken_characters_is_an_error_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(Unreadable, match=f"Line {line} contains characters that cannot be read"):
        contents(content)


def test_text_in_cp1252_that_happens_to_contain_valid_utf8_is_read() -> None:
    text = "title\nViele Grüße, „Fuß“ Müller\n"
    assert contents(text.encode("cp1252"))[2] == [["Viele Grüße, „Fuß“ Müller"]]


def test_the_first_row_has_the_number_that_a_spreadsheet_shows() -> None:
    files = ["a\nx\n", "\na\nx\n", ";\n\na;b\nx\n", "sep=;\na;b\nx\n", '"a\nb"\nx\n']
    assert [read_text(file).first for file in files] == [2, 3, 4, 2, 2]


def test_a_row_with_too_many_cells_stays_one_in_the_file_to_correct_even_if_a_spreadsheet_fills_up_the_lines() -> None:
    rows = [["1", "2", "3", "=4"], ["1", "2"]]
    mend = write_to_mend(["a", "b"], [(row, "why") for row in rows], Form()).content
    assert contents(mend)[1:] == (["a", "b"], rows)
    filled = b"".join(line + b",,," + end for line, end in ((line[:-2], line[-2:]) for line in mend.splitlines(True)))
    assert contents(filled)[1:] == (["a", "b"], rows)


def test_a_column_of_our_title_in_between_keeps_its_place() -> None:
    text = "a,Problem (Trackline),b\n'=1,why,'x\n"
    table = read_text(text)
    assert list(table.columns) == ["a"]
    assert list(chain.from_iterable(table.rows)) == ["=1", "'x"]


def test_an_apostrophe_of_the_file_itself_stays() -> None:
    assert contents(b"a,Problem\n'=1,'+49\n")[2] == [["'=1", "'+49"]]


def test_what_the_encoding_of_the_file_does_not_have_is_written_as_utf8() -> None:
    mend = write_to_mend(["a"], [(["ü"], "„Ω“ is wrong")], Form("cp1252"))
    assert (mend.charset, mend.content[:3]) == ("utf-8", b"\xef\xbb\xbf")
    assert contents(mend.content)[2] == [["ü"]]
    kept = write_to_mend(["a"], [(["ü"], "“x” is wrong")], Form("cp1252"))
    assert (kept.charset, "ü".encode("cp1252") in kept.content) == ("windows-1252", True)
    # These bytes are valid UTF-8 by chance.
    assert contents(write_to_mend(["a"], [(["Ã¼Ã¶"], "x")], Form("cp1252")).content)[2] == [["Ã¼Ã¶"]]
