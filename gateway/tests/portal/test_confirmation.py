"""The page that asks for the password again, and then carries on with what the person wanted to do."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from gateway.kit.settings import Settings
from gateway.main import create_app
from gateway.people.models import CreateUser
from gateway.people.usecases import user
from gateway.portal.kit import confirming

from .folk import PASSWORD
from .house import ADMIN, House

TITLE = "Confirm that it is you"


@pytest.fixture
async def bea(house: House) -> str:
    from gateway.kit.system_context import system_context

    command = CreateUser(name="Bea Brown", emails=["bea@example.org"])
    return (await user.create(house.people, command, system_context("bea"))).id


@pytest.fixture
async def tired(house: House) -> House:
    await age(house)
    return house


async def age(house: House) -> None:
    """Lets the sign-in be 16 minutes ago."""
    at = datetime.now(UTC) - timedelta(minutes=16)
    await house.store.sessions.update_many({}, {"$set": {"confirmed_at": at}})


def kept(answer: httpx.Response) -> dict[str, Any]:
    """Returns the hidden fields of the page that asks for the password."""
    assert TITLE in answer.text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text.partition("<main")[2])
    return {name: unescape(value) for name, value in fields}


async def confirm(house: House, answer: httpx.Response, password: str = PASSWORD) -> httpx.Response:
    data = kept(answer) | {"confirm_password": password}
    return await house.client.post(answer.request.url.path, data=data, headers={"Accept": "text/html"})


def person_form(**fields: str) -> dict[str, str]:
    return {"name": "Bea Brown", "emails": "bea@example.org", "language": "en", "time_zone": "UTC", **fields}


async def test_the_form_goes_on_with_all_that_was_typed(tired: House, bea: str) -> None:
    page = f"/settings/people/{bea}"
    typed = person_form(emails="bea@example.org\nbea@new.example.org", phone="<b>1</b> 'x'", department="Sales")
    asked = await tired.post(page, page, **typed)
    assert asked.status_code == 403
    assert kept(asked)["department"] == "Sales"
    stored = await tired.store.users.find_one({"_id": bea})
    assert stored
    assert stored["emails"] == ["bea@example.org"]
    wrong = await confirm(tired, asked, "a guess")
    assert (wrong.status_code, "This is not your current password." in wrong.text) == (422, True)
    assert "a guess" not in wrong.text
    done = await confirm(tired, wrong)
    assert "Your changes were saved." in await tired.follow(done)
    stored = await tired.store.users.find_one({"_id": bea})
    assert stored
    assert stored["emails"] == ["bea@example.org", "bea@new.example.org"]
    assert (stored["phone"], stored["department"], stored["version"]) == ("<b>1</b> 'x'", "Sales", 2)
    again = await tired.post(page, page, **person_form(admin="1"))
    assert again.status_code == 303


async def test_a_wrong_password_is_in_the_security_log_as_such(tired: House, bea: str) -> None:
    page = f"/settings/people/{bea}"
    asked = await tired.post(page, page, **person_form(admin="1"))
    before = len(await logged(tired))
    for number in range(2):
        asked = await confirm(tired, asked, f"guess {number}")
    told = (await logged(tired))[before:]
    # A minute may have ended between the two.
    assert {(row["event"], row["outcome"], row["detail"]["reason"]) for row in told} == {
        ("password_confirmed", "failed", "present_password_wrong")
    }
    assert sum(row["count"] for row in told) == 2


async def logged(house: House) -> list[dict[str, Any]]:
    """Returns the entries of the security log, oldest first."""
    await house.people.security_log.flush()  # type: ignore[attr-defined]
    found = await house.store.security_log.find({}).to_list(None)
    return sorted(found, key=lambda row: row["at"])


async def test_a_form_that_changes_no_permission_is_not_asked_for(tired: House, bea: str) -> None:
    page = f"/settings/people/{bea}"
    assert (await tired.post(page, page, **person_form(phone="12"))).status_code == 303


@pytest.mark.parametrize(
    ("path", "page", "fields"),
    [
        ("/settings/api-keys", "/settings/api-keys", {"name": "Monitoring", "scope": "read", "days": "30"}),
        ("/settings/people/{bea}/invite", "/settings/people/{bea}", {}),
        ("/settings/people/{bea}/active", "/settings/people/{bea}", {"active": ""}),
        ("/settings/people/new", "/settings/people/new", {"name": "Ben", "email": "ben@example.org", "invite": "1"}),
        ("/settings/teams/{team}/members", "/settings/teams/{team}", {"who": "bea@example.org", "role": "reply"}),
        ("/profile/sessions/end", "/profile", {}),
    ],
)
async def test_each_of_these_goes_on_after_the_password(
    house: House, bea: str, path: str, page: str, fields: dict[str, str]
) -> None:
    await house.follow(await house.post("/settings/teams", name="Network"))
    team = await house.store.teams.find_one({})
    assert team
    await age(house)
    address, form = (one.format(bea=bea, team=team["_id"]) for one in (path, page))
    done = await confirm(house, await house.post(address, form, **fields))
    assert done.status_code in (200, 303), done.text
    assert TITLE not in done.text


async def test_the_new_key_is_shown_after_the_password(tired: House) -> None:
    asked = await tired.post("/settings/api-keys", name="Monitoring", scope="read", days="30")
    done = await confirm(tired, asked)
    assert "tlk_" in done.text
    [key] = await tired.store.api_keys.find({}).to_list(None)
    assert timedelta(days=29) < key["expires_at"] - datetime.now(UTC) < timedelta(days=31)


async def test_a_secret_of_the_form_is_typed_again(tired: House) -> None:
    server = "smtp://user:s3cret@mail.example.org"
    asked = await tired.post("/settings/mail", smtp_url=server, mail_from="Help <help@example.org>")
    data = kept(asked) | {"confirm_password": "a guess", "smtp_url": server}
    wrong = await tired.client.post("/settings/mail", data=data, headers={"Accept": "text/html"})
    assert (asked.status_code, wrong.status_code) == (403, 422)
    for page in (asked, wrong):
        assert "s3cret" not in page.text
        assert 'type="password" name="smtp_url"' in page.text
        assert kept(page)["mail_from"] == "Help <help@example.org>"
    assert "s3cret" not in (await tired.get("/settings/mail")).text
    data = kept(wrong) | {"confirm_password": PASSWORD, "smtp_url": server}
    done = await tired.client.post("/settings/mail", data=data, headers={"Accept": "text/html"})
    assert "mail.example.org" in await tired.follow(done)


@pytest.mark.parametrize(
    ("path", "page", "form", "said"),
    [
        ("/settings/api-keys", None, {"name": "Backup", "scope": "read"}, "Create the API key “Backup”."),
        ("/settings/people/{bea}/invite", "/settings/people/{bea}", {}, "Invite Bea Brown (bea@example.org)."),
        (
            "/settings/people/{bea}/active",
            "/settings/people/{bea}",
            {},
            "Activate or deactivate the account of Bea Brown",
        ),
        ("/settings/mail", None, {"smtp_url": "smtp://mail.example.org"}, "Change the mail server."),
        ("/profile/sessions/end", "/profile", {}, "Sign you out on other devices."),
    ],
)
async def test_it_says_what_is_confirmed_and_for_whom(
    tired: House, bea: str, path: str, page: str | None, form: dict[str, str], said: str
) -> None:
    answer = await tired.post(path.format(bea=bea), page.format(bea=bea) if page else None, **form)
    assert (answer.status_code, TITLE in answer.text) == (403, True)
    assert said in answer.text
    assert ADMIN in answer.text.partition("<main")[2]


def test_each_sentence_belongs_to_a_route() -> None:
    routes = {context.path for context in iter_route_contexts(create_app(Settings(secret="s" * 32)).routes)}
    assert confirming.SENTENCES.keys() <= routes


async def test_guessing_ends_the_session_in_words(tired: House) -> None:
    answer = await tired.post("/settings/api-keys", name="Monitoring", scope="read")
    for _ in range(4):
        answer = await confirm(tired, answer, "a guess")
        assert kept(answer)["name"] == "Monitoring"
    answer = await confirm(tired, answer, "a guess")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "a wrong password was typed too often" in await tired.follow(answer)
    assert (await tired.get("/settings/api-keys")).headers["location"].startswith("/sign-in")
    assert await tired.store.api_keys.count_documents({}) == 0


async def test_a_form_of_another_site_confirms_nothing(tired: House) -> None:
    data = {"csrf_token": "guessed", "name": "x", "scope": "read", "confirm_password": PASSWORD}
    answer = await tired.client.post("/settings/api-keys", data=data, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    asked = await tired.post("/settings/api-keys", name="Monitoring", scope="read")
    assert TITLE in asked.text


async def test_the_page_is_in_the_language_of_the_person(tired: House) -> None:
    await tired.post("/profile", language="de", time_zone="UTC")
    asked = await tired.post("/settings/api-keys", name="Monitoring", scope="read")
    assert "Bitte bestätigen Sie, dass Sie es sind" in asked.text


async def test_one_of_two_browsers_is_signed_out(house: House) -> None:
    elsewhere = house.client.cookies["trackline_session"]
    await house.sign_in()
    page = (await house.get("/profile")).text
    [other] = re.findall(r'name="session" value="([0-9a-f]+)"', page)
    done = await house.post("/profile/sessions/end", "/profile", session=other)
    assert "You are signed out there." in await house.follow(done)
    assert "You are signed in nowhere else." in (await house.get("/profile")).text
    house.client.cookies.clear()
    headers = {"Accept": "text/html", "Cookie": f"trackline_session={elsewhere}"}
    old = await house.client.get("/profile", headers=headers)
    assert (old.status_code, old.headers["location"]) == (303, "/sign-in?next=/profile")
