"""Reads the headers of a mail, each as far as possible: damaged ones give a defect and never an error.

Python's structured headers are not used here: some damaged ones raise, and others cost the square of their length.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from gateway.mail_reading.charsets import decode
from gateway.mail_reading.mail import Address, Defect
from trackline_schemas.text.invisible import clean_line

# Headers that say how a mail came about, or whether it may be trusted.
KEPT = (
    "return-path", "auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-auto-response-suppress",
    "x-autoreply", "x-autorespond", "x-loop", "x-failed-recipients", "authentication-results",
    "delivered-to", "feedback-id",
)  # fmt: skip
# characters of a header that are read, and how many headers of one name
LONGEST, MOST = 32_000, 100
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_LINES = re.compile(r"[\r\n]+")


class Headers:
    """Adds what it finds wrong to `defects`."""

    def __init__(self, message: Message, defects: list[Defect]) -> None:
        self._defects = defects
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            same = self._values.setdefault(name.lower().strip(), [])
            if len(same) < MOST:
                same.append(self._cut(str(value)))

    def count(self, name: str) -> int:
        return len(self._values.get(name, ()))

    def text(self, name: str) -> str:
        """Returns the first header of this name as one line for people, or an empty one."""
        return next(self._texts(name), "")

    def kept(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(self._texts(name)) for name in KEPT if name in self._values}

    def ids(self, name: str) -> tuple[str, ...]:
        """Returns the message ids in the headers of this name, without their brackets."""
        values = [_plain(value) for value in self._values.get(name, ())]
        found = [one for value in values for one in _MESSAGE_ID.findall(value)]
        if not found:
            # Some programs forget the brackets.
            found = [word for value in values for word in value.split() if "@" in word and len(word) <= 900]
        return tuple(dict.fromkeys(clean_line(one) for one in found))

    def addresses(self, name: str) -> tuple[Address, ...]:
        return tuple(one for value in self._values.get(name, ()) for one in self._addresses(value))

    def date(self) -> datetime | None:
        try:
            date = parsedate_to_datetime(self.text("date"))
            return (date.replace(tzinfo=UTC) if date.tzinfo is None else date).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            self._defects.append(Defect.DATE)
            return None

    def _texts(self, name: str) -> Iterator[str]:
        return (self._decoded(value) for value in self._values.get(name, ()))

    def _cut(self, value: str) -> str:
        if len(value) > LONGEST:
            self._defects.append(Defect.LONG_HEADER)
        return " ".join(line.strip() for line in _LINES.split(value[:LONGEST])).strip()

    def _decoded(self, value: str) -> str:
        text, certain = decode_words(value)
        if not certain:
            self._defects.append(Defect.HEADER)
        return clean_line(text)

    def _addresses(self, value: str) -> Sequence[Address]:
        # Names are decoded afterwards, because a comma in a name separates nothing.
        found = self._split(_plain(value)) or self._split(decode_words(value)[0])
        if not found and "@" in value:
            self._defects.append(Defect.HEADER)
        return found

    def _split(self, value: str) -> Sequence[Address]:
        try:
            pairs = getaddresses([value])
        except (ValueError, IndexError, RecursionError):
            return ()
        return [Address(self._decoded(name), clean_line(address)) for name, address in pairs if _is_address(address)]


def decode_words(value: str) -> tuple[str, bool]:
    """Returns the text of a header with encoded words (RFC 2047), and whether it is certain."""
    plain = _plain(value)
    if "=?" not in plain:
        return plain, "\ufffd" not in plain
    try:
        pieces = [_piece(content, charset) for content, charset in decode_header(plain)]
    except (HeaderParseError, ValueError):
        return plain, False
    return "".join(text for text, _ in pieces), all(certain for _, certain in pieces)


def _piece(content: str | bytes, charset: str | None) -> tuple[str, bool]:
    if isinstance(content, str):
        return content, True
    if charset is None:
        return content.decode("raw-unicode-escape", "replace"), True
    return decode(content, charset.partition("*")[0])


def _plain(value: str) -> str:
    """Bytes that are no ASCII come as surrogates."""
    return decode(value.encode("utf-8", "surrogateescape"), None)[0] if not value.isascii() else value


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(local and domain) and not any(letter.isspace() for letter in text)
