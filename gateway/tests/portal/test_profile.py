"""The settings that people change for themselves."""

import pytest

from trackline_schemas.errors import reasons, refuse

from .conftest import Portal
from .folk import PASSWORD
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
        ({"current": PASSWORD, "new": "sh0rt"}, "A password must have 8 to 200 characters."),
        ({}, "A password must have 8 to 200 characters."),
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
