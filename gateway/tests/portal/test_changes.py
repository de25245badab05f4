"""Settings → Changes: who changed what, and restoring it."""

import re

from gateway.people import reads

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


async def listed(house: House, query: str) -> list[str]:
    """Returns the names in the table."""
    page = (await house.get(f"/settings/changes?{query}")).text
    return re.findall(r'class="row-link" href="/settings/changes/[^"]+">([^<]+)<', page)
