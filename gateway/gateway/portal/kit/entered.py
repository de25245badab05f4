"""What a form says of a ticket's fields, as the commands want it."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.portal.kit.forms import Form
from trackline_schemas.fields import Field
from trackline_schemas.ticket.fields import TICKET


def entered(form: Form, names: Iterable[str], fields: Mapping[str, Field] = TICKET) -> dict[str, Any]:
    """Of the named fields those that the form holds. What is empty empties a field that may be empty by itself; a text
    that must be there stays empty, so that the command refuses it; any other field is left out."""
    given: dict[str, Any] = {}
    for name in form.keys() & set(names):
        field = fields[name]
        if field.type == "keywords":
            given[name] = form.text(name).replace(",", " ").split()
        elif field.type == "number":
            given[name] = form.number(name)
        elif (value := _text(form, name, field)) or _clears(field):
            given[name] = None if not value and field.may_be_empty else value
    return given


def _text(form: Form, name: str, field: Field) -> str:
    """What is short is one line, whatever was pasted."""
    return " ".join(form.text(name).split()) if field.max_length else form.text(name)


def _clears(field: Field) -> bool:
    """Whether an empty input says something of the field."""
    return field.with_field is None and (field.may_be_empty or field.type == "text")
