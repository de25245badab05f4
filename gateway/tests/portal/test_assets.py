"""What a browser fetches."""

import gzip
import re

from gateway.portal.kit import assets

from .conftest import Portal

FIRST_LOAD = 150_000


async def test_the_address_holds_the_hash_and_is_kept_for_ever(portal: Portal) -> None:
    answer = await portal.get(assets.url("app.css"), None)
    assert "immutable" in answer.headers["cache-control"]
    stale = await portal.get("/static/0123456789ab/app.css", None)
    assert (stale.status_code, stale.headers["cache-control"]) == (200, "no-cache")


async def test_nothing_outside_the_folder_is_served(portal: Portal) -> None:
    assert (await portal.get(f"/static/{assets.BUILD}/..%2f__init__.py", None)).status_code == 404


async def test_a_worker_may_connect_to_us(portal: Portal) -> None:
    answer = await portal.get(assets.url("stream-worker.js"), None)
    assert answer.headers["content-security-policy"] == "default-src 'self'"


async def test_text_is_compressed_and_a_live_stream_is_not_held_back(portal: Portal) -> None:
    answer = await portal.get("/desk/open", "ines", **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


async def test_a_strong_etag_goes_with_one_encoding_only(portal: Portal) -> None:
    portal.services.ticketing.update("ines", "INC-1001", resolution="long " * 799, tags=[f"{n:050}" for n in range(20)])
    answer = await portal.get("/api/v1/tickets/INC-1001", "ines", **{"Accept-Encoding": "gzip"})
    assert len(answer.content) > 5000
    assert answer.headers["etag"] == '"10"'
    assert "content-encoding" not in answer.headers
    sheet = await portal.get(assets.url("app.css"), None, **{"Accept-Encoding": "gzip"})
    assert sheet.headers["content-encoding"] == "gzip"
    tag = sheet.headers["etag"]
    assert tag.startswith('W/"')
    again = await portal.get(assets.url("app.css"), None, **{"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"]) == (304, tag)


async def test_the_first_load_is_small(portal: Portal) -> None:
    page = (await portal.get("/desk/open", "ines")).text
    wanted = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    wanted |= {assets.url(name) for name in assets.sources() if name.endswith(".js") and "vendor" not in name}
    wanted -= {assets.url("insights/insights.js")}
    wanted |= {assets.url("vendor/hotkey.js"), assets.url("vendor/relative-time.js")}
    bodies = [(await portal.get(address, None)).content for address in sorted(wanted)]
    fonts = [body for body in bodies if body.startswith(b"wOF2")]
    total = len(gzip.compress(page.encode())) + sum(len(gzip.compress(body)) for body in bodies if body not in fonts)
    assert total + sum(map(len, fonts)) <= FIRST_LOAD


def test_styles_stay_small() -> None:
    lines = sum(len((assets.SHARED / name).read_text().splitlines()) for name in ("tokens.css", "app.css"))
    assert lines <= 600
