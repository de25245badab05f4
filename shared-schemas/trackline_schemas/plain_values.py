"""The form of numbers, booleans, days and instants, wherever they come in: in an address, a filter, a body or a form of
the portal. Python and Pydantic would also take `1_0`, `yes`, the seconds since 1970, `2026-W09-7` and a minus sign of
typographers."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args, get_origin

from trackline_schemas.errors import reasons
from trackline_schemas.errors.reason import Reason


@dataclass(frozen=True)
class Form:
    pattern: re.Pattern[str]
    reason: Reason

    def matches(self, value: str) -> bool:
        return self.pattern.fullmatch(value) is not None


NUMBER = Form(re.compile(r"0|-?[1-9][0-9]*"), reasons.values.NOT_A_WHOLE_NUMBER)
BOOLEAN = Form(re.compile(r"true|false"), reasons.values.NOT_A_BOOLEAN)
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
DAY = Form(re.compile(_DAY), reasons.analytics.DATE_NOT_VALID)
# RFC 3339, where people may leave out the time, the seconds and the offset.
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
INSTANT = Form(re.compile(rf"{_DAY}(?:[Tt ]{_TIME})?"), reasons.values.NOT_AN_INSTANT)
_FORMS = {int: NUMBER, bool: BOOLEAN, datetime: INSTANT}


def form_of(annotation: Any) -> Form | None:
    """Returns the form of the values of a type such as `int | None` or `list[bool]`, or None for texts."""
    if isinstance(annotation, type) and annotation in _FORMS:
        return _FORMS[annotation]
    return next(filter(None, map(form_of, get_args(annotation))), None)


def is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(is_list, get_args(annotation)))


def read_day(text: str) -> date:
    """Raises ValueError."""
    if not DAY.matches(text):
        raise ValueError(text)
    return date.fromisoformat(text)
