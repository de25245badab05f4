"""Refuses characters that no text holds. MongoDB, the file system and search engines fail on some of them."""

import re

from starlette.types import Scope

from trackline_schemas.errors import reasons, refuse

_IN_PATH = re.compile(r"[\x00-\x1f\x7f]")
# A query may hold the line breaks and tabs of a pasted text.
_IN_QUERY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|%(?:0[0-8bcef]|1[0-9a-f]|7f)", re.IGNORECASE)
_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# An even number of backslashes before it are backslashes of the text, and so the last one begins the escape.
_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# Whatever reads the address of a request, such as `request.url`, fails on another header.
_HOST = re.compile(rb"(?:[\w.~%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


def check_address(scope: Scope) -> None:
    """Raises ServiceError not_found if the path of a request holds control characters, and malformed if its query does
    or if its header Host is not a host."""
    if any(name == b"host" and not _HOST.fullmatch(value) for name, value in scope["headers"]):
        raise refuse(reasons.requests.HOST_NOT_VALID)
    if _IN_PATH.search(scope["path"]):
        raise refuse(reasons.requests.ADDRESS_UNKNOWN, path=scope["path"])
    if _IN_QUERY.search(scope["query_string"]):
        raise refuse(reasons.requests.NOT_TEXT)


def check_json(body: bytes) -> None:
    """Raises ServiceError malformed if a string of this JSON text holds NUL."""
    if b"\\u0000" in body and _NUL_IN_JSON.search(body):
        raise refuse(reasons.requests.NOT_TEXT)


def clean(text: str) -> str:
    """Returns a text that somebody typed or pasted, without control characters other than line breaks and tabs."""
    return _IN_TEXT.sub("", text)
