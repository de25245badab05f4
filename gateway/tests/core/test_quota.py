"""What one person may write and upload."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from gateway.actions import quota
from gateway.actions.quota import STAFF, Quota
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.viewer import Viewer

from .gateways import World, world
from .test_action_rights import KEPT_BY_SERVICES, caller_of

MOST = 3
NEW = {"title": "VPN drops", "description": "Every hour."}
WRITES = {
    "ticket": ("POST", "/api/v1/tickets", NEW),
    "comment": ("POST", "/api/v1/tickets/INC-1/comments", {"text": "Still.", "visibility": "public"}),
    "change": ("PATCH", "/api/v1/tickets/INC-1", {"title": "VPN"}),
    "article": ("POST", "/api/v1/articles", {"title": "VPN", "body": "Restart."}),
}


@pytest.fixture
async def narrow() -> AsyncIterator[World]:
    async with world(writes_per_hour=MOST, uploads_per_hour=2, stored_bytes_per_person=100) as built:
        yield built


async def write(narrow: World, kind: str, who: str = "rita") -> httpx.Response:
    method, path, body = WRITES[kind]
    return await narrow.ask(method, path, who, json=body)


@pytest.mark.parametrize("kind", WRITES)
async def test_a_person_makes_only_so_many_changes_within_an_hour(narrow: World, kind: str) -> None:
    for _ in range(MOST):
        assert (await write(narrow, kind)).is_success
    before = len(narrow.rpc.calls)
    answer = await write(narrow, kind)
    assert (answer.status_code, answer.json()["reason"]) == (429, "too_many_writes")
    assert answer.json()["params"] == {"most": MOST}
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert len(narrow.rpc.calls) == before


async def test_all_kinds_of_changes_count_together(narrow: World) -> None:
    answers = [(await write(narrow, kind)).status_code for kind in WRITES]
    assert answers.count(429) == 1


class UsedUp(Quota):
    def __init__(self) -> None: ...

    def count(self, viewer: Viewer, operation: str) -> None:
        raise refuse(reasons.requests.TOO_MANY_WRITES, most=MOST)


# Undoing is an update, and the fakes have nothing to undo.
@pytest.mark.parametrize("name", sorted(KEPT_BY_SERVICES.keys() - {"undo.take_back"}))
async def test_every_action_that_writes_counts(gateway: World, name: str) -> None:
    rita = replace(caller_of(gateway, "rita"), quota=UsedUp())
    with pytest.raises(ServiceError) as refused:
        await KEPT_BY_SERVICES[name](gateway.app.state.parts, rita)
    assert refused.value.reason == "too_many_writes"
    assert not any(context.command_id for _, _, context in gateway.rpc.calls)


async def test_reading_goes_on_and_others_are_not_concerned(narrow: World) -> None:
    for _ in range(MOST + 1):
        await write(narrow, "ticket")
    assert (await narrow.ask("GET", "/api/v1/tickets", "rita")).is_success
    assert (await narrow.ask("POST", "/api/v1/notifications/read", "rita", json={})).is_success
    assert (await write(narrow, "ticket", "alf")).is_success


async def test_agents_may_do_more(narrow: World) -> None:
    answers = [(await write(narrow, "ticket", "alf")).status_code for _ in range(MOST * STAFF + 1)]
    assert answers == [201] * (MOST * STAFF) + [429]


async def test_administrators_import_whole_systems(narrow: World) -> None:
    answers = {(await write(narrow, "ticket", "anna")).status_code for _ in range(MOST * STAFF + 1)}
    assert answers == {201}


async def test_an_hour_later_it_begins_anew(narrow: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MOST + 1):
        await write(narrow, "ticket")
    later = time.monotonic() + quota.WINDOW
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert (await write(narrow, "ticket")).status_code == 201


async def upload(narrow: World, content: bytes, key: str, who: str = "rita") -> httpx.Response:
    return await narrow.ask("POST", "/api/v1/files?name=a.txt", who, content=content, headers={"Idempotency-Key": key})


async def test_a_person_uploads_only_so_many_files_within_an_hour(narrow: World) -> None:
    for key in "ab":
        assert (await upload(narrow, b"x", key)).status_code == 201
    answer = await upload(narrow, b"x", "c")
    assert (answer.status_code, answer.json()["reason"]) == (429, "too_many_uploads")
    assert int(answer.headers["Retry-After"]) > 0
    assert (await upload(narrow, b"x", "c", "alf")).status_code == 201


async def test_the_files_of_a_person_have_one_limit_together(narrow: World) -> None:
    assert (await upload(narrow, b"x" * 60, "a")).status_code == 201
    answer = await upload(narrow, b"x" * 60, "b")
    assert (answer.status_code, answer.json()["reason"]) == (413, "storage_full")
    assert (await upload(narrow, b"x" * 40, "b")).status_code == 201
    assert (await upload(narrow, b"x" * 60, "a")).status_code == 201
    assert (await upload(narrow, b"x" * 60, "b", "alf")).status_code == 201
