"""The import of people from a file, over the API."""

import csv
import io
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from gateway.kit.mongo import Database, Document
from gateway.kit.settings import Settings
from gateway.people import reads
from gateway.people.models import CreateUser
from gateway.people.usecases import user
from gateway.people.usecases.people_import_run import run_one
from gateway.people.usecases.ports import ImportStore, Ports
from trackline_schemas.context import CallContext

from .conftest import Gateway, eventually, gateway_of
from .fakes import Crash

Headers = dict[str, str]
BAD = 12


def people(rows: int = 200, mended: bool = False) -> str:
    """Returns a CSV file. Every 17th row has no mail address (12 of 200), unless it is `mended`."""
    bad = set() if mended else set(range(10, 10 + 17 * BAD, 17))
    lines = [f"Person {n:03},{'' if n in bad else f'p{n}@example.org'},Dept {n % 5}" for n in range(rows)]
    return "\n".join(["Name,E-Mail,Department", *lines])


async def create_draft(gateway: Gateway, headers: Headers, text: str, **fields: Any) -> dict[str, Any]:
    answer = await gateway.client.post("/api/v1/imports/people", json={"csv": text, **fields}, headers=headers)
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


async def run_import(gateway: Gateway, headers: Headers, import_id: str, end: str = "done") -> dict[str, Any]:
    url = f"/api/v1/imports/people/{import_id}"
    assert (await gateway.client.post(f"{url}/start", headers=headers)).status_code == 202

    async def done() -> dict[str, Any] | None:
        now: dict[str, Any] = (await gateway.client.get(url, headers=headers)).json()
        return now if now["state"] == end else None

    found: dict[str, Any] = await eventually(done, 30)
    return found


def figures(found: dict[str, Any]) -> tuple[int, int, int, int]:
    return found["rows"], found["created"], found["known"], found["failed"]


async def test_good_rows_are_imported_and_the_corrected_file_adds_only_the_missing_ones(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    draft = await create_draft(gateway, admin, people())
    assert (draft["state"], figures(draft)) == ("draft", (200, 188, 0, 12))
    assert draft["problems"][0] == {
        "row": 12,
        "field": "email",
        "code": "missing_email",
        "detail": "The email address is missing.",
    }
    assert await database["users"].count_documents({}) == 1
    first = await run_import(gateway, admin, draft["id"])
    assert (figures(first), first["done"]) == ((200, 188, 0, 12), 200)
    assert await database["users"].count_documents({}) == 189
    mend = await gateway.client.get(f"/api/v1/imports/people/{draft['id']}/unfinished.csv", headers=admin)
    rows = list(csv.reader(io.StringIO(mend.text)))
    assert (len(rows), rows[1]) == (13, ["Person 010", "", "Dept 0", "The email address is missing."])
    again = await create_draft(gateway, admin, people(mended=True))
    assert figures(again) == (200, 12, 188, 0)
    assert figures(await run_import(gateway, admin, again["id"])) == (200, 12, 188, 0)
    assert await database["users"].count_documents({}) == 201


async def test_columns_are_chosen_by_hand_if_they_cannot_be_guessed(gateway: Gateway, admin: Headers) -> None:
    draft = await create_draft(gateway, admin, "who,where to\nBea,bea@example.org")
    url = f"/api/v1/imports/people/{draft['id']}"
    assert (draft["mapping"], draft["created"]) == ({}, 0)
    refused = await gateway.client.post(f"{url}/start", headers=admin)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/mapping/name")
    for mapping in ({"name": "whom"}, {"shoe": "who"}):
        answer = await gateway.client.patch(url, json={"mapping": mapping}, headers=admin)
        assert answer.status_code == 422
    changed = await gateway.client.patch(url, json={"mapping": {"name": "who", "email": "where to"}}, headers=admin)
    assert changed.json()["created"] == 1
    assert (await run_import(gateway, admin, draft["id"]))["created"] == 1
    late = await gateway.client.patch(url, json={"invite": True}, headers=admin)
    assert late.status_code == 409


async def test_a_file_comes_in_its_own_encoding(gateway: Gateway, admin: Headers, database: Database) -> None:
    content = "Name;E-mail\nŁukasz;l@example.org\n".encode("cp1250")
    url, file = "/api/v1/imports/people", b64encode(content).decode()
    refused = await gateway.client.post(url, json={"file": file}, headers=admin)
    assert (refused.status_code, refused.json()["errors"][0]["reason"]) == (422, "not_a_csv_file")
    made = await gateway.client.post(url, json={"file": file, "encoding": "cp1254"}, headers=admin)
    draft = made.json()
    assert (made.status_code, draft["encoding"], draft["created"]) == (201, "cp1254", 1)
    again = await gateway.client.patch(f"{url}/{draft['id']}", json={"encoding": "cp1250"}, headers=admin)
    assert (again.json()["encoding"], again.json()["created"]) == ("cp1250", 1)
    await run_import(gateway, admin, draft["id"])
    found = await database["users"].find_one({"emails": "l@example.org"})
    assert found is not None
    assert found["name"] == "Łukasz"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"csv": "name,mail\nBea,b@x.org", "file": "bmFtZSxtYWlsCkJlYSxiQHgub3Jn"},
        {"csv": "name,mail\nBea,b@x.org", "encoding": "cp1250"},
        {"file": "bmFtZSxtYWlsCkJlYSxiQHgub3Jn", "encoding": "base64"},
        {"file": "no base 64!"},
    ],
)
async def test_text_or_a_file_is_sent(gateway: Gateway, admin: Headers, wrong: dict[str, str]) -> None:
    answer = await gateway.client.post("/api/v1/imports/people", json=wrong, headers=admin)
    assert answer.status_code == 422


async def test_what_came_as_text_has_no_encoding(gateway: Gateway, admin: Headers) -> None:
    draft = await create_draft(gateway, admin, people(2))
    assert draft["encoding"] is None
    url = f"/api/v1/imports/people/{draft['id']}"
    answer = await gateway.client.patch(url, json={"encoding": "cp1250"}, headers=admin)
    assert answer.json()["errors"][0]["reason"] == "import_has_no_file"


async def test_a_whole_file_of_5000_people_may_come_over_the_api(gateway: Gateway, admin: Headers) -> None:
    text = "\n".join(f"{line},{'x' * 300}" for line in people(5000, mended=True).splitlines())
    draft = await create_draft(gateway, admin, text)
    assert draft["created"] == 5000


async def test_a_row_that_looks_like_several_is_allowed(gateway: Gateway, admin: Headers) -> None:
    draft = await create_draft(gateway, admin, 'name,email,notes\nA,a@x.org,"boss\nB,b@x.org"\n')
    assert figures(draft) == (1, 0, 0, 1)
    url = f"/api/v1/imports/people/{draft['id']}"
    changed = await gateway.client.patch(url, json={"multiline": True}, headers=admin)
    assert (figures(changed.json()), changed.json()["multiline"]) == ((1, 1, 0, 0), True)


async def test_invitations_go_to_those_who_were_imported(gateway: Gateway, admin: Headers, database: Database) -> None:
    await gateway.make_user(admin, emails=["bea@example.org"])
    draft = await create_draft(gateway, admin, "name,email\nBea,bea@example.org\nBen,ben@example.org", invite=True)
    await run_import(gateway, admin, draft["id"])
    ben = await database["users"].find_one({"emails": "ben@example.org"})
    assert ben is not None
    assert [row["user_id"] for row in await database["links"].find({}).to_list(None)] == [ben["_id"]]


async def test_only_administrators_import_people(gateway: Gateway, admin: Headers) -> None:
    draft = await create_draft(gateway, admin, people(2))
    await gateway.make_user(admin, emails=["bea@example.org"])
    bea = await gateway.sign_in("bea@example.org")
    url = f"/api/v1/imports/people/{draft['id']}"
    assert (await gateway.client.post("/api/v1/imports/people", json={"csv": "x"}, headers=bea)).status_code == 403
    for method, path in [("GET", url), ("POST", f"{url}/start"), ("GET", f"{url}/unfinished.csv")]:
        assert (await gateway.client.request(method, path, headers=bea)).status_code == 403


class DiesAtTheThirdSave:
    """The rows after the second save are imported, but the process is killed before it saves that."""

    def __init__(self, store: ImportStore) -> None:
        self._store = store
        self._saves = 0

    async def save_progress(self, key: str, holder: str, fields: Document) -> bool:
        self._saves += 1
        if self._saves == 3:
            raise Crash
        return await self._store.save_progress(key, holder, fields)


async def test_another_gateway_continues_the_import_of_a_killed_one(
    gateway: Gateway, admin: Headers, database: Database, settings: Settings
) -> None:
    draft = await create_draft(gateway, admin, people(50, mended=True))
    store: Any = DiesAtTheThirdSave(gateway.people.imports)
    await database["people_imports"].update_one(
        {"_id": draft["id"]},
        {"$set": {"state": "running", "holder": "me", "report": {**_nothing(), "problems": []}}},
    )
    document = await database["people_imports"].find_one({"_id": draft["id"]})
    assert document is not None
    with pytest.raises(Crash):
        await run_one(replace(gateway.people, imports=store), document)
    half = await reads.get_people_import(gateway.people, draft["id"])
    assert half.done == 20
    await database["people_imports"].update_one({"_id": draft["id"]}, {"$set": {"until": half.created_at}})

    async def done() -> bool:
        return (await reads.get_people_import(gateway.people, draft["id"])).state == "done"

    async with gateway_of(settings):
        await eventually(done, 20)
    assert await database["users"].count_documents({}) == 51
    report = await reads.get_people_import(gateway.people, draft["id"])
    assert (report.created, report.known, report.failed) == (50, 0, 0)


def _nothing() -> dict[str, int]:
    return {"done": 0, "created": 0, "known": 0, "failed": 0}


async def test_cells_that_a_spreadsheet_would_run_are_returned_as_text(gateway: Gateway, admin: Headers) -> None:
    draft = await create_draft(gateway, admin, "name,email,phone\n=1+1,,+49 30 1234")
    answer = await gateway.client.get(f"/api/v1/imports/people/{draft['id']}/unfinished.csv", headers=admin)
    assert answer.text.splitlines()[1].startswith("'=1+1,,'+49 30 1234,")
    again = await create_draft(gateway, admin, answer.text)
    repeated = await gateway.client.get(f"/api/v1/imports/people/{again['id']}/unfinished.csv", headers=admin)
    assert (again["columns"], repeated.content) == (["name", "email", "phone"], answer.content)


async def test_a_draft_of_the_release_before_is_still_read(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    draft = await create_draft(gateway, admin, "name;email\nBea;\nBen;ben@example.org")
    await database["people_imports"].update_one({"_id": draft["id"]}, {"$unset": {"form": "", "first": ""}})
    answer = await gateway.client.get(f"/api/v1/imports/people/{draft['id']}/unfinished.csv", headers=admin)
    assert answer.text.splitlines()[1] == "Bea,,The email address is missing."
    assert (await run_import(gateway, admin, draft["id"]))["created"] == 1


async def test_an_import_whose_row_raises_ends_with_a_reason(
    gateway: Gateway, admin: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = user.create

    async def fail(ports: Ports, account: CreateUser, context: CallContext) -> Any:
        if account.emails == ["p4@example.org"]:
            raise ZeroDivisionError
        return await create(ports, account, context)

    monkeypatch.setattr(user, "create", fail)
    draft = await create_draft(gateway, admin, people(8, mended=True))
    found = await run_import(gateway, admin, draft["id"], "failed")
    assert (figures(found), found["done"]) == ((8, 4, 0, 1), 4)
    assert [(one["row"], one["code"]) for one in found["problems"]] == [(6, "stopped")]
    assert "A fault of Trackline stopped the import here" in found["problems"][0]["detail"]
    rest = await gateway.client.get(f"/api/v1/imports/people/{draft['id']}/unfinished.csv", headers=admin)
    assert rest.text.splitlines()[1].startswith('Person 004,p4@example.org,Dept 4,"A fault of Trackline')


async def test_an_import_that_cannot_be_read_ends_with_a_reason(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    draft = await create_draft(gateway, admin, people(3, mended=True))
    running = {"state": "running", "until": datetime(2026, 1, 1, tzinfo=UTC), "report": {**_nothing(), "problems": []}}
    fields = {**running, "mapping": {"name": "Näme", "email": "E-Mail"}}
    await database["people_imports"].update_one({"_id": draft["id"]}, {"$set": fields})

    async def ended() -> bool:
        return (await reads.get_people_import(gateway.people, draft["id"])).state == "failed"

    await eventually(ended, 20)
    problem = (await reads.get_people_import(gateway.people, draft["id"])).problems[0]
    assert (problem.row, problem.code) == (2, "stopped")


async def test_an_import_goes_on_after_an_outage_of_the_store(
    gateway: Gateway, admin: Headers, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise PyMongoError

    draft = await create_draft(gateway, admin, people(3, mended=True))
    running = {"state": "running", "holder": "me", "report": {**_nothing(), "problems": []}}
    await database["people_imports"].update_one({"_id": draft["id"]}, {"$set": running})
    document = await database["people_imports"].find_one({"_id": draft["id"]})
    assert document is not None
    with monkeypatch.context() as patched:
        patched.setattr(user, "create", fail)
        with pytest.raises(PyMongoError):
            await run_one(gateway.people, document)
    assert (await reads.get_people_import(gateway.people, draft["id"])).state == "running"
    await run_one(gateway.people, document)
    report = await reads.get_people_import(gateway.people, draft["id"])
    assert (report.state, report.created) == ("done", 3)


async def test_words_that_may_be_others_are_told(gateway: Gateway, admin: Headers) -> None:
    file = b64encode("Name;E-Mail\nOğuz;o@example.org\n".encode("cp1254")).decode()
    made = await gateway.client.post("/api/v1/imports/people", json={"file": file}, headers=admin)
    draft = made.json()
    assert (draft["encoding"], draft["doubts"]) == (
        "cp1252",
        [{"word": "Oðuz", "other": "Oğuz", "encoding": "cp1254"}],
    )
    url = f"/api/v1/imports/people/{draft['id']}"
    again = await gateway.client.patch(url, json={"encoding": "cp1254"}, headers=admin)
    assert (again.json()["encoding"], again.json()["doubts"]) == ("cp1254", [])
