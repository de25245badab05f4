"""Every shape of a file is read."""

import time
import unicodedata
from itertools import product
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
    with pytest.raises(Unreadable, match=f"which letters line {line} contains"):
        contents(content)


def test_text_in_cp1252_that_happens_to_contain_valid_utf8_is_read() -> None:
    text = "title\nViele Grüße, „Fuß“ Müller\n"
    assert contents(text.encode("cp1252"))[2] == [["Viele Grüße, „Fuß“ Müller"]]


NAMES = "Name;E-Mail\r\nJürgen Müßig;j@x.example\r\nZoë Fürst;z@x.example\r\nAndré Lefèvre;a@x.example\r\n"


DANISH = "navn\r\nÅse Bjørnstad\r\nSøren Kjær\r\n"
SHORT = "titel;kategorie\r\nFünf Drucker;Gerät\r\n"


@pytest.mark.parametrize(
    ("encoding", "end", "text"),
    [
        *product(["cp1252", "cp850", "cp437", "mac_roman"], ["\r\n", "\n"], [NAMES, SHORT]),
        *product(["cp1252", "mac_roman"], ["\r"], [NAMES, SHORT, DANISH]),
        *product(["cp1252", "cp850", "mac_roman"], ["\r\n"], [DANISH]),
    ],
)
def test_old_encodings_are_told_apart_by_their_words(encoding: str, end: str, text: str) -> None:
    text = text.replace("\r\n", end)
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "title\nIt’s “quoted” – and the printers’ queue…\n",
        "Titel\nDéjà vu: 5 € für Grüße, „Fuß“, 20 °C, 3 m², Mo–Fr\n",
        "navn\nÅse Ødegård, ÆØÅ, KØBENHAVN\n",
        "nom\nL’œuvre à côté de Noël, ça va où\u00a0?\n",
        "STRAßE\nMÜLLER & SÖHNE, ÄRGER\n",
    ],
)
def test_common_texts_in_cp1252_stay_so(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "cp1252", [])


@pytest.mark.parametrize(
    ("text", "encoding", "line"),
    [
        ("Имя;Почта\nАнна Иванова;a@x\n", "cp1251", 1),
        ("name\nx\nАнна Иванова\n", "koi8-r", 3),
        ("name\nΓιώργος Παπαδόπουλος\n", "cp1253", 2),
        ("name\nWałęsa\nMałgorzata Żółkiewska\n", "cp1250", 2),
        ("name\n山田太郎\n鈴木一郎\n", "shift_jis", 2),
        ("name\n张伟\n王芳芳\n", "gbk", 2),
        ("Name;Mail\nGrüße\nJörg \x81\n", "latin-1", 3),
    ],
)
def test_letters_that_no_known_encoding_explains_are_an_error_with_their_line(
    text: str, encoding: str, line: int
) -> None:
    with pytest.raises(Unreadable, match=f"which letters line {line} contains"):
        decode(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["Имя;Почта\r\nАнна Иванова;a@x.example\r\n", "姓名\tメール\r\n山田\t太郎\r\n", "όνομα;πόλη\nΆννα;Αθήνα\n"]
)
def test_utf16_without_a_mark_is_read_in_every_script(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding, ())


@pytest.mark.parametrize(
    "content", [b"a,\x04b\nx,y\n", b"a,b\nx,y\n" + bytes(range(1, 9)) * 4, b"\x10\x04\x3d\x04\n\x04"]
)
def test_control_characters_in_titles_or_many_of_them_are_an_error(content: bytes) -> None:
    with pytest.raises(Unreadable, match="cannot tell which letters"):
        contents(content)


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ('n,m,o\nA,a@x,"Berlin\nB,b@x,Bonn\nC,c@x,Ulm"\nD,d@x,Essen\n', [2]),
        ('n,m,o\nA,"a@x,o\nB,b@x",c\n', [2]),
        ('n,m,o\nA,a@x,"Berlin\nB,b@x\nC,c@x,Ulm"\n', [2]),
        ('n,m,o\nx,y,z\nA,a@x,"\nC,c@x,"\n', [3]),
        ('n,m,o\nA,a@x,"Floor 1,\nleft"\n', []),
        ('title,body\nPrinter,"Hello,\nit is broken\nThanks, Bea"\n', []),
        ('title,body\nPrinter,"Hello, x"\n', []),
        ('title,body\nPrinter,"Hello, x\nThanks, Bea"\n', []),
        ('title,body,kind\nPrinter,"Hello, it is broken, thanks\nSo, please, help",x\n', []),
        ('n,m,o\nBen,ben@x,"Hauptstr. 5\n53111 Bonn, NRW, Germany"\n', []),
        ('t,d,r\nPrinter,"jams,A-1\n\nMouse,broken,A-2\nKeyboard,wet",A-3\n', [2]),
        ('t,d\nPrinter,"jams\nMouse\nKeyboard,wet"\n', [2]),
        ('n,m,o\nA,a@x,"Berlin\nB,b@x,""Bonn, x""\nC,c@x"\n', [2]),
        ('n, m, o\nA, a@x, "Berlin\nB, b@x, Bonn\nC, c@x, Ulm"\n', [2]),
        ('n,m,Problem (Trackline)\nA,"a@x\nB,b@x\nC,c@x",why\n', [2]),
        ('a,b\n"Brown,1\nGreen,2"\nx,3\n', [2]),
        ('a,b\n"Brown,1\nWhite,5\nGreen,2"\nx,3\n', [2]),
        ('t;d;c;u;i\nA;"broken;Hardware\nB;lost;Software\nC;gone";Hardware\nD;x\n', [2]),
        ('t,d,c,u,i\nA,"broken\nB,lost\nC,gone"\n', [2]),
        ('t\td\tc\tu\ti\r"A\tbroken\rB\tlost\t\t2\rC"\tgone\r', [2]),
        ('t|d|c|u|i\nA|"broken|Hardware\nC"|gone|Hardware\n', [2]),
        ('t;d;c;u;i\nA;"broken;Hardware\nMouse\nC;gone";Hardware\n', [2]),
        ('t;d;c;u;i\nA;x;Software;"2\n\nC;gone"\n', [2]),
        ('t;d;c;u;i\nA;broken;"Hardware\nB;lost;Software\nC";gone;Hardware\n', [2]),
        ('t,d,c,u,i\nA,broken,Hardware,"2\nB,lost,Software\nC,gone",Hardware\n', [2]),
        ('m,n,a,t\nb@x,Bea,"Hof 1, links\nBerlin, DE, EU, X"\n', [2]),
        ('t,d,c,u\nA,"Hello, it is broken.\nThanks, Bea"\n', []),
        ('t;d;c;u\nA;"Hof 1, links\nBerlin";x\n', []),
        ('n,t,d,c\n1,A,"Log:\n2026-01-01 10:00:00,123 broken\n2026-01-01 10:00:01,456 off",x\n', []),
        ('t,d,c\nA,"At 10:00:00,123 it broke.\nThanks, Bea",x\n', []),
        ('t,d,c\nA,"Dear all,\nthe price is 1,500\nBea"\n', []),
        ('t,d,c\nA,"It costs\n1,50 EUR\nBea"\n', []),
        ('t,d\nA,"It costs\n1,50 EUR\nBea"\n', [2]),
        ('t,d,c\nA,"It costs\n1,500",Hardware\n', []),
        ('t,d,c\nA,"It costs\nB,1,500",Hardware\n', []),
        ('t,d,c,u\nA,"It costs\nB,1,500",Hardware\n', [2]),
        ('t,d,c\nA,"At\n10:00:00,123\nit broke"\n', []),
        ('t,d,c\nA,"Look at\nsee https://x.example/a,b\nBea"\n', []),
        ('t;d;c\nA;"Look at\nhttps://x.example/a;b=1\nBea"\n', []),
        ('t,d\n"It costs 1,500\nand 2,500"\nB,b\n', [2]),
        ('r,u,t\n1000,2,"Printer\n1001,3,Mouse\n1002,3,Screen"\n', [2]),
        ('t,d,c\nA,"https://a.example,x\nB,https://b.example,y\nC,https://c.example",z\n', [2]),
        ('t,u\n"Monitor,1\nWindows 11,2\nOffice 365,2\nMonitor 24",3\n', [2]),
        ('d;r\n"Monitor broken;100\nlook at http://b.example/x;101\nMonitor 24";102\n', [2]),
        ('t,d,c\n"Windows 10,1\nWindows 11,2\nOffice 365,3"\n', [2]),
        ('t,d,c\nA,"Windows 10\nWindows 11,2\nOffice 365,3"\n', [2]),
        ('t,d\nPrinter,"Hello,\nmy printer is broken.\nBest regards,\nAnna"\nMouse,It does not move\n', []),
        ('t,d\r\nDrucker,"Guten Tag,\r\ner druckt nicht.\r\nMit freundlichen Grüßen,\r\nAnna"\r\n', []),
        ('d,t\n"Help!\nBonjour,\nl\'écran est noir.\nCordialement,",Écran\n', []),
        ('t;d\nLog;"Error:\nint main() {;\n  return 1;\n}"\n', []),
        ('t|d\nTable|"name|\nBea|\n"\n', []),
        ('t,d\nA,"Hello,\nB,lost\nThanks,"\n', [2]),
        ('t,d,c\nA,"broken,\nB,lost,\nC,gone",\n', [2]),
        ('t;d;c;u\nA;"broken;;\nB;;;\nC;gone";;\n', [2]),
    ],
)
def test_a_row_that_may_be_several_is_doubtful(text: str, doubtful: list[int]) -> None:
    assert [row.line for row in read_text(text).rows if row.is_doubtful] == doubtful


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("opened", [0, 1, 2])
@pytest.mark.parametrize("closed", [0, 1, 2])
def test_rows_that_leave_out_empty_cells_are_not_swallowed(delimiter: str, opened: int, closed: int) -> None:
    rows = [[f"{letter}{place}" for place in range(3)] for letter in "ABC"]
    rows[0][opened] = f'"{rows[0][opened]}'
    rows[2][closed] += '"'
    text = "\n".join(map(delimiter.join, [list("tdcui"), *rows, ["D", "x", "y", "1", "2"], ""]))
    assert [row.line for row in read_text(text).rows if row.is_doubtful] == [2]


def test_a_file_may_have_500_columns_and_any_number_of_empty_ones_behind_them() -> None:
    titles = ";".join(f"t{number}" for number in range(500))
    table = read_text(f"{titles}{';' * 15_884}\n1{';' * 16_383}\n")
    assert (len(table.columns), [len(row) for row in table.rows]) == (500, [500])
    for wide in (f"{titles};t500\n", "a" + ",b" * 200_000, f"{';' * 500}x\n"):
        with pytest.raises(Unreadable, match="more than 500 columns"):
            read_text(wide)


@pytest.mark.parametrize("title", ["Büro", "Đại lý", "Ångström é", "각 과", "कार्य\u0958", "Ω", "Straße " * 60 + "ü"])
def test_titles_are_composed(title: str) -> None:
    composed = unicodedata.normalize("NFC", title).strip()
    table = read_text(f"{unicodedata.normalize('NFD', title)};x;{title}\n1;2;3\n")
    assert list(table.columns) == [composed, "x", f"{composed} 3"]
    assert table.repeated == [composed]


def test_the_time_for_composing_titles_has_an_end() -> None:
    marks = "e" + "\u0301" * 40_000 + "\u0323" * 40_000
    started = time.thread_time()
    read_text(f"{marks};{marks}\n")
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "[(" * 50_000, "(a" * 50_000, "e" + "\u0301" * 40_000 + "\u0323" * 40_000]
)
def test_the_time_for_a_title_is_proportional_to_its_length(text: str) -> None:
    started = time.thread_time()
    key(text)
    assert time.thread_time() - started < 1


def test_words_in_nested_or_open_brackets_do_not_count() -> None:
    assert [*map(key, ["E-Mail (work)", "E-Mail [a] (b)", "E-Mail (work"])] == ["email"] * 3
    assert key("(Name)") == "name"


def test_the_first_row_has_the_number_that_a_spreadsheet_shows() -> None:
    files = ["a\nx\n", "\na\nx\n", ";\n\na;b\nx\n", "sep=;\na;b\nx\n", '"a\nb"\nx\n']
    assert [read_text(file).first for file in files] == [2, 3, 4, 2, 2]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_each_row_knows_its_line_and_the_cells_that_it_had(end: str, encoding: str) -> None:
    text = f'a,b,a{end}"1{end}x",2,3{end}{end}4,5{end}6,7,8,9{end}'
    table = read_text(*decode(text.encode(encoding)))
    assert (table.columns, table.repeated) == (["a", "b", "a 3"], ["a"])
    assert [(row.line, row.given) for row in table.rows] == [(2, 3), (4, 0), (5, 2), (6, 4)]


def test_a_row_with_too_many_cells_stays_one_in_the_file_to_correct_even_if_a_spreadsheet_fills_up_the_lines() -> None:
    rows = [["1", "2", "3", "=4"], ["1", "2"]]
    mend = write_to_mend(["a", "b"], [(row, "why") for row in rows], Form()).content
    assert contents(mend)[1:] == (["a", "b"], rows)
    filled = b"".join(line + b",,," + end for line, end in ((line[:-2], line[-2:]) for line in mend.splitlines(True)))
    assert contents(filled)[1:] == (["a", "b"], rows)


@pytest.mark.parametrize(
    ("text", "columns", "row"),
    [
        ("a,Problem (Trackline),b\n'=1,why,'x\n", ["a", "b"], ["=1", "'x"]),
        ("Problem (Trackline),a,b\nwhy,'=1,'-2\n", ["a", "b"], ["=1", "-2"]),
        ("a,b,Problem (Trackline),c,,\n1,2,why,3,,\n", ["a", "b", "c"], ["1", "2", "3"]),
        ("a,Problem (Trackline),,b\n1,why,2,3\n", ["a", "2", "b"], ["1", "2", "3"]),
    ],
)
def test_only_our_column_is_left_out_wherever_somebody_has_moved_it(
    text: str, columns: list[str], row: list[str]
) -> None:
    table = read_text(text)
    assert (list(table.columns), list(table.rows)) == (columns, [row])


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
