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
        possible = ", ".join(sorted(TRANSITIONS[before])) or "nothing else"
        message = f"A ticket that is {before} cannot become {after}, only {possible}."
        raise DomainError("transition_not_allowed", message, "/changes/state")
