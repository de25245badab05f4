"""Takes a mail apart: its text, its HTML, and what is attached."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from itertools import chain
from mimetypes import guess_extension

from gateway.mail_reading.charsets import decode
from gateway.mail_reading.headers import decode_words
from gateway.mail_reading.html.pictures import take_out
from gateway.mail_reading.mail import Attachment, Defect
from trackline_schemas.text.invisible import clean_line, clean_prose

DEEPEST, MOST_PARTS = 40, 1000
# the endings of parts that have no name, and that Python does not know or has several for
_ENDINGS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt", "image/jpeg": ".jpg"}
_LONGEST_NAME = 200
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}$")
_PATH = re.compile(r"[\\/]")


@dataclass(frozen=True)
class Piece:
    """A body in one of its forms, or in both."""

    text: str | None = None
    html: str | None = None


class Parts:
    """Adds what it finds wrong to `defects`."""

    def __init__(self, message: Message, defects: list[Defect]) -> None:
        self._defects = defects
        self._left = MOST_PARTS
        self.attachments: list[Attachment] = []
        self._pieces = self._read(message, 0)
        if not self.attachments and not any((piece.html or piece.text or "").strip() for piece in self._pieces):
            self._pieces = self._whole(message)

    @property
    def html(self) -> str | None:
        """Returns all bodies in one, or None if none of them has HTML. A text between them keeps its lines."""
        if not any(piece.html for piece in self._pieces):
            return None
        return "\n".join(piece.html or f"<pre>{html.escape(piece.text or '')}</pre>" for piece in self._pieces)

    def text(self, of_html: Callable[[str], str]) -> str:
        """Returns all bodies in one. `of_html` makes the text of HTML."""
        return "\n".join(of_html(piece.html or "") if piece.text is None else piece.text for piece in self._pieces)

    def _read(self, part: Message, depth: int) -> Sequence[Piece]:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            self._defects.append(Defect.MANY_PARTS if self._left < 0 else Defect.DEEP)
            return ()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            return self._read_several(part, depth)
        if _is_body(part):
            return [self._body(part)]
        self.attachments.append(self._attachment(part))
        return ()

    def _read_several(self, part: Message, depth: int) -> Sequence[Piece]:
        within = inside(part)
        pieces = [self._read(child, depth + 1) for child in within[: max(0, self._left) + 1]]
        if part.get_content_subtype() == "alternative":
            return _best(list(chain.from_iterable(pieces)))
        return list(chain.from_iterable(pieces))

    def _whole(self, message: Message) -> Sequence[Piece]:
        """Returns the text of a mail whose parts are so damaged that nothing is found in them."""
        payload = message.as_string().partition("\n\n")[2]
        if not payload.strip():
            return ()
        self._defects.append(Defect.STRUCTURE)
        return [Piece(text=printable(decode(payload.encode("utf-8", "surrogateescape"), None)[0]))]

    def _body(self, part: Message) -> Piece:
        text, certain = decode(self._content(part), _parameter(part, "charset"))
        if not certain:
            self._defects.append(Defect.CHARSET)
        text = printable(text)
        if part.get_content_type() == "text/html":
            return Piece(html=take_out(text, self.attachments))
        return Piece(text=text)

    def _attachment(self, part: Message) -> Attachment:
        content_id = str(part.get("content-id", "")).strip().strip("<>")
        return Attachment(
            self._name(part),
            _media_type(part),
            self._content(part),
            clean_line(decode_words(content_id)[0]) or None,
        )

    def _name(self, part: Message) -> str:
        name = _PATH.split(clean_line(decode_words(_file_name(part))[0]))[-1][-_LONGEST_NAME:]
        kind = _media_type(part)
        ending = _ENDINGS.get(kind) or guess_extension(kind) or ".bin"
        return name or f"{kind.partition('/')[0]}-{len(self.attachments) + 1}{ending}"

    def _content(self, part: Message) -> bytes:
        if part.is_multipart():
            return self._embedded(part)
        try:
            content = part.get_payload(decode=True)
        except (ValueError, LookupError, TypeError):
            content = None
        if any("Base64" in type(defect).__name__ for defect in part.defects):
            self._defects.append(Defect.ENCODING)
        return content if isinstance(content, bytes) else _as_it_came(part)

    def _embedded(self, part: Message) -> bytes:
        """Returns the bytes of a mail inside the mail, or of a report, whose blocks are parsed as mails."""
        try:
            return b"\n".join(child.as_bytes() for child in inside(part))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self._defects.append(Defect.STRUCTURE)
            return b""


def printable(text: str) -> str:
    """Returns the text with plain line ends, and without what no program may show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return clean_prose(text)


def walk(message: Message) -> Iterator[Message]:
    """Yields the message and its parts, but not those of a mail inside it."""
    waiting, left = [(message, 0)], MOST_PARTS
    while waiting and left:
        part, depth = waiting.pop()
        left -= 1
        yield part
        if part.get_content_maintype() == "multipart" and depth < DEEPEST:
            waiting += [(child, depth + 1) for child in reversed(inside(part))]


def inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _best(pieces: list[Piece]) -> list[Piece]:
    """Alternatives are one piece in several forms."""
    # Some programs send an empty text beside their HTML.
    texts = [piece.text for piece in pieces if piece.text and piece.text.strip()]
    htmls = [piece.html for piece in pieces if piece.html]
    return [Piece("\n".join(texts) if texts else None, "\n".join(htmls) if htmls else None)] if pieces else []


def _is_body(part: Message) -> bool:
    if part.is_multipart() or part.get_content_disposition() == "attachment" or _file_name(part):
        return False
    # A part that says to have parts, and has none, is damaged: its text is better than nothing.
    return part.get_content_type() in ("text/plain", "text/html") or part.get_content_maintype() == "multipart"


def _media_type(part: Message) -> str:
    kind = part.get_content_type()
    return kind if _MEDIA_TYPE.match(kind) else "application/octet-stream"


def _file_name(part: Message) -> str:
    try:
        return part.get_filename("")
    except (ValueError, LookupError, TypeError):
        return ""


def _parameter(part: Message, name: str) -> str | None:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return None
    return value[2] if isinstance(value, tuple) else value


def _as_it_came(part: Message) -> bytes:
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
