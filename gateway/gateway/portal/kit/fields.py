"""Turns the inputs of a form into values of a ticket's fields, as the commands expect them."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.portal.kit.forms import Form
from trackline_schemas.fields import Field
from trackline_schemas.ticket.fields import TICKET


def read_fields(form: Form, names: Iterable[str], fields: Mapping[str, Field] = TICKET) -> dict[str, Any]:
    """Returns the values of those named fields that the form holds.

    An empty input empties a field that may be empty by itself. A required text stays empty, so that the command refuses
    it. Any other field with an empty input is left out.
    """
    given: dict[str, Any] = {}
    for name in form.keys() & set(names):
        field = fields[name]
        if field.type == "keywords":
            given[name] = form.text(name).replace(",", " ").split()
        elif field.type == "number":
            given[name] = form.number(name)
        elif (value := _text(form, name, field)) or _accepts_empty(field):
            given[name] = None if not value and field.may_be_empty else value
    return given


def _text(form: Form, name: str, field: Field) -> str:
    """Joins the lines of a pasted text where the field takes one line only."""
    return " ".join(form.text(name).split()) if field.max_length else form.text(name)


def _accepts_empty(field: Field) -> bool:
    """Returns whether an empty input is a value of the field, and not the absence of one."""
    return field.with_field is None and (field.may_be_empty or field.type == "text")
