"""Files that belong to comments. Their content is the gateway's; whose they are is told by the events alone."""

from collections.abc import Collection, Sequence

from tickets.domain.ticket import Attachment as File
from tickets.usecases import rights, views
from tickets.usecases.ports import Ports
from tickets.usecases.read import get_readable, handled_events
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.ticket.views import Attachment
from trackline_schemas.viewer import SYSTEM_ID, Viewer


def named(ids: Sequence[str], attachments: Sequence[Attachment]) -> tuple[File, ...]:
    """The files of a command, each once. The gateway has looked up whose they are."""
    known = {one.id: File(**one.model_dump()) for one in attachments}
    missing = [file_id for file_id in ids if file_id not in known]
    if missing:
        raise refuse(reasons.files.FILES_NOT_DESCRIBED, key=missing)
    return tuple(known[file_id] for file_id in dict.fromkeys(ids))


def attachment(ports: Ports, number: str, file_id: str, viewer: Viewer) -> Attachment:
    """Of a comment that the viewer may read."""
    stored = get_readable(ports, number, viewer)
    staff = rights.is_staff(ports, viewer, stored.ticket)
    for event in handled_events(ports, stored):
        comment = views.comment(event, staff)
        for one in comment.attachments if comment else []:
            if one.id == file_id:
                return one
    raise not_found("attachment", file_id)


def attached(ports: Ports, ids: Collection[str], viewer: Viewer) -> list[str]:
    """Which of these files belong to a comment that was logged: those may not be thrown away."""
    if viewer.id != SYSTEM_ID:
        raise refuse(reasons.files.FILE_USE_FOR_SYSTEM_ONLY)
    return sorted(ports.tickets.attached(ids))
