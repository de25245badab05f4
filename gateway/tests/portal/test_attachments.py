"""Messages with files: with a script or without, once, and without losing the text."""

import re
from typing import Any

import httpx
import pytest

from trackline_schemas.ticket.commands import CreateTicket, UpdateTicket

from .conftest import Portal
from .folk import CSRF
from .test_forms import NEW, field

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
LOG = ("app.log", b"line\n" * 10)
SCREEN = ("screen.png", PNG)


async def send(
    portal: Portal, path: str, *files: tuple[str, bytes], who: str = "maria", key: str = "k1", **fields: Any
) -> httpx.Response:
    """Posts a form with files like a browser."""
    parts: list[tuple[str, tuple[str, bytes]]] = [("file", one) for one in files or (("", b""),)]
    headers = {"Accept": "text/html", "Cookie": f"trackline_session={who}"}
    data = {"csrf_token": CSRF, "key": key, **fields}
    return await portal.client.post(path, data=data, files=parts, headers=headers)


async def upload(portal: Portal, *file: Any, who: str = "maria") -> str:
    name, content = file
    headers = {"Cookie": f"trackline_session={who}", "X-CSRF-Token": CSRF}
    answer = await portal.client.post("/api/v1/files", params={"name": name}, content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def created_tickets(portal: Portal) -> list[CreateTicket]:
    return [command for command in portal.commands("tickets.create") if isinstance(command, CreateTicket)]


def replies(portal: Portal) -> list[UpdateTicket]:
    return [command for command in portal.commands("tickets.update") if isinstance(command, UpdateTicket)]


def names(portal: Portal, called: str) -> list[list[str]]:
    calls = [arguments for name, arguments, _ in portal.services.calls if name == called]
    return [[one.name for one in arguments.get("attachments", ())] for arguments in calls]


async def test_files_come_with_a_plain_form(portal: Portal) -> None:
    answer = await send(portal, "/new", SCREEN, LOG, **NEW)
    assert answer.status_code == 303, answer.text
    assert names(portal, "tickets.create") == [["screen.png", "app.log"]]
    page = (await portal.get(answer.headers["location"], "maria")).text
    assert 'alt="screen.png"' in page
    assert "app.log" in page
    assert "0.1 kB" in page


async def test_what_a_script_has_uploaded_is_named_by_the_form(portal: Portal) -> None:
    file_id = await upload(portal, *SCREEN)
    answer = await send(portal, "/t/INC-1001/reply", text="See", attachment=file_id)
    assert answer.status_code == 303, answer.text
    (command,) = replies(portal)
    assert command.comment is not None
    assert command.comment.attachments == [file_id]


async def test_a_form_without_files_names_none(portal: Portal) -> None:
    assert (await send(portal, "/t/INC-1001/reply", text="No file")).status_code == 303
    assert names(portal, "tickets.update") == [[]]


async def test_the_same_form_twice_is_one_message(portal: Portal) -> None:
    first = await send(portal, "/new", SCREEN, key="same", **NEW)
    again = await send(portal, "/new", SCREEN, key="same", **NEW)
    assert first.headers["location"] == again.headers["location"]
    one, two = created_tickets(portal)
    assert one.attachments == two.attachments


async def test_a_screenshot_alone_is_a_message(portal: Portal) -> None:
    await send(portal, "/t/INC-1001/reply", SCREEN, text="")
    (command,) = replies(portal)
    assert command.comment is not None
    assert command.comment.text == "See the attached file."


async def test_a_refused_file_loses_neither_the_text_nor_the_other_files(portal: Portal) -> None:
    answer = await send(portal, "/t/INC-1001/reply", SCREEN, ("setup.exe", b"MZ"), text="An hour of writing")
    assert answer.status_code == 422
    assert "setup.exe is a program file, and program files are not accepted" in answer.text
    assert "An hour of writing" in answer.text
    kept = re.findall(r'name="attachment" value="([^"]+)" checked', answer.text)
    assert len(kept) == 1
    assert not replies(portal)
    answer = await send(portal, "/t/INC-1001/reply", text="An hour of writing", attachment=kept, key="k2")
    assert answer.status_code == 303
    assert names(portal, "tickets.update") == [["screen.png"]]


async def test_a_page_holds_the_sentence_for_what_the_api_refuses_its_script(portal: Portal) -> None:
    headers = {"Cookie": "trackline_session=maria", "X-CSRF-Token": CSRF}
    for name, content in (("setup.exe", b"MZ"), ("empty.txt", b"")):
        answer = await portal.client.post("/api/v1/files", params={"name": name}, content=content, headers=headers)
        problem = answer.json()
        page = (await portal.get("/new", "maria")).text
        sentence = re.search(f'data-refused-{problem["reason"]}="([^"]+)"', page)
        assert sentence
        assert sentence[1].format_map(problem["params"]) in problem["detail"]


async def test_what_is_missing_in_a_new_request_keeps_its_files(portal: Portal) -> None:
    answer = await send(portal, "/new", SCREEN, **{**NEW, "title": ""})
    assert answer.status_code == 422
    assert "screen.png" in answer.text
    kept = field(answer.text, "attachment")
    assert (await send(portal, "/new", **NEW, attachment=kept)).status_code == 303
    assert names(portal, "tickets.create") == [["screen.png"]]


async def test_while_the_tickets_are_down_the_page_offers_the_files_again(portal: Portal) -> None:
    portal.services.down = {"tickets"}
    answer = await send(portal, "/t/INC-1001/reply", SCREEN, text="Later")
    assert answer.status_code == 503
    kept = field(answer.text, "attachment")
    portal.services.down = set()
    assert (await send(portal, "/t/INC-1001/reply", text="Later", attachment=kept)).status_code == 303
    assert names(portal, "tickets.update")[-1] == ["screen.png"]


async def test_anothers_upload_is_not_sent(portal: Portal) -> None:
    theirs = await upload(portal, *SCREEN, who="oskar")
    await send(portal, "/t/INC-1001/reply", text="Mine", attachment=theirs)
    assert names(portal, "tickets.update") == [[]]


async def test_eleven_files_are_too_many(portal: Portal) -> None:
    answer = await send(portal, "/t/INC-1001/reply", *[LOG] * 11, text="All of it")
    assert answer.status_code == 422
    assert "A message can have ten files at most." in answer.text
    assert len(re.findall('name="attachment" value="[^"]+" checked', answer.text)) == 10


@pytest.mark.parametrize(("path", "name"), [("/new", "description"), ("/t/INC-1001/reply", "text")])
async def test_a_text_that_is_too_long_becomes_a_file(portal: Portal, path: str, name: str) -> None:
    long = "Zeile mit Umläuten äöü\n" * 4000
    answer = await send(portal, path, **{**NEW, name: long})
    assert answer.status_code == 303, answer.text
    called = "tickets.create" if path == "/new" else "tickets.update"
    assert names(portal, called) == [["message.txt"]]
    commands: list[CreateTicket | UpdateTicket] = [*created_tickets(portal), *replies(portal)]
    (command,) = commands
    said = command.description if isinstance(command, CreateTicket) else command.comment and command.comment.text
    assert said
    assert said.endswith("The full text is in the attached file message.txt.")
    assert len(said.encode()) <= 40_000
    (kept,) = portal.uploads.rows.values()
    assert kept.content.decode() == long.strip()


PROGRAMS = ["#!/bin/bash\nid\n", "<html><script>alert(1)</script>\n", "{\\rtf1{\\object\\objdata 0105}}", "@echo off\n"]


@pytest.mark.parametrize("beginning", [*PROGRAMS, "[InternetShortcut]\nURL=x\n", "ID;PWXL\n", "x" * 32_769 + "CD001"])
async def test_a_text_that_is_too_long_may_quote_programs(portal: Portal, beginning: str) -> None:
    long = beginning + "line\n" * 20_000
    answer = await send(portal, "/t/INC-1001/reply", text=long)
    assert answer.status_code == 303, answer.text
    (kept,) = portal.uploads.rows.values()
    assert kept.content.decode() == long.strip()
    assert kept.view
    assert (kept.view.name, kept.view.type) == ("message.txt", "text/plain")
    # Nobody else gets a file past the judges by this name.
    refused = await send(portal, "/t/INC-1001/reply", ("message.txt", b"#!/bin/sh\nid"), text="x", key="k2")
    assert refused.status_code == 422


async def test_no_page_shows_a_vector_drawing(portal: Portal) -> None:
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    await send(portal, "/t/INC-1001/reply", ("a.svg", drawing), ("a.png", drawing), ("a", drawing), text="Three")
    assert names(portal, "tickets.update") == [["a.svg.txt", "a.png.txt", "a.txt"]]
    page = (await portal.get("/t/INC-1001", "maria")).text
    assert '<img src="/api/v1/tickets/INC-1001/attachments/' not in page
    assert "a.png.txt" in page


async def test_only_a_real_picture_is_shown(portal: Portal) -> None:
    await send(portal, "/t/INC-1001/reply", SCREEN, ("fake.png", b"This is no picture."), text="Two")
    page = (await portal.get("/t/INC-1001", "maria")).text
    assert page.count('<img src="/api/v1/tickets/INC-1001/attachments/') == 1
    assert 'alt="fake.png"' not in page
    assert "fake.png" in page
