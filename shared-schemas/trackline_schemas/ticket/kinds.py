"""The kinds of a ticket, as one table. Standard library only: the services' domains import this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from trackline_schemas.wording import noop

Kind = Literal["incident", "request", "problem", "change"]
# The kinds that a ticket can be given: those with a prefix in the table.
OpenKind = Literal["incident", "request"]


@dataclass(frozen=True, kw_only=True)
class KindInfo:
    """`prefix` begins the numbers of its tickets. A kind without one is known by name, but nobody can open one yet."""

    label: str
    prefix: str | None = None


KINDS: Mapping[Kind, KindInfo] = {
    "incident": KindInfo(label=noop("Incident"), prefix="INC"),
    "request": KindInfo(label=noop("Service request"), prefix="REQ"),
    "problem": KindInfo(label=noop("Problem")),
    "change": KindInfo(label=noop("Change")),
}

PREFIXES: Mapping[str, str] = {name: kind.prefix for name, kind in KINDS.items() if kind.prefix}
