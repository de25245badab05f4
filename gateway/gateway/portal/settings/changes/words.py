"""Labels for changes of the configuration."""

from collections.abc import Mapping
from typing import Any

from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.visit import Visit

# A kind or field that is missing here is shown by its own name.
KINDS: Mapping[str, str] = {
    "category": noop("Category"),
    "organisation": noop("Organisation"),
    "reply_template": noop("Reply template"),
    "team": noop("Team"),
    "user": noop("Person"),
}
FIELDS: Mapping[str, str] = {
    **words.PERSON_FIELDS,
    "active": noop("In use"),
    "admin": noop("Administrator"),
    "confidential": noop("Confidential"),
    "emails": noop("Email addresses"),
    "team_id": noop("Team"),
    "teams": noop("Teams"),
    "text": noop("Text"),
    "visibility": noop("Available to"),
}


def kind(name: str) -> str:
    return words.label(KINDS, name)


def field(name: str) -> str:
    return words.label(FIELDS, name)


def value(visit: Visit, name: str, stored: Any) -> str:
    if stored is None or stored in ([], {}):
        return gettext("none")
    if isinstance(stored, bool):
        return gettext("yes") if stored else gettext("no")
    if name == "team_id":
        return visit.team(stored) or gettext("a team that no longer exists")
    if name == "teams":
        return ", ".join(
            f"{visit.team(key) or key}: {words.label(words.TEAM_ROLES, role)}" for key, role in stored.items()
        )
    return ", ".join(map(str, stored)) if isinstance(stored, list) else str(stored)
