"""Recognises the encoding of a file. Spreadsheets save UTF-8 and UTF-16, older ones cp1252 or, on a Mac, Mac Roman. DOS
programs save cp850. A file of another encoding is refused, unless somebody names it."""

import codecs
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from typing import BinaryIO, Literal, NamedTuple, get_args

from trackline_csv.errors import Unreadable
from trackline_csv.letters import FEW, count_words, has_letters, is_one_of, wrong_words
from trackline_csv.rivals import explains_most, unclear_words

# UTF-32 comes first, since its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings that people can name.
Encoding = Literal[
    "utf-8",
    "utf-16",
    "utf-32",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "iso8859-2",
    "iso8859-15",
    "cp437",
    "cp850",
    "cp852",
    "cp857",
    "cp866",
    "koi8-r",
    "mac-roman",
]
ENCODINGS: Sequence[Encoding] = get_args(Encoding)
# The old encodings that are recognised.
_OLD = ("cp1252", "cp850", "mac-roman")
# Bytes that are read in a wrong encoding make many of these characters. NUL characters are left out of every file.
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f]")
# Files of Excel and LibreOffice are zip archives, or those of Excel before 2007.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CHUNK = 1 << 16
_HEAD = 2048
# A short list of names may have so many words that are others elsewhere, by chance.
_MOST_DOUBTS = 4
# Of more of them, the first are shown.
_MOST_SHOWN = 20


class Doubt(NamedTuple):
    """A `word` of the file that would be `other` in the `encoding`, which nobody has named."""

    word: str
    other: str
    encoding: str


class Recognised(NamedTuple):
    encoding: str
    doubts: Sequence[Doubt] = ()


class Decoded(NamedTuple):
    text: str
    encoding: str
    doubts: Sequence[Doubt] = ()


def decode(content: bytes, named: str | None = None) -> Decoded:
    """A byte order mark stays at the beginning of the text. `named` is one of ENCODINGS. Raises Unreadable."""
    encoding, doubts = recognise(BytesIO(content), named)
    return Decoded(content.decode(encoding), encoding, doubts)


def recognise(file: BinaryIO, named: str | None = None) -> Recognised:
    """Reads the file to its end. A byte order mark comes before the encoding that somebody has named. Raises Unreadable
    if it is no text, or if a line is not written in the encoding of the rest."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_WORKBOOKS):
        raise Unreadable("workbook")
    encoding = _marked(head) or _named(named, head) or _two_bytes(head) or "utf-8"
    wrong = _first_wrong_line(file, encoding)
    if wrong is None:
        return Recognised(encoding)
    if named or encoding != "utf-8" or head.startswith(codecs.BOM_UTF8) or _is_broken_utf8(file):
        raise Unreadable("encoding", wrong)
    return _old(file)


def has_many_controls(text: str) -> bool:
    return _is_many(len(_CONTROLS.findall(text)), len(text))


def _is_many(controls: int, length: int) -> bool:
    return controls * 10 > length


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _named(named: str | None, head: bytes) -> str | None:
    """UTF-16 has two orders of its bytes."""
    return _two_bytes(head) or "utf-16-le" if named == "utf-16" else named


def _two_bytes(head: bytes) -> str | None:
    """Returns UTF-16 without a byte order mark. Every other byte of a Western text is 0 there; in other texts, this is
    so for the line ends."""
    first, second = head[::2].count(0), head[1::2].count(0)
    few, many = sorted((first, second))
    likely = "utf-16-be" if first > second else "utf-16-le"
    if many * 4 > len(head) and few * 10 <= many:
        return likely
    return likely if many and _has_lines(head, likely) else None


def _has_lines(head: bytes, encoding: str) -> bool:
    """Tells whether most bytes that look like line ends are characters of this encoding."""
    text = head[: len(head) // 2 * 2].decode(encoding, "replace")
    ends = text.count("\n") + text.count("\r")
    return ends * 2 > head.count(b"\n") + head.count(b"\r") and not _CONTROLS.search(text)


def _old(file: BinaryIO) -> Recognised:
    """Returns the words that may be others too. If these are many, it is another encoding."""
    words = count_words(chunk for chunk, _ in _chunks(file))
    wrong = {encoding: wrong_words(words, encoding) for encoding in _OLD}
    best = _best(file, words, wrong)
    most = max(_MOST_DOUBTS, len(words) // FEW)
    if best is None or len(wrong[best]) > most:
        raise Unreadable("encoding", _first_line(file, wrong["cp1252"]) or _first_wrong_line(file, "ascii") or 0)
    unclear = unclear_words(words, best, wrong[best])
    if len(unclear) > most and not explains_most(words, best):
        raise Unreadable("encoding", _first_line(file, unclear) or 0)
    line = _first_wrong_line(file, best)
    if line is not None:
        raise Unreadable("encoding", line)
    doubts = [Doubt(word.decode(best), word.decode(other), other) for word, other in unclear.items()]
    return Recognised(best, doubts[:_MOST_SHOWN])


def _best(file: BinaryIO, words: Mapping[bytes, int], wrong: Mapping[str, Collection[bytes]]) -> str | None:
    """Returns cp1252 if it makes words of almost all bytes, or else another encoding that does, or else cp1252 if no
    language of another encoding explains more. A Mac ended lines with CR: if Mac Roman makes words of such a file
    too, nothing is clear."""
    good = [encoding for encoding in _OLD if is_one_of(FEW, wrong[encoding], words)]
    if "cp1252" in good:
        has_lf = any(b"\n" in chunk for chunk, _ in _chunks(file))
        return "cp1252" if has_lf or "mac-roman" not in good else None
    if good:
        return good[0] if len(good) == 1 and has_letters(words, good[0]) else None
    return "cp1252" if explains_most(words, "cp1252") else None


def _first_line(file: BinaryIO, words: Collection[bytes]) -> int | None:
    """Returns the line of the first of the words."""
    file.seek(0)
    lines = re.split(b"\r\n|\n|\r", file.read())
    return next((line for line, text in enumerate(lines, 1) if not count_words([text]).keys().isdisjoint(words)), None)


def _first_wrong_line(file: BinaryIO, encoding: str) -> int | None:
    """Returns the line of the first bytes that are no character, or of the first control character if the file has
    many of them."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    length, controls, first_control = 0, 0, 0
    for chunk, is_last in _chunks(file):
        try:
            text = decoder.decode(chunk, is_last)
        except UnicodeDecodeError as error:
            return line + _count_lines(error.object[: error.start].decode(encoding, "ignore"))
        if found := _CONTROLS.search(text):
            first_control = first_control or line + _count_lines(text[: found.start()])
            controls += len(_CONTROLS.findall(text))
        length += len(text)
        line += _count_lines(text)
    return first_control if _is_many(controls, length) else None


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
