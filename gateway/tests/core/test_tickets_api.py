"""Tickets over HTTP: what reaches the service, and what the caller gets back."""

from typing import Any

import pytest

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer

from .fakes import person, ticket
from .gateways import World

NEW = {"title": "VPN drops", "description": "Every hour."}


async def test_opening_a_ticket(gateway: World) -> None:
    answer = await gateway.ask("POST", "/api/v1/tickets", "rita", json=NEW, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/tickets/INC-1"
    assert answer.headers["ETag"] == '"1"'
    assert answer.json()["number"] == "INC-1"
    assert gateway.rpc.sent("tickets.create") == {"command": NEW}
    assert gateway.rpc.context("tickets.create").viewer.id == "rita"


async def test_a_key_identifies_a_command_per_caller(gateway: World) -> None:
    async def command_id(who: str, path: str, key: str | None) -> str | None:
        headers = {"Idempotency-Key": key} if key else {}
        body = NEW if path.endswith("tickets") else {"changes": {"state": "open"}}
        await gateway.ask("POST", path, who, json=body, headers=headers)
        context = gateway.rpc.calls[-1][2]
        assert context.key_sent == (key is not None)
        return context.command_id

    update = await command_id("alf", "/api/v1/tickets/INC-1/updates", "k")
    assert await command_id("alf", "/api/v1/tickets/inc-1/updates", "k") == update
    first = await command_id("alf", "/api/v1/tickets", "k")
    assert await command_id("alf", "/api/v1/tickets", "k") == first
    others = [
        await command_id("anna", "/api/v1/tickets", "k"),
        await command_id("alf", "/api/v1/tickets", "other"),
        await command_id("alf", "/api/v1/tickets/INC-1/updates", "k"),
        await command_id("alf", "/api/v1/tickets/INC-2/updates", "k"),
        await command_id("alf", "/api/v1/tickets", None),
        await command_id("alf", "/api/v1/tickets", None),
    ]
    assert len({first, *others}) == 7


async def test_a_null_reaches_the_service_and_an_absent_member_does_not(gateway: World) -> None:
    await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"assignee_id": None, "base_version": 4})
    sent = gateway.rpc.sent("tickets.update")
    assert sent["command"] == {"changes": {"assignee_id": None}, "base_version": 4}
    assert sent["if_match"] is None


@pytest.mark.parametrize(
    ("header", "version"), [('"7"', 7), ("*", None), ('"x"', -1), ('W/"7"', 7), ('"99999999999999999999"', -1)]
)
async def test_if_match(gateway: World, header: str, version: int | None) -> None:
    answer = await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"state": "open"}, headers={"If-Match": header})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    assert gateway.rpc.sent("tickets.update")["if_match"] == version


async def test_a_stale_version_shows_base_theirs_and_mine(gateway: World) -> None:
    detail = {"base": {"state": "new"}, "theirs": {"state": "open"}, "mine": {"state": "pending"}}
    gateway.rpc.failures["tickets.update"] = refuse(
        reasons.tickets.FIELDS_CHANGED_MEANWHILE, detail=detail, fields=["state"]
    )
    answer = await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"state": "pending"})
    assert answer.status_code == 412
    assert answer.json()["theirs"] == {"state": "open"}
    assert answer.json()["code"] == "version_conflict"


@pytest.mark.parametrize("given", ['"7"', 'W/"7"', '"1", "7"', "*"])
async def test_a_known_version_is_not_sent_again(gateway: World, given: str) -> None:
    answer = await gateway.ask("GET", "/api/v1/tickets/INC-1", headers={"If-None-Match": given})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"7"')


async def test_another_version_is_sent(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/tickets/INC-1", headers={"If-None-Match": '"6"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"7"')
    assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_a_ticket_as_of_an_instant(gateway: World) -> None:
    await gateway.ask("GET", "/api/v1/tickets/INC-1?as_of=2026-03-01T10:00:00%2B02:00")
    assert gateway.rpc.sent("tickets.get")["as_of"] == "2026-03-01T08:00:00+00:00"


async def test_a_list_carries_its_filter_and_its_next_page(gateway: World) -> None:
    path = "/api/v1/tickets?filter[state]=open,new&filter[assignee_id]=me&sort=-priority&page[size]=10&page[after]=c"
    answer = await gateway.ask("GET", path)
    query = gateway.rpc.sent("tickets.list")["query"]
    assert query["sort"] == "-priority"
    assert query["size"] == 10
    assert query["after"] == "c"
    assert query["filter"]["and"][1] == {"field": "assignee_id", "op": "in", "value": ["alf"]}
    body = answer.json()
    assert body["data"][0]["number"] == "INC-1"
    assert body["meta"] == {"has_more": True}
    await gateway.ask("GET", body["links"]["next"])
    following = gateway.rpc.sent("tickets.list")["query"]
    assert following == {**query, "after": "next"}


async def test_the_last_page_has_no_next(gateway: World) -> None:
    gateway.rpc.answers["tickets.list"] = {"items": [ticket()], "after": None}
    body = (await gateway.ask("GET", "/api/v1/tickets")).json()
    assert (body["meta"], body["links"]) == ({"has_more": False}, {"next": None})


async def test_a_comment_is_an_update_with_nothing_else(gateway: World) -> None:
    body = {"text": "Same gateway.", "visibility": "internal"}
    answer = await gateway.ask("POST", "/api/v1/tickets/INC-1/comments", json=body)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"2"')
    assert gateway.rpc.sent("tickets.update")["command"] == {"comment": body}


@pytest.mark.parametrize(
    ("path", "method", "body", "pointer", "shown"),
    [
        ("", "PATCH", {"state": "open"}, "/changes/state", "/state"),
        ("/comments", "POST", {"text": "x"}, "/comment/visibility", "/visibility"),
        ("/updates", "POST", {"changes": {"state": "open"}}, "/changes/state", "/changes/state"),
    ],
)
async def test_pointers_are_relative_to_the_body_that_was_sent(
    gateway: World, path: str, method: str, body: dict[str, Any], pointer: str, shown: str
) -> None:
    gateway.rpc.failures["tickets.update"] = refuse(reasons.people.NO_ACTIVE_TEAM, pointer=pointer)
    answer = await gateway.ask(method, f"/api/v1/tickets/INC-1{path}", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, shown)


@pytest.mark.parametrize(
    ("member", "value"),
    [("team_id", "nowhere"), ("team_id", "closed"), ("assignee_id", "nobody"), ("requester_id", "gone")],
)
async def test_people_and_teams_that_are_named_must_exist_and_be_active(
    gateway: World, member: str, value: str
) -> None:
    answer = await gateway.ask("POST", "/api/v1/tickets", json={**NEW, member: value})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{member}")
    update = {"changes": {member: value}}
    answer = await gateway.ask("POST", "/api/v1/tickets/INC-1/updates", json=update)
    assert answer.json()["errors"][0]["pointer"] == f"/changes/{member}"
    assert gateway.rpc.calls == []
    assert gateway.people.directory.refreshed == 2


async def test_a_team_that_another_gateway_has_just_created_is_found(gateway: World) -> None:
    async def refresh() -> None:
        gateway.people.directory.put_team(
            {"_id": "new", "name": "New", "confidential": False, "active": True, "version": 1}
        )

    gateway.people.directory.refresh = refresh  # type: ignore[method-assign]
    assert (await gateway.ask("POST", "/api/v1/tickets", json={**NEW, "team_id": "new"})).status_code == 201


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("", "POST", {**NEW, "assignee_id": "anna"}),
        ("/INC-1", "PATCH", {"assignee_id": "anna"}),
        ("/INC-1/updates", "POST", {"changes": {"assignee_id": "anna"}}),
    ],
)
async def test_the_service_gets_the_rights_of_the_assignee(
    gateway: World, path: str, method: str, body: dict[str, Any]
) -> None:
    await gateway.ask(method, f"/api/v1/tickets{path}", json=body)
    [(_, _, context)] = gateway.rpc.calls
    assert context.assignee == Viewer(id="anna", admin=True)
    await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"assignee_id": None, "state": "open"})
    assert gateway.rpc.calls[-1][2].assignee is None


async def test_an_assignee_who_got_a_role_by_another_gateway_a_moment_ago_is_taken(gateway: World) -> None:
    async def refresh() -> None:
        gateway.people.directory.put_user(person("rita", teams={"desk": "reply"}, version=2))
        del gateway.rpc.failures["tickets.update"]

    gateway.people.directory.refresh = refresh  # type: ignore[method-assign]
    gateway.rpc.failures["tickets.update"] = refuse(reasons.tickets.ASSIGNEE_CANNOT_ANSWER, pointer="/changes/x")
    answer = await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"assignee_id": "rita"})
    assert answer.status_code == 200
    sent = [context.assignee for _, _, context in gateway.rpc.calls]
    assert sent == [Viewer(id="rita"), Viewer(id="rita", teams={"desk": "reply"})]
    assert len({context.command_id for _, _, context in gateway.rpc.calls}) == 1


async def test_an_assignee_who_cannot_answer_is_refused(gateway: World) -> None:
    gateway.rpc.failures["tickets.update"] = refuse(
        reasons.tickets.ASSIGNEE_CANNOT_ANSWER, pointer="/changes/assignee_id"
    )
    answer = await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"assignee_id": "rita"})
    assert (answer.status_code, answer.json()["reason"]) == (422, "assignee_cannot_answer")
    assert answer.json()["errors"][0]["pointer"] == "/assignee_id"


async def test_requesters_do_not_learn_who_exists(gateway: World) -> None:
    gateway.rpc.failures["tickets.create"] = refuse(reasons.tickets.OTHER_REQUESTER_FOR_AGENTS_ONLY)
    for named in ("alf", "nobody"):
        answer = await gateway.ask("POST", "/api/v1/tickets", "rita", json={**NEW, "requester_id": named})
        assert answer.status_code == 403


async def test_a_request_stays_on_the_event_loop(gateway: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI would run a dependency that is a plain function in a thread, which costs more than the rest of a
    request."""

    async def refusing(call: Any, *_: Any, **__: Any) -> None:
        raise AssertionError(f"{call} runs in a thread")

    monkeypatch.setattr("fastapi.dependencies.utils.run_in_threadpool", refuse)
    monkeypatch.setattr("fastapi.routing.run_in_threadpool", refuse)
    patched = await gateway.ask("PATCH", "/api/v1/tickets/INC-1", json={"title": "VPN"}, headers={"If-Match": '"1"'})
    administrators = await gateway.ask("GET", "/api/v1/search/status", "anna")
    assert (patched.status_code, administrators.status_code) == (200, 200)


async def test_fields_that_are_left_out_come_from_the_requesters_profile(gateway: World) -> None:
    """They are sent beside the command, so that the command stays what the caller sent."""
    gateway.people.directory.put_user(person("rita", location="Building 7", version=2))
    gateway.people.directory.put_user(person("alf", teams={"desk": "manage"}, location="Building 8", version=2))
    await gateway.ask("POST", "/api/v1/tickets", "rita", json=NEW)
    assert gateway.rpc.sent("tickets.create") == {"command": NEW, "defaults": {"location": "Building 7"}}
    await gateway.ask("POST", "/api/v1/tickets", "alf", json=NEW | {"requester_id": "rita"})
    assert gateway.rpc.sent("tickets.create")["defaults"] == {"location": "Building 7"}
    for own in ({"location": "Canteen"}, {"location": None}, {"channel": "import"}):
        await gateway.ask("POST", "/api/v1/tickets", "alf", json=NEW | own)
        assert gateway.rpc.sent("tickets.create") == {"command": NEW | own}
