"""What a new ticket takes over from the profile of its requester."""

from collections.abc import Mapping

from gateway.people.directory import Directory
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import DEFAULTS
from trackline_schemas.viewer import Viewer


def defaults(directory: Directory, viewer: Viewer, command: CreateTicket) -> Mapping[str, str]:
    """Returns field → value for the fields that the caller left out. A ticket that another system had takes over
    nothing, since the profile is the one of today."""
    person = directory.user(command.requester_id or viewer.id)
    if person is None or command.channel == "import":
        return {}
    left_out = DEFAULTS.keys() - command.model_fields_set
    values = {name: getattr(person, DEFAULTS[name]) for name in left_out}
    return {name: value for name, value in values.items() if value}
