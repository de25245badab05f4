"""Which state may follow which. Custom names will map to these seven."""

from collections.abc import Mapping

from tickets.domain.errors import DomainError

ACTIVE = frozenset({"new", "open", "pending", "on_hold"})

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "new": frozenset({"open", "pending", "on_hold", "resolved", "cancelled"}),
    "open": frozenset({"pending", "on_hold", "resolved", "cancelled"}),
    "pending": frozenset({"open", "on_hold", "resolved", "cancelled"}),
    "on_hold": frozenset({"open", "pending", "resolved", "cancelled"}),
    "resolved": frozenset({"open", "closed"}),
    "closed": frozenset(),
    "cancelled": frozenset({"open"}),
}


def check(before: str, after: str) -> None:
    if after not in TRANSITIONS[before]:
        possible = sorted(TRANSITIONS[before])
        if not possible:
            raise DomainError("state_is_final", "/changes/state", state=before, wanted=after)
        raise DomainError("transition_not_possible", "/changes/state", state=before, wanted=after, states=possible)
