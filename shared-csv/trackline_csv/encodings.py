"""Recognises the encoding of a file. Spreadsheets save UTF-8 and UTF-16, older ones cp1252 or, on a Mac, Mac Roman."""

import codecs
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from trackline_csv.errors import Unreadable

# UTF-32 comes first, since its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Old encoding → its registered name.
OLD = {"cp1252": "windows-1252", "mac_roman": "macintosh"}
# Mac Roman has its most common letters where cp1252 has signs, and signs where cp1252 has letters.
_LETTERS_OF_MAC = bytes(range(0x80, 0xA0))
_LETTERS_OF_WINDOWS = bytes(range(0xC0, 0x100))
# Files of Excel and LibreOffice are zip archives, or those of Excel before 2007.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CHUNK = 1 << 16


def decode(content: bytes) -> tuple[str, str]:
    """Returns the text and the name of its encoding. A byte order mark stays at the beginning of the text. Raises
    Unreadable."""
    encoding = recognise(BytesIO(content))
    return content.decode(encoding, errors_of(encoding)), encoding


def recognise(file: BinaryIO) -> str:
    """Reads the file to its end. Raises Unreadable if it is no text, or if a line is not written in the encoding of the
    rest."""
    file.seek(0)
    head = file.read(2048)
    if head.startswith(_WORKBOOKS):
        raise Unreadable("workbook")
    encoding = _marked(head) or _two_bytes(head) or "utf-8"
    wrong = _first_wrong_line(file, encoding)
    if wrong is None:
        return encoding
    if encoding != "utf-8" or head.startswith(codecs.BOM_UTF8) or _is_broken_utf8(file):
        raise Unreadable("encoding", wrong)
    return _old(file)


def errors_of(encoding: str) -> str:
    # cp1252 leaves five bytes undefined.
    return "replace" if encoding in OLD else "strict"


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _two_bytes(head: bytes) -> str | None:
    """Returns UTF-16 without a byte order mark: every other byte of a Western text is 0 there."""
    first, second = head[::2].count(0), head[1::2].count(0)
    few, many = sorted((first, second))
    if many * 4 <= len(head) or few * 10 > many:
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _old(file: BinaryIO) -> str:
    """Returns Mac Roman only if no line ends with LF, because that is how Excel for Mac saves it."""
    has_lf, mac, windows = False, 0, 0
    for chunk, _ in _chunks(file):
        has_lf = has_lf or b"\n" in chunk
        mac += len(chunk) - len(chunk.translate(None, _LETTERS_OF_MAC))
        windows += len(chunk) - len(chunk.translate(None, _LETTERS_OF_WINDOWS))
    return "mac_roman" if mac > windows and not has_lf else "cp1252"


def _first_wrong_line(file: BinaryIO, encoding: str) -> int | None:
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    for chunk, is_last in _chunks(file):
        try:
            line += _count_lines(decoder.decode(chunk, is_last))
        except UnicodeDecodeError as error:
            return line + _count_lines(error.object[: error.start].decode(encoding, "ignore"))
    return None


def _is_broken_utf8(file: BinaryIO) -> bool:
    """Tells whether more characters are valid UTF-8 than are not. Text in cp1252 is hardly ever valid UTF-8."""
    decoder, valid, invalid = codecs.getincrementaldecoder("utf-8")("replace"), 0, 0
    for chunk, is_last in _chunks(file):
        text = decoder.decode(chunk, is_last)
        wrong = text.count("\ufffd")
        valid += len(text) - len(text.encode("ascii", "ignore")) - wrong
        invalid += wrong
    return valid > invalid


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yields the bytes, and whether they are the last."""
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk, False
    yield b"", True


def _count_lines(text: str) -> int:
    return text.count("\n") or text.count("\r")
