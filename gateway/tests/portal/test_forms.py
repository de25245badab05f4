"""Everything works as a plain form post, happens once, and loses no text."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.portal.kit.forms import field_errors
from trackline_schemas.errors import ServiceError, not_valid, reasons, refuse
from trackline_schemas.records.kinds.reply_template import CreateReplyTemplate
from trackline_schemas.ticket.commands import CreateTicket, UpdateTicket

from .conftest import Portal
from .folk import PASSWORD

NEW = {"title": "No sound", "description": "Nothing to hear.", "affected": "team", "can_work": "no"}


def field(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert match, f"no field {name}"
    return match[1]


async def test_signing_in_by_a_plain_form(portal: Portal) -> None:
    shown = await portal.get("/sign-in?next=/inbox", None)
    token = field(shown.text, "csrf_token")
    answer = await portal.client.post(
        "/sign-in",
        data={"csrf_token": token, "next": "/inbox", "email": "maria@example.org", "password": PASSWORD},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("trackline_session"))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_failed_sign_in_does_not_say_what_was_wrong(portal: Portal) -> None:
    token = field((await portal.get("/sign-in", None)).text, "csrf_token")
    form = {"csrf_token": token, "email": "maria@example.org", "password": "guess"}
    answer = await portal.client.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "is wrong" in answer.text
    assert "guess" not in answer.text


@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (refuse(reasons.access.TOO_MANY_SIGN_INS_AT_ONCE), 503, "Too many people are signing in at this moment."),
        (refuse(reasons.access.TOO_MANY_ATTEMPTS, seconds=30), 429, "Too many attempts."),
    ],
)
async def test_the_sign_in_form_says_that_too_many_sign_in(
    portal: Portal, refusal: ServiceError, status: int, words: str
) -> None:
    portal.folk.throttle.refusal = refusal
    token = field((await portal.get("/sign-in", None)).text, "csrf_token")
    form = {"csrf_token": token, "email": "maria@example.org", "password": PASSWORD}
    answer = await portal.client.post("/sign-in", data=form)
    assert answer.status_code == status
    for shown in (words, 'value="maria@example.org"', 'id="password"'):
        assert shown in answer.text


async def test_nobody_is_signed_in_from_elsewhere(portal: Portal) -> None:
    form = {"csrf_token": "x", "email": "maria@example.org", "password": PASSWORD}
    assert (await portal.client.post("/sign-in", data=form)).status_code == 403


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
async def test_signing_in_leads_nowhere_else(portal: Portal, elsewhere: str) -> None:
    token = field((await portal.get("/sign-in", None)).text, "csrf_token")
    form = {"csrf_token": token, "next": elsewhere, "email": "maria@example.org", "password": PASSWORD}
    assert (await portal.client.post("/sign-in", data=form)).headers["location"] == "/"


async def test_signing_out_ends_the_session(portal: Portal) -> None:
    answer = await portal.post("/sign-out", "maria")
    assert answer.headers["location"] == "/sign-in"
    assert portal.folk.sessions.ended == ["maria"]


POSTS = [
    "/new",
    "/t/INC-1001/reply",
    "/t/INC-1001/change",
    "/t/INC-1001/state",
    "/desk/bulk",
    "/inbox/read",
    "/profile",
]


@pytest.mark.parametrize("path", POSTS)
async def test_a_form_from_elsewhere_is_refused(portal: Portal, path: str) -> None:
    answer = await portal.post(path, "ines", csrf="forged", text="x", title="x", description="x", state="open")
    assert answer.status_code == 403
    assert not [call for call in portal.services.calls if call[2].command_id]


async def test_a_request_is_sent_with_levels_that_nobody_was_asked_for(portal: Portal) -> None:
    answer = await portal.post("/new", "maria", **NEW)
    assert answer.status_code == 303
    (command,) = portal.commands("tickets.create")
    assert isinstance(command, CreateTicket)
    assert (command.impact, command.urgency, command.channel) == (2, 1, "portal")
    cookies = f"trackline_session=maria; trackline_toast={answer.cookies['trackline_toast']}"
    page = await portal.get(answer.headers["location"], Cookie=cookies)
    assert "We received your request" in page.text


async def test_a_request_begins_with_where_its_requester_sits(portal: Portal) -> None:
    portal.folk.add("maria", "Maria", location="Building 7", version=2)
    assert field((await portal.get("/new", "maria")).text, "location") == "Building 7"
    for place, sent in (("Canteen", "Canteen"), ("", None)):
        assert (await portal.post("/new", "maria", key=f"at {place}", **NEW, location=place)).status_code == 303
        command = portal.commands("tickets.create")[-1]
        assert isinstance(command, CreateTicket)
        assert command.location == sent
    refused = await portal.post("/new", "maria", **NEW | {"title": ""}, location="Room 12")
    assert field(refused.text, "location") == "Room 12"


async def test_sending_twice_is_sending_once(portal: Portal) -> None:
    first = await portal.post("/new", "maria", key="same", **NEW)
    second = await portal.post("/new", "maria", key="same", **NEW)
    assert first.headers["location"] == second.headers["location"]


async def test_each_form_has_its_own_key(portal: Portal) -> None:
    keys = {field((await portal.get("/new", "maria")).text, "key") for _ in range(2)}
    assert len(keys) == 2


async def test_a_missing_value_is_reported_beside_the_field_and_the_rest_is_kept(portal: Portal) -> None:
    answer = await portal.post("/new", "maria", key="kept", title="", description="All of my words")
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "All of my words" in answer.text
    assert field(answer.text, "key") == "kept"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"language": "English"}, "This is not valid."),
        ({"visibility": "nobody"}, "This is not valid."),
        ({"team_id": ["desk"]}, "This is not valid."),
        ({"nickname": "x"}, "This is not valid."),
        ({"name": "x" * 101}, "This is too long."),
        ({"name": ""}, "Please fill this in."),
        ({"name": None}, "Please fill this in."),
        ({"visibility": ""}, "Please fill this in."),
    ],
)
def test_nobody_reads_the_words_of_pydantic(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CreateReplyTemplate.model_validate({"name": "x", "text": "y"} | wrong)
    assert list(field_errors(caught.value).values()) == [sentence]


def test_a_value_that_is_left_out_is_reported_beside_the_field() -> None:
    with pytest.raises(ValidationError) as caught:
        CreateReplyTemplate.model_validate({"name": "x"})
    assert field_errors(caught.value) == {"text": "Please fill this in."}
    # A service that refuses the value tells only the words of Pydantic.
    assert field_errors(not_valid(caught.value)) == {"text": "This is not valid."}


async def test_a_reply_with_a_state_is_one_write(portal: Portal) -> None:
    answer = await portal.post("/t/INC-1001/reply", text="Try now", state="pending", base_version="9")
    assert answer.status_code == 303
    (command,) = portal.commands("tickets.update")
    assert isinstance(command, UpdateTicket)
    assert command.comment is not None
    assert (command.comment.text, command.comment.visibility) == ("Try now", "public")
    assert command.changes.given() == {"state": "pending"}
    assert command.base_version == 9


async def test_resolving_takes_the_reply_as_the_solution_when_none_is_given(portal: Portal) -> None:
    await portal.post("/t/INC-1001/reply", text="Swapped the cable", state="resolved", resolution_code="solved")
    (command,) = portal.commands("tickets.update")
    assert isinstance(command, UpdateTicket)
    assert command.changes.resolution == "Swapped the cable"


async def test_a_note_is_internal(portal: Portal) -> None:
    await portal.post("/t/INC-1001/reply", text="psst", visibility="internal")
    (command,) = portal.commands("tickets.update")
    assert isinstance(command, UpdateTicket)
    assert command.comment is not None
    assert command.comment.visibility == "internal"


async def test_an_empty_reply_is_not_sent(portal: Portal) -> None:
    answer = await portal.post("/t/INC-1001/reply", text="  ")
    assert answer.status_code == 422
    assert "Write something first." in answer.text
    assert not portal.commands("tickets.update")


async def test_a_conflicting_reply_shows_both_values_and_keeps_the_text(portal: Portal) -> None:
    await portal.post("/t/INC-1001/change", "admin", key="a", state="on_hold", base_version="9")
    answer = await portal.post("/t/INC-1001/reply", key="b", text="My long answer", state="pending", base_version="9")
    assert answer.status_code == 412
    assert "My long answer" in answer.text
    assert "theirs: <bdi>On hold</bdi>" in answer.text
    assert "mine: <bdi>Waiting for requester</bdi>" in answer.text
    assert field(answer.text, "base_version") == "10"


async def test_a_conflicting_field_shows_both_values(portal: Portal) -> None:
    await portal.post("/t/INC-1001/change", "admin", key="a", title="Theirs", base_version="9")
    answer = await portal.post("/t/INC-1001/change", key="b", title="Mine", base_version="9")
    assert answer.status_code == 412
    assert "Keep theirs" in answer.text
    assert "Use mine" in answer.text
    assert 'name="title" value="Mine"' in answer.text


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({"assignee_id": ""}, {"assignee_id": None}),
        ({"tags": "vpn,  wifi vpn2"}, {"tags": ["vpn", "wifi", "vpn2"]}),
        ({"priority": "1", "priority_reason": "board"}, {"priority": 1, "priority_reason": "board"}),
        ({"priority": "4", "priority_reason": ""}, {"priority": 4}),
        ({"title": " Two\nlines "}, {"title": "Two lines"}),
        ({"location": " Room  12 "}, {"location": "Room 12"}),
        ({"location": ""}, {"location": None}),
    ],
)
async def test_the_panel_sends_what_was_changed(
    portal: Portal, fields: dict[str, str], changes: dict[str, Any]
) -> None:
    answer = await portal.post("/t/INC-1001/change", base_version="9", **fields)
    assert answer.status_code == 303, answer.text
    (command,) = portal.commands("tickets.update")
    assert isinstance(command, UpdateTicket)
    assert command.changes.given() == changes


async def test_resolving_in_the_panel_asks_how(portal: Portal) -> None:
    answer = await portal.post("/t/INC-1001/change", state="resolved", base_version="9")
    assert answer.headers["location"] == "/t/INC-1001?compose=resolve#composer"


@pytest.mark.parametrize(("number", "state"), [("INC-1001", "cancelled"), ("INC-1010", "closed"), ("INC-1010", "open")])
async def test_a_requester_cancels_closes_or_reopens(portal: Portal, number: str, state: str) -> None:
    version = str(portal.services.tickets[number].version)
    answer = await portal.post(f"/t/{number}/state", "maria", state=state, base_version=version)
    assert answer.status_code == 303
    assert portal.services.tickets[number].state == state
    (command,) = portal.commands("tickets.update")
    assert isinstance(command, UpdateTicket)
    assert command.changes.given() == {"state": state}


@pytest.mark.parametrize("state", ["", "nonsense", "pending"])
async def test_a_forged_state_is_no_crash(portal: Portal, state: str) -> None:
    assert (await portal.post("/t/INC-1001/state", "maria", state=state)).status_code == 422


async def test_selected_tickets_change_one_by_one(portal: Portal) -> None:
    data = {"csrf_token": "c5rf", "key": "b", "back": "/desk/open?sort=priority", "state": "on_hold"}
    selected = {"ticket": ["INC-1003:2", "INC-1004:2"]}
    answer = await portal.client.post(
        "/desk/bulk", data={**data, **selected}, headers={"Cookie": "trackline_session=ines"}
    )
    assert answer.headers["location"] == "/desk/open?sort=priority"
    assert [portal.services.tickets[number].state for number in ("INC-1003", "INC-1004")] == ["on_hold"] * 2


async def test_a_failed_form_is_offered_again_with_its_key_and_text(portal: Portal) -> None:
    portal.services.down = {"tickets"}
    answer = await portal.post("/t/INC-1001/reply", key="k7", text="An hour of writing")
    assert answer.status_code == 503
    assert "An hour of writing" in answer.text
    assert field(answer.text, "key") == "k7"


async def test_a_page_that_is_open_marks_its_ticket_read(portal: Portal) -> None:
    headers = {"Cookie": "trackline_session=ines", "X-Fragment": "1"}
    data = {"csrf_token": "c5rf", "ticket_id": portal.services.tickets["INC-1001"].id}
    assert (await portal.client.post("/inbox/read", data=data, headers=headers)).status_code == 204
    assert [entry.number for entry in portal.services.inbox if not entry.read] == ["INC-1002"]


async def test_marking_read(portal: Portal) -> None:
    assert "Mark all as read" in (await portal.get("/inbox")).text
    await portal.post("/inbox/read")
    assert "Mark all as read" not in (await portal.get("/inbox")).text
