"""Drafts of imports of people: keys, changes at the same moment, and the titles of columns."""

import asyncio
from base64 import b64encode
from dataclasses import replace
from typing import Any, Literal
from unicodedata import normalize
from uuid import uuid4

import pytest

from gateway.kit.mongo import Database, Document
from gateway.people import reads
from gateway.people.models import UpdatePeopleImport
from gateway.people.usecases import people_import
from gateway.people.usecases.ports import ImportStore
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

from .conftest import Gateway
from .test_people_import import Headers, create_draft, people, run_import


async def test_the_same_key_is_the_same_draft(gateway: Gateway, admin: Headers) -> None:
    headers = {**admin, "Idempotency-Key": "one"}
    drafts = await asyncio.gather(create_draft(gateway, headers, people(2)), create_draft(gateway, headers, people(2)))
    assert drafts[0]["id"] == drafts[1]["id"]


@pytest.mark.parametrize(
    "other",
    [
        {"csv": people(3)},
        {"csv": people(2) + " "},
        {"csv": people(2), "invite": True},
        {"csv": people(2), "mapping": {"name": "Name", "email": "E-Mail"}},
        {"file": b64encode(people(2).encode()).decode()},
    ],
)
async def test_the_same_key_with_another_body_is_refused(
    gateway: Gateway, admin: Headers, other: dict[str, Any]
) -> None:
    headers, url = {**admin, "Idempotency-Key": "one"}, "/api/v1/imports/people"
    first = await create_draft(gateway, headers, people(2))
    refused = await gateway.client.post(url, json=other, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    again = await create_draft(gateway, headers, people(2))
    assert (again["id"], again["rows"]) == (first["id"], 2)


async def test_a_repeat_finds_a_draft_of_the_release_before(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    headers = {**admin, "Idempotency-Key": "one"}
    draft = await create_draft(gateway, headers, people(2))
    gone = {"create_hash": "", "version": "", "doubts": ""}
    await database["people_imports"].update_one({"_id": draft["id"]}, {"$unset": gone})
    assert (await create_draft(gateway, headers, people(2)))["id"] == draft["id"]
    url = f"/api/v1/imports/people/{draft['id']}"
    for _ in range(2):
        assert (await gateway.client.patch(url, json={"invite": True}, headers=admin)).status_code == 200


class Between:
    """A store in which somebody else changes the draft between the reading and the writing of each change."""

    def __init__(self, store: ImportStore, gateway: Gateway, command: UpdatePeopleImport, times: int = 1) -> None:
        self._store, self._gateway, self._command, self._times = store, gateway, command, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def change_draft(self, draft: Document, fields: Document) -> bool:
        if self._times:
            self._times -= 1
            flipped = self._command.model_copy(update={"invite": bool(self._times % 2)})
            await people_import.update(self._gateway.people, draft["_id"], flipped)
        return await self._store.change_draft(draft, fields)


async def polish_draft(gateway: Gateway, admin: Headers) -> str:
    content = "Name;E-Mail;Büro\nŁukasz;l@example.org;Łódź\n".encode("cp1250")
    body = {"file": b64encode(content).decode(), "encoding": "cp1250"}
    made = await gateway.client.post("/api/v1/imports/people", json=body, headers=admin)
    key: str = made.json()["id"]
    return key


ALL = {"name": "Name", "email": "E-Mail", "location": "Büro"}


OTHER = {"name": "Büro", "email": "E-Mail"}


@pytest.mark.parametrize("mine", [{"encoding": "cp1251"}, {"encoding": "cp866", "invite": True}])
@pytest.mark.parametrize("theirs", [{"mapping": OTHER}, {"encoding": "cp1251", "mapping": OTHER, "multiline": True}])
async def test_changes_at_the_same_moment_are_all_kept(
    gateway: Gateway, admin: Headers, mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    key = await polish_draft(gateway, admin)
    store: Any = Between(gateway.people.imports, gateway, UpdatePeopleImport(**theirs))
    await people_import.update(replace(gateway.people, imports=store), key, UpdatePeopleImport(**mine))
    shown = await reads.get_people_import(gateway.people, key)
    assert shown.encoding == mine["encoding"]
    assert {field: shown.columns.index(column) for field, column in shown.mapping.items()} == {"name": 2, "email": 1}
    assert (await run_import(gateway, admin, key))["created"] == 1


async def test_a_mapping_of_titles_that_have_other_letters_by_now_is_refused(gateway: Gateway, admin: Headers) -> None:
    key = await polish_draft(gateway, admin)
    store: Any = Between(gateway.people.imports, gateway, UpdatePeopleImport(encoding="cp1251"))
    with pytest.raises(ServiceError, match="no column “Büro”"):
        await people_import.update(replace(gateway.people, imports=store), key, UpdatePeopleImport(mapping=ALL))
    assert (await run_import(gateway, admin, key))["created"] == 1


async def test_a_start_sees_the_columns_that_were_taken_away_at_the_same_moment(
    gateway: Gateway, admin: Headers
) -> None:
    key = await polish_draft(gateway, admin)
    store: Any = Between(gateway.people.imports, gateway, UpdatePeopleImport(mapping={"name": "Name"}))
    context = CallContext(viewer=Viewer(id="somebody"), request_id="r", command_id=str(uuid4()), key_sent=False)
    with pytest.raises(ServiceError, match="which column holds the email"):
        await people_import.start(replace(gateway.people, imports=store), key, context)
    assert (await reads.get_people_import(gateway.people, key)).state == "draft"


async def test_somebody_who_is_always_late_is_told_so(gateway: Gateway, admin: Headers) -> None:
    key = await polish_draft(gateway, admin)
    store: Any = Between(gateway.people.imports, gateway, UpdatePeopleImport(), times=100)
    with pytest.raises(ServiceError, match="Too many changes") as caught:
        await people_import.update(replace(gateway.people, imports=store), key, UpdatePeopleImport(multiline=True))
    assert caught.value.code == "conflict"


TITLES = ["Büro", "Straße und Räume", "각 과", "e" + "\u0301" * 40]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("title", TITLES)
async def test_a_column_is_found_however_its_title_is_composed(
    gateway: Gateway, admin: Headers, title: str, form: Literal["NFC", "NFD"]
) -> None:
    text = normalize(form, f"Name;E-Mail;{title}\nBea;b@example.org;Köln\n")
    body = {"file": b64encode(text.encode()).decode()}
    draft = (await gateway.client.post("/api/v1/imports/people", json=body, headers=admin)).json()
    url, last = f"/api/v1/imports/people/{draft['id']}", draft["columns"][2]
    for sent in (last, normalize("NFC", title), normalize("NFD", title)):
        mapping = {"name": "Name", "email": "E-Mail", "location": sent}
        answer = await gateway.client.patch(url, json={"mapping": mapping}, headers=admin)
        assert (answer.status_code, answer.json().get("mapping", {}).get("location")) == (200, last)
    made = await gateway.client.post(
        "/api/v1/imports/people", json={**body, "mapping": {**draft["mapping"], "location": title}}, headers=admin
    )
    assert made.status_code == 201
    assert (await run_import(gateway, admin, draft["id"]))["created"] == 1


@pytest.mark.parametrize("sent", ["Büro  Ort", " Büro Ort ", "Büro\u00a0Ort", "\ufeffBu\u0308ro\tOrt"])
async def test_a_column_is_found_with_the_blanks_that_its_file_has(gateway: Gateway, admin: Headers, sent: str) -> None:
    draft = await create_draft(gateway, admin, f"Name;E-Mail;{sent}\nBea;b@example.org;Köln\n")
    mapping = {"name": "Name", "email": "E-Mail", "location": sent}
    url = f"/api/v1/imports/people/{draft['id']}"
    answer = await gateway.client.patch(url, json={"mapping": mapping}, headers=admin)
    assert (answer.status_code, answer.json().get("mapping", {}).get("location")) == (200, "Büro Ort")


async def test_a_column_of_a_draft_of_the_release_before_is_found(
    gateway: Gateway, admin: Headers, database: Database
) -> None:
    draft = await create_draft(gateway, admin, "Name;E-Mail;Büro\nBea;b@example.org;Köln\n")
    columns = [normalize("NFD", column) for column in draft["columns"]]
    mapping = {field: normalize("NFD", column) for field, column in draft["mapping"].items()}
    fields = {"columns": columns, "mapping": mapping}
    await database["people_imports"].update_one({"_id": draft["id"]}, {"$set": fields})
    url = f"/api/v1/imports/people/{draft['id']}"
    answer = await gateway.client.patch(url, json={"mapping": mapping}, headers=admin)
    assert (answer.status_code, answer.json()["mapping"]) == (200, mapping)
    assert (await run_import(gateway, admin, draft["id"]))["created"] == 1
