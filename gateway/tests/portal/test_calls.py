"""Creating a ticket for a caller, with the real people."""

from urllib.parse import urlencode

import pytest

from gateway.kit.system_context import system_context
from gateway.people.models import CreateUser
from gateway.people.usecases import password, user
from trackline_schemas.context import CallContext

from .folk import PASSWORD
from .house import House


@pytest.fixture
async def desk(house: House) -> House:
    """Ines is signed in. She may reply in one team and is no administrator."""
    team = (await house.post("/settings/teams", name="Desk")).headers["location"].rpartition("/")[2]
    people = [CreateUser(name=name, emails=[f"{name.lower()}@example.org"]) for name in ("Rita", "Rico")]
    people.append(CreateUser.model_validate({"name": "Ines", "emails": ["ines@example.org"], "teams": {team: "reply"}}))
    for person in people:
        made = await user.create(house.people, person, system_context(person.name))
    await password.set_password(house.people, made.id, PASSWORD, CallContext())
    await house.sign_in("ines@example.org")
    return house


async def test_a_caller_is_found_and_their_last_tickets_are_seen(desk: House) -> None:
    assert "Rico" in (await desk.get("/new/call/people?who=ri")).text
    assert "Rita" in (await desk.get("/new/call?who=ri")).text
    found = (await desk.get("/new/call?who=rita")).headers["location"]
    answer = await desk.post(
        "/new/call", found, caller=found.partition("caller=")[2], title="VPN drops", description="Hourly."
    )
    number = answer.headers["location"].rpartition("/")[2]
    command = next(arguments["command"] for name, arguments, _ in desk.services.calls if name == "tickets.create")
    assert (command.requester_id, command.channel) == (found.partition("caller=")[2], "phone")
    assert desk.services.tickets[number].requester_id == command.requester_id
    assert "VPN drops" in (await desk.get(found)).text


async def test_a_complete_address_is_never_taken_for_another_caller(desk: House) -> None:
    for who in ("Ta, Bert <ta@example.org>", "ta@example.org", "rita@example.or"):
        answer = await desk.get("/new/call?" + urlencode({"who": who}))
        assert (answer.status_code, "Create an account" in answer.text) == (200, True)
    found = await desk.get("/new/call?" + urlencode({"who": '"Green, Rita" <rita@example.org>'}))
    assert "caller=" in found.headers["location"]


@pytest.mark.parametrize("who", ["rita@example.org; zoe@example.org", "Rita; zoe@example.org", "zoe@example.org, Rita"])
async def test_several_callers_are_never_taken_for_one(desk: House, who: str) -> None:
    answer = await desk.get("/new/call?" + urlencode({"who": who}))
    assert (answer.status_code, "A ticket has one caller" in answer.text) == (200, True)
    assert "No account matches <bdi>zoe@example.org</bdi>." in answer.text
    assert "rita@example.org</span>" in answer.text
    assert "zoe@example.org" in (await desk.get("/new/call/people?" + urlencode({"who": who}))).text


async def test_the_form_begins_with_where_the_caller_sits(desk: House) -> None:
    here = CreateUser(name="Lea", emails=["lea@example.org"], location="Building 7")
    lea = (await user.create(desk.people, here, system_context("lea"))).id
    page = f"/new/call?caller={lea}"
    assert 'name="location" value="Building 7"' in (await desk.get(page)).text
    await desk.post("/new/call", page, caller=lea, title="Hum", description="Loud.", location="Canteen")
    command = next(arguments["command"] for name, arguments, _ in desk.services.calls if name == "tickets.create")
    assert command.location == "Canteen"


async def test_the_form_says_how_bad_it_is_who_has_it_and_that_it_is_solved(desk: House) -> None:
    rita = (await desk.get("/new/call?who=rita")).headers["location"].partition("caller=")[2]
    page = f"/new/call?caller={rita}"
    form = (await desk.get(page)).text
    ines = await desk.store.users.find_one({"emails": "ines@example.org"})
    assert ines is not None
    assert f'<option value="{ines["_id"]}">Ines</option>' in form
    fields = {"caller": rita, "title": "Locked out", "description": "Again.", "impact": "1", "urgency": "2"}
    [team] = ines["teams"]
    answer = await desk.post("/new/call", page, **fields, team_id=team, assignee_id=ines["_id"], resolution="ignored")
    assert "was created" in await desk.follow(answer)
    ticket = desk.services.tickets[answer.headers["location"].rpartition("/")[2]]
    assert (ticket.priority, ticket.team_id, ticket.assignee_id, ticket.state) == (2, team, ines["_id"], "open")
    assert ticket.resolution is None
    shown = (await desk.get(f"/t/{ticket.number}")).text
    assert "entered by <bdi>Ines</bdi>" in shown
    assert "Reply ·" not in shown
    solved = {"solved": "1", "resolution_code": "solved"}
    missing = await desk.post("/new/call", page, **fields, **solved, resolution="", key="a")
    assert (missing.status_code, "resolution-mistake" in missing.text) == (422, True)
    answer = await desk.post("/new/call", page, **fields, **solved, resolution="Unlocked.", key="b")
    ticket = desk.services.tickets[answer.headers["location"].rpartition("/")[2]]
    assert (ticket.state, ticket.resolution, ticket.assignee_id) == ("resolved", "Unlocked.", ines["_id"])


async def test_a_new_caller_gets_an_account_with_the_ticket_and_once(desk: House) -> None:
    page = "/new/call?caller=new&who=zoe@example.org"
    assert 'value="zoe@example.org"' in (await desk.get(page)).text
    fields = {"name": "Zoe", "email": "zoe@example.org", "title": "Hello", "description": "It hums.", "key": "one"}
    for _ in range(2):
        assert (await desk.post("/new/call", page, **fields)).status_code == 303
    zoe = await desk.store.users.find_one({"emails": "zoe@example.org"})
    assert zoe is not None
    assert zoe["teams"] == {}
    assert len(desk.services.tickets) == 1


async def test_a_missing_value_is_reported_and_nothing_is_created(desk: House) -> None:
    page = "/new/call?caller=new&who=zoe"
    no_title = await desk.post("/new/call", page, name="Zoe", email="zoe@example.org", title="", description="x")
    assert (no_title.status_code, "Please fill this in." in no_title.text) == (422, True)
    assert await desk.store.users.find_one({"emails": "zoe@example.org"}) is None
    taken = await desk.post("/new/call", page, name="Zoe", email="rita@example.org", title="a", description="x")
    assert "This address is already in use." in taken.text
    wrong = await desk.post("/new/call", page, name="Zoe", email="at home", title="a", description="x")
    assert "This is not an email address." in wrong.text
    umlaut = await desk.post("/new/call", page, name="Zoe", email="zoë@example.org", title="a", description="x")
    assert "letters such as ö before the @" in umlaut.text
    assert desk.services.tickets == {}


async def test_it_is_for_agents(house: House) -> None:
    rita = await user.create(house.people, CreateUser(name="Rita", emails=["rita@example.org"]), system_context("rita"))
    await password.set_password(house.people, rita.id, PASSWORD, CallContext())
    await house.sign_in("rita@example.org")
    assert (await house.get("/new/call")).status_code == 403
    assert (await house.get("/new/call/people?who=ad")).status_code == 403
