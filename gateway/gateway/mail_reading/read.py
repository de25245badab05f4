"""Reads a mail. No mail makes it raise; what a mail costs is limited in `children.py`."""

import hashlib
import re
from collections.abc import Sequence
from email import policy
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.parser import BytesParser

from gateway.mail_reading.folding.fold import fold_text
from gateway.mail_reading.headers import Headers
from gateway.mail_reading.html.show import Html
from gateway.mail_reading.kinds import kind
from gateway.mail_reading.mail import Defect, Mail
from gateway.mail_reading.parts import Parts, walk

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_HEADER_LINES = re.compile(rb"^(?:[!-9;-~]{1,200}:|[ \t]).*$", re.MULTILINE)


class Plain(policy.Compat32):
    """Python's structured headers are not wanted here (see headers.py). Its older headers are, but as they came: with
    bytes that are no ASCII as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


def read(raw: bytes) -> Mail:
    defects: list[Defect] = []
    message = _parse(raw, defects)
    headers = Headers(message, defects)
    parts = Parts(message, defects)
    shown = Html(defects)
    text = parts.text(shown.text_of).strip("\n")
    found, report = kind.find(message, headers, text)
    senders = headers.addresses("from")
    if len(senders) != 1:
        defects.append(Defect.SENDERS if senders else Defect.NO_SENDER)
    return Mail(
        content_hash=hashlib.sha256(raw).hexdigest(),
        message_id=next(iter(headers.ids("message-id")), None),
        references=headers.ids("references"),
        in_reply_to=headers.ids("in-reply-to"),
        senders=senders,
        reply_to=headers.addresses("reply-to"),
        to=headers.addresses("to"),
        cc=headers.addresses("cc"),
        subject=headers.text("subject"),
        date=headers.date(),
        headers=headers.kept(),
        kind=found,
        report=report,
        text=text,
        text_parts=fold_text(text),
        html=parts.html,
        html_parts=shown.divide(parts.html, parts.attachments),
        attachments=tuple(parts.attachments),
        defects=tuple(dict.fromkeys([*defects, *_structure(message)])),
    )


def _parse(raw: bytes, defects: list[Defect]) -> Message:
    parser = BytesParser(policy=Plain())
    end = _HEADERS_END.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    try:
        message = parser.parsebytes(raw)
        if any(isinstance(one, MissingHeaderBodySeparatorDefect) for one in message.defects) and _mended(head):
            defects.append(Defect.HEADER)
            message = parser.parsebytes(_mended(head) + b"\n\n" + body)
        return message
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        defects.append(Defect.STRUCTURE)
    message = parser.parsebytes(head, headersonly=True)
    del message["content-type"]
    message.set_payload(body.decode("latin-1"), "utf-8")
    return message


def _mended(head: bytes) -> bytes:
    """Leaves out lines that are no headers, behind which Python would take all others for text. Returns nothing if
    they are not among headers."""
    lines = _HEADER_LINES.findall(head)
    return b"\n".join(lines) if lines and _HEADER_LINES.match(head.splitlines()[-1]) else b""


def _structure(message: Message) -> Sequence[Defect]:
    return [Defect.STRUCTURE] if any(part.defects for part in walk(message)) else []
