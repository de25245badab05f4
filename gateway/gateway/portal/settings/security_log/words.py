"""Labels of the security log."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.people.security import SecurityEntry
from gateway.portal.kit import words
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.changes import words as changes

EVENTS: Mapping[str, str] = {
    "sign_in": noop("Sign-in"),
    "sign_out": noop("Sign-out"),
    "token_reused": noop("Refresh token used twice"),
    "access": noop("Access"),
    "account_created": noop("Account created"),
    "accounts_imported": noop("Accounts imported"),
    "account_rights_changed": noop("Permissions changed"),
    "account_address_changed": noop("Email addresses changed"),
    "password_changed": noop("Own password changed"),
    "password_confirmed": noop("Password typed again"),
    "password_set": noop("Password set for somebody"),
    "password_chosen": noop("Password chosen by link"),
    "password_link_asked": noop("Link for a new password"),
    "invitation_sent": noop("Invitation sent"),
    "api_key_created": noop("API key created"),
    "api_key_revoked": noop("API key revoked"),
    "team_confidentiality_changed": noop("Confidentiality of a team changed"),
    "tickets_purged": noop("Imported tickets removed"),
    "export": noop("Data exported"),
}
OUTCOMES: Mapping[str, str] = {
    "succeeded": noop("Succeeded"),
    "failed": noop("Failed"),
    "refused": noop("Refused"),
    "throttled": noop("Too many attempts"),
    "busy": noop("Too many at once"),
}


CREDENTIALS: Mapping[str, str] = {
    "session": noop("in the portal"),
    "token": noop("by access token"),
    "key": noop("by API key"),
}


def pairs(labels: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return [(name, words.label(labels, name)) for name in labels]


def credential(shown: str) -> str:
    kind, _, id_ = shown.partition(" ")
    return f"{words.label(CREDENTIALS, kind)} {id_}" if kind == "key" else words.label(CREDENTIALS, kind)


def event(name: str) -> str:
    return words.label(EVENTS, name)


def outcome(name: str) -> str:
    return words.label(OUTCOMES, name)


def details(visit: Visit, entry: SecurityEntry) -> str:
    """Returns the fields of the detail with their labels."""
    shown = [_field(visit, name, value) for name, value in entry.detail.items() if name in changes.FIELDS]
    return " · ".join(shown)


def technical(entry: SecurityEntry) -> str:
    """Returns what else the detail holds: technical names, which every language shares."""
    return " ".join(str(value) for name, value in entry.detail.items() if name not in changes.FIELDS)


def _field(visit: Visit, name: str, value: Any) -> str:
    if _is_change(value):
        before, after = (changes.value(visit, name, one) for one in value)
        return f"{changes.field(name)}: {before} → {after}"
    return f"{changes.field(name)}: {changes.value(visit, name, value)}"


def _is_change(value: Any) -> bool:
    """A pair of texts is a list of addresses, and any other pair is what was before and after."""
    return isinstance(value, list) and len(value) == 2 and not all(isinstance(one, str) for one in value)
