"""Every page works for the right people and shows nothing that it should not."""

import html
import re

import pytest

from trackline_schemas.articles import ArticleView

from .conftest import Portal
from .demo import NOW

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
SINCE = "from=2026-01-01T00:00:00Z&to=2126-01-01T00:00:00Z"
BY_TEAM = (
    '{"and":[{"field":"team_id","op":"eq","value":"desk"},{"not":{"field":"category_id","op":"is_set","value":true}}]}'
)
PAGES = [
    ("maria", "/"),
    ("maria", "/new"),
    ("maria", "/new/suggestions?title=outlook"),
    ("maria", "/t/INC-1001"),
    ("maria", "/t/INC-1005"),
    ("maria", "/t/INC-1010"),
    ("maria", "/a/KB-1"),
    ("maria", "/search?q=outlook"),
    ("maria", "/inbox"),
    ("ines", "/t/INC-1001"),
    ("ines", "/t/INC-1001?compose=resolve"),
    ("tom", "/t/INC-1009"),
    ("ines", "/desk/mine"),
    ("ines", "/desk/unassigned"),
    ("ines", "/desk/open"),
    ("ines", "/desk/waiting"),
    ("ines", "/desk/resolved"),
    ("ines", "/desk/team-desk"),
    ("ines", "/desk/open?filter[state]=new&filter[priority][lte]=2&sort=priority"),
    ("ines", "/search?q=outlook"),
    ("ines", "/search?q=nothinglikeit"),
    ("ines", "/search"),
    ("ines", "/inbox"),
    ("ines", "/a/KB-1"),
    ("ines", "/desk/articles"),
    ("ines", "/desk/articles?state=draft"),
    ("ines", "/desk/articles?state=archived"),
    ("ines", "/desk/articles/new"),
    ("ines", "/desk/articles/KB-1"),
    ("ines", "/desk/articles/KB-6"),
    ("ines", "/desk/articles/KB-1/versions"),
    ("ines", "/desk/articles/KB-1/versions/1"),
    ("ines", "/desk/articles/KB-1/versions/2"),
    ("ines", "/desk/articles/KB-1/versions/1?against=2"),
    ("ines", "/insights"),
    ("admin", "/insights?period=12m&by=team_id&filter[priority]=4"),
    ("ines", "/insights?filter[state]=cancelled"),
    ("ines", "/insights?from=2001-01-01&to=2001-01-31&period="),
    ("ines", f"/insights/tickets?measure=backlog&{SINCE}&filter={BY_TEAM}"),
    ("ines", f"/insights/tickets?measure=excluded&{SINCE}"),
    ("maria", "/profile"),
    ("ines", "/profile"),
    ("admin", "/settings"),
    ("admin", "/settings/mailbox"),
    ("admin", "/settings/security-log"),
    ("admin", "/settings/security-log?event=export&outcome=busy"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_a_page_renders_under_a_strict_policy(portal: Portal, who: str, path: str) -> None:
    answer = await portal.get(path, who)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    page = answer.text
    assert "<script>" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "hx-on" not in page


@pytest.mark.parametrize(("who", "path"), [*PAGES, (None, "/sign-in"), (None, "/forgotten")])
async def test_what_mails_and_social_networks_add_to_an_address_is_ignored(
    portal: Portal, who: str | None, path: str
) -> None:
    added = "utm_source=mail&utm_medium=email&utm_campaign=a%20b&fbclid=x&gclid=y&mc_cid=z&_ga=1.2&ref=a&%5B=1"
    answer = await portal.get(f"{path}{'&' if '?' in path else '?'}{added}", who)
    assert answer.status_code == 200


async def test_signing_in_leads_back_to_the_requested_page(portal: Portal) -> None:
    answer = await portal.get("/desk/open?sort=priority", None)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/desk/open%3Fsort%3Dpriority"


@pytest.mark.parametrize(
    "path", ["/t/INC-9999", "/a/KB-99", "/desk/nowhere", "/settings/mailbox/none", "/no-such-page"]
)
async def test_a_missing_page_says_so(portal: Portal, path: str) -> None:
    answer = await portal.get(path, "admin")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/open", "/desk/articles", "/desk/articles/KB-1/versions", "/settings", "/settings/mailbox"]
)
async def test_requesters_find_no_desk_and_no_settings(portal: Portal, path: str) -> None:
    assert (await portal.get(path, "maria")).status_code == 403


async def test_anothers_ticket_looks_like_none(portal: Portal) -> None:
    assert (await portal.get("/t/INC-1002", "maria")).status_code == 404


@pytest.mark.parametrize(("who", "path"), [("maria", "/t/{}"), ("ines", "/t/{}"), ("ines", "/desk/open")])
async def test_what_people_write_is_text(portal: Portal, who: str, path: str) -> None:
    desk = portal.services.ticketing
    number = desk.create("maria", EVIL, EVIL + " https://a.example/?q=<b>&c=1.").number
    desk.update("ines", number, state="open", resolution=EVIL, tags=["<b>"])
    page = (await portal.get(path.format(number), who)).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


async def test_only_web_addresses_become_links(portal: Portal) -> None:
    text = 'see https://a.example/x?y=1&z=2. or javascript:alert(1) or https://b.example/"onmouseover=alert(1)'
    number = portal.services.ticketing.create("maria", "Links", text).number
    page = (await portal.get(f"/t/{number}", "maria")).text
    assert '<a href="https://a.example/x?y=1&amp;z=2" rel="noopener noreferrer nofollow">' in page
    assert 'href="javascript' not in page
    assert '"onmouseover' not in page


async def test_an_article_cannot_run_anything(portal: Portal) -> None:
    body = f"# Head\n\n{EVIL}\n\n[a](javascript:alert(1)) ![b](data:text/html,x) <iframe src=x></iframe>"
    portal.services.articles["KB-9"] = ArticleView(
        id="a9", number="KB-9", version=1, title=EVIL, body=body, state="published", visibility="public",
        owner_id="ines", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    page = (await portal.get("/a/KB-9", "maria")).text
    assert "<script>alert" not in page
    assert "<iframe" not in page
    assert 'href="javascript' not in page
    assert "<h2>Head</h2>" in page


async def test_a_note_is_not_rendered_for_a_requester_whatever_the_service_gives(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.services.ticketing.update("ines", "INC-1001", "the boss is furious", "internal")
    monkeypatch.setattr("tickets.usecases.rights.is_staff", lambda *_: True)
    assert "the boss is furious" in str((await portal.get("/api/v1/tickets/INC-1001/comments", "maria")).json())
    assert "the boss is furious" in (await portal.get("/t/INC-1001", "ines")).text
    page = (await portal.get("/t/INC-1001", "maria")).text
    assert "Hello Maria" in page
    assert "the boss is furious" not in page
    assert "monthly-close" not in page


async def test_an_agent_who_may_only_read_gets_no_composer(portal: Portal) -> None:
    page = (await portal.get("/t/INC-1009", "tom")).text
    assert "You may read this ticket" in page
    assert 'name="text"' not in page


async def test_pages_work_while_less_important_services_are_down(portal: Portal) -> None:
    portal.services.down = {"notifications", "knowledge", "analytics"}
    assert (await portal.get("/t/INC-1001", "ines")).status_code == 200
    portal.services.down.add("tickets")
    page = await portal.get("/", "maria")
    assert page.status_code == 200
    assert "cannot be shown right now" in page.text


async def test_a_stopped_service_is_explained_with_the_request_id(portal: Portal) -> None:
    portal.services.down = {"tickets"}
    answer = await portal.get("/t/INC-1001", "ines")
    assert answer.status_code == 503
    assert "A part of Trackline is not running" in answer.text
    assert answer.headers["x-request-id"] in answer.text


async def test_counters_stop_at_99(portal: Portal) -> None:
    for _ in range(150):
        portal.services.ticketing.create("oskar", "Many", "One of them.")
    assert "99+" in (await portal.get("/desk/mine", "ines")).text


async def test_a_simpler_search_says_that_it_answered(portal: Portal) -> None:
    assert "simpler search answered" not in (await portal.get("/search?q=outlook")).text
    portal.services.degraded = True
    assert "simpler search answered" in (await portal.get("/search?q=outlook")).text


@pytest.mark.parametrize("level", ["12", "٣"])
async def test_a_priority_in_a_query_is_one_of_five(portal: Portal, level: str) -> None:
    assert (
        f"“{level}” is not understood after “priority:”"
        in (await portal.get(f"/search?q=outlook+priority:{level}", "ines")).text
    )


async def test_results_for_the_corrected_query_are_named(portal: Portal) -> None:
    assert "These are the results for" not in (await portal.get("/search?q=outlook")).text
    portal.services.did_you_mean = "outlook calendar"
    page = (await portal.get("/search?q=outlook")).text
    assert "No result has all the words of “<bdi>outlook</bdi>”." in page
    assert "These are the results for “<bdi>outlook calendar</bdi>”." in page


async def test_the_queue_hands_its_filters_to_the_service(portal: Portal) -> None:
    page = (await portal.get("/desk/open?filter[priority]=1&filter[state]=")).text
    assert "Payroll export" in page
    assert "Meeting room" not in page
    assert "P1 Critical" in page


async def test_a_filter_that_finds_nothing_offers_to_drop_one(portal: Portal) -> None:
    page = (await portal.get("/desk/open?filter[priority]=1&filter[state]=on_hold")).text
    assert "No ticket matches 2 filters." in page


@pytest.mark.parametrize("query", ["filter[nope]=1", "page[after]=%00", "sort=title"])
async def test_odd_addresses_do_no_harm(portal: Portal, query: str) -> None:
    assert (await portal.get(f"/desk/open?{query}")).status_code in (200, 400)


async def test_a_requester_sees_who_has_to_act_since_when(portal: Portal) -> None:
    assert "Waiting for your answer since" in (await portal.get("/t/INC-1005", "maria")).text
    assert "<bdi>Ines Keller</bdi> has been working on it since" in (await portal.get("/t/INC-1001", "maria")).text


def lines(page: str) -> list[str]:
    """Returns what happened between the comments, without markup and times."""
    found = re.findall(r'<p class="happenings">(.*?)</p>', page, re.DOTALL)
    words = (re.sub(r"<span class=\"muted\">.*?</span>|<[^>]+>", "", line, flags=re.DOTALL) for line in found)
    return [" ".join(html.unescape(line).split()) for line in words]


async def test_changes_between_two_comments_are_one_line(portal: Portal) -> None:
    first, *_ = lines((await portal.get("/t/INC-1001", "ines")).text)
    assert first == (
        "Trackline moved it to Service desk · Ines Keller took it, opened it, and set Category to “Mail and calendar”"
    )


async def test_many_changes_are_folded(portal: Portal) -> None:
    portal.services.ticketing.update("ines", "INC-1001", state="resolved", resolution_code="solved", resolution="Done.")
    portal.services.ticketing.update("maria", "INC-1001", state="open")
    portal.services.ticketing.update("tom", "INC-1001", title="Outlook & <password>")
    page = (await portal.get("/t/INC-1001", "ines")).text
    assert page.count('class="folded"') == 1
    folded = page.partition('class="folded"')[2].partition("</details>")[0]
    assert "6 changes by <bdi>Ines Keller, Maria Lindqvist, Tom Okafor</bdi>" in folded
    for words in ("resolved it", "reopened it", "renamed it to “<bdi>Outlook &amp; &lt;password&gt;</bdi>”"):
        assert words in folded


async def test_a_closed_ticket_has_no_composer(portal: Portal) -> None:
    portal.services.ticketing.update("maria", "INC-1010", state="closed")
    assert 'name="text"' not in (await portal.get("/t/INC-1010", "maria")).text
    assert 'name="text"' not in (await portal.get("/t/INC-1010", "ines")).text


@pytest.mark.parametrize("typed", ["muller", "Müller", "mueller", "jörg mull", "MULLER jorg"])
async def test_an_assignee_is_found_by_any_spelling_of_the_name(portal: Portal, typed: str) -> None:
    portal.folk.add("joerg", "Jörg Müller", teams={"desk": "reply"})
    found = (await portal.get(f"/desk/assignees?q={typed}")).text
    assert "Jörg Müller" in found
    assert "Tom Okafor" not in found
