"""Messages with files, as a form brings them: by a script uploaded before, without one sent along."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from gateway.actions import files
from gateway.portal.kit import words
from gateway.portal.kit.forms import MAX_FIELDS, Form, texts
from gateway.portal.kit.i18n import gettext, ngettext
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.types import MAX_ATTACHMENTS, MAX_TEXT_BYTES
from trackline_schemas.ticket.views import Attachment

ID = "attachment"
PIECE = 65_536
# Of one form: what is too many for a message is told in words.
MOST_FILES = 50
# Room for the sentence that tells of the rest.
KEPT_BYTES = MAX_TEXT_BYTES - 1000


@dataclass(frozen=True)
class Message:
    """`refused` tells why a file was not taken; what else was sent is kept."""

    form: Form
    attachments: list[Attachment] = field(default_factory=list)
    refused: str = ""

    def text(self, name: str) -> str:
        """Files need no words, but a comment does."""
        see = ngettext("See the attached file.", "See the attached files.", len(self.attachments))
        return self.form.text(name) or (see if self.attachments else "")

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.attachments]


async def written(request: Request, visit: Visiting) -> Message:
    async with request.form(max_files=MOST_FILES, max_fields=MAX_FIELDS) as fields:
        form = texts(request, fields)
        refused = await _kept(visit, form, fields)
    return Message(form, await _known(visit, form), refused)


Written = Annotated[Message, Depends(written)]


async def _kept(visit: Visit, form: Form, fields: FormData) -> str:
    """Why something was not kept, if so."""
    sent = [value for _, value in fields.multi_items() if isinstance(value, UploadFile) and value.filename]
    try:
        await _keep_long_text(visit, form)
        for place, file in enumerate(sent):
            if len(form.many(ID)) == MAX_ATTACHMENTS:
                return gettext("A message takes ten files. The others were left out.")
            await _keep(visit, form, str(place), file.filename or "", _pieces(file))
    except ServiceError as error:
        if error.reason not in words.UPLOAD_REFUSALS:
            raise
        return explain(error)
    return ""


async def _keep_long_text(visit: Visit, form: Form) -> None:
    for name in ("text", "description"):
        whole = form.text(name).encode()
        if len(whole) > MAX_TEXT_BYTES:
            await _keep(visit, form, name, "message.txt", _whole(whole))
            beginning = whole[:KEPT_BYTES].decode(errors="ignore").rstrip()
            form[name] = [f"{beginning} […]\n\n{gettext('The whole text is in the attached file message.txt.')}"]


async def _keep(visit: Visit, form: Form, place: str, name: str, chunks: AsyncIterator[bytes]) -> None:
    # The same form sent twice names the same files: it stays one message.
    key = f"{form.key}/{place}" if form.key else None
    kept = await files.upload(visit.parts, visit.caller, name, chunks, key)
    if kept.id not in form.many(ID):
        form[ID] = [*form.many(ID), kept.id]


async def _known(visit: Visit, form: Form) -> list[Attachment]:
    try:
        return await visit.parts.files.resolve(visit.person.id, form.many(ID), f"/{ID}")
    except ServiceError as error:
        if error.code != "invalid":
            raise
    # An upload of yesterday, say: the rest goes on without it.
    found = [await visit.parts.files.uploads.find(file_id, visit.person.id) for file_id in form.many(ID)]
    return [one for one in found if one]


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE):
        yield piece


async def _whole(text: bytes) -> AsyncIterator[bytes]:
    yield text
