"""Categories over the API and in the settings, with the real tickets service."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from .conftest import Portal

API = "/api/v1/categories"
SETTINGS = "/settings/categories"


async def ask(portal: Portal, method: str, path: str, who: str = "admin", **options: Any) -> httpx.Response:
    headers = {"X-CSRF-Token": "c5rf", "Cookie": f"trackline_session={who}", **options.pop("headers", {})}
    return await portal.client.request(method, path, headers=headers, **options)


@pytest.fixture
async def category_id(portal: Portal) -> str:
    made = await ask(portal, "POST", API, json={"name": "Cables", "team_id": "network"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Location"] == f"{API}/{made.json()['id']}"
    return str(made.json()["id"])


async def test_a_category_is_changed_only_from_the_version_that_was_seen(portal: Portal, category_id: str) -> None:
    path = f"{API}/{category_id}"
    seen = await ask(portal, "GET", path)
    assert seen.headers["ETag"] == '"1"'
    assert (await ask(portal, "GET", path, headers={"If-None-Match": '"1"'})).status_code == 304
    strict = {"If-Match": seen.headers["ETag"]}
    changed = await ask(portal, "PATCH", path, json={"name": "LAN"}, headers=strict)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    stale = await ask(portal, "PATCH", path, json={"name": "WAN"}, headers=strict)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    assert (await ask(portal, "GET", path)).json()["name"] == "LAN"


async def test_a_category_is_changed_once_under_its_key(portal: Portal, category_id: str) -> None:
    path, once = f"{API}/{category_id}", {"Idempotency-Key": uuid4().hex}
    for _ in range(2):
        assert (await ask(portal, "PATCH", path, json={"name": "LAN"}, headers=once)).json()["version"] == 2
    other = await ask(portal, "PATCH", path, json={"name": "WAN"}, headers=once)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_the_list_has_all_categories_by_name_and_can_be_filtered(portal: Portal, category_id: str) -> None:
    await ask(portal, "PATCH", f"{API}/{category_id}", json={"active": False})
    listed = (await ask(portal, "GET", API, "maria")).json()
    assert [one["name"] for one in listed["data"]] == [
        "Business applications", "Cables", "Devices", "Mail and calendar", "Network",
    ]  # fmt: skip
    assert (listed["meta"], listed["links"]) == ({"has_more": False}, {"next": None})
    [cables] = (await ask(portal, "GET", f"{API}?filter[active]=false", "maria")).json()["data"]
    assert cables == (await ask(portal, "GET", f"{API}/{category_id}", "maria")).json()


@pytest.mark.parametrize("who", ["maria", "ines"])
async def test_only_administrators_write_categories(portal: Portal, category_id: str, who: str) -> None:
    for method, path in (("POST", API), ("PATCH", f"{API}/{category_id}")):
        refused = await ask(portal, method, path, who, json={"name": "Mine", "team_id": "nowhere"})
        assert (refused.status_code, refused.json()["reason"]) == (403, "administrators_only")


async def test_an_unknown_category_is_not_found(portal: Portal) -> None:
    for method, body in (("GET", None), ("PATCH", {"name": "x"})):
        answer = await ask(portal, method, f"{API}/never-was", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_form_changes_only_the_version_that_it_shows(portal: Portal, category_id: str) -> None:
    path = f"{SETTINGS}/{category_id}"
    shown = re.search(r'name="base_version" value="(\d+)"', (await portal.get(path, "admin")).text)
    assert shown
    fields = {"name": "LAN", "active": "1", "base_version": shown[1]}
    assert (await portal.post(path, "admin", key="one", **fields)).status_code == 303
    stale = await portal.post(path, "admin", key="two", **{**fields, "name": "WAN"})
    assert stale.status_code == 422
    assert "Somebody changed this in the meantime." in stale.text
    assert (await ask(portal, "GET", f"{API}/{category_id}")).json()["name"] == "LAN"


async def test_the_page_says_that_the_service_is_down_and_not_that_the_category_is_gone(
    portal: Portal, category_id: str
) -> None:
    portal.services.down.add("tickets")
    assert (await portal.get(f"{SETTINGS}/{category_id}", "admin")).status_code == 503


async def test_a_change_can_be_read_and_restored_while_another_service_is_down(
    portal: Portal, category_id: str
) -> None:
    await ask(portal, "PATCH", f"{API}/{category_id}", json={"name": "LAN"})
    portal.services.down.add("notifications")
    change = f"/settings/changes/{category_id}:00000002"
    assert "Cables" in (await portal.get(change, "admin")).text
    assert (await portal.post(f"{change}/restore", "admin", base_version="2")).status_code == 303
    assert (await ask(portal, "GET", f"{API}/{category_id}")).json()["name"] == "Cables"
