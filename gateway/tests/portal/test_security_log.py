"""Settings → Security log."""

import re
from datetime import UTC, datetime

import pytest

from gateway.people.domain.security_log import Entry
from trackline_schemas.base import to_instant

from .conftest import Portal
from .folk import PASSWORD
from .house import ADMIN, House

PAGE = "/settings/security-log"


async def log_of(house: House, query: str = "") -> str:
    await house.people.security_log.flush()  # type: ignore[attr-defined]
    return (await house.get(f"{PAGE}{query}")).text


def listed(page: str) -> list[str]:
    """Returns what happened, in the order of the page."""
    return re.findall(r"<tr>\s*<td><strong>([^<]+)", page)


async def add(house: House, name: str) -> None:
    answer = await house.post("/settings/people/new", name=name, email=f"{name.lower()}@example.org")
    assert answer.status_code == 303, answer.text


async def test_it_shows_what_people_did_in_the_portal(house: House) -> None:
    await add(house, "Bea")
    await house.post("/settings/api-keys", name="Monitoring", scope="read")
    await house.post("/sign-out", "/profile")
    for _ in range(2):
        await house.post("/sign-in", email=ADMIN, password="wrong password")
    await house.sign_in()
    page = await log_of(house)
    assert listed(page)[:4] == ["Sign-in", "Sign-in", "Sign-out", "API key created"]
    assert "2 times" in page
    assert "Monitoring" in page
    assert "in the portal" in page
    assert "127.0.0.1" in page


async def test_it_speaks_in_sentences_and_clock_times(house: House) -> None:
    await house.client.post("/api/v1/api-keys", json={"name": "X"}, headers={"X-CSRF-Token": "guessed"})
    request = {"method": "POST", "route": "/settings"}
    for reason in ("administrators_only", "too_many_writes", "of_a_later_release"):
        house.people.security_log.note(Entry("access", "refused", detail={**request, "reason": reason}))
    page = await log_of(house)
    for words in ("Only administrators may do this.", "Too many changes", "did not come from a page", "in the portal"):
        assert words in page
    assert '<code class="muted">POST /settings</code>' in page
    assert "of_a_later_release" in page
    assert not {"administrators_only", "too_many_writes", "csrf_token_wrong"} & set(re.findall(r"\w+", page))
    assert re.search(r"<time datetime=[^>]+>[A-Z][a-z]+ \d+, \d{4}, \d+:\d\d:\d\d", page)


async def test_it_narrows_by_event_outcome_person_address_and_day(house: House) -> None:
    await add(house, "Bea")
    await add(house, "Ben")
    assert listed(await log_of(house, "?event=account_created&person=bea@example.org")) == ["Account created"]
    assert len(listed(await log_of(house, "?event=account_created&person=example.org"))) == 3
    assert listed(await log_of(house, "?person=nobody@nowhere.example")) == []
    assert set(listed(await log_of(house, "?outcome=succeeded&address=127.0.0.1"))) == {"Account created", "Sign-in"}
    assert listed(await log_of(house, "?address=10.0.0.1")) == []
    assert listed(await log_of(house, "?to=2020-01-01")) == []
    assert listed(await log_of(house, "?from=2020-01-01&to=9999-12-31&event=sign_in")) == ["Sign-in"]
    assert "No entry fits." in await log_of(house, "?event=export")


async def test_it_says_which_of_several_people_has_no_account(house: House) -> None:
    await add(house, "Bea")
    page = await log_of(house, "?event=account_created&person=bea@example.org;%20zoe@example.org")
    assert listed(page) == ["Account created"]
    assert "No account matches <bdi>zoe@example.org</bdi>." in page


async def test_a_filter_that_is_no_filter(house: House) -> None:
    assert listed(await log_of(house, "?from=yesterday&event=sign_in")) == ["Sign-in"]
    answer = await house.get(f"{PAGE}?event=nonsense")
    assert answer.status_code == 422
    assert "No entry fits." not in answer.text


async def test_older_entries_are_on_the_next_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Entries of the same millisecond are in their order, too.
    instant = to_instant(datetime.now(UTC))
    monkeypatch.setattr("gateway.people.adapters.security_log.to_instant", lambda _: instant)
    for number in range(60):
        await house.people.security_log.write(Entry("export", address=f"10.0.0.{number}"))
    first = await log_of(house, "?event=export")
    older = re.search(r'href="([^"]+)">Show older', first)
    assert older
    second = (await house.get(older[1].replace("&amp;", "&"))).text
    addresses = re.findall(r"10\.0\.0\.\d+", first + second)
    assert addresses == [f"10.0.0.{number}" for number in range(59, -1, -1)]
    assert "Show older" not in second


async def test_the_export_has_what_the_page_selects(house: House) -> None:
    await add(house, "Bea")
    page = await log_of(house, "?event=account_created&person=bea@example.org")
    link = re.search(r'href="(/api/v1/security-log/entries.csv[^"]*)"', page)
    assert link
    lines = (await house.get(link[1].replace("&amp;", "&"))).text.splitlines()
    assert len(lines) == 2
    assert "bea@example.org" in lines[1]
    assert listed(await log_of(house, "?event=export")) == ["Data exported"]


async def test_a_request_without_rights_is_in_the_log(house: House) -> None:
    await house.post("/settings/people/new", name="Rita", email="rita@example.org")
    await house.people.security_log.flush()  # type: ignore[attr-defined]
    await house.client.post("/settings/api-keys", data={"name": "k"}, headers={"Accept": "text/html"})
    page = await log_of(house, "?event=access")
    assert listed(page) == ["Access"]
    assert "/settings/api-keys" in page
    assert PASSWORD not in page


async def test_opening_the_portal_before_a_sign_in_is_no_refusal(portal: Portal) -> None:
    portal.folk.security_log.entries.clear()
    for path in ("/", "/desk", "/t/INC-1001"):
        assert (await portal.get(path, who=None)).status_code == 303
    assert portal.folk.security_log.entries == []


async def test_the_exports_of_insights_are_in_the_log(portal: Portal) -> None:
    portal.folk.security_log.entries.clear()
    since = "from=2026-01-01T00:00:00Z&to=2126-01-01T00:00:00Z"
    for name in ("trend.csv", "breakdown.csv", f"tickets.csv?measure=backlog&{since}"):
        assert (await portal.get(f"/insights/{name}")).status_code == 200
    assert [(entry.event, entry.actor_id, entry.detail) for entry in portal.folk.security_log.entries] == [
        ("export", "ines", {"of": f"insights_{what}"}) for what in ("trend", "breakdown", "tickets")
    ]
