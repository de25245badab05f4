"""How much a browser fetches for the first page of somebody who was never here, and how soon it knows of it."""

from typing import Any

import pytest

from gateway.portal.kit import assets

from .site import Site

FIRST_LOAD = 150_000
FACES = [
    (None, "/sign-in"),
    ("maria", "/"),
    ("maria", "/new"),
    ("maria", "/t/INC-1001"),
    ("maria", "/a/KB-1"),
    ("ines", "/desk/open"),
    ("ines", "/t/INC-1001"),
    ("ines", "/search?q=outlook"),
    ("ines", "/inbox"),
    ("admin", "/settings"),
    ("admin", "/settings/teams"),
]
# Names in the letters of several languages, each of which needs another part of the font.
NAMES = [
    "Jiří Dvořák", "Şebnem Yılmaz", "Ștefan Țurcanu", "Nguyễn Thị Ươm", "Gülşən Əliyeva", "Ɗanjuma Ƙofa", "Lǚ Ǧamil",
    "Śrī Ḥasan", "Ελένη Παππά", "Ольга Їжак",
]  # fmt: skip
# Returns the scripts that the page loaded without being named by it.
UNNAMED = """() => {
    const named = (path) => document.querySelector(`[src="${path}"], [href="${path}"], [data-worker="${path}"]`);
    const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname);
    return loaded.filter((path) => path.endsWith(".js") && !named(path));
}"""


async def fetched(site: Site, who: str | None, path: str) -> dict[str, int]:
    """Returns the last part of each address → bytes on the wire, with the heads of the answers."""
    page = await site.page(who)
    session = await page.context.new_cdp_session(page)
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def begin(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def end(event: dict[str, Any]) -> None:
        sizes[names[event["requestId"]].removeprefix(site.url)] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", begin)
    session.on("Network.loadingFinished", end)
    await session.send("Network.enable")
    answer = await page.goto(path, wait_until="load")
    assert answer
    assert answer.ok
    await page.evaluate("document.fonts.ready.then(() => true)")
    return sizes


@pytest.mark.parametrize(("who", "path"), FACES)
async def test_the_first_load_of_each_face_is_small(site: Site, who: str | None, path: str) -> None:
    site.folk.add("maria", "Jiří Dvořák")
    sizes = await fetched(site, who, path)
    assert assets.url("app.css") in sizes
    assert sum(sizes.values()) <= FIRST_LOAD, sorted(sizes.items(), key=lambda one: -one[1])


@pytest.mark.parametrize("name", NAMES)
async def test_no_name_makes_the_first_load_large(site: Site, name: str) -> None:
    site.folk.add("maria", name)
    sizes = await fetched(site, "ines", "/desk/open")
    assert sum(size for address, size in sizes.items() if address.endswith(".woff2")) > 30_000, "no part for the name"
    assert sum(sizes.values()) <= FIRST_LOAD, sorted(sizes.items(), key=lambda one: -one[1])


async def test_a_page_names_each_script_that_it_loads(site: Site) -> None:
    """By itself, a browser would learn of a module only when it has the one that imports it."""
    for who, path in FACES:
        page = await site.open(who, path)
        assert await page.evaluate(UNNAMED) == [], path
        await page.context.close()


async def test_charts_are_the_only_heavy_thing_on_insights(site: Site) -> None:
    sizes = await fetched(site, "admin", "/insights")
    charts = sizes.pop(assets.url("static/vendor/echarts.min.js"))
    assert charts > FIRST_LOAD
    assert sum(sizes.values()) <= FIRST_LOAD, sorted(sizes.items(), key=lambda one: -one[1])
