"""Labels of the security log."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.people.security import SecurityEntry
from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, ngettext, noop
from gateway.portal.kit.reasons import sentence
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.changes import words as changes
from trackline_schemas.errors import find

EVENTS: Mapping[str, str] = {
    "sign_in": noop("Sign-in"),
    "sign_out": noop("Sign-out"),
    "token_reused": noop("Refresh token used twice"),
    "access": noop("Access"),
    "account_created": noop("Account created"),
    "account_changed": noop("Account changed"),
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
    "settings_changed": noop("Settings changed"),
    "tickets_imported": noop("Tickets imported with their history"),
    "tickets_purged": noop("Imported tickets removed"),
    "projection_rebuilt": noop("Search index or numbers rebuilt"),
    "dead_letters_retried": noop("Dead letters sent again"),
    "dead_letters_dropped": noop("Dead letters dropped"),
    "export": noop("Data exported"),
}
OUTCOMES: Mapping[str, str] = {
    "succeeded": noop("Succeeded"),
    "failed": noop("Failed"),
    "refused": noop("Refused"),
    "throttled": noop("Too many attempts"),
    "busy": noop("Too many at once"),
}

# The reasons whose sentences have parameters, or talk to somebody who calls the API.
REASONS: Mapping[str, str] = {
    "sign_in_first": noop("Nobody was signed in."),
    "password_needed_again": noop("The password had to be typed again."),
    "too_many_attempts": noop("Too many attempts."),
    "too_many_writes": noop("Too many changes within an hour."),
    "too_many_uploads": noop("Too many uploads within an hour."),
    "too_many_bodies": noop("Too many requests at once."),
    "too_many_streams": noop("Too many open live streams."),
    "uploads_waiting": noop("Too many files that no message names yet."),
    "csrf_token_wrong": noop("The form did not come from a page of Trackline, or its page was too old."),
}
# What was exported or rebuilt.
OBJECTS: Mapping[str, str] = {
    "security_log": noop("Security log"),
    "people_import": noop("Rows of an import of people"),
    "insights_trend": noop("Figures over time"),
    "insights_breakdown": noop("Figures by group"),
    "insights_tickets": noop("Tickets behind a figure"),
    "search_index": noop("Search index"),
    "search_differences": noop("What differs in the search index"),
    "search_documents": noop("Search documents of tickets"),
    "measures": noop("Figures of Insights"),
}
# What stays as it is, in this order.
TECHNICAL = ("method", "route", "key_id", "import_id", "record_id", "ids")

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
    """Returns the detail in words: why something was refused, and the fields with their labels."""
    shown = (_words_of(visit, name, value) for name, value in entry.detail.items())
    return " · ".join(filter(None, shown))


def technical(entry: SecurityEntry) -> str:
    """Returns the request that was refused, or the id of what was concerned, to be compared with other logs."""
    shown = (entry.detail[name] for name in TECHNICAL if name in entry.detail)
    return " ".join(" ".join(value) if isinstance(value, list) else str(value) for value in shown)


def _words_of(visit: Visit, name: str, value: Any) -> str:
    if name in changes.FIELDS:
        return _field(visit, name, value)
    return _WORDS[name](value) if name in _WORDS else ""


def _explain(name: str) -> str:
    """Returns the sentence of a reason. An entry has no parameters, so that a sentence with some has another form."""
    known = find(name)
    if name in REASONS or known is None or known.params:
        return words.label(REASONS, name)
    return sentence(name, {}, known.template)


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "kind": changes.kind,
    "fields": lambda names: ", ".join(map(changes.field, names)),
    "letters": lambda number: ngettext("%(num)s message", "%(num)s messages", number) % {"num": number},
    "reason": _explain,
    "brought": lambda name: words.label(CREDENTIALS, name),
    "of": lambda name: words.label(OBJECTS, name),
    "rows": lambda number: ngettext("%(num)s row", "%(num)s rows", number) % {"num": number},
    "others": lambda _: gettext("on all other devices"),
    "source": lambda name: gettext("Source: %(name)s") % {"name": name},
}


def _field(visit: Visit, name: str, value: Any) -> str:
    if _is_change(value):
        before, after = (changes.value(visit, name, one) for one in value)
        return f"{changes.field(name)}: {before} → {after}"
    return f"{changes.field(name)}: {changes.value(visit, name, value)}"


def _is_change(value: Any) -> bool:
    """A pair of texts is a list of addresses, and any other pair is what was before and after."""
    return isinstance(value, list) and len(value) == 2 and not all(isinstance(one, str) for one in value)
