"""What uses a team or a category, with the real records of the tickets service."""

from typing import Any

from .conftest import Portal
from .folk import CSRF


async def ask(portal: Portal, method: str, path: str, who: str = "admin", **body: Any) -> Any:
    """Returns the body of the answer as an object."""
    headers = {"Cookie": f"trackline_session={who}", "X-CSRF-Token": CSRF}
    answer = await portal.client.request(method, f"/api/v1{path}", headers=headers, json=body or None)
    assert answer.is_success, answer.text
    return answer.json()


async def used_by(portal: Portal, path: str, who: str = "admin") -> Any:
    return await portal.client.get(f"/api/v1{path}/used-by", headers={"Cookie": f"trackline_session={who}"})


async def test_a_team_is_used_by_records_that_name_it_and_by_its_members(portal: Portal) -> None:
    for name in ("Cables", "Printers"):
        made = await ask(portal, "POST", "/categories", name=name, team_id="apps")
    await ask(portal, "PATCH", f"/categories/{made['id']}", active=False)
    template = {"name": "Greeting", "text": "Hello", "visibility": "team", "team_id": "apps"}
    await ask(portal, "POST", "/reply-templates", "tom", **template)
    found = (await used_by(portal, "/teams/apps")).json()["data"]
    assert [(one["kind"], one["name"], one["field"]) for one in found] == [
        ("category", "Cables", "team_id"),
        ("reply_template", "Greeting", "team_id"),
        ("user", "Tom Okafor", "teams"),
    ]


async def test_what_does_not_exist_is_not_found(portal: Portal) -> None:
    for path in ("/teams/nope", "/categories/nope"):
        answer = await used_by(portal, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await used_by(portal, "/categories/c0")).json()["data"] == []
    assert (await used_by(portal, "/teams/apps", "tom")).status_code == 403
