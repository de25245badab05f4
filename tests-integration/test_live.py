"""The live stream over HTTP: nothing is lost when a gateway dies, and nobody sees tickets that they may not read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from harness.api import Api, wait_for
from harness.live import Listener
from harness.replicas import Seconds, second_of_each
from harness.truth import Truth
from harness.writers import Writers

from trackline_local.system import System

OVERLAP_MS = 10_000
PAYLOAD = {"type", "id", "number", "sequence"}


@pytest.fixture
def other_gateway(system: System) -> Iterator[Seconds]:
    """A second gateway, which may die while the first continues to accept writes."""
    with second_of_each(system, ["gateway"]) as second:
        yield second


@pytest.mark.timeout(120)
def test_a_killed_gateway_loses_no_event(system: System, other_gateway: Seconds, agent: Api, requester: Api) -> None:
    gateway = other_gateway.programs["gateway"]
    with Listener(agent, other_gateway.url) as listener:
        with Writers([requester], pause=0.02) as writers:
            for _ in range(2):
                visits = len(listener.visits)
                wait_for(lambda: len(listener.named("ticket")) > 5)
                gateway.kill()
                # These are written while the listener has no connection.
                writers.next_success()
                writers.next_success()
                gateway.start()
                gateway.wait_ready(60)
                wait_for(partial(_came_back, listener, visits))
            writers.next_success()
        # The listener goes on until it has everything.
        with closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as truth:
            made = set(writers.acknowledged.values())
            wait_for(lambda: truth.pending() == 0)
            written = {(one["subject"], one["sequence"]) for one in truth.log() if one["subject"] in made}
        wait_for(lambda: {frame.pair for frame in listener.named("ticket")} >= written)
    _assert_no_duplicates(listener)


def _came_back(listener: Listener, visits: int) -> bool:
    return len(listener.visits) > visits


def _assert_no_duplicates(listener: Listener) -> None:
    """Within a connection no event arrives twice. The next connection begins where the last one ended, except for the
    overlap that docs/api.md describes."""
    for visit in listener.visits:
        tickets = [frame for frame in visit.frames if frame.name == "ticket"]
        assert max(Counter(frame.pair for frame in tickets).values(), default=1) == 1
        if visit.resumed_from:
            assert visit.resumed_from not in {frame.id for frame in tickets}
            since = int(visit.resumed_from.partition("-")[0]) - OVERLAP_MS
            assert all(int((frame.id or "").partition("-")[0]) >= since for frame in tickets)


def test_a_requester_follows_only_what_is_theirs(agent: Api, requester: Api, stranger: Api) -> None:
    with Listener(requester) as listener, Listener(agent) as staff:
        mine = requester.new_ticket("Mine")
        theirs = stranger.new_ticket("Not mine")
        agent.comment(mine["number"], "He always breaks cables", visibility="internal")
        agent.comment(theirs["number"], "For the stranger")
        agent.comment(mine["number"], "Please try the other cable")
        every = {(mine["id"], n) for n in (1, 2, 3)} | {(theirs["id"], n) for n in (1, 2)}
        wait_for(lambda: staff.pairs >= every)
        wait_for(lambda: (mine["id"], 3) in listener.pairs)
        start = listener.frames[0].id
        assert listener.pairs == {(mine["id"], 1), (mine["id"], 3)}
        assert all(set(frame.data) == PAYLOAD for frame in listener.named("ticket"))
    # Events from the log follow the same rules as events from the bus.
    with Listener(requester, last_event_id=start) as resumed:
        wait_for(lambda: resumed.pairs == listener.pairs)
        requester.comment(mine["number"], "It works")
        wait_for(lambda: (mine["id"], 4) in resumed.pairs)
        assert resumed.pairs == {(mine["id"], 1), (mine["id"], 3), (mine["id"], 4)}


def test_a_ticket_that_leaves_sight_is_hidden(admin: Api, agent: Api, requester: Api) -> None:
    team = admin.post("/teams", {"name": f"Legal {requester.me['id'][:6]}", "confidential": True})["id"]
    with admin.new_person("Dana Discreet", {team: "reply"}) as dana, Listener(agent) as out, Listener(dana) as inside:
        ticket = requester.new_ticket("Soon confidential")
        agent.update(ticket["number"], changes={"team_id": team})
        wait_for(lambda: [frame.pair for frame in out.named("ticket.hidden")] == [(ticket["id"], 2)])
        wait_for(lambda: (ticket["id"], 2) in inside.pairs)
        dana.comment(ticket["number"], "Between us", visibility="internal")
        wait_for(lambda: (ticket["id"], 3) in inside.pairs)
        # The agent gets no event after the ticket became confidential.
        assert {pair for pair in out.pairs if pair[0] == ticket["id"]} == {(ticket["id"], 1)}
        assert len(out.named("ticket.hidden")) == 1


def test_changed_rights_send_a_resync(admin: Api, requester: Api) -> None:
    with Listener(requester) as listener:
        admin.patch(f"/users/{requester.me['id']}", {"teams": {admin.team("Service Desk"): "read"}})
        wait_for(lambda: listener.named("resync"))
