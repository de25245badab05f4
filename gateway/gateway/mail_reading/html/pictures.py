"""The pictures of HTML: those that came with the mail are attachments, and nothing of others is loaded by itself."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape

from gateway.mail_reading.mail import Attachment

_DATA = re.compile(
    r"(?<=[\"'])\s*data:(image/(?:png|jpeg|gif|webp));base64,([\w+/=\s]*)(?=[\"'])", re.IGNORECASE | re.ASCII
)
_REMOTE = re.compile(r"(?:https?:)?//[^\s\"'<>\\]+$", re.IGNORECASE)
# A picture of this size shows nothing: it only tells that somebody reads.
_DOTS = {"0", "1", "0px", "1px"}
# characters of an address, and of the words for a picture
_LONGEST, _WORDS = 4000, 300


def take_out(html: str, attachments: list[Attachment]) -> str:
    """Makes attachments of the pictures that HTML contains, which may be far longer than itself."""

    def attach(data: re.Match[str]) -> str:
        number = len(attachments) + 1
        picture = Attachment(
            f"image-{number}.{data[1][6:].lower()}", data[1].lower(), _decode(data[2]), f"data-{number}"
        )
        attachments.append(picture)
        return f"cid:{picture.content_id}"

    return _DATA.sub(attach, html)


def _decode(data: str) -> bytes:
    try:
        return base64.b64decode(data)
    except (binascii.Error, ValueError):
        return b""


class Pictures:
    """Marks as inline what the HTML shows."""

    def __init__(self, attachments: list[Attachment]) -> None:
        self._attachments = attachments
        self._places = {one.content_id.lower(): place for place, one in enumerate(attachments) if one.content_id}

    def show(self, attributes: Mapping[str, str | None]) -> str:
        """Returns what stands in place of an `img`: a picture that names an attachment, a span that names an address,
        or its words alone."""
        source, words = (attributes.get("src") or "").strip(), (attributes.get("alt") or "")[:_WORDS]
        if source[:4].lower() == "cid:":
            return self._attached(self._places.get(source[4:].strip("<>").lower()), words)
        if attributes.get("width") in _DOTS or attributes.get("height") in _DOTS:
            return ""
        if len(source) <= _LONGEST and _REMOTE.match(source):
            address = f"https:{source}" if source.startswith("//") else source
            return f'<span data-remote-image="{escape(address)}">{escape(words)}</span>'
        return escape(words)

    def _attached(self, place: int | None, words: str) -> str:
        if place is None:
            return escape(words)
        found = self._attachments[place]
        self._attachments[place] = replace(found, inline=True)
        return f'<img data-attachment="{place}" alt="{escape(words or found.name)}">'
