"""Checks that a ticket may go from one state to another."""

from tickets.domain.errors import DomainError
from trackline_schemas.ticket.states import TRANSITIONS


def check(before: str, after: str) -> None:
    if after not in TRANSITIONS[before]:
        possible = sorted(TRANSITIONS[before])
        if not possible:
            raise DomainError("state_is_final", "/changes/state", state=before, wanted=after)
        raise DomainError("transition_not_possible", "/changes/state", state=before, wanted=after, states=possible)
