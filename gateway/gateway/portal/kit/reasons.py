"""Explains errors in the reader's language, with the sentences of trackline_schemas.errors."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal

from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, language, noop
from trackline_schemas.errors import ServiceError, find, reasons
from trackline_schemas.errors.parameters import KINDS

TITLES = {
    400: noop("This address or form cannot be read"),
    403: noop("You are not allowed to do this"),
    404: noop("There is nothing here, or you may not see it"),
    409: noop("This is no longer possible"),
    412: noop("Somebody else changed this in the meantime"),
    413: noop("This is too large"),
    415: noop("This type of file is not accepted"),
    422: noop("Something you entered is not valid"),
    429: noop("Too many attempts"),
    503: noop("A part of Trackline is not running"),
    504: noop("Trackline did not answer in time"),
}
OUR_FAULT = noop("Something went wrong on our side")

# The catalogue speaks to programs here, and people know nothing of keys.
SENT_BEFORE = reasons.requests.IDEMPOTENCY_KEY_REUSED.name
FOR_PEOPLE = {
    SENT_BEFORE: noop(
        "You have sent this form before, and you have changed it since. Send it again if the new version counts too."
    ),
}

# Kind of a parameter → value → label.
NAMES: Mapping[str, Mapping[str, str]] = {
    "state": words.STATES,
    "field": {**words.PERSON_FIELDS, **words.FIELDS},
    "channel": words.CHANNELS,
    "thing": words.THINGS,
    "service": words.SERVICES,
}


def sentence(name: str, params: Mapping[str, Any], english: str) -> str:
    """Returns the sentence of a reason in the reader's language.

    `english` is the sentence of the API. Readers of English get it for a reason that this version does not know or
    that has technical parameters. All others get "".
    """
    reason = find(name)
    if reason is None or any(KINDS[param] == "technical" for param in reason.params):
        return english if language().code == "en" else ""
    template = FOR_PEOPLE.get(name, reason.template)
    return gettext(template).format_map({param: _format(param, params.get(param)) for param in reason.params})


def explain(error: ServiceError) -> str:
    """Returns the sentence of the error, or else the title of its status."""
    text = sentence(error.reason, error.params, error.message)
    return text or gettext(TITLES.get(error.status, OUR_FAULT))


def _format(param: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_format(param, one) for one in value)
    kind = KINDS[param]
    if kind == "quantity" and isinstance(value, int | float):
        return str(format_decimal(value, locale=language().locale))
    return words.label(NAMES[kind], str(value)) if kind in NAMES else str(value)
