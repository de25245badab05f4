"""Fills fields of a new ticket from the profile of its requester."""

from collections.abc import Mapping

from gateway.people.directory import Directory
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import DEFAULTS
from trackline_schemas.viewer import Viewer


def defaults_from_profile(directory: Directory, viewer: Viewer, command: CreateTicket) -> Mapping[str, str]:
    """Returns field → value for the fields that the caller left out. An imported ticket gets no defaults, because
    the profile says what holds today and not what held when the ticket was opened."""
    person = directory.user(command.requester_id or viewer.id)
    if person is None or command.channel == "import":
        return {}
    left_out = DEFAULTS.keys() - command.model_fields_set
    values = {name: getattr(person, DEFAULTS[name]) for name in left_out}
    return {name: value for name, value in values.items() if value}
