from itertools import product

import pytest

from tickets.domain import states
from tickets.domain.errors import DomainError
from trackline_schemas.ticket.states import TRANSITIONS

ALLOWED = {
    *product(["new", "open", "pending", "on_hold"], ["open", "pending", "on_hold", "resolved", "cancelled"]),
    ("resolved", "open"),
    ("resolved", "closed"),
    ("cancelled", "open"),
} - {(state, state) for state in TRANSITIONS}


@pytest.mark.parametrize(("before", "after"), list(product(TRANSITIONS, repeat=2)))
def test_only_the_listed_transitions_are_possible(before: str, after: str) -> None:
    if (before, after) in ALLOWED:
        states.check(before, after)
    else:
        with pytest.raises(DomainError) as refused:
            states.check(before, after)
        possible = sorted(TRANSITIONS[before])
        assert refused.value.reason == ("transition_not_possible" if possible else "state_is_final")
        assert refused.value.params == {"state": before, "wanted": after, **({"states": possible} if possible else {})}
