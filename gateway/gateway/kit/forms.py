"""Reads the form in a request once, within limits. Files are read only after its CSRF token was checked, and
kept until the request ends."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gateway.kit import limits
from gateway.kit.room import Share, refusing_when_full
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.filters.fields import is_text

CSRF_FIELD = "csrf_token"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_FIELDS = 1000
# The most files that one form may bring. A message takes fewer, and the page says so in words.
MAX_FILES = 50
# A form of 1 MB takes a tenth of a second. One at a time, because the event loop would wait behind several threads.
_THREAD = ThreadPoolExecutor(1)
Check = Callable[[str], None]


async def takes_files(request: Request) -> None:
    """Marks a route whose form may bring files. As a dependency of the route it runs before the caller is known."""
    request.state.takes_files = True


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(FORMS)


async def read_fields(request: Request, check: Check | None = None) -> FormData:
    """Returns the fields of the form. `check` gets the CSRF token and raises ServiceError if it is wrong. Raises
    ServiceError malformed or too_large if the form cannot be read."""
    fields: FormData | None = getattr(request.state, "fields", None)
    if fields is None:
        request.state.fields = fields = await _read(request, check)
    return fields


async def _read(request: Request, check: Check | None) -> FormData:
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await _read_parts(request, check)
        fields = await _read_pairs(request)
    except MultiPartException as error:
        raise refuse(reasons.requests.REQUEST_NOT_READABLE, why=error.message) from error
    except UnicodeError as error:
        raise refuse(reasons.requests.REQUEST_NOT_READABLE, why="The form has no known encoding") from error
    except ValueError as error:
        raise refuse(
            reasons.requests.REQUEST_NOT_READABLE, why=f"The form has more than {MAX_FIELDS} fields"
        ) from error
    if check:
        check(str(fields.get(CSRF_FIELD, "")))
    return fields


async def _read_pairs(request: Request) -> FormData:
    body = await request.body()
    if len(body) <= limits.SMALL:
        return _decode(body)
    return await asyncio.get_running_loop().run_in_executor(_THREAD, _decode, body)


def _decode(body: bytes) -> FormData:
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    return FormData(list[tuple[str, str | UploadFile]](pairs))


async def _read_parts(request: Request, check: Check | None) -> FormData:
    with_files = getattr(request.state, "takes_files", False)
    if with_files:
        limits.allow_files(request, request.app.state.settings.file_max_bytes)
    body: limits.Body = request.scope["state"]["body"]
    share = request.app.state.parts.files.uploads.room.share(body.person or "")
    body.at_end.callback(share.give_back)
    parser = _Parser(request, MAX_FILES if with_files else 0, check, share)
    with refusing_when_full():
        fields = await parser.parse()
    body.at_end.push_async_callback(fields.close)
    parser.check()
    # The sender names the encoding, and some of them make half of a surrogate pair, which no store takes.
    if not all(is_text(name + value) for name, value in fields.multi_items() if isinstance(value, str)):
        raise UnicodeError
    return fields


class _Parser(MultiPartParser):
    """Counts the bytes of all texts together, and checks the token before the first file."""

    # Larger files are on disk while they are read.
    spool_max_size = 65_536

    def __init__(self, request: Request, max_files: int, check: Check | None, share: Share) -> None:
        super().__init__(
            request.headers,
            request.stream(),
            max_files=max_files,
            max_fields=MAX_FIELDS,
            max_part_size=limits.MAX_BODY,
        )
        self._check, self._share = check, share
        self._text_bytes = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self._text_bytes += end - start
            if self._text_bytes > limits.MAX_BODY:
                raise refuse(reasons.requests.BODY_TOO_LARGE, megabytes=limits.MAX_BODY / 1_000_000)
        else:
            self._share.take(end - start)
        super().on_part_data(data, start, end)

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        if self._current_part.file is not None:
            self.check()

    def check(self) -> None:
        if self._check:
            self._check(str(next((value for name, value in self.items if name == CSRF_FIELD), "")))
            self._check = None
