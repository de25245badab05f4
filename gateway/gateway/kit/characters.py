"""Refuses characters that no text holds, on which MongoDB, the file system or search engines fail, and puts the address
of a request into the normal form C. The texts of bodies get it from `trackline_schemas.base.Command`."""

import re
from urllib.parse import parse_qsl, urlencode

from starlette.types import Scope

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.text.normal_form import compose

_IN_PATH = re.compile(r"[\x00-\x1f\x7f]")
# A query may hold the line breaks and tabs of a pasted text.
_IN_QUERY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|%(?:0[0-8bcef]|1[0-9a-f]|7f)", re.IGNORECASE)
_BEYOND_ASCII = re.compile(rb"%[89a-f]", re.IGNORECASE)
# NUL, and halves of surrogate pairs without the other half. Other escapes of JSON are texts.
_NOT_TEXT_IN_JSON = re.compile(
    rb"\\u(?:0000|d[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..\\u)d[c-f])", re.IGNORECASE | re.DOTALL
)
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


def compose_address(scope: Scope) -> None:
    """Changes the path and the query, so that what somebody looks for equals what was stored."""
    scope["path"] = compose(scope["path"])
    if _BEYOND_ASCII.search(scope["query_string"]):
        given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        composed = [(compose(name), compose(value)) for name, value in given]
        if composed != given:
            scope["query_string"] = urlencode(composed).encode()


def decode_json(body: bytes) -> str:
    """Returns the text of the body, which every reader of it must take, without a byte order mark, as FastAPI reads it.

    Raises ServiceError malformed unless the body is UTF-8, as RFC 8259 demands, and all its strings are texts. Python's
    json would also read UTF-16, UTF-32 and encoded surrogates.
    """
    text = _decode(body)
    # Where no pair of backslashes is left, each backslash begins an escape.
    if b"\\u" in body and _NOT_TEXT_IN_JSON.search(body.replace(rb"\\", b"__")):
        raise refuse(reasons.requests.NOT_TEXT)
    return text


def _decode(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(reasons.requests.BODY_IN_OTHER_ENCODING) from None
    # UTF-16 without a byte order mark is valid UTF-8 with zero bytes, which JSON does not have.
    if "\0" in text:
        raise refuse(reasons.requests.BODY_IN_OTHER_ENCODING)
    return text
