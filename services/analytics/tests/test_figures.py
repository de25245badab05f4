from random import Random
from typing import Any, get_args

import pytest

from trackline_schemas.analytics import Counted, CountedQuery, SummaryQuery, TicketFigures
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

from .stories import HOUR, START, Story, random_story
from .world import World

ADMIN = Viewer(id="root", admin=True)


def opened(world: World, measure: Counted, viewer: Viewer = ADMIN, **query: Any) -> list[TicketFigures]:
    """Returns the tickets of all pages."""
    period = {"from": START, "to": START + 500 * HOUR, "measure": measure, "size": 7}
    found: list[TicketFigures] = []
    after = None
    while True:
        page = world.tickets(CountedQuery.model_validate({**period, "after": after, **query}), viewer)
        found += page.items
        after = page.after
        if after is None:
            return found


def test_every_measure_lists_as_many_tickets_as_it_counts(world: World) -> None:
    random = Random(11)
    world.consume([event for n in range(60) for event in random_story(random, f"t{n}").events])
    world.clock.forward(10_000 * 3600)
    period = {"from": START, "to": START + 500 * HOUR}
    summary = world.summary(SummaryQuery.model_validate(period), ADMIN)
    counts = {name: getattr(summary.total, name) for name in ("created", "resolved", "reopened", "backlog")}
    counts |= {"first_reply": summary.total.first_reply.count, "excluded": sum(summary.excluded.values())}
    for measure in get_args(Counted):
        tickets = opened(world, measure)
        assert len({ticket.id for ticket in tickets}) == len(tickets) == counts[measure] > 0
        assert tickets == sorted(tickets, key=lambda ticket: (ticket.created_at, ticket.id), reverse=True)


def test_figures_of_a_ticket(world: World) -> None:
    story = Story("t1", 1, team_id=None).reply(2).update(3, state="open", assignee_id="anna")
    story.update(4, state="resolved").update(6, state="open", team_id=None).update(9, state="resolved")
    world.consume(story.events)
    world.clock.forward(10 * 3600)
    [figures] = opened(world, "resolved")
    assert figures.model_dump(include={"number", "first_reply", "first_resolution", "resolution"}) == {
        "number": "INC-1",
        "first_reply": 3600,
        "first_resolution": 3 * 3600,
        "resolution": 8 * 3600,
    }
    assert (figures.reopenings, figures.reassignments, figures.assignee_changes, figures.events) == (1, 0, 1, 6)
    assert figures.state_seconds == {"new": 2 * 3600, "open": 4 * 3600, "resolved": 3 * 3600}


def test_tickets_that_the_viewer_may_not_read_are_not_listed(world: World) -> None:
    world.team("hr", confidential=True)
    world.consume([*Story("t1", team_id="hr").events, *Story("t2").events])
    assert [ticket.id for ticket in opened(world, "created")] == ["t2"]
    henry = Viewer(id="henry", teams={"hr": "read"})
    assert [ticket.id for ticket in opened(world, "created", henry)] == ["t2", "t1"]


def test_a_cursor_of_another_list_is_refused(memory_world: World) -> None:
    for cursor in ("nonsense", "WzEsIDJd", "WyIyMDI2LTAxLTAxIiwgMl0"):
        with pytest.raises(ServiceError) as refused:
            opened(memory_world, "created", after=cursor)
        assert refused.value.code == "invalid_cursor"
