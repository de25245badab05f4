"""Files that belong to comments. The gateway stores their content. Only the events say to which comment a file
belongs."""

from collections.abc import Collection, Sequence

from tickets.domain.ticket import Attachment as File
from tickets.usecases import rights, views
from tickets.usecases.ports import Ports
from tickets.usecases.read import get_readable, handled_events
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.ticket.views import Attachment
from trackline_schemas.viewer import SYSTEM_ID, Viewer


def resolve_files(ids: Sequence[str], attachments: Sequence[Attachment]) -> tuple[File, ...]:
    """Returns the files with these ids, each once. The gateway has described them in `attachments`."""
    known = {one.id: File(**one.model_dump()) for one in attachments}
    missing = [file_id for file_id in ids if file_id not in known]
    if missing:
        raise refuse(reasons.files.FILES_NOT_DESCRIBED, key=missing)
    return tuple(known[file_id] for file_id in dict.fromkeys(ids))


def get(ports: Ports, number: str, file_id: str, viewer: Viewer) -> Attachment:
    """Returns a file of a comment that the viewer may read. Raises ServiceError not_found."""
    stored = get_readable(ports, number, viewer)
    staff = rights.is_staff(ports, viewer, stored.ticket)
    for event in handled_events(ports, stored):
        comment = views.to_comment(event, staff)
        for one in comment.attachments if comment else []:
            if one.id == file_id:
                return one
    raise not_found("attachment", file_id)


def find_attached(ports: Ports, ids: Collection[str], viewer: Viewer) -> list[str]:
    """Returns the ids of the files that belong to a logged comment, and so must not be deleted."""
    if viewer.id != SYSTEM_ID:
        raise refuse(reasons.files.FILE_USE_FOR_SYSTEM_ONLY)
    return sorted(ports.tickets.find_attached(ids))
