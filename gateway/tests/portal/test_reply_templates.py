"""Reply templates: kept in the settings, offered in the composer, filled in for the ticket."""

import re

from .conftest import Portal

ADDRESS = "/settings/reply-templates"


async def make(portal: Portal, who: str = "admin", **fields: str) -> str:
    """Creates a template and returns the address of its page."""
    given = {"name": "Greeting", "text": "Hello {{requester.first_name}}", "visibility": "everybody", **fields}
    answer = await portal.post(f"{ADDRESS}/new", who, key=given["name"], **given)
    assert answer.status_code == 303, answer.text
    page = (await portal.get(ADDRESS, who)).text
    found = re.search(rf'href="({ADDRESS}/[\w-]+)" dir="auto">{given["name"]}<', page)
    assert found, page
    return found[1]


def ticket_of(portal: Portal, requester_id: str = "maria") -> str:
    return next(number for number, one in portal.services.tickets.items() if one.requester_id == requester_id)


async def offered(portal: Portal, who: str = "ines") -> list[tuple[str, str]]:
    page = (await portal.get(f"/t/{ticket_of(portal)}/reply-templates", who)).text
    return re.findall(r'data-text="([^"]*)"><span dir="auto">([^<]*)</span>', page)


async def test_the_list_is_filled_in_for_the_ticket(portal: Portal) -> None:
    number = ticket_of(portal)
    await make(portal, text="Hello {{ requester.first_name }}, about {{ticket.number}}. {{agent.name}}")
    ((text, name),) = await offered(portal)
    assert name == "Greeting"
    maria, ines = portal.folk.directory.user("maria"), portal.folk.directory.user("ines")
    assert maria is not None
    assert ines is not None
    assert text == f"Hello {maria.name.split()[0]}, about {number}. {ines.name}"
    assert f'data-reply-templates="/t/{number}/reply-templates"' in (await portal.get(f"/t/{number}")).text


async def test_only_what_the_agent_may_use_is_offered(portal: Portal) -> None:
    await make(portal, "admin", name="For all")
    await make(portal, "ines", name="Mine", visibility="personal")
    await make(portal, "tom", name="Of Tom", visibility="personal")
    unused = await make(portal, "ines", name="Old", visibility="personal")
    fields = {"name": "Old", "text": "x", "visibility": "personal", "base_version": "1"}
    assert (await portal.post(unused, "ines", key="off", **fields)).status_code == 303
    assert {name for _, name in await offered(portal)} == {"For all", "Mine"}
    assert "Inactive" in (await portal.get(ADDRESS, "ines")).text


async def test_a_template_in_another_language_is_not_offered(portal: Portal) -> None:
    await make(portal, name="Gruß", language="de")
    await make(portal, name="Greeting", language="en")
    assert [name for _, name in await offered(portal)] == ["Greeting"]


async def test_errors_are_beside_their_fields_and_no_text_is_lost(portal: Portal) -> None:
    fields = {"name": "Greeting", "text": "Hello {{nobody}}", "visibility": "personal"}
    answer = await portal.post(f"{ADDRESS}/new", "ines", **fields)
    assert answer.status_code == 422
    assert "There is no variable nobody." in answer.text
    assert "Hello {{nobody}}" in answer.text
    missing = await portal.post(f"{ADDRESS}/new", "ines", name="x", text="y", visibility="team")
    assert "Name a team" in missing.text


async def test_a_choice_that_is_not_offered_is_refused_beside_its_field(portal: Portal) -> None:
    answer = await portal.post(f"{ADDRESS}/new", "ines", name="x", text="y", visibility="nobody", language="English")
    assert answer.status_code == 422
    for name in ("visibility", "language"):
        assert f'id="{name}-mistake">This is not valid.<' in answer.text


async def test_agents_change_their_own_and_nobody_elses(portal: Portal) -> None:
    mine = await make(portal, "ines", visibility="personal")
    fields = {"name": "Welcome", "text": "Hi", "visibility": "personal", "active": "1"}
    assert (await portal.post(mine, "ines", key="k2", base_version="1", **fields)).status_code == 303
    stale = await portal.post(mine, "ines", key="k3", base_version="1", **{**fields, "name": "Late"})
    assert stale.status_code == 412
    assert (await portal.get(mine, "tom")).status_code == 404
    assert (await portal.get(ADDRESS, "maria")).status_code == 403
    for_all = await make(portal, "admin", name="For all")
    refused = await portal.post(for_all, "ines", key="k4", base_version="1", **{**fields, "visibility": "everybody"})
    assert refused.status_code == 403


async def test_every_change_is_in_the_history(portal: Portal) -> None:
    address = await make(portal, "admin")
    fields = {"name": "Welcome", "text": "Hi", "visibility": "everybody", "active": "1", "base_version": "1"}
    await portal.post(address, "admin", key="k2", **fields)
    answer = await portal.get(f"/settings/changes/{address.rsplit('/', 1)[1]}:00000002", "admin")
    assert "Welcome" in answer.text
    assert "Greeting" in answer.text
    created = await portal.get(f"/settings/changes/{address.rsplit('/', 1)[1]}:00000001", "admin")
    assert "All agents" in created.text


async def test_nobody_else_sees_what_changed_in_a_personal_template(portal: Portal) -> None:
    mine = await make(portal, "ines", name="Private", text="Secret words", visibility="personal")
    fields = {"name": "Private", "text": "Other secret words", "visibility": "personal", "active": "1"}
    assert (await portal.post(mine, "ines", key="k2", base_version="1", **fields)).status_code == 303
    record_id = mine.rpartition("/")[2]
    change = f"/settings/changes/{record_id}:00000002"
    listing = await portal.get(f"/settings/changes?record_id={record_id}", "admin")
    page = await portal.get(change, "admin")
    api = await portal.get(f"/api/v1/audit?record_id={record_id}", "admin", Accept="application/json")
    assert [(one["hidden"], one["name"], one["changes"]) for one in api.json()["data"]] == [(True, "", {})] * 2
    assert "not visible to you" in listing.text
    assert "You may not read what changed here." in page.text
    assert "/restore" not in page.text
    for answer in (listing, page, api):
        assert answer.status_code == 200
        assert "ecret" not in answer.text
        assert "Private" not in answer.text
    assert (await portal.post(f"{change}/restore", "admin", base_version="2")).status_code == 404


async def test_the_form_of_a_new_template_is_empty(portal: Portal) -> None:
    page = await portal.get(f"{ADDRESS}/new", "ines")
    assert page.status_code == 200
    assert 'name="text"' in page.text
