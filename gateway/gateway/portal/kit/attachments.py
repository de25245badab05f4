"""Messages with files. A script uploads the files before the form is sent; without a script the form brings them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from gateway.actions import files
from gateway.kit.forms import read_fields
from gateway.portal.kit import words
from gateway.portal.kit.forms import Form, read_texts
from gateway.portal.kit.i18n import gettext, ngettext
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.types import MAX_ATTACHMENTS, MAX_TEXT_BYTES
from trackline_schemas.ticket.views import Attachment

FIELD = "attachment"
CHUNK_BYTES = 65_536
# A text that is too long is cut to this, which leaves room for the sentence about the attached rest.
EXCERPT_BYTES = MAX_TEXT_BYTES - 1000


@dataclass(frozen=True)
class Message:
    """`refused` says why a file was not accepted; the text and the other files are kept."""

    form: Form
    attachments: list[Attachment] = field(default_factory=list)
    refused: str = ""

    def text(self, name: str) -> str:
        """Returns the text, or a sentence that points to the files, because a comment must not be empty."""
        see = ngettext("See the attached file.", "See the attached files.", len(self.attachments))
        return self.form.text(name) or (see if self.attachments else "")

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.attachments]


async def read_message(request: Request, visit: Visiting) -> Message:
    fields = await read_fields(request)
    form = read_texts(request, fields, {})
    refused = await _store_files(visit, form, fields)
    return Message(form, await _find_uploads(visit, form), refused)


PostedMessage = Annotated[Message, Depends(read_message)]


async def _store_files(visit: Visit, form: Form, fields: FormData) -> str:
    """Stores the files of the form and a text that is too long. Returns why one was refused, or ""."""
    sent = [value for _, value in fields.multi_items() if isinstance(value, UploadFile) and value.filename]
    try:
        await _store_long_text(visit, form)
        for place, file in enumerate(sent):
            if len(form.many(FIELD)) == MAX_ATTACHMENTS:
                return gettext("A message can have ten files at most. The others were left out.")
            await _store(visit, form, str(place), file.filename or "", partial(_chunks, file))
    except ServiceError as error:
        if error.reason not in words.UPLOAD_REFUSALS:
            raise
        return explain(error)
    return ""


async def _store_long_text(visit: Visit, form: Form) -> None:
    for name in ("text", "description"):
        whole = form.text(name).encode()
        if len(whole) > MAX_TEXT_BYTES:
            await _store(visit, form, name, "message.txt", partial(_single_chunk, whole), is_own_text=True)
            beginning = whole[:EXCERPT_BYTES].decode(errors="ignore").rstrip()
            where = gettext("The full text is in the attached file message.txt.")
            form[name] = [f"{beginning} […]\n\n{where}"]


async def _store(
    visit: Visit,
    form: Form,
    place: str,
    name: str,
    read: Callable[[], AsyncIterator[bytes]],
    is_own_text: bool = False,
) -> None:
    # The same form sent twice gives its files the same keys, so that it stays one message.
    key = f"{form.key}/{place}" if form.key else None
    try:
        stored = await files.upload(visit.parts, visit.caller, name, read(), key, is_own_text)
    except ServiceError as error:
        if error.code != "key_reused":
            raise
        # Somebody went back to a form that had been sent, and chose another file.
        stored = await files.upload(visit.parts, visit.caller, name, read(), None, is_own_text)
    if stored.id not in form.many(FIELD):
        form[FIELD] = [*form.many(FIELD), stored.id]


async def _find_uploads(visit: Visit, form: Form) -> list[Attachment]:
    try:
        return await visit.parts.files.resolve(visit.person.id, form.many(FIELD), f"/{FIELD}")
    except ServiceError as error:
        if error.code != "invalid":
            raise
    # One of the uploads is gone, for example because it is a day old: the message goes on without it.
    found = [await visit.parts.files.find(file_id, visit.person.id) for file_id in form.many(FIELD)]
    return [one for one in found if one]


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    await file.seek(0)
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk


async def _single_chunk(text: bytes) -> AsyncIterator[bytes]:
    yield text
