"""The table of a ticket's kinds. Uses only the standard library, because the services' domains import it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from trackline_schemas.wording import noop

Kind = Literal["incident", "request", "problem", "change"]
# The kinds that a ticket can have: those with a prefix in the table.
OpenKind = Literal["incident", "request"]


@dataclass(frozen=True, kw_only=True)
class KindInfo:
    """`prefix` is the beginning of its ticket numbers. A kind without a prefix is reserved: it cannot be used yet."""

    label: str
    prefix: str | None = None


KINDS: Mapping[Kind, KindInfo] = {
    "incident": KindInfo(label=noop("Incident"), prefix="INC"),
    "request": KindInfo(label=noop("Service request"), prefix="REQ"),
    "problem": KindInfo(label=noop("Problem")),
    "change": KindInfo(label=noop("Change")),
}

PREFIXES: Mapping[str, str] = {name: kind.prefix for name, kind in KINDS.items() if kind.prefix}
