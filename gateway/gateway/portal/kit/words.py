"""Labels of states, levels, fields and other values, as people read them."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from gateway.portal.kit.i18n import gettext, noop
from trackline_schemas import article_fields
from trackline_schemas.article_fields import ARTICLE
from trackline_schemas.errors.reasons import files
from trackline_schemas.fields import Field, labels
from trackline_schemas.ticket import fields, kinds, states
from trackline_schemas.ticket.fields import TICKET


class Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


STATES: Mapping[str, str] = {name: known.label for name, known in states.STATES.items()}
STATES_FOR_REQUESTER: Mapping[str, str] = {name: known.label_for_requester for name, known in states.STATES.items()}
STATE_ICONS: Mapping[str, str] = {
    "new": "circle-dashed",
    "open": "circle-dot",
    "pending": "clock",
    "on_hold": "circle-pause",
    "resolved": "circle-check",
    "closed": "circle-check-big",
    "cancelled": "circle-slash",
}
ARTICLE_STATES, VISIBILITIES = article_fields.STATES, article_fields.VISIBILITIES
PRIORITIES, LEVELS = fields.PRIORITIES, fields.LEVELS
CHANNELS, RESOLUTIONS = fields.CHANNELS, fields.RESOLUTIONS
KINDS: Mapping[str, str] = {name: known.label for name, known in kinds.KINDS.items()}
TYPES: Mapping[str, str] = {"article": noop("Articles"), "ticket": noop("Tickets")}
FIELDS: Mapping[str, str] = {**labels(ARTICLE), **labels(TICKET), "type": noop("Type")}
REASONS: Mapping[str, str] = {
    "received": noop("We received your request"),
    "replied": noop("New reply"),
    "resolved": noop("Resolved"),
    "assigned": noop("Assigned to you"),
    "requester_replied": noop("The requester replied"),
    "new_unassigned": noop("Assigned to nobody"),
    "state_changed": noop("The state changed"),
    "added": noop("You were added"),
}
# Labels of what an error can be about, such as `not_found`.
THINGS: Mapping[str, str] = {
    "API key": noop("API key"),
    "article": noop("Article"),
    "attachment": noop("File"),
    "category": noop("Category"),
    "change": noop("Change"),
    "file": noop("File"),
    "import": noop("Import"),
    "kind": noop("Kind"),
    "mail": noop("Email"),
    "mail_settings": noop("Email settings"),
    "organisation": noop("Organisation"),
    "problem": noop("Kind of problem"),
    "replay": noop("Replay"),
    "reply_template": noop("Reply template"),
    "session": noop("Session"),
    "team": noop("Team"),
    "ticket": noop("Ticket"),
    "user": noop("Person"),
    "version": noop("Version"),
}
PERSON_FIELDS: Mapping[str, str] = {
    "name": noop("Name"),
    "first_name": noop("First name"),
    "last_name": noop("Last name"),
    "email": noop("Email address"),
    "phone": noop("Phone"),
    "department": noop("Department"),
    "location": noop("Location"),
    "language": noop("Language"),
    "time_zone": noop("Time zone"),
    "team": noop("Team"),
}
ENCODINGS: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": noop("Western European (Windows)"),
    "cp1250": noop("Central European (Windows)"),
    "cp1251": noop("Cyrillic (Windows)"),
    "cp1253": noop("Greek (Windows)"),
    "cp1254": noop("Turkish (Windows)"),
    "cp1257": noop("Baltic (Windows)"),
    "iso8859-2": noop("Central European (ISO 8859-2)"),
    "iso8859-15": noop("Western European (ISO 8859-15)"),
    "cp437": noop("English (DOS)"),
    "cp850": noop("Western European (DOS)"),
    "cp852": noop("Central European (DOS)"),
    "cp857": noop("Turkish (DOS)"),
    "cp866": noop("Cyrillic (DOS)"),
    "koi8-r": noop("Cyrillic (KOI8-R)"),
    "mac-roman": noop("Western European (Mac)"),
}
TEAM_ROLES: Mapping[str, str] = {"read": noop("Can read"), "reply": noop("Can reply"), "manage": noop("Can manage")}
SERVICES: Mapping[str, str] = {
    "tickets": noop("Tickets"),
    "notifications": noop("Notifications and email"),
    "knowledge": noop("Knowledge and search"),
    "analytics": noop("Insights"),
}
INDEX_PHASES: Mapping[str, str] = {
    "filling": noop("A new index is being filled"),
    "waiting": noop("The new index is waiting for the ticket documents"),
    "swapping": noop("The new index is replacing the old one"),
    "removing": noop("The old index is being removed"),
    "comparing": noop("The index is being compared with the documents"),
    "forgetting": noop("The ticket documents are being cleared"),
    "replaying": noop("The ticket documents are being rebuilt from the event log"),
}
MAIL_STATES: Mapping[str, str] = {
    "queued": noop("Waiting to be sent"),
    "failed": noop("Failed"),
    "unknown": noop("Possibly delivered: the connection was lost"),
}
# A tick beside "Failed 0" would say that something has failed.
NO_MAIL_STATES: Mapping[str, str] = {
    "queued": noop("No email is waiting to be sent"),
    "failed": noop("No email has failed"),
    "unknown": noop("No email is in doubt"),
}
KEY_SCOPES: Mapping[str, str] = {
    "read": noop("Read only"),
    "write": noop("Read and write"),
    "admin": noop("Everything, including settings"),
}
TEMPLATE_VISIBILITIES: Mapping[str, str] = {
    "personal": noop("Only me"),
    "team": noop("A team"),
    "everybody": noop("All agents"),
}
SETUP_STEPS: Mapping[str, str] = {
    "organisation": noop("Organisation"),
    "mail": noop("Email"),
    "people": noop("People"),
    "teams": noop("Teams"),
}
STEP_STATES: Mapping[str, str] = {"open": noop("Open"), "done": noop("Done"), "skipped": noop("Skipped for now")}
# Keys whose names are words. The others have their sign on every keyboard.
KEY_NAMES: Mapping[str, str] = {
    name: name for name in (noop("Ctrl"), noop("Shift"), noop("Enter"), noop("Space"), noop("Esc"))
}
# The first part of a time zone's name.
REGIONS: Mapping[str, str] = {
    "Africa": noop("Africa"),
    "America": noop("America"),
    "Antarctica": noop("Antarctica"),
    "Arctic": noop("Arctic"),
    "Asia": noop("Asia"),
    "Atlantic": noop("Atlantic"),
    "Australia": noop("Australia"),
    "Europe": noop("Europe"),
    "Indian": noop("Indian Ocean"),
    "Pacific": noop("Pacific"),
}
# The name of the reason → the sentence. The script that uploads files fills in the parameters.
UPLOAD_REFUSALS: Mapping[str, str] = {
    reason.name: reason.template
    for reason in (
        files.FILE_TOO_LARGE, files.FILE_IS_PROGRAM, files.FILE_EMPTY, files.UPLOADS_WAITING, files.TOO_MANY_UPLOADS,
        files.STORAGE_FULL, files.FILE_IS_INFECTED, files.FILE_TOO_LARGE_TO_SCAN, files.SCANNER_DOWN,
        files.FILE_HOLDS_PROGRAM, files.FILE_HOLDS_TOO_MUCH, files.FILE_NOT_JUDGED, files.TOO_MANY_FILES,
    )
}  # fmt: skip


def vocabularies(*tables: Mapping[str, Field]) -> dict[str, dict[str, str]]:
    """Returns field → value → label of the fields with a vocabulary. A field of several tables has all its values."""
    found: dict[str, dict[str, str]] = {}
    for name, field in (item for table in tables for item in table.items() if item[1].vocabulary):
        found.setdefault(name, {}).update({str(value): text for value, text in field.vocabulary.items()})
    return found


VALUE_LABELS: Mapping[str, Mapping[str, str]] = {**vocabularies(ARTICLE, TICKET), "type": TYPES}
ARTICLE_VALUE_LABELS: Mapping[str, Mapping[str, str]] = vocabularies(ARTICLE)


def label(table: Mapping[str, str], name: str | None) -> str:
    """Returns the translated label of `name`. A name that this version does not know stays as it is."""
    known = table.get(name or "")
    return gettext(known) if known else name or ""


def state(name: str) -> str:
    return label(STATES, name)


def priority(level: int) -> str:
    return f"P{level} {gettext(PRIORITIES[level])}"


def state_options(*names: str) -> list[tuple[str, str]]:
    return [(name, state(name)) for name in names]


def priority_options() -> list[tuple[int, str]]:
    return [(level, priority(level)) for level in PRIORITIES]


def to_options(things: Iterable[Named]) -> list[tuple[str, str]]:
    """Returns (id, name) of each, for a list to choose from."""
    return [(thing.id, thing.name) for thing in things]


def initials(name: str) -> str:
    parts = name.split()
    return "".join(part[0] for part in [*parts[:1], *parts[1:][-1:]]).upper()


def dialled(phone: str) -> str:
    """Returns the digits that a phone dials. The zero in “+49 (0)30 12” is for those who dial without +49."""
    number = re.split("[A-Za-z]", phone)[0]
    number = number.replace("(0)", "") if number.lstrip().startswith("+") else number
    return "".join(sign for sign in number if sign in "+*#0123456789")


def at_most_99(count: int) -> str:
    return "99+" if count > 99 else str(count)
