"""Why something was refused, in the reader's language. The sentences are those of trackline_schemas.errors."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal

from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, language, noop
from trackline_schemas.errors import ServiceError, find
from trackline_schemas.errors.parameters import KINDS

TITLES = {
    400: noop("This address or form cannot be read"),
    403: noop("You may not do this"),
    404: noop("There is nothing here, or you may not see it"),
    409: noop("This is not possible any more"),
    412: noop("Somebody else changed it meanwhile"),
    413: noop("This is too large"),
    415: noop("This kind of file is not taken"),
    422: noop("Some of it is not valid"),
    429: noop("Too many attempts"),
    503: noop("A part of Trackline is not running"),
    504: noop("No answer in time"),
}
OUR_FAULT = noop("Something went wrong on our side")

# The reader's words for what a parameter names, by the kind of the parameter.
NAMES: Mapping[str, Mapping[str, str]] = {
    "state": words.STATES,
    "field": {**words.PERSON_FIELDS, **words.FIELDS},
    "channel": words.CHANNELS,
    "thing": words.THINGS,
    "service": words.SERVICES,
}


def sentence(name: str, params: Mapping[str, Any], english: str) -> str:
    """The sentence of a reason. `english` is how the API says it: only readers of English get that for a reason of
    another version of Trackline. Empty where there are no words in the reader's language."""
    reason = find(name)
    if reason is None or any(KINDS[param] == "technical" for param in reason.params):
        return english if language().code == "en" else ""
    return gettext(reason.template).format_map({param: _shown(param, params.get(param)) for param in reason.params})


def explain(error: ServiceError) -> str:
    """What happened, at least roughly."""
    said = sentence(error.reason, error.params, error.message)
    return said or gettext(TITLES.get(error.status, OUR_FAULT))


def _shown(param: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(param, one) for one in value)
    kind = KINDS[param]
    if kind == "quantity" and isinstance(value, int | float):
        return str(format_decimal(value, locale=language().locale))
    return words.word(NAMES[kind], str(value)) if kind in NAMES else str(value)
