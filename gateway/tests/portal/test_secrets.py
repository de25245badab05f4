"""No page shows a secret that somebody sent, whatever goes wrong."""

import pytest

from trackline_schemas.errors import reasons, refuse

from .conftest import Portal
from .folk import CSRF
from .test_forms import field

SECRET = "smtp://desk:geheim99@mail.example.org"


async def test_the_mail_server_must_be_typed_again(portal: Portal) -> None:
    portal.services.down = {"notifications"}
    answer = await portal.post("/settings/mail", "admin", key="k7", smtp_url=SECRET, mail_from="help@example.org")
    assert answer.status_code == 503
    assert "geheim99" not in answer.text
    assert field(answer.text, "mail_from") == "help@example.org"
    assert field(answer.text, "key") == "k7"
    assert '<input class="input" type="password" name="smtp_url" required autocomplete="off">' in answer.text
    unchanged = await portal.post("/settings/mail", "admin", smtp_url="", mail_from="help@example.org")
    assert 'name="smtp_url"' not in unchanged.text


class UnreachableLinks:
    async def find(self, key: str, secret: bytes) -> None:
        raise refuse(reasons.bus.DATABASE_UNREACHABLE)


@pytest.fixture
def broken(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    portal.folk.throttle.refusal = refuse(reasons.bus.DATABASE_UNREACHABLE)
    monkeypatch.setattr(portal.folk, "links", UnreachableLinks())
    return portal


@pytest.mark.parametrize(("path", "names"), [("/password", ["link", "password"]), ("/sign-in", ["password"])])
async def test_a_failure_shows_neither_password_nor_link(broken: Portal, path: str, names: list[str]) -> None:
    page = await broken.get("/sign-in", None)
    cookie = {"Cookie": f"trackline_visitor={page.cookies['trackline_visitor']}"}
    secrets = {name: f"{name}-geheim99" for name in names}
    data = {"csrf_token": field(page.text, "csrf_token"), "email": "maria@example.org", **secrets}
    answer = await broken.client.post(path, data=data, headers={"Accept": "text/html", **cookie})
    assert answer.status_code == 503
    assert "geheim99" not in answer.text


async def test_a_link_cannot_be_sent_again(broken: Portal) -> None:
    page = await broken.get("/sign-in", None)
    cookie = {"Cookie": f"trackline_visitor={page.cookies['trackline_visitor']}"}
    data = {"csrf_token": field(page.text, "csrf_token"), "link": "l", "password": "p"}
    answer = await broken.client.post("/password", data=data, headers={"Accept": "text/html", **cookie})
    assert answer.status_code == 503
    assert "Go back and send the form again." in answer.text
    assert "<form" not in answer.text
    assert CSRF not in answer.text
