"""The audit log over HTTP, with fake services."""

import asyncio
from typing import Any

import pytest

from gateway.clients.records import RecordsClient
from trackline_schemas.base import Command
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.records import ChangesQuery
from trackline_schemas.viewer import Viewer

from ..portal.mailing import Mailing
from .fakes import FakeRpc
from .gateways import World

AUDIT = "/api/v1/audit"
MAIL = "/api/v1/settings/mail"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", AUDIT), ("POST", f"{AUDIT}/t1:00000002/restore"), ("GET", "/api/v1/teams/desk/used-by")],
)
async def test_only_administrators_may_read_it(gateway: World, method: str, path: str) -> None:
    for who in ("rita", "alf"):
        assert (await gateway.ask(method, path, who, json=None)).status_code == 403


async def test_the_query_reaches_the_service(gateway: World) -> None:
    answer = await gateway.ask(
        "GET", f"{AUDIT}?kind=category&actor_id=anna&since=2026-01-01T00:00:00Z&page[size]=5", "anna"
    )
    assert answer.json() == {"data": [], "meta": {"has_more": False}, "links": {"next": None}}
    query = gateway.rpc.sent("tickets.record_changes")["query"]
    assert (query["kinds"], query["actor_id"], query["size"]) == (["category"], "anna", 5)


async def test_an_unknown_change_is_not_found(gateway: World) -> None:
    answer = await gateway.ask("POST", f"{AUDIT}/t1:00000002/restore", "anna")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def change(id: str, minute: int, **fields: Any) -> dict[str, Any]:
    record_id, _, version = id.rpartition(":")
    return {
        "id": id, "kind": "category", "record_id": record_id, "name": "", "version": int(version),
        "at": f"2026-03-02T09:{minute:02d}:00Z", "actor_id": "anna", "changes": {}, **fields,
    }  # fmt: skip


async def test_every_service_that_keeps_a_kind_is_asked_and_the_newest_come_first(gateway: World) -> None:
    gateway.rpc.answers["tickets.record_changes"] = {"items": [change("c1:2", 5), change("c1:1", 1)], "after": None}
    gateway.rpc.answers["notifications.record_changes"] = {"items": [change("mail:2", 3, kind="mail_settings")]}
    answer = (await gateway.ask("GET", AUDIT, "anna")).json()
    assert [one["id"] for one in answer["data"]] == ["c1:2", "mail:2", "c1:1"]
    short = (await gateway.ask("GET", f"{AUDIT}?page[size]=2", "anna")).json()
    assert ([one["id"] for one in short["data"]], short["meta"]["has_more"]) == (["c1:2", "mail:2"], True)


async def test_a_service_that_is_down_fails_the_list_unless_it_is_of_other_kinds(gateway: World) -> None:
    gateway.rpc.failures["notifications.record_changes"] = refuse(
        reasons.bus.SERVICE_NOT_RUNNING, service="notifications"
    )
    answer = await gateway.ask("GET", AUDIT, "anna")
    assert (answer.status_code, answer.json()["params"]) == (503, {"service": "notifications"})
    for kind in ("category", "team"):
        assert (await gateway.ask("GET", f"{AUDIT}?kind={kind}", "anna")).status_code == 200
    assert (await gateway.ask("GET", f"{AUDIT}?kind=mail_settings", "anna")).status_code == 503


@pytest.mark.parametrize(("down", "kind", "owner"), [
    ("notifications", "category", "tickets"), ("tickets", "mail_settings", "notifications"),
])  # fmt: skip
async def test_a_change_is_restored_while_another_service_is_down(
    gateway: World, down: str, kind: str, owner: str
) -> None:
    gateway.rpc.failures[f"{down}.record_changes"] = refuse(reasons.bus.SERVICE_NOT_RUNNING, service=down)
    page = {"items": [change("c1:00000002", 5, kind=kind, changes={})], "after": None}
    gateway.rpc.answers[f"{owner}.record_changes"] = page
    gateway.rpc.answers["notifications.update_record"] = {"id": "c1", "version": 3}
    answer = await gateway.ask("POST", f"{AUDIT}/c1:00000002/restore", "anna")
    assert answer.status_code == 204, answer.text
    assert gateway.rpc.sent(f"{owner}.update_record")["id"] == "c1"


async def test_a_change_may_be_with_a_service_that_is_down(gateway: World) -> None:
    gateway.rpc.failures["tickets.record_changes"] = refuse(reasons.bus.SERVICE_NOT_RUNNING, service="tickets")
    answer = await gateway.ask("POST", f"{AUDIT}/c1:00000002/restore", "anna")
    assert (answer.status_code, answer.json()["params"]) == (503, {"service": "tickets"})


async def test_a_change_is_found_without_waiting_for_a_service_that_does_not_answer() -> None:
    class Stuck(FakeRpc):
        async def call(self, service: str, *others: Any, **more: Any) -> Any:
            if service == "notifications":
                await asyncio.Event().wait()
            return await super().call(service, *others, **more)

    rpc = Stuck()
    rpc.answers["tickets.record_changes"] = {"items": [change("c1:00000002", 5)], "after": None}
    asked = RecordsClient(rpc).find_change(CallContext(), ChangesQuery(ids=["c1:00000002"]))
    found = await asyncio.wait_for(asked, 60)
    assert found
    assert found.record_id == "c1"


async def test_mail_settings_come_and_go_back_without_their_password(gateway: World) -> None:
    mailing, context = Mailing(), CallContext(viewer=Viewer(id="anna", admin=True))
    for method in ("mail_settings", "update_mail_settings", "record_changes", "update_record"):
        gateway.rpc.answers[f"notifications.{method}"] = served(mailing, method, context)
    said = []

    async def ask(method: str, path: str, status: int = 200, **kwargs: Any) -> Any:
        answer = await gateway.ask(method, path, "anna", **kwargs)
        assert answer.status_code == status, answer.text
        said.append(answer.text + str(answer.headers))
        if answer.status_code == 200 and path == MAIL:
            assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
        return answer.json() if answer.content else None

    sent = {"smtp_url": "smtp://desk:s3cret@mail.example.org:587"}
    made = await ask("PATCH", MAIL, json=sent, headers={"If-Match": '"1"'})
    assert (made["server"], made["has_password"], made["version"]) == ("smtp://desk@mail.example.org:587", True, 2)
    await ask("PATCH", MAIL, 412, json=sent, headers={"If-Match": '"1"'})
    assert (await ask("GET", MAIL))["version"] == 2
    await ask("PATCH", MAIL, json={"smtp_url": None, "mail_from": "Help <help@example.org>"})
    newest, first = (await ask("GET", f"{AUDIT}?kind=mail_settings"))["data"]
    server = {"url": "smtp://desk@mail.example.org:587", "has_password": True, "password_set_at": first["at"]}
    assert first["changes"] == {"server": [None, server]}
    assert newest["changes"] == {"server": [server, None], "mail_from": [None, "Help <help@example.org>"]}
    problem = await ask("POST", f"{AUDIT}/{newest['id']}/restore", 409, headers={"If-Match": '"3"'})
    assert (problem["code"], problem["reason"]) == ("conflict", "password_not_kept")
    await ask("POST", f"{AUDIT}/{first['id']}/restore", 204, headers={"If-Match": '"3"'})
    assert "s3cret" not in "".join(said)


def served(mailing: Mailing, method: str, context: CallContext) -> Any:
    answer = getattr(mailing, f"_notifications_{method}")
    models: dict[str, type[Command]] = {"command": UpdateMailSettings, "query": ChangesQuery}

    def call(arguments: dict[str, Any]) -> Any:
        parsed = {name: model.model_validate(arguments[name]) for name, model in models.items() if name in arguments}
        return answer(context, **arguments | parsed)

    return call
