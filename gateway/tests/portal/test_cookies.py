"""Cookies over https, and the cookie of visitors who are not signed in."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.portal.kit import csrf

from .conftest import Portal
from .demo import demo
from .folk import PASSWORD
from .test_forms import field
from .world import application


@pytest.fixture
async def secure() -> AsyncIterator[httpx.AsyncClient]:
    """A browser that reaches the gateway by a proxy with https."""
    app = application(demo, public_url="https://desk.example")
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://desk.example") as client:
            yield client


async def test_over_https_every_cookie_has_the_prefix_and_is_secure(secure: httpx.AsyncClient) -> None:
    shown = await secure.get("/sign-in")
    form = {"csrf_token": field(shown.text, "csrf_token"), "email": "ines@example.org", "password": PASSWORD}
    signed_in = await secure.post("/sign-in", data=form)
    profile = await secure.get("/profile")
    token = field(profile.text, "csrf_token")
    device = await secure.post("/profile/device", data={"csrf_token": token, "theme": "dark", "single_keys": "off"})
    out = await secure.post("/sign-out", data={"csrf_token": token})
    cookies = [c for answer in (shown, signed_in, device, out) for c in answer.headers.get_list("set-cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"__Host-trackline_visitor", "__Host-trackline_session"}
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert cookie.lower().count("secure") == 1, cookie
        assert "Path=/" in cookie, cookie
        assert "domain" not in cookie.lower(), cookie


async def test_over_https_a_cookie_without_the_prefix_counts_for_nothing(secure: httpx.AsyncClient) -> None:
    for cookie in ("trackline_session=ines", " trackline_session=ines; a=b", "__host-trackline_session=ines"):
        answer = await secure.get("/api/v1/users/me", headers={"Cookie": cookie})
        assert answer.status_code == 401, cookie
    answer = await secure.get("/api/v1/users/me", headers={"Cookie": "a=b; __Host-trackline_session=ines"})
    assert answer.status_code == 200


async def test_over_http_cookies_have_no_prefix(portal: Portal) -> None:
    cookie = (await portal.get("/sign-in", None)).headers["set-cookie"]
    assert cookie.startswith("trackline_visitor=")
    assert "secure" not in cookie.lower()


@pytest.mark.parametrize("chosen", ["chosen", "", "a.b", "x." + "0" * 64])
async def test_the_visitor_cookie_takes_no_chosen_value(portal: Portal, chosen: str) -> None:
    settings = portal.client._transport.app.state.settings  # type: ignore[attr-defined]
    form = {"csrf_token": csrf.make_token(settings, chosen), "email": "maria@example.org", "password": PASSWORD}
    cookie = {"Cookie": f"trackline_visitor={chosen}"}
    assert (await portal.client.post("/sign-in", data=form, headers=cookie)).status_code == 403
    shown = await portal.client.get("/sign-in", headers=cookie)
    assert shown.cookies["trackline_visitor"] != chosen


@pytest.mark.parametrize("path", ["/livez", "/sign-in", "/api/v1/users/me", "/no-such-page"])
@pytest.mark.parametrize("piece", ["\\", '\\"', "\\054", '"\\'])
async def test_a_costly_cookie_does_not_stop_the_gateway(portal: Portal, path: str, piece: str) -> None:
    began = time.process_time()
    await portal.get(path, None, Cookie='trackline_session="' + piece * (20_000 // len(piece)) + '"')
    assert time.process_time() - began < 1


async def test_a_cookie_with_some_escapes_is_read(portal: Portal) -> None:
    answer = await portal.get("/api/v1/users/me", None, Cookie=r'other="a\054b\"c"; trackline_session=ines')
    assert answer.status_code == 200
