"""The table of a ticket's fields. Uses only the standard library, because the services' domains import it.

docs/adding-a-field.md says what a new row needs besides. People see the fields in the order of the rows.
"""

from collections.abc import Mapping

from trackline_schemas.fields import Field, Reference, filter_types
from trackline_schemas.ticket.kinds import KINDS
from trackline_schemas.ticket.states import STATES
from trackline_schemas.wording import noop

PRIORITIES: Mapping[int, str] = {
    1: noop("Critical"),
    2: noop("High"),
    3: noop("Moderate"),
    4: noop("Low"),
    5: noop("Planning"),
}
LEVELS: Mapping[int, str] = {1: noop("High"), 2: noop("Medium"), 3: noop("Low")}
CHANNELS: Mapping[str, str] = {
    "portal": noop("Portal"),
    "mail": noop("Email"),
    "phone": noop("Phone"),
    "chat": noop("Chat"),
    "api": noop("Another system"),
    "import": noop("Import"),
}
RESOLUTIONS: Mapping[str, str] = {
    "solved": noop("Solved"),
    "workaround": noop("Workaround given"),
    "information_given": noop("Information given"),
    "not_reproducible": noop("Could not be reproduced"),
    "duplicate": noop("Duplicate"),
    "declined": noop("Declined"),
}
ROLES: Mapping[str, str] = {
    "requester": noop("Requester"),
    "participant": noop("Participant"),
    "agent": noop("Agent"),
    "system": noop("Automatic"),
}

TICKET: Mapping[str, Field] = {
    "id": Field(type="keyword"),
    "number": Field(type="keyword"),
    "version": Field(type="number"),
    "title": Field(
        type="text",
        label=noop("Title"),
        on_create="requester",
        on_update="staff",
        searchable=True,
        max_length=200,
    ),
    "state": Field(
        type="keyword",
        label=noop("State"),
        on_update="requester",
        groupable=True,
        indexed=True,
        vocabulary={name: state.label for name, state in STATES.items()},
    ),
    "state_since": Field(type="date"),
    "impact": Field(type="number", label=noop("Impact"), on_create="requester", on_update="staff", vocabulary=LEVELS),
    "urgency": Field(type="number", label=noop("Urgency"), on_create="requester", on_update="staff", vocabulary=LEVELS),
    "priority": Field(type="number", label=noop("Priority"), on_update="staff", groupable=True, vocabulary=PRIORITIES),
    "priority_reason": Field(
        type="text",
        label=noop("Reason for the priority"),
        on_update="staff",
        may_be_empty=True,
        with_field="priority",
        staff_only=True,
        max_length=500,
    ),
    "team_id": Field(
        type="keyword",
        label=noop("Team"),
        on_create="staff",
        on_update="staff",
        may_be_empty=True,
        groupable=True,
        refers_to="team",
    ),
    "assignee_id": Field(
        type="keyword",
        label=noop("Assignee"),
        on_create="staff",
        on_update="staff",
        may_be_empty=True,
        groupable=True,
        refers_to="person",
    ),
    "requester_id": Field(
        type="keyword", label=noop("Requester"), on_create="requester", on_update="staff", refers_to="person"
    ),
    "participant_ids": Field(
        type="keywords",
        label=noop("Participants"),
        on_create="staff",
        on_update="staff",
        refers_to="person",
        max_length=64,
    ),
    "opened_by_id": Field(type="keyword", refers_to="person"),
    "category_id": Field(
        type="keyword",
        label=noop("Category"),
        on_create="requester",
        on_update="staff",
        may_be_empty=True,
        groupable=True,
        refers_to="category",
    ),
    "location": Field(
        type="keyword",
        label=noop("Location"),
        on_create="requester",
        on_update="requester",
        may_be_empty=True,
        searchable=True,
        groupable=True,
        indexed=True,
        max_length=200,
        default_from="location",
    ),
    "tags": Field(
        type="keywords",
        label=noop("Tags"),
        on_create="staff",
        on_update="staff",
        staff_only=True,
        indexed=True,
        max_length=50,
    ),
    "channel": Field(type="keyword", label=noop("Channel"), on_create="requester", groupable=True, vocabulary=CHANNELS),
    "kind": Field(
        type="keyword",
        label=noop("Kind"),
        on_create="requester",
        on_update="staff",
        groupable=True,
        vocabulary={name: kind.label for name, kind in KINDS.items()},
    ),
    "source": Field(type="keyword", on_create="staff", max_length=50),
    "external_ref": Field(type="keyword", on_create="staff", max_length=100),
    "resolution_code": Field(
        type="keyword",
        label=noop("Outcome"),
        on_create="staff",
        on_update="staff",
        may_be_empty=True,
        with_field="state",
        vocabulary=RESOLUTIONS,
    ),
    "resolution": Field(
        type="text",
        label=noop("Solution"),
        on_create="staff",
        on_update="staff",
        may_be_empty=True,
        with_field="state",
        searchable=True,
    ),
    "close_reason": Field(type="keyword", label=noop("Reason for closing"), on_update="rules", with_field="state"),
    "excerpt": Field(type="text"),
    "comment_count": Field(type="number"),
    "last_comment_role": Field(type="keyword", label=noop("Last comment by"), vocabulary=ROLES),
    "created_at": Field(type="date"),
    "updated_at": Field(type="date"),
    "first_reply_at": Field(type="date"),
    "resolved_at": Field(type="date"),
    "closed_at": Field(type="date"),
    "reopens": Field(type="number"),
}

TICKET_FIELDS = filter_types(TICKET)
# The fields that the changes of an event name. All other fields follow from these, the comments and the time.
TRACKED = tuple(name for name, field in TICKET.items() if field.tracked)
EDITABLE = tuple(name for name, field in TICKET.items() if field.editable)
CREATABLE = tuple(name for name, field in TICKET.items() if field.on_create)
CREATABLE_BY_STAFF = tuple(name for name, field in TICKET.items() if field.on_create == "staff")
EDITABLE_BY_REQUESTER = frozenset(name for name, field in TICKET.items() if field.on_update == "requester")
LISTS = frozenset(name for name, field in TICKET.items() if field.type == "keywords")
# Fields that requesters never see, neither in a ticket nor in its history.
STAFF_FIELDS = frozenset(name for name, field in TICKET.items() if field.staff_only)
# These fields change together, because a resolved ticket must have a resolution.
WITH_STATE = frozenset({"state", *(name for name in EDITABLE if TICKET[name].with_field == "state")})
INDEXED = tuple(name for name, field in TICKET.items() if field.indexed)
GROUPS = tuple(name for name, field in TICKET.items() if field.groupable)
# Field → the member of the requester's profile that is its default.
DEFAULTS: Mapping[str, str] = {name: field.default_from for name, field in TICKET.items() if field.default_from}
REFERENCES: Mapping[str, Reference] = {name: field.refers_to for name, field in TICKET.items() if field.refers_to}
