"""The forms in which spreadsheets, directories and other desks save CSV files. Python's csv module writes them, so that
our own reader is not tested against our own writer."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence

Rows = Sequence[Sequence[str]]
ENCODINGS: Mapping[str, tuple[bytes, str]] = {
    "UTF-8 with BOM": (codecs.BOM_UTF8, "utf-8"),
    "UTF-16 LE with BOM": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "UTF-16 BE with BOM": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "UTF-16 LE without BOM": (b"", "utf-16-le"),
    "UTF-16 BE without BOM": (b"", "utf-16-be"),
    "UTF-32 with BOM": (codecs.BOM_UTF32_LE, "utf-32-le"),
    "cp1252": (b"", "cp1252"),
}


def text(rows: Rows, delimiter: str = ",", line_end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows(rows)
    return out.getvalue()


def shapes(titles: Sequence[str], rows: Rows) -> dict[str, bytes]:
    """Returns the name of each shape → a file with these rows. At least one row must need an umlaut, and all of them
    must have an equivalent in cp1252. Some shapes add words in brackets to the titles."""
    table = [titles, *rows]
    bracketed = [[f"{title} (a;b,c\t|“d”)" for title in titles], *rows]
    broken = [[f"{title}\n(line 2)" for title in titles], *rows]
    texts = {
        "comma": text(table),
        "semicolon": text(table, ";"),
        "tab": text(table, "\t"),
        "pipe": text(table, "|"),
        "LF": text(table, ";", "\n"),
        "CR": text(table, ";", "\r"),
        "every cell is quoted": text(table, ";", "\n", csv.QUOTE_ALL),
        "sep=;": f"sep=;\r\n{text(table, ';')}",
        'SEP="tab"': f'"SEP=\t"\r\n{text(table, chr(9))}',
        "sep=^": f"sep=^\n{text(table, '^', chr(10))}",
        "sep=; with empty cells": f"sep=;;;\r\n{text(table, ';')}",
        "delimiters inside quoted titles": text(bracketed, ";"),
        "line breaks inside quoted titles": text(broken, ";"),
        "line breaks inside quoted titles, CR": text(broken, ";", "\r", csv.QUOTE_ALL),
        "capital titles": text([[title.upper() for title in titles], *rows]),
        "blank first line": "\r\n" + text(table),
        "blank first lines with delimiters": f";;\r\n  \r\n{text(table, ';')}",
        "blank lines at the end": text(table) + "\r\n,,\r\n\r\n",
        "no line end at the end": text(table).rstrip("\r\n"),
        "NUL bytes": text(table).replace(",", "\0,"),
        "empty cells at the end": "".join(f"{line};;\r\n" for line in text(table, ";").splitlines()),
        "blanks around quotation marks": text(table, ";", "\n", csv.QUOTE_ALL).replace('";"', '" ; "'),
    }
    files = {name: content.encode() for name, content in texts.items()}
    encoded = {name: mark + text(table, ";").encode(codec) for name, (mark, codec) in ENCODINGS.items()}
    others = {
        "CR in cp1252": text(table, ";", "\r").encode("cp1252"),
        "CR in Mac Roman, as Excel for Mac saves it": text(table, ";", "\r").encode("mac_roman"),
        "sep=; in UTF-16": codecs.BOM_UTF16_LE + f"sep=;\r\n{text(table, ';')}".encode("utf-16-le"),
        "sep=; in UTF-8 with BOM": codecs.BOM_UTF8 + f"sep=;\r\n{text(table, ';')}".encode(),
        "tab in UTF-16, as Excel saves Unicode text": codecs.BOM_UTF16_LE + text(table, "\t").encode("utf-16-le"),
    }
    return files | encoded | others
