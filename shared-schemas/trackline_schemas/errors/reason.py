"""A reason for refusing a request, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any

from trackline_schemas.errors.parameters import KINDS

# The value of a parameter. Several words are rendered with commas between them.
Value = str | int | float | Sequence[str] | None


@dataclass(frozen=True)
class Reason:
    """`name` is stable and unique in all of Trackline, `code` is a key of CODES, and `template` is an English sentence
    with {parameters}, which `parameters.py` describes."""

    name: str
    code: str
    template: str

    @cached_property
    def params(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in Formatter().parse(self.template) if name)

    def render(self, params: Mapping[str, Any]) -> str:
        """Returns the English sentence. A missing parameter is rendered as its name in braces, because creating an
        error message must not fail."""
        shown = {name: _render_value(name, params[name]) if name in params else f"{{{name}}}" for name in self.params}
        return self.template.format_map(shown)


def _render_value(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if KINDS.get(name) == "quantity" and isinstance(value, int) else str(value)
