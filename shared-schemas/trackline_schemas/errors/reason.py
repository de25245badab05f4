"""A reason: one sentence that Trackline refuses with, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any

from trackline_schemas.errors.parameters import KINDS

# A word or a number, or several words. Whatever renders a sentence joins the words by commas.
Value = str | int | float | Sequence[str] | None


@dataclass(frozen=True)
class Reason:
    """`name` is stable and unique over all of Trackline, `code` is a key of CODES, and `template` is an English
    sentence whose {parameters} are explained in `parameters.py`."""

    name: str
    code: str
    template: str

    @cached_property
    def params(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in Formatter().parse(self.template) if name)

    def render(self, params: Mapping[str, Any]) -> str:
        """The English sentence. A parameter that is missing shows as its name in braces: an error message must not
        fail."""
        shown = {name: _shown(name, params[name]) if name in params else f"{{{name}}}" for name in self.params}
        return self.template.format_map(shown)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if KINDS.get(name) == "quantity" and isinstance(value, int) else str(value)
