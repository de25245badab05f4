"""The portal follows the rules of the tickets service, and accepts only people and categories that exist."""

from typing import Any

import pytest

from .conftest import Portal
from .test_forms import NEW


async def post_refused(portal: Portal, path: str, who: str, status: int = 422, /, **fields: Any) -> str:
    """Posts a form that must be refused without any change, and returns the page."""
    before = portal.services.tickets
    answer = await portal.post(path, who, **fields)
    assert answer.status_code == status, answer.text
    assert portal.services.tickets == before
    return answer.text


async def test_a_ticket_cannot_be_assigned_to_an_unknown_person(portal: Portal) -> None:
    page = await post_refused(portal, "/t/INC-1001/change", "ines", assignee_id="nobody-there", base_version="9")
    assert "There is no active person with this id." in page
    page = await post_refused(portal, "/t/INC-1001/change", "ines", team_id="nowhere", base_version="9")
    assert "There is no active team with this id." in page


async def test_a_ticket_cannot_be_assigned_to_an_inactive_person(portal: Portal) -> None:
    portal.folk.add("tom", "Tom Okafor", active=False, version=2)
    page = await post_refused(portal, "/t/INC-1001/change", "ines", assignee_id="tom", base_version="9")
    assert "There is no active person with this id." in page


async def test_only_who_may_reply_can_be_the_assignee(portal: Portal) -> None:
    portal.folk.add("rolf", "Rolf Reader", teams={"desk": "read"})
    assert "Rolf Reader" not in (await portal.get("/t/INC-1001")).text
    assert "Rolf Reader" not in (await portal.get("/new/call")).text
    for who in ("rolf", "maria"):
        page = await post_refused(portal, "/t/INC-1001/change", "ines", assignee_id=who, base_version="9")
        assert "This person cannot reply to tickets of this team." in page
    page = await post_refused(portal, "/t/INC-1001/change", "dora", assignee_id="rolf", base_version="9")
    assert "Diese Person kann" in page


async def test_bulk_assignment_is_possible_to_oneself_only(portal: Portal) -> None:
    before = portal.services.tickets
    data = {"csrf_token": "c5rf", "key": "b", "back": "/desk/open", "assign": "nobody-there"}
    selected = {"ticket": ["INC-1003:2", "INC-1004:2"], "assignee_id": "nobody-there"}
    headers = {"Cookie": "trackline_session=ines"}
    assert (await portal.client.post("/desk/bulk", data={**data, **selected}, headers=headers)).status_code == 303
    assert portal.services.tickets == before


async def test_a_bulk_change_leaves_tickets_of_other_teams(portal: Portal) -> None:
    data = {"csrf_token": "c5rf", "key": "b", "back": "/desk/open", "state": "on_hold"}
    selected = {"ticket": ["INC-1003:2", "INC-1002:2"]}
    headers = {"Cookie": "trackline_session=ines"}
    answer = await portal.client.post("/desk/bulk", data={**data, **selected}, headers=headers)
    cookies = f"trackline_session=ines; trackline_toast={answer.cookies['trackline_toast']}"
    assert "You may read INC-1002 but not change it" in (await portal.get("/desk/open", Cookie=cookies)).text
    assert [portal.services.tickets[number].state for number in ("INC-1003", "INC-1002")] == ["on_hold", "open"]


async def test_a_call_by_an_unknown_person_creates_nothing(portal: Portal) -> None:
    fields = {"caller": "nobody-there", "title": "Printer", "description": "It hums."}
    page = await post_refused(portal, "/new/call", "ines", **fields)
    assert "There is no active person with this id." in page
    assert "It hums." in page


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/t/INC-1002/reply", {"text": "Me too"}),
        ("/t/INC-1002/change", {"title": "Mine"}),
        ("/t/INC-1002/state", {"state": "cancelled"}),
    ],
)
async def test_anothers_ticket_does_not_exist_for_a_requester(
    portal: Portal, path: str, fields: dict[str, str]
) -> None:
    assert "Payroll" not in await post_refused(portal, path, "maria", 404, **fields)
    assert "Payroll" not in (await portal.get("/", "maria")).text
    assert (await portal.get("/api/v1/tickets/INC-1002", "maria")).status_code == 404


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/t/INC-1001/reply", {"text": "psst", "visibility": "internal"}, "Only agents may write internal notes."),
        ("/t/INC-1001/change", {"title": "Mine"}, "Only agents may change"),
        ("/t/INC-1001/change", {"assignee_id": "maria"}, "Only agents may change"),
        ("/t/INC-1001/change", {"priority": "1", "priority_reason": "me"}, "Only agents may change"),
        ("/t/INC-1001/state", {"state": "closed"}, "You may cancel your ticket while it is active"),
        ("/t/INC-1001/reply", {"text": "Fine", "state": "on_hold"}, "You may cancel your ticket while it is active"),
    ],
)
async def test_a_requester_changes_no_more_than_the_state(
    portal: Portal, path: str, fields: dict[str, str], sentence: str
) -> None:
    assert sentence in await post_refused(portal, path, "maria", 403, **fields)


@pytest.mark.parametrize(
    "fields", [{"requester_id": "oskar"}, {"team_id": "hr"}, {"assignee_id": "ines"}, {"tags": "urgent"}]
)
async def test_a_requester_opens_a_ticket_for_nobody_else(portal: Portal, fields: dict[str, str]) -> None:
    assert "Only agents may" in await post_refused(portal, "/new", "maria", **NEW, **fields)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/t/INC-1009/reply", {"text": "Me too"}),
        ("/t/INC-1009/reply", {"text": "psst", "visibility": "internal"}),
        ("/t/INC-1009/change", {"title": "Mine"}),
        ("/t/INC-1009/change", {"assignee_id": "tom"}),
    ],
)
async def test_an_agent_who_may_only_read_is_told_which_role_is_needed(
    portal: Portal, path: str, fields: dict[str, str]
) -> None:
    page = await post_refused(portal, path, "tom", 403, **fields)
    assert "You may read INC-1009 but not change it: that takes the role reply in its team." in page


async def test_a_confidential_ticket_is_for_its_team_and_its_requester(portal: Portal) -> None:
    desk = portal.services.ticketing
    number = desk.create("maria", "My salary", "It is too low.").number
    desk.update("ines", number, team_id="hr")
    portal.folk.add("hugo", "Hugo Rast", teams={"hr": "reply"})
    for who, status in (("hugo", 200), ("maria", 200), ("ines", 404), ("tom", 404), ("admin", 404), ("jon", 404)):
        assert (await portal.get(f"/t/{number}", who)).status_code == status, who
    assert "My salary" not in (await portal.get("/desk/open", "ines")).text
    assert "My salary" in (await portal.get("/desk/open", "hugo")).text


async def test_an_inactive_category_takes_no_more_tickets(portal: Portal) -> None:
    portal.services.ticketing.add_category("old", "Fax machines", active=False)
    sentence = "There is no active category"
    for category in ("old", "never-was"):
        assert sentence in await post_refused(portal, "/new", "maria", **NEW, category_id=category)
        page = await post_refused(portal, "/t/INC-1001/change", "ines", category_id=category, base_version="9")
        assert sentence in page
        call = {"caller": "maria", "title": "Fax", "description": "It hums.", "category_id": category}
        assert sentence in await post_refused(portal, "/new/call", "ines", **call)


async def test_the_team_of_a_category_gets_its_tickets(portal: Portal) -> None:
    portal.services.ticketing.add_category("wifi", "Wifi", team_id="network")
    answer = await portal.post("/new", "maria", **NEW, category_id="wifi")
    number = answer.headers["location"].rpartition("/")[2]
    assert portal.services.tickets[number].team_id == "network"


async def test_a_closed_ticket_takes_no_reply(portal: Portal) -> None:
    portal.services.ticketing.update("maria", "INC-1010", state="closed")
    for who in ("maria", "ines"):
        page = await post_refused(portal, "/t/INC-1010/reply", who, 409, text="One more thing")
        assert "takes no more replies" in page
        assert "One more thing" in page


async def test_a_state_changes_only_as_the_rules_allow(portal: Portal) -> None:
    fields = {"text": "Back to the start", "state": "new", "base_version": "9"}
    assert "cannot become" in await post_refused(portal, "/t/INC-1001/reply", "ines", 409, **fields)


async def test_the_same_key_for_another_text_is_refused_and_loses_nothing(portal: Portal) -> None:
    assert (await portal.post("/t/INC-1001/reply", key="one", text="First")).status_code == 303
    page = await post_refused(portal, "/t/INC-1001/reply", "ines", 422, key="one", text="Second")
    assert "Second" in page
