"""The form of numbers, booleans and instants in an address, also inside a filter. It is that of JSON: Pydantic would
also take `1_0`, `yes`, and the seconds since 1970."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args, get_origin

from trackline_schemas.errors import reasons
from trackline_schemas.errors.reason import Reason


@dataclass(frozen=True)
class Form:
    pattern: re.Pattern[str]
    reason: Reason

    def matches(self, value: str) -> bool:
        return self.pattern.fullmatch(value) is not None


NUMBER = Form(re.compile(r"-?(?:0|[1-9][0-9]*)"), reasons.values.NOT_A_WHOLE_NUMBER)
BOOLEAN = Form(re.compile(r"true|false"), reasons.values.NOT_A_BOOLEAN)
# What follows the day is left to Pydantic.
INSTANT = Form(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ].*)?"), reasons.values.NOT_AN_INSTANT)
_FORMS = {int: NUMBER, bool: BOOLEAN, datetime: INSTANT}


def form_of(annotation: Any) -> Form | None:
    """Returns the form of the values of a type such as `int | None` or `list[bool]`, or None for texts."""
    if isinstance(annotation, type) and annotation in _FORMS:
        return _FORMS[annotation]
    return next(filter(None, map(form_of, get_args(annotation))), None)


def is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(is_list, get_args(annotation)))
