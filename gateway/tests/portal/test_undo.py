"""Undoing the last change."""

from typing import Any

import httpx
import pytest

from trackline_schemas.ticket.commands import UpdateTicket

from .conftest import Portal
from .test_forms import field


async def follow(portal: Portal, answer: httpx.Response, who: str = "ines") -> str:
    """Returns the page after a form, with its toast."""
    assert answer.status_code == 303, answer.text
    cookies = f"trackline_session={who}; trackline_toast={answer.cookies['trackline_toast']}"
    return (await portal.get(answer.headers["location"], who, Cookie=cookies)).text


async def change(portal: Portal, number: str, who: str = "ines", **fields: str) -> str:
    version = str(portal.services.tickets[number].version)
    return await follow(portal, await portal.post(f"/t/{number}/change", who, base_version=version, **fields), who)


async def undo(portal: Portal, step: str, who: str = "ines") -> str:
    return await follow(portal, await portal.post("/undo", who, key="undo", done=step, back="/desk/open"), who)


@pytest.mark.parametrize(
    ("number", "fields", "before"),
    [
        ("INC-1001", {"state": "on_hold"}, {"state": "open"}),
        ("INC-1001", {"assignee_id": ""}, {"assignee_id": "ines"}),
        ("INC-1001", {"team_id": "network"}, {"team_id": "desk"}),
        ("INC-1001", {"category_id": "c2"}, {"category_id": "c0"}),
        ("INC-1001", {"priority": "1", "priority_reason": "board"}, {"priority": 4, "priority_reason": None}),
    ],
)
async def test_a_change_in_the_panel_is_undone(
    portal: Portal, number: str, fields: dict[str, str], before: dict[str, Any]
) -> None:
    page = await change(portal, number, **fields)
    assert 'data-hotkey="z"' in page
    step = field(page, "done")
    assert step == "INC-1001:10"
    assert "Your change was undone." in await undo(portal, step)
    ticket = portal.services.tickets[number]
    assert {name: getattr(ticket, name) for name in before} == before
    command = portal.commands("tickets.update")[-1]
    assert isinstance(command, UpdateTicket)
    assert command.base_version == 10


async def test_a_priority_by_hand_comes_back_with_its_reason(portal: Portal) -> None:
    portal.services.ticketing.update("tom", "INC-1001", priority=2, priority_reason="board")
    await undo(portal, field(await change(portal, "INC-1001", priority="1", priority_reason="board"), "done"))
    command = portal.commands("tickets.update")[-1]
    assert isinstance(command, UpdateTicket)
    assert command.changes.given() == {"priority": 2, "priority_reason": "board"}


async def test_resolving_is_undone_and_the_reply_stays(portal: Portal) -> None:
    answer = await portal.post("/t/INC-1001/reply", text="Swapped it", state="resolved", resolution_code="solved")
    page = await follow(portal, answer)
    assert "Undo the state" in page
    await undo(portal, field(page, "done"))
    ticket = portal.services.tickets["INC-1001"]
    assert (ticket.state, ticket.resolution) == ("open", None)
    assert "Swapped it" in (await portal.get("/t/INC-1001")).text


@pytest.mark.parametrize(
    ("number", "state"),
    [("INC-1004", "open"), ("INC-1005", "resolved"), ("INC-1010", "closed")],
    ids=["new to open", "waiting to resolved", "resolved to closed"],
)
async def test_what_cannot_be_undone_is_not_offered(portal: Portal, number: str, state: str) -> None:
    fields = {"text": "done", "state": state, "resolution_code": "solved"}
    page = await follow(portal, await portal.post(f"/t/{number}/reply", "admin", **fields), "admin")
    assert "The ticket is now" in page
    assert 'name="done"' not in page


async def test_taking_a_new_ticket_is_undone_but_for_its_state(portal: Portal) -> None:
    page = await change(portal, "INC-1004", assignee_id="ines")
    assert "The state stays “Open”" in await undo(portal, field(page, "done"))
    ticket = portal.services.tickets["INC-1004"]
    assert (ticket.assignee_id, ticket.state) == (None, "open")


async def test_a_later_change_by_somebody_else_stays_and_is_named(portal: Portal) -> None:
    step = field(await change(portal, "INC-1001", state="on_hold"), "done")
    await change(portal, "INC-1001", "admin", state="pending", key="a")
    assert "somebody else has changed State since" in await undo(portal, step)
    assert portal.services.tickets["INC-1001"].state == "pending"


async def test_undo_works_after_a_change_of_another_field(portal: Portal) -> None:
    step = field(await change(portal, "INC-1001", state="on_hold"), "done")
    await change(portal, "INC-1001", "admin", team_id="network", key="a")
    await undo(portal, step)
    ticket = portal.services.tickets["INC-1001"]
    assert (ticket.state, ticket.team_id) == ("open", "network")


async def test_selected_tickets_are_undone_together(portal: Portal) -> None:
    data = {"csrf_token": "c5rf", "key": "b", "back": "/desk/open", "state": "on_hold"}
    selected = {"ticket": ["INC-1002:2", "INC-1005:2", "INC-1004:2"]}
    headers = {"Cookie": "trackline_session=admin"}
    page = await follow(portal, await portal.client.post("/desk/bulk", data={**data, **selected}, headers=headers))
    assert page.count('name="done"') == 2, "INC-1004 was new, and nothing becomes new again"
    steps = {"done": ["INC-1002:3", "INC-1005:3"], "csrf_token": "c5rf", "key": "u", "back": "/desk/open"}
    assert (await portal.client.post("/undo", data=steps, headers=headers)).status_code == 303
    assert [portal.services.tickets[number].state for number in ("INC-1002", "INC-1005")] == ["open", "pending"]


@pytest.mark.parametrize("step", ["", "INC-1001", "INC-1001:9", "INC-1001:999", "../x:1", "INC-1001:6"])
async def test_only_ones_own_step_is_undone(portal: Portal, step: str) -> None:
    assert "There is nothing to undo." in await undo(portal, step, "admin")
    assert not portal.commands("tickets.update")


async def test_a_failed_undo_can_be_repeated(portal: Portal) -> None:
    step = field(await change(portal, "INC-1001", state="on_hold"), "done")
    portal.services.down = {"tickets"}
    answer = await portal.post("/undo", done=step, back="/t/INC-1001")
    portal.services.down = set()
    page = await follow(portal, answer)
    assert "Your change was not undone." in page
    assert field(page, "done") == step


async def test_a_note_never_becomes_the_solution(portal: Portal) -> None:
    fields = {"text": "he broke it himself", "visibility": "internal", "state": "resolved", "resolution_code": "solved"}
    answer = await portal.post("/t/INC-1001/reply", **fields)
    assert answer.status_code == 422
    assert "he broke it himself" in answer.text
    assert not portal.commands("tickets.update")
