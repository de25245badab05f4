"""The rule that a state only becomes one of those that may follow it."""

from tickets.domain.errors import DomainError
from trackline_schemas.ticket.states import TRANSITIONS


def check(before: str, after: str) -> None:
    if after not in TRANSITIONS[before]:
        possible = ", ".join(sorted(TRANSITIONS[before])) or "nothing else"
        message = f"A ticket that is {before} cannot become {after}, only {possible}."
        raise DomainError("transition_not_allowed", message, "/changes/state")
