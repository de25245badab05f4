"""Whoever goes back to a form that was sent, and changes it, can send it again, and reads nothing of keys."""

import html
import re
from typing import Any

import httpx
import pytest

from .conftest import Portal
from .house import House
from .test_attachments import SCREEN, created_tickets, names, send
from .test_forms import NEW

SAID = "You have sent this form before"
ARTICLE = {"title": "Printers", "body": "Switch it on.", "language": "en", "visibility": "public"}
TEMPLATE = {"name": "Hello", "text": "a", "visibility": "personal"}


def form_again(answer: httpx.Response) -> dict[str, Any]:
    """Returns the fields of the form that the page offers again, as a browser would send them."""
    assert answer.status_code == 422, answer.text
    page = html.unescape(answer.text)
    assert SAID in page
    assert "Idempotency-Key" not in page
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields += re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    found: dict[str, Any] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("who", "path", "fields", "changed"),
    [
        ("maria", "/new", NEW, {"title": "Still no sound"}),
        ("ines", "/desk/articles/new", ARTICLE, {"body": "Switch it off and on."}),
        ("ines", "/settings/reply-templates/new", TEMPLATE, {"text": "b"}),
        ("maria", "/profile", {"language": "en", "time_zone": "UTC"}, {"time_zone": "Europe/Berlin"}),
    ],
)
async def test_a_form_changed_after_it_was_sent_can_be_sent_again(
    portal: Portal, who: str, path: str, fields: dict[str, str], changed: dict[str, str]
) -> None:
    assert (await portal.post(path, who, key="k", **fields)).status_code == 303
    again = form_again(await portal.post(path, who, key="k", **fields | changed))
    assert again["key"] != ["k"]
    assert {name: again[name] for name in changed} == {name: [value] for name, value in changed.items()}
    headers = {"Cookie": f"trackline_session={who}"}
    for _ in range(2):
        assert (await portal.client.post(path, data=again, headers=headers)).status_code == 303


async def test_it_is_said_in_the_language_of_the_reader(portal: Portal) -> None:
    for title in ("Kein Ton", "Kein Bild"):
        answer = await portal.post("/new", "dora", key="k", **NEW | {"title": title})
    assert answer.status_code == 422
    assert "Sie haben dieses Formular schon einmal gesendet" in answer.text


@pytest.mark.parametrize(
    ("path", "fields", "changed"),
    [
        ("/settings/teams", {"name": "Network"}, {"name": "Networks"}),
        ("/settings/categories", {"name": "Network"}, {"name": "Networks"}),
        ("/settings/people/new", {"name": "Bea", "email": "bea@example.org"}, {"email": "bea2@example.org"}),
        ("/settings/organisation", {"name": "Office", "language": "en", "time_zone": "UTC"}, {"name": "Offices"}),
    ],
)
async def test_so_can_a_form_of_the_settings(
    house: House, path: str, fields: dict[str, str], changed: dict[str, str]
) -> None:
    assert (await house.post(path, **fields, key="k")).status_code == 303
    again = form_again(await house.post(path, **fields | changed, key="k"))
    assert (await house.client.post(path, data=again)).status_code == 303


async def test_a_key_for_programs_is_made_after_all(house: House) -> None:
    path, fields = "/settings/api-keys", {"scope": "read", "days": "30"}
    assert (await house.post(path, **fields, name="A", key="k")).status_code == 200
    again = form_again(await house.post(path, **fields, name="B", key="k"))
    assert (await house.client.post(path, data=again)).status_code == 200
    assert await house.store.api_keys.count_documents({}) == 2


async def test_a_call_of_a_new_caller_is_entered_again_for_the_same_caller(house: House) -> None:
    fields = {"name": "Zoe", "email": "zoe@example.org", "title": "Hello", "description": "It hums.", "key": "k"}
    assert (await house.post("/new/call", **fields)).status_code == 303
    again = form_again(await house.post("/new/call", **fields | {"title": "Hello again"}))
    assert (await house.client.post("/new/call", data=again)).status_code == 303
    assert [ticket.title for ticket in house.services.tickets.values()] == ["Hello", "Hello again"]
    assert len({ticket.requester_id for ticket in house.services.tickets.values()}) == 1


async def test_another_file_in_the_place_of_the_first_is_another_file(portal: Portal) -> None:
    await send(portal, "/new", SCREEN, key="k", **NEW)
    again = form_again(await send(portal, "/new", ("other.txt", b"other"), key="k", **NEW))
    headers = {"Cookie": "trackline_session=maria"}
    assert (await portal.client.post("/new", data=again, headers=headers)).status_code == 303
    assert names(portal, "tickets.create")[-1] == ["other.txt"]
    assert len(created_tickets(portal)) == 3
