"""Importing tickets over HTTP."""

import copy
from typing import Any

import pytest

from gateway.api.ticket_imports import DEMO, HISTORY

from .gateways import World

PATH = "/api/v1/imports/tickets"


def history() -> dict[str, Any]:
    return copy.deepcopy(HISTORY["solved"]["value"] or {})


@pytest.fixture
def imported(gateway: World) -> World:
    gateway.rpc.answers["tickets.import_ticket"] = {"id": "t", "number": "INC-7", "version": 3, "added": 3}
    return gateway


async def test_the_documented_example_becomes_one_command(imported: World) -> None:
    answer = await imported.ask("POST", PATH, "anna", json=history())
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/tickets/INC-7")
    assert imported.rpc.sent("tickets.import_ticket")["command"]["steps"][2]["changes"] == {"state": "resolved"}


async def test_an_existing_ticket_answers_200(imported: World) -> None:
    imported.rpc.answers["tickets.import_ticket"] |= {"added": 1}
    assert (await imported.ask("POST", PATH, "anna", json=history())).status_code == 200


@pytest.mark.parametrize("who", ["rita", "alf"])
async def test_only_administrators_import(imported: World, who: str) -> None:
    assert (await imported.ask("POST", PATH, who, json=history())).status_code == 403


async def test_errors_point_to_unknown_people_and_teams(imported: World) -> None:
    body = history()
    body["steps"][0]["changes"]["team_id"] = "nowhere"
    body["steps"][1] |= {"actor_id": "nobody", "changes": {"assignee_id": "nobody"}}
    answer = await imported.ask("POST", PATH, "anna", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/steps/0/changes/team_id",
        "/steps/1/actor_id",
        "/steps/1/changes/assignee_id",
    ]


async def test_a_history_may_name_inactive_people_and_teams(imported: World) -> None:
    body = history()
    body["steps"][0]["changes"] |= {"team_id": "closed", "requester_id": "gone"}
    assert (await imported.ask("POST", PATH, "anna", json=body)).status_code == 201


async def test_a_ticket_must_be_opened_by_its_first_step(imported: World) -> None:
    body = history()
    del body["steps"][0]["changes"]["title"]
    answer = await imported.ask("POST", PATH, "anna", json=body)
    assert (answer.status_code, "must name title" in answer.text) == (422, True)


async def test_only_administrators_remove_a_source(gateway: World) -> None:
    gateway.rpc.answers["tickets.purge"] = {"removed": 100, "remaining": 200}
    path, body = "/api/v1/imports/purges", DEMO["demo"]["value"]
    assert (await gateway.ask("POST", path, "alf", json=body)).status_code == 403
    answer = await gateway.ask("POST", path, "anna", json=body)
    assert (answer.status_code, answer.json()) == (200, {"removed": 100, "remaining": 200})
    assert gateway.rpc.sent("tickets.purge") == {"command": {"source": "demo"}}
