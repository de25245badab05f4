"""Labels for changes of the configuration."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, long_time, noop
from gateway.portal.kit.visit import Visit

# A kind or field that is missing here is shown by its own name.
KINDS: Mapping[str, str] = {
    "api_key": noop("API key"),
    "category": noop("Category"),
    "mail_settings": noop("Email settings"),
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
    "expires_at": noop("Works until"),
    "mail_from": noop("Sender"),
    "replies_assign": noop("Assign on reply"),
    "scope": noop("Permissions"),
    "server": noop("Mail server"),
    "successor_id": noop("Successor"),
    "team_id": noop("Team"),
    "teams": noop("Teams"),
    "text": noop("Text"),
    "user_id": noop("Acts as"),
    "visibility": noop("Available to"),
}


# Null leaves these to the environment.
FROM_ENVIRONMENT = frozenset({"mail_from", "server"})


def kind(name: str) -> str:
    return words.label(KINDS, name)


def field(name: str) -> str:
    return words.label(FIELDS, name)


def value(visit: Visit, name: str, stored: Any) -> str:
    if stored is None or stored in ([], {}):
        return gettext("what the environment says") if name in FROM_ENVIRONMENT else gettext("none")
    if name in _WORDS:
        return _WORDS[name](visit, stored)
    if isinstance(stored, bool):
        return gettext("yes") if stored else gettext("no")
    return ", ".join(map(str, stored)) if isinstance(stored, list) else str(stored)


def _teams(visit: Visit, roles: Mapping[str, str]) -> str:
    shown = ((visit.team(key) or key, words.label(words.TEAM_ROLES, role)) for key, role in roles.items())
    return ", ".join(f"{team}: {role}" for team, role in shown)


def _password(server: Mapping[str, Any]) -> str:
    if not server["has_password"]:
        return gettext("no password")
    if server["password_set_at"] is None:
        return gettext("with a password")
    at = long_time(datetime.fromisoformat(server["password_set_at"]))
    return gettext("with the password from %(time)s") % {"time": at}


_WORDS: Mapping[str, Callable[[Visit, Any], str]] = {
    "expires_at": lambda visit, at: long_time(datetime.fromisoformat(str(at))),
    "scope": lambda visit, scope: words.label(words.KEY_SCOPES, scope),
    "server": lambda visit, server: f"{server['url']}, {_password(server)}",
    "team_id": lambda visit, key: visit.team(key) or gettext("a team that no longer exists"),
    "teams": _teams,
    "successor_id": lambda visit, key: visit.name(key),
    "user_id": lambda visit, key: visit.name(key),
    "visibility": lambda visit, name: words.label(words.TEMPLATE_VISIBILITIES, name),
}
