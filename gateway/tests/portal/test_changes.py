"""Settings → Changes: who changed what, and restoring it."""

import re

from gateway.people import reads

from .folk import PASSWORD
from .house import House


async def make_team(house: House, name: str) -> str:
    answer = await house.post("/settings/teams", name=name)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rsplit("/", 1)[1]


async def rename(house: House, team_id: str, name: str, version: int) -> None:
    page = f"/settings/teams/{team_id}"
    answer = await house.post(page, page, name=name, active="1", base_version=str(version))
    assert answer.status_code == 303, answer.text


async def test_a_change_shows_before_and_after_and_goes_back(house: House) -> None:
    team_id = await make_team(house, "Network")
    await rename(house, team_id, "LAN", 1)
    page = (await house.get("/settings/changes")).text
    assert page.index("LAN") < page.index("Network")
    change = f"/settings/changes/{team_id}:00000002"
    assert change in page
    shown = (await house.get(change)).text
    assert re.search(r"Network</td>.*LAN</td>", shown)
    answer = await house.post(f"{change}/restore", change, base_version="2")
    assert "Your changes were saved." in await house.follow(answer)
    assert (await reads.get_team(house.people, team_id)).name == "Network"
    assert f"{team_id}:00000003" in (await house.get("/settings/changes")).text


async def test_a_change_is_not_restored_over_a_newer_version(house: House) -> None:
    team_id = await make_team(house, "Network")
    await rename(house, team_id, "LAN", 1)
    change = f"/settings/changes/{team_id}:00000002"
    await rename(house, team_id, "WAN", 2)
    answer = await house.post(f"{change}/restore", change, base_version="2")
    assert answer.status_code == 412
    assert (await reads.get_team(house.people, team_id)).name == "WAN"


async def test_the_list_narrows_by_kind_and_record(house: House) -> None:
    team_id = await make_team(house, "Network")
    await make_team(house, "Hardware")
    assert await listed(house, f"record_id={team_id}") == ["Network"]
    assert await listed(house, "kind=category") == []
    assert set(await listed(house, "kind=team")) >= {"Hardware", "Network"}


async def test_a_service_that_is_down_is_named_and_other_kinds_are_still_shown(house: House) -> None:
    await make_team(house, "Network")
    house.services.down.add("tickets")
    answer = await house.get("/settings/changes")
    assert answer.status_code == 503
    assert "Tickets is not running." in answer.text
    assert "There are no changes yet." not in answer.text
    assert await listed(house, "kind=team") == ["Network"]


async def test_mail_settings_show_and_restore_all_but_the_password(house: House) -> None:
    first = {"smtp_url": "smtp://desk:s3cret@mail.example.org:587", "mail_from": "Help <help@example.org>"}
    await house.follow(await house.post("/settings/mail", **first))
    await house.follow(await house.post("/settings/mail", smtp_url="smtp://relay.example.org", mail_from=""))
    listing = (await house.get("/settings/changes")).text
    assert listing.count("Mail server") == 2
    made, moved = "/settings/changes/mail:00000002", "/settings/changes/mail:00000003"
    shown = (await house.get(made)).text
    assert re.search(
        r"what the environment says</td>.*smtp://desk@mail.example.org:587, with the password from ", shown
    )
    assert re.search(r"smtp://relay.example.org, no password</td>", (await house.get(moved)).text)
    refused = await house.post(f"{moved}/restore", moved, base_version="3")
    assert refused.status_code == 409
    assert "The password that smtp://desk@mail.example.org:587 had is not kept." in refused.text
    assert "in Settings → Email" in refused.text
    assert "Your changes were saved." in await house.follow(await house.post(f"{made}/restore", made, base_version="3"))
    mail = (await house.get("/settings/mail")).text
    assert "smtp://127.0.0.1:8025" in mail
    assert "s3cret" not in listing + shown + refused.text + mail
    house.services.down.add("notifications")
    assert "Notifications and email is not running." in (await house.get("/settings/changes")).text


async def test_an_api_key_is_made_and_revoked_for_good(house: House) -> None:
    await house.post("/settings/api-keys", name="Monitoring", scope="read")
    [revoke] = re.findall(r'action="(/settings/api-keys/\w+/revoke)"', (await house.get("/settings/api-keys")).text)
    await house.follow(await house.post(revoke, "/settings/api-keys"))
    assert await listed(house, "kind=api_key") == ["Monitoring", "Monitoring"]
    change = f"/settings/changes/{revoke.split('/')[3]}:00000002"
    shown = (await house.get(change)).text
    assert re.search(r"In use</td>.*yes</td>.*no</td>", shown)
    assert "/restore" not in shown
    refused = await house.post(f"{change}/restore", change, base_version="2")
    assert (refused.status_code, "A revoked API key does not come back." in refused.text) == (409, True)


async def test_a_new_password_is_named_and_cannot_be_undone(house: House) -> None:
    me = await house.store.users.find_one({})
    assert me
    await house.follow(await house.post("/profile/password", "/profile", current=PASSWORD, new="four unrelated words"))
    page = (await house.get("/settings/changes?kind=user")).text
    assert re.search(r"<td>Password</td>", page)
    change = f"/settings/changes/{me['_id']}:00000002"
    shown = (await house.get(change)).text
    assert "No history contains passwords." in shown
    assert "/restore" not in shown
    refused = await house.post(f"{change}/restore", change, base_version="2")
    assert refused.status_code == 422
    assert "four unrelated words" not in page + shown


async def listed(house: House, query: str) -> list[str]:
    """Returns the names in the table."""
    page = (await house.get(f"/settings/changes?{query}")).text
    return re.findall(r'class="row-link" dir="auto" href="/settings/changes/[^"]+">([^<]+)<', page)
