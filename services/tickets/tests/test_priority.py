from typing import Any

import pytest

from tickets.domain.errors import DomainError
from tickets.domain.priority import compute_priority, settle
from tickets.domain.ticket import Ticket

from .test_ticket_rules import change, open_ticket


def overridden() -> Ticket:
    return change(open_ticket(), priority=1, priority_reason="The director waits")


@pytest.mark.parametrize(("impact", "urgency", "priority"), [(1, 1, 1), (1, 3, 3), (2, 2, 3), (3, 2, 4), (3, 3, 5)])
def test_priority_is_impact_plus_urgency_minus_one(impact: int, urgency: int, priority: int) -> None:
    assert compute_priority(impact, urgency) == priority
    assert change(open_ticket(), impact=impact, urgency=urgency).priority == priority


def test_an_override_needs_a_reason_and_is_audited() -> None:
    with pytest.raises(DomainError) as refused:
        change(open_ticket(), priority=1)
    assert (refused.value.reason, refused.value.pointer) == ("priority_needs_reason", "/changes/priority_reason")
    assert refused.value.params == {"computed": 3, "asked": 1}
    changes = overridden().events[-1].changes
    assert changes == {"priority": (3, 1), "priority_reason": (None, "The director waits")}


def test_an_override_survives_a_change_of_impact() -> None:
    ticket = change(overridden(), impact=3)
    assert (ticket.priority, ticket.priority_reason) == (1, "The director waits")


def test_setting_the_computed_priority_ends_an_override() -> None:
    ticket = change(overridden(), priority=3)
    assert (ticket.priority, ticket.priority_reason) == (3, None)
    assert change(ticket, impact=1).priority == 2


def test_another_override_needs_its_own_reason() -> None:
    with pytest.raises(DomainError, match="priority_needs_reason"):
        change(overridden(), priority=2)
    assert change(overridden(), priority=1).priority_reason == "The director waits"


@pytest.mark.parametrize("given", [{"priority_reason": "why not"}, {"priority": 5, "priority_reason": None}])
def test_a_reason_needs_a_priority(given: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        settle(open_ticket(), given)


def test_a_reason_can_be_changed_but_not_removed() -> None:
    assert change(overridden(), priority_reason="The minister waits").priority == 1
    with pytest.raises(DomainError):
        change(overridden(), priority_reason=None)
