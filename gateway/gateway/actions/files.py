"""Uploads a file, which a message can then name."""

from uuid import uuid4

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.files import Chunks
from gateway.files.kinds import clean_name
from gateway.kit.endings import named_like_program
from gateway.kit.leaving import unless_gone
from gateway.kit.mongo import translate_store_errors
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.ticket.views import Attachment


async def upload(
    parts: Parts, caller: Caller, name: str, chunks: Chunks, key: str | None = None, is_own_text: bool = False
) -> Attachment:
    """`is_own_text` says that the caller attached nothing: the portal makes a file of a text."""
    file_id = caller.writing("file.upload", key).command_id or str(uuid4())
    # The cleaned name hides tricks such as evil.exe::$DATA.
    if named_like_program(name, parts.settings.blocked_endings):
        raise refuse(reasons.files.FILE_IS_PROGRAM, name=clean_name(name))
    async with translate_store_errors(), unless_gone():
        allowance = parts.quota.uploads(caller.viewer)
        return await parts.files.uploads.store(
            file_id, caller.person.id, clean_name(name), chunks, allowance, is_own_text
        )
