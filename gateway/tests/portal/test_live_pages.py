"""After an event an open page fetches only what may have changed."""

import pytest

from .conftest import Portal


async def calls_for(portal: Portal, path: str, who: str = "ines", **headers: str) -> list[str]:
    portal.services.calls.clear()
    answer = await portal.get(path, who, **headers)
    assert answer.status_code == 200
    return sorted(name for name, _, _ in portal.services.calls)


@pytest.mark.parametrize(
    ("who", "path", "region", "calls"),
    [
        ("ines", "/t/INC-1001", "timeline", ["tickets.categories", "tickets.events", "tickets.get"]),
        ("ines", "/desk/open", "rows", ["notifications.inbox", "tickets.categories", "tickets.list"]),
        ("maria", "/t/INC-1001", "timeline", ["tickets.comments", "tickets.get"]),
    ],
)
async def test_a_fragment_leaves_out_what_is_around_it(
    portal: Portal, who: str, path: str, region: str, calls: list[str]
) -> None:
    headers = {"X-Fragment": "1"}
    page = (await portal.get(path, who, **headers)).text
    assert f'id="{region}"' in page
    assert "<html" not in page
    assert 'id="rail-views"' not in page
    assert await calls_for(portal, path, who, **headers) == calls
    assert "notifications.inbox" in await calls_for(portal, path, who)


async def test_the_counters_come_by_themselves(portal: Portal) -> None:
    page = (await portal.get("/frame?here=open&path=/desk/open")).text
    assert 'id="rail-views"' in page
    assert 'href="/desk/open" aria-current="page"' in page
    assert "<html" not in page
    assert await calls_for(portal, "/frame") == ["notifications.inbox", "tickets.count"]
    assert await calls_for(portal, "/frame", "maria") == ["notifications.inbox"]


async def test_every_live_region_of_a_page_is_in_what_is_fetched(portal: Portal) -> None:
    for who, path in [("ines", "/t/INC-1001"), ("maria", "/t/INC-1001"), ("ines", "/desk/open")]:
        whole = (await portal.get(path, who)).text
        fetched = (await portal.get(path, who, **{"X-Fragment": "1"})).text + (await portal.get("/frame", who)).text
        assert regions(whole) <= regions(fetched)


def regions(page: str) -> set[str]:
    return {tag.split('id="')[1].split('"')[0] for tag in page.split("<") if "data-live=" in tag and 'id="' in tag}
