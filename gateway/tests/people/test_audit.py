"""The history of the records that the gateway keeps, and how to restore an earlier state."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.actions import audit
from gateway.actions.caller import Caller
from gateway.kit.context import Origin
from gateway.kit.credential import Credential
from gateway.people import reads
from gateway.people.models import UpdateOrganisation
from gateway.people.usecases import organisation
from trackline_schemas.errors import ServiceError
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery
from trackline_schemas.viewer import Viewer

from .conftest import PASSWORD, Gateway
from .test_organisation import fresh

ROOT = Viewer(id="root", admin=True)
Headers = dict[str, str]


class NoRecords:
    async def changes(self, context: Any, query: Any) -> Page[Any]:
        return Page(items=[])

    async def find_change(self, context: Any, query: Any) -> None: ...


@pytest.fixture
def parts(gateway: Gateway) -> Any:
    return SimpleNamespace(people=gateway.people, records=NoRecords())


async def list_changes(parts: Any, **query: Any) -> list[Any]:
    page = await audit.changes(parts, _caller(), ChangesQuery.model_validate(query))
    return page.items


async def test_each_change_is_there_at_once_with_before_and_after(gateway: Gateway, admin: Headers, parts: Any) -> None:
    team = await gateway.make_team(admin, "Network")
    await gateway.client.patch(f"/api/v1/teams/{team['id']}", json={"name": "LAN"}, headers=admin)
    newest, first = await list_changes(parts, record_id=team["id"])
    assert (newest.kind, newest.name, newest.version, newest.changes) == (
        "team",
        "LAN",
        2,
        {"name": ("Network", "LAN")},
    )
    flags = {"confidential": (None, False), "active": (None, True), "replies_assign": (None, True)}
    assert first.changes == {"name": (None, "Network"), **flags}
    me = (await gateway.client.get("/api/v1/users/me", headers=admin)).json()
    assert {newest.actor_id, first.actor_id} == {me["id"]}


async def test_no_change_shows_a_secret(gateway: Gateway, admin: Headers, parts: Any) -> None:
    user = await gateway.make_user(admin, name="Bea")
    await gateway.client.patch(f"/api/v1/users/{user['id']}", json={"phone": "12"}, headers=admin)
    new = {"password": "another unrelated sentence"}
    await gateway.client.put(f"/api/v1/users/{user['id']}/password", json=new, headers=admin)
    password, phone, first = await list_changes(parts, record_id=user["id"])
    assert (password.changes, audit.is_password(password), audit.is_restorable(password)) == ({}, True, False)
    assert (phone.changes, audit.is_restorable(phone)) == ({"phone": (None, "12")}, True)
    text = "".join(one.model_dump_json() for one in (password, phone, first))
    assert "hash" not in text
    assert PASSWORD not in text
    assert "argon2" not in text


async def test_restoring_is_an_update_with_a_change_of_its_own(gateway: Gateway, admin: Headers, parts: Any) -> None:
    team = await gateway.make_team(admin, "Network")
    await gateway.client.patch(f"/api/v1/teams/{team['id']}", json={"name": "LAN"}, headers=admin)
    newest, first = await list_changes(parts, record_id=team["id"])
    with pytest.raises(ServiceError) as stale:
        await audit.restore(parts, _caller(), newest.id, 1)
    assert stale.value.code == "version_conflict"
    await audit.restore(parts, _caller(), newest.id, 2)
    assert (await reads.get_team(gateway.people, team["id"])).name == "Network"
    assert (await list_changes(parts, record_id=team["id"]))[0].changes == {"name": ("LAN", "Network")}
    with pytest.raises(ServiceError) as first_one:
        await audit.restore(parts, _caller(), first.id, 3)
    assert first_one.value.reason == "nothing_to_undo"


async def test_the_first_changes_of_the_organisation_go_back_to_the_defaults(gateway: Gateway, parts: Any) -> None:
    for given in ({"language": "de"}, {"name": "Harbour"}):
        await organisation.update(gateway.people, UpdateOrganisation.model_validate(given), None, fresh())
    named, first = await list_changes(parts, kinds=["organisation"])
    assert (first.version, first.created, first.changes) == (1, False, {"language": ("en", "de")})
    for change in (named, first):
        await audit.restore(parts, _caller(), change.id, None)
    now = await reads.get_organisation(gateway.people)
    assert (now.version, now.name, now.language, now.site) == (4, None, "en", "Trackline")


async def test_a_change_of_the_organisation_from_an_earlier_release_goes_back_too(
    gateway: Gateway, parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await organisation.update(gateway.people, UpdateOrganisation(language="de"), None, fresh())
    (first,) = await list_changes(parts, kinds=["organisation"])

    async def find(*_: Any) -> Any:
        return first.model_copy(update={"changes": {"language": (None, "de"), "name": (None, "Harbour")}})

    monkeypatch.setattr(audit, "find", find)
    await audit.restore(parts, _caller(), first.id, None)
    assert (await reads.get_organisation(gateway.people)).language == "en"


async def test_pages_follow_one_another_over_all_kinds(gateway: Gateway, admin: Headers, parts: Any) -> None:
    for name in ("Network", "Hardware", "Software"):
        await gateway.make_team(admin, name)
        await asyncio.sleep(0.002)
    await gateway.make_user(admin, name="Bea")
    whole = await list_changes(parts)
    seen, after = [], None
    for _ in range(len(whole)):
        page = await audit.changes(parts, _caller(), ChangesQuery(size=1, after=after))
        seen += page.items
        after = page.after
    assert ([one.id for one in seen], after) == ([one.id for one in whole], None)
    assert {one.kind for one in whole} == {"team", "user"}
    assert {one.kind for one in await list_changes(parts, kinds=["user"])} == {"user"}


async def test_only_administrators_read_the_changes(parts: Any) -> None:
    with pytest.raises(ServiceError) as refused:
        await audit.changes(parts, _caller(Viewer(id="ines")), ChangesQuery())
    assert refused.value.code == "forbidden"


def _caller(viewer: Viewer = ROOT) -> Caller:
    person: Any = SimpleNamespace(id=viewer.id)
    return Caller(person, viewer, Origin("r1", None, 10.0), Credential("token", "", "admin"))
