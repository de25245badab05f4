"""People in copy of a ticket, for agents who add them and for themselves."""

import pytest

from .conftest import Portal

TICKET = "/t/INC-1001"


def participants(portal: Portal) -> list[str]:
    return portal.services.tickets["INC-1001"].participant_ids


async def add(portal: Portal, who: str, key: str = "k1") -> str:
    answer = await portal.post(f"{TICKET}/participants", people=who, key=key)
    return "" if answer.status_code == 303 else answer.text


async def test_agents_add_people_by_name_or_address_and_remove_them(portal: Portal) -> None:
    assert await add(portal, "tom@example.org; Oskar Nilsen") == ""
    assert participants(portal) == ["tom", "oskar"]
    page = (await portal.get(TICKET)).text
    assert "Remove Oskar Nilsen" in page
    assert "added <bdi>Tom Okafor, Oskar Nilsen</bdi>" in page
    await portal.post(f"{TICKET}/change", participant_ids="oskar", key="k2")
    assert participants(portal) == ["oskar"]
    await portal.post(f"{TICKET}/change", participant_ids="", key="k3")
    assert participants(portal) == []
    assert "removed <bdi>Oskar Nilsen</bdi>" in (await portal.get(TICKET)).text


@pytest.mark.parametrize("who", ["nobody@example.org", "", "tom@example.org; nobody@example.org"])
async def test_whoever_is_not_clear_is_not_added_and_what_was_typed_stays(portal: Portal, who: str) -> None:
    page = await add(portal, who)
    assert participants(portal) == []
    assert 'id="participants-editor" open' in page
    assert f'value="{who}"' in page
    assert "people-mistake" in page


async def test_requesters_and_readers_add_nobody(portal: Portal) -> None:
    for person in ("maria", "oskar"):
        answer = await portal.post(f"{TICKET}/participants", person, people="tom@example.org")
        assert answer.status_code in (403, 404)
    assert participants(portal) == []
    assert "participants-editor" not in (await portal.get(TICKET, "maria")).text


async def test_a_participant_reads_and_replies_and_decides_nothing(portal: Portal) -> None:
    assert (await portal.get(TICKET, "oskar")).status_code == 404
    await add(portal, "Oskar Nilsen")
    page = (await portal.get(TICKET, "oskar")).text
    assert "With <bdi>Oskar Nilsen</bdi>" in page
    assert f'action="{TICKET}/reply"' in page
    assert f'action="{TICKET}/state"' not in page
    assert "only agents" not in page
    assert (await portal.post(f"{TICKET}/state", "oskar", state="cancelled")).status_code == 403
    assert (await portal.post(f"{TICKET}/reply", "oskar", text="It is the cable.", key="k4")).status_code == 303
    shown = (await portal.get(TICKET)).text
    assert "It is the cable." in shown
    assert "Participant" in shown
    mine = (await portal.get("/requests", "oskar")).text
    assert "INC-1001" in mine
