"""Tickets that an agent opens for somebody: whose words they hold, and what the agent can say at once."""

from typing import Any

import pytest

from tickets.usecases import history
from trackline_schemas.errors import ServiceError

from .test_imports import OPENED, import_steps, step
from .world import ALICE, BOB, ROOT, World

SOLVED: dict[str, Any] = {"resolution_code": "solved", "resolution": "Restarted it."}


@pytest.mark.parametrize("channel", ["phone", "mail", "chat", "api", "portal"])
def test_the_description_is_the_requesters_entered_by_the_agent(world: World, channel: str) -> None:
    ticket = world.create(ALICE, requester_id="bob", channel=channel)
    for reader in (BOB, ALICE):
        [said] = history.comments(world.ports, ticket.number, 25, None, reader).items
        assert (said.author_id, said.role, said.entered_by_id) == ("bob", "requester", "alice")
    assert (ticket.opened_by_id, ticket.last_comment_role, ticket.first_reply_at) == ("alice", "requester", None)


@pytest.mark.parametrize("author", [ALICE, BOB])
def test_nobody_entered_what_one_wrote_oneself(world: World, author: Any) -> None:
    [said] = history.comments(world.ports, world.create(author).number, 25, None, author).items
    assert (said.author_id, said.entered_by_id) == (author.id, None)


def test_of_an_imported_ticket_too(world: World) -> None:
    opened = {**step(0, **OPENED), "comment": {"text": "It is broken."}}
    done = import_steps(world, steps=[opened])
    [said] = history.comments(world.ports, str(done.number), 25, None, ROOT).items
    assert (said.author_id, said.role, said.entered_by_id) == ("caller", "requester", "clerk")


@pytest.mark.parametrize(("named", "assignee"), [({}, "alice"), ({"assignee_id": "carl"}, "carl")])
def test_a_ticket_may_be_solved_at_once(world: World, named: dict[str, Any], assignee: str) -> None:
    ticket = world.create(ALICE, requester_id="bob", channel="phone", impact=1, urgency=2, **SOLVED, **named)
    assert (ticket.state, ticket.assignee_id, ticket.priority, ticket.version) == ("resolved", assignee, 2, 1)
    assert (ticket.resolved_at, ticket.resolution, ticket.resolution_code) == (
        world.clock(),
        "Restarted it.",
        "solved",
    )
    assert world.say(ticket, BOB, "It is back.").state == "open"


@pytest.mark.parametrize("name", SOLVED)
def test_a_solution_needs_its_code_and_its_text(world: World, name: str) -> None:
    with pytest.raises(ServiceError) as refused:
        world.create(ALICE, requester_id="bob", **{name: SOLVED[name]})
    missing = next(other for other in SOLVED if other != name)
    assert refused.value.detail["errors"][0]["pointer"] == f"/{missing}"


def test_requesters_solve_nothing_at_once(world: World) -> None:
    with pytest.raises(ServiceError) as refused:
        world.create(BOB, **SOLVED)
    assert refused.value.code == "forbidden"
