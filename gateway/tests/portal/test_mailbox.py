"""The local mailbox in the settings: an administrator reads there only what they may read elsewhere."""

import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from gateway.mailbox.store import ENVELOPE_HEADER, folder_of

from .conftest import Portal

TITLE, WORDS = "Burnout after the merger", "the words of the mail"


@pytest.fixture
def state(portal: Portal, app: FastAPI, tmp_path: Path) -> Iterator[Path]:
    parts: Any = app.state.parts
    before = parts.settings
    parts.settings = before.model_copy(update={"state": str(tmp_path)})
    folder_of(tmp_path).mkdir()
    yield tmp_path
    parts.settings = before


def keep(state: Path, ticket_id: str | None, number: str, recipient: str = "hana@example.org") -> str:
    """Stores a mail as notifications composes it and returns its id."""
    message = EmailMessage()
    message[ENVELOPE_HEADER] = recipient
    message["Subject"] = f"[{number}] {TITLE}" if ticket_id else TITLE
    if ticket_id:
        message["In-Reply-To"] = f"<ticket.{ticket_id}@example.org>"
    message.set_content(WORDS)
    mail_id = f"{time.time_ns():019d}-00000000"
    (folder_of(state) / f"{mail_id}.eml").write_bytes(message.as_bytes())
    return mail_id


async def shown(portal: Portal, mail_id: str) -> str:
    """What an administrator outside the confidential team sees of the mail, in the list and alone."""
    pages = [await portal.get(path, "admin") for path in ("/settings/mailbox", f"/settings/mailbox/{mail_id}")]
    assert [page.status_code for page in pages] == [200, 200]
    return "\n".join(page.text for page in pages)


@pytest.mark.parametrize(
    ("team", "requester", "recipient", "readable"),
    [
        ("hr", "maria", "hana@example.org", False),
        ("desk", "maria", "tom@example.org", True),
        (None, "maria", "maria@example.org", True),
        # What the administrator got themself, as the requester of a confidential ticket.
        ("hr", "admin", "admin@example.org", True),
        # A note to the agents of the confidential team about that ticket, alone and together with the administrator.
        ("hr", "admin", "hana@example.org", False),
        ("hr", "admin", "admin@example.org, hana@example.org", False),
    ],
)
async def test_a_mail_about_a_ticket_is_for_its_staff_and_its_recipient(
    portal: Portal, state: Path, team: str | None, requester: str, recipient: str, readable: bool
) -> None:
    desk = portal.services.ticketing
    ticket = desk.create("tom", TITLE, "Please help", requester_id=requester, team_id=team)
    page = await shown(portal, keep(state, ticket.id, ticket.number, recipient))
    assert f"[{ticket.number}]" in page
    assert ("Burnout" in page, WORDS in page) == (readable, readable)


async def test_the_recipient_is_known_by_the_ascii_form_of_their_domain(
    portal: Portal, app: FastAPI, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = app.state.parts.people.directory
    me = replace(directory.user("admin"), emails=("admin@müller.example",))
    monkeypatch.setitem(directory._users, "admin", me)
    ticket = portal.services.ticketing.create("tom", TITLE, "Please help", requester_id="admin", team_id="hr")
    page = await shown(portal, keep(state, ticket.id, ticket.number, "admin@xn--mller-kva.example"))
    assert WORDS in page


async def test_a_mail_about_a_ticket_that_is_gone_shows_its_number_only(portal: Portal, state: Path) -> None:
    page = await shown(portal, keep(state, "gone", "INC-77"))
    assert "[INC-77]" in page
    assert "Burnout" not in page
    assert WORDS not in page


async def test_a_mail_about_no_ticket_is_shown(portal: Portal, state: Path) -> None:
    page = await shown(portal, keep(state, None, ""))
    assert page.count("Burnout") > 1
    assert WORDS in page
