"""The settings that people change for themselves."""

from datetime import UTC, datetime
from typing import Literal

import httpx
import pytest

from gateway.people.models import SessionView
from gateway.portal.account.devices import name_device
from trackline_schemas.errors import reasons, refuse

from .conftest import Portal
from .folk import FIREFOX, PASSWORD
from .test_forms import field

NEW = "four unrelated words"


async def test_another_language_is_used_at_once(portal: Portal) -> None:
    answer = await portal.post("/profile", "maria", language="de", time_zone="America/Port_of_Spain")
    assert answer.headers["location"] == "/profile"
    page = (await portal.get("/profile", "maria")).text
    assert "Passwort ändern" in page
    assert 'time-zone="America/Port_of_Spain"' in page
    assert '<option value="America/Port_of_Spain" selected>Port of Spain</option>' in page


@pytest.mark.parametrize("fields", [{"time_zone": "Mars/Olympus"}, {"language": "Klingon"}])
async def test_what_is_not_in_the_lists_is_refused_and_nothing_changes(portal: Portal, fields: dict[str, str]) -> None:
    answer = await portal.post("/profile", "maria", **fields)
    assert answer.status_code == 422
    assert "from the lists" in answer.text
    maria = portal.folk.directory.user("maria")
    assert maria is not None
    assert (maria.language, maria.time_zone) == ("en", "Europe/Berlin")


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(portal: Portal) -> None:
    answer = await portal.post("/profile/password", "maria", current=PASSWORD, new=f" {NEW} ")
    assert answer.headers["location"] == "/profile"
    assert portal.folk.users.chosen == {"maria": f" {NEW} "}
    assert portal.folk.sessions.kept == [("maria", "maria")]
    toast = {"Cookie": f"trackline_session=maria; trackline_toast={answer.cookies['trackline_toast']}"}
    assert "You are signed out everywhere else" in (await portal.get("/profile", "maria", **toast)).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"current": "a guess", "new": NEW}, "This is not your current password."),
        ({"current": PASSWORD, "new": "sh0rt"}, "A password must have 12 to 200 characters."),
        ({"current": PASSWORD, "new": "eleven mark"}, "A password must have 12 to 200 characters."),
        ({"current": PASSWORD, "new": "x" * 201}, "This is too long."),
        ({"current": PASSWORD, "new": "password-1234"}, "This password is easy to guess."),
        ({"current": PASSWORD, "new": "maria@example1"}, "This password is made of your name, your address"),
        ({}, "This is not your current password."),
    ],
)
async def test_a_refused_password_says_why_and_is_not_shown_again(
    portal: Portal, fields: dict[str, str], sentence: str
) -> None:
    answer = await portal.post("/profile/password", "maria", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not any(value in answer.text for value in fields.values())
    assert portal.folk.users.chosen == {}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("short", "A password must have 12 to 200 characters."),
        ("123456789012", "This password is easy to guess."),
        ("Maria-Example-2026", "This password is made of your name, your address"),
        (NEW, "Very strong"),
    ],
)
async def test_the_strength_is_told_while_somebody_types(portal: Portal, typed: str, sentence: str) -> None:
    page = (await portal.get("/profile", "maria")).text
    assert 'data-strength="/profile/password/strength" data-of="new"' in page
    answer = await portal.post("/profile/password/strength", "maria", password=typed)
    assert (answer.status_code, sentence in answer.text) == (200, True)
    assert typed not in answer.text
    assert portal.folk.users.chosen == {}


async def test_a_form_of_another_site_learns_no_strength(portal: Portal) -> None:
    assert (await portal.post("/profile/password/strength", "maria", csrf="guessed", password=NEW)).status_code == 403


async def test_asking_for_the_strength_is_slowed_down(portal: Portal) -> None:
    answers = [await portal.post("/profile/password/strength", "maria", password="abc") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert (await portal.post("/profile/password/strength", "jon", password="abc")).status_code == 200


async def test_guessing_the_present_password_is_slowed_down(portal: Portal) -> None:
    portal.folk.throttle.refusal = refuse(reasons.access.TOO_MANY_ATTEMPTS, detail={"retry_after": 30}, seconds=30)
    answer = await portal.post("/profile/password", "maria", current="x", new=NEW)
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text


async def test_a_password_is_not_in_the_form_that_is_offered_again(portal: Portal) -> None:
    portal.folk.throttle.refusal = refuse(reasons.bus.DATABASE_UNREACHABLE)
    answer = await portal.post("/profile/password", "maria", current="my secret", new=NEW)
    assert answer.status_code == 503
    assert field(answer.text, "csrf_token")
    assert "my secret" not in answer.text
    assert NEW not in answer.text


async def test_people_see_where_they_are_signed_in(portal: Portal) -> None:
    page = (await portal.get("/profile", "maria")).text
    for words in ("Firefox on Windows", "192.0.2.7", "This device", "You are signed in nowhere else."):
        assert words in page


async def test_signing_out_elsewhere_asks_for_the_password_and_then_goes_on(portal: Portal) -> None:
    portal.folk.sessions.grow_old("maria")
    asked = await portal.post("/profile/sessions/end", "maria", key="k7")
    assert (asked.status_code, portal.folk.sessions.kept) == (403, [])
    assert '<input type="hidden" name="key" value="k7">' in asked.text
    wrong = await portal.post("/profile/sessions/end", "maria", confirm_password="a guess")
    assert (wrong.status_code, "This is not your current password." in wrong.text) == (422, True)
    assert "a guess" not in wrong.text
    done = await portal.post("/profile/sessions/end", "maria", confirm_password=PASSWORD)
    assert (done.status_code, portal.folk.sessions.kept) == (303, [("maria", "maria")])
    again = await portal.post("/profile/sessions/end", "maria")
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("kind", "agent", "name"),
    [
        ("browser", FIREFOX, "Firefox on Windows"),
        (
            "browser",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
            "Safari on iPhone",
        ),
        ("browser", "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Linux"),
        ("browser", "", "A browser"),
        ("app", "python-httpx/0.28", "python-httpx"),
        ("app", "<script>alert(1)</script>", "An app"),
        ("app", "", "An app"),
    ],
)
def test_a_device_has_a_name(kind: Literal["browser", "app"], agent: str, name: str) -> None:
    session = SessionView(id="s", kind=kind, user_agent=agent, expires_at=datetime.now(UTC), current=False)
    assert name_device(session) == name


async def test_the_chosen_appearance_is_in_the_first_byte(portal: Portal) -> None:
    answer = await portal.post("/profile/device", theme="dark", single_keys="off")
    assert {"trackline_theme": "dark", "trackline_single_keys": "off"}.items() <= dict(answer.cookies).items()
    cookies = "trackline_session=ines; trackline_theme=dark; trackline_single_keys=off"
    page = (await portal.get("/inbox", Cookie=cookies)).text
    assert 'class="dark"' in page
    assert 'data-single-keys="off"' in page
    forged = "trackline_session=ines; trackline_theme=evil; trackline_single_keys=evil"
    assert "evil" not in (await portal.get("/inbox", Cookie=forged)).text


async def test_same_as_the_system_removes_the_choice(portal: Portal) -> None:
    answer = await portal.post("/profile/device", theme="", single_keys="")
    told = answer.headers.get_list("set-cookie")
    assert sum("Max-Age=0" in one for one in told if one.startswith(("trackline_theme", "trackline_single"))) == 2


@pytest.mark.parametrize(("who", "path"), [("jon", "/api/v1/users/me"), ("admin", "/api/v1/users/jon")])
async def test_an_account_is_changed_once_under_its_key(portal: Portal, who: str, path: str) -> None:
    async def ask(phone: str) -> httpx.Response:
        headers = {"X-CSRF-Token": "c5rf", "Cookie": f"trackline_session={who}", "Idempotency-Key": "once"}
        return await portal.client.patch(path, json={"phone": phone}, headers=headers)

    assert [(await ask("12")).json()["version"] for _ in range(2)] == [2, 2]
    other = await ask("34")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
