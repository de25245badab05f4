"""Computes the priority, 1 (critical) to 5 (planning), from impact and urgency. Staff may override it with a reason."""

from collections.abc import Mapping
from typing import Any, Protocol

from tickets.domain.errors import DomainError


class Rated(Protocol):
    @property
    def impact(self) -> int: ...
    @property
    def urgency(self) -> int: ...
    @property
    def priority(self) -> int: ...
    @property
    def priority_reason(self) -> str | None: ...


def compute_priority(impact: int, urgency: int) -> int:
    return impact + urgency - 1


def settle(now: Rated, given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the priority and its reason after the changes in `given`. There is a reason only while the priority is
    overridden."""
    computed = compute_priority(given.get("impact", now.impact), given.get("urgency", now.urgency))
    asked = given.get("priority", computed if now.priority_reason is None else now.priority)
    if "priority" in given and asked == computed:
        return {"priority": computed, "priority_reason": None}
    if "priority" not in given and now.priority_reason is None:
        if given.get("priority_reason") is not None:
            raise DomainError("reason_needs_priority", "/changes/priority_reason")
        return {"priority": computed, "priority_reason": None}
    return {"priority": asked, "priority_reason": _reason(now, given, asked, computed)}


def _reason(now: Rated, given: Mapping[str, Any], asked: int, computed: int) -> str:
    kept = now.priority_reason if asked == now.priority else None
    reason: str | None = given.get("priority_reason", kept)
    if reason is None:
        raise DomainError("priority_needs_reason", "/changes/priority_reason", computed=computed, asked=asked)
    return reason
