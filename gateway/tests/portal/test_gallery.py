"""The gallery shows every part that pages share, and only to those who build them."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from jinja2 import nodes

from gateway.portal.kit import assets, i18n
from gateway.portal.kit.rendering import ENVIRONMENT

from .demo import demo
from .world import application

GALLERY = assets.PORTAL / "settings/gallery/templates"
SHARED = [*(assets.PORTAL / "kit/templates").glob("*.html"), *(assets.PORTAL / "settings/templates").glob("*.html")]
# What surrounds the page of the gallery is on it, too.
FRAME = [assets.PORTAL / f"kit/templates/{name}.html" for name in ("base", "desk", "rail_views")]
# Templates that get this from the one that includes them.
IMPORTED = {"parts": "parts"}


ADMIN = {"Cookie": "trackline_session=admin", "Accept": "text/html"}


@asynccontextmanager
async def _running(development: bool) -> AsyncIterator[httpx.AsyncClient]:
    app = application(demo, development=development)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


@pytest.fixture
async def gallery() -> AsyncIterator[httpx.AsyncClient]:
    async with _running(development=True) as client:
        yield client


async def _status(client: httpx.AsyncClient, who: str) -> int:
    headers = {**ADMIN, "Cookie": f"trackline_session={who}"}
    return (await client.get("/settings/gallery", headers=headers)).status_code


def _tree(path: Path) -> nodes.Template:
    return ENVIRONMENT.parse(path.read_text())


def _macros() -> set[str]:
    return {f"{path.stem}.{macro.name}" for path in SHARED for macro in _tree(path).find_all(nodes.Macro)}


def _called(path: Path) -> Iterator[str]:
    """Yields the names of the macros that the template calls from others."""
    tree = _tree(path)
    imported = IMPORTED | {
        one.target: str(one.template.value).removesuffix(".html")
        for one in tree.find_all(nodes.Import)
        if isinstance(one.template, nodes.Const)
    }
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and isinstance(call.node.node, nodes.Name):
            yield f"{imported.get(call.node.node.name)}.{call.node.attr}"


def _called_within(path: Path) -> Iterator[str]:
    """Yields the names of the macros of the template that it calls itself."""
    calls = (call.node for call in _tree(path).find_all(nodes.Call))
    return (f"{path.stem}.{node.name}" for node in calls if isinstance(node, nodes.Name))


async def test_only_administrators_of_an_installation_in_development_see_it(gallery: httpx.AsyncClient) -> None:
    assert [await _status(gallery, who) for who in ("admin", "ines")] == [200, 403]
    async with _running(development=False) as elsewhere:
        assert [await _status(elsewhere, who) for who in ("admin", "ines")] == [404, 404]


@pytest.mark.parametrize("development", [True, False])
async def test_the_settings_name_it_where_it_exists(development: bool) -> None:
    async with _running(development) as client:
        for path in ("/settings", "/settings?q=gallery"):
            page = (await client.get(path, headers=ADMIN)).text
            assert ('href="/settings/gallery"' in page) == development


async def test_each_shared_macro_has_a_place(gallery: httpx.AsyncClient) -> None:
    """A new macro of kit/templates or settings/templates belongs into settings/gallery/templates, too."""
    page = (await gallery.get("/settings/gallery", headers=ADMIN)).text
    named = set(re.findall(r'<code id="([^"]+)"', page))
    called = {name for path in [*FRAME, *GALLERY.glob("*.html")] for name in _called(path)}
    called |= {name for path in SHARED for name in _called_within(path)}
    assert len(_macros()) > 30
    assert (_macros() - named, named - _macros(), _macros() - called) == (set(), set(), set())


@pytest.mark.parametrize("query", ["", "?language=de", f"?language={i18n.PSEUDO}&dir=rtl", "?group=forms", "?toast=1"])
async def test_it_is_whole_in_each_appearance(gallery: httpx.AsyncClient, query: str) -> None:
    answer = await gallery.get(f"/settings/gallery{query}", headers=ADMIN)
    assert answer.status_code == 200
    assert not re.search(r" style=| on[a-z]+=|<script>", answer.text)
    anchors = re.findall(r' id="([^"{]+)"', answer.text)
    assert [one for one in set(anchors) if anchors.count(one) > 1] == []
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= {*anchors}
