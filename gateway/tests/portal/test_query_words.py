"""What people type into the search and into the queue's filter, and the list of commands."""

import re
import time
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from trackline_schemas.search import Segment

from .conftest import Portal


async def offered(portal: Portal, text: str, who: str = "ines", more: str = "") -> list[str]:
    """Returns the queries that the completions of a text make."""
    page = (await portal.get(f"/complete?text={quote(text)}&caret={len(text)}&list=words{more}", who)).text
    return [unescape(one) for one in re.findall(r'data-query="([^"]*)"', page)]


def asked(portal: Portal, name: str) -> Any:
    return next(arguments["query"] for called, arguments, _ in reversed(portal.services.calls) if called == name)


def first_asked(portal: Portal, name: str) -> Any:
    """Returns the query that was sent first. Another one follows for the text as words."""
    return next(arguments["query"] for called, arguments, _ in portal.services.calls if called == name)


def conditions(filter: Any) -> list[Any]:
    dumped = filter.model_dump(mode="json")
    return [
        leaf for leaf in _leaves(dumped) if leaf["field"] in ("state", "assignee_id", "requester_id", "team_id", "id")
    ]


def _leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    inner = node.get("and", node.get("or", [node["not"]] if "not" in node else None))
    return [node] if inner is None else [leaf for one in inner for leaf in _leaves(one)]


async def test_fields_and_their_values_are_completed(portal: Portal) -> None:
    assert await offered(portal, "vpn assi") == ["vpn assignee:"]
    assert await offered(portal, "-stat") == ["-state:"]
    assert await offered(portal, "state:wait") == ["state:pending "]
    assert await offered(portal, "team:serv") == ['team:"Service desk" ']
    own = ["team:Network ", 'team:"Service desk" ']
    assert (await offered(portal, "team:"))[:3] == [*own, 'team:"Business applications" ']
    assert await offered(portal, "assignee:tom") == ['assignee:"Tom Okafor" ']
    assert await offered(portal, "requester:lind") == ['requester:"Maria Lindqvist" ']
    assert await offered(portal, "tag:lap") == ["tag:laptop "]
    assert "created:<7d " in await offered(portal, "created:")
    assert await offered(portal, "created:<7") == ["created:<7d "]
    assert await offered(portal, "created:>") == ["created:>today ", "created:>yesterday "]
    assert await offered(portal, "http://exam") == []


async def test_fields_are_completed_in_the_language_of_the_reader(portal: Portal) -> None:
    assert await offered(portal, "zust", "dora") == ["zuständig:"]
    assert await offered(portal, "zustaendig:i", "dora") == ["zustaendig:ich ", 'zustaendig:"Ines Keller" ']
    assert await offered(portal, "status:wart", "dora") == ["status:wartet-auf-antwort "]


async def test_who_has_no_assignee_is_nobody(portal: Portal) -> None:
    assert await offered(portal, "assignee:nob") == ["assignee:none "]
    assert await offered(portal, "zuständig:niem", "dora") == ["zuständig:niemand "]
    page = unescape((await portal.get("/desk/open?q=assignee:none")).text)
    assert '<span class="muted">Assignee</span> <bdi>nobody</bdi>' in page


async def test_requesters_are_offered_neither_people_nor_teams_nor_tags(portal: Portal) -> None:
    assert not {"assignee:", "team:", "tag:"} & set(await offered(portal, "", "maria"))
    assert await offered(portal, "assignee:tom", "maria") == []
    assert await offered(portal, "team:", "maria") == ["team:none ", "team:any "]
    assert await offered(portal, "tag:lap", "maria") == []


async def test_two_people_of_one_name_are_told_apart_by_their_addresses(portal: Portal) -> None:
    portal.folk.add("tom2", "Tom Okafor", teams={"desk": "reply"})
    assert await offered(portal, "assignee:tom") == ["assignee:tom@example.org ", "assignee:tom2@example.org "]


async def test_the_queue_offers_states_of_tickets_only(portal: Portal) -> None:
    assert await offered(portal, "state:draf") == ["state:draft "]
    assert await offered(portal, "state:draf", more="&hide=type") == []
    assert "type:" not in await offered(portal, "", more="&hide=type")


async def test_a_search_takes_operators_phrases_and_minus(portal: Portal) -> None:
    await portal.get("/search?q=" + quote('outlook assignee:me "every few" -toner type:ticket'))
    query = first_asked(portal, "knowledge.search")
    assert (query.q, query.phrases, query.without, query.type) == (
        "outlook every few",
        ["every few"],
        ["toner"],
        "ticket",
    )
    assert conditions(query.filter) == [{"field": "assignee_id", "op": "in", "value": ["ines"]}]


def notice(page: str) -> str:
    """Returns what the page says about how it read the text."""
    found = re.search(r'<p class="notice notice-amber" role="status">.*?<span dir="auto">(.*?)</span></p>', page, re.S)
    return unescape(re.sub("<.*?>", "", found[1])).translate({0x2068: None, 0x2069: None}) if found else ""


async def test_a_search_says_which_word_it_does_not_understand(portal: Portal) -> None:
    answer = await portal.get("/search?q=" + quote("outlook status:offn"), "dora")
    assert answer.status_code == 200
    told = notice(answer.text)
    assert told.startswith("„offn“ ist nach „status:“ nicht zu verstehen. Möglich sind: ")
    assert told.endswith("Deshalb wurde der ganze Text als Wörter gesucht, auch status:offn.")
    assert 'value="outlook status:offn"' in answer.text
    assert asked(portal, "knowledge.search").q == "outlook status:offn"


@pytest.mark.parametrize(
    ("q", "others", "told"),
    [
        ('outlook state:closed -"no ink"', 0, 'Nothing matches all of this search. … also state:closed, -"no ink".'),
        ("Outlook state:open", 0, "Nothing matches all of this search. … also state:open."),
        ("Outlook -keeps", 1, "A title has this very text in it. … also -keeps."),
        ("Outlook -toner", 1, ""),
    ],
)
async def test_a_search_says_that_it_searched_words(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, q: str, others: int, told: str
) -> None:
    """As a query it finds one article, or nothing, and as words a ticket, too."""
    search = portal.services._knowledge_search

    def find(context: Any, query: Any) -> Any:
        found = search(context, query)
        [*before, ticket] = found.items
        renamed = ticket.model_copy(update={"title": [Segment(text="Outlook -keeps"), Segment(text=" closing")]})
        narrowed = query.filter or query.phrases or query.without
        return found.model_copy(update={"items": [*before, renamed][: others if narrowed else None]})

    monkeypatch.setattr(portal.services, "_knowledge_search", find)
    page = (await portal.get(f"/search?q={quote(q)}")).text
    assert notice(page) == told.replace("…", "So the whole text was searched as words,")
    assert ('class="facet"' in page) is ('<a class="chip"' in page) is (not told)
    assert ("INC-1001" in page) is bool(told)


@pytest.mark.parametrize("q", ["outlook", "outlook state:open", "state:closed -zzzz", "http://outlook error:0x8"])
async def test_a_search_says_nothing_about_a_query_that_counts(portal: Portal, q: str) -> None:
    assert notice((await portal.get(f"/search?q={quote(q)}")).text) == ""


async def test_a_name_that_nobody_has_is_not_understood(portal: Portal) -> None:
    found = unescape((await portal.get("/search?q=assignee:tmo")).text)
    assert (
        "Nobody whom you can name after “assignee:” is called “tmo”. Possible: a name, an email address, me, none, any."
        in found
    )
    german = unescape((await portal.get("/search?q=zuständig:tmo", "dora")).text)
    assert "Möglich sind: ein Name, eine E-Mail-Adresse, ich, niemand, beliebig." in german


async def test_an_error_writes_a_name_as_it_is_typed(portal: Portal) -> None:
    assert 'Possible: none, any, "Business applications", ' in unescape((await portal.get("/search?q=team:foo")).text)


async def test_the_examples_are_in_the_language_of_the_reader(portal: Portal) -> None:
    page = unescape((await portal.get("/search", "dora")).text)
    assert re.findall(r"<code[^>]*>(.*?)</code>", page) == [
        "zuständig:ich status:offen,wartet-auf-antwort",
        "zuständig:niemand priorität:<=2",
        "status:offen angelegt:<30d",
        "geändert:heute",
        "typ:artikel",
        '"genaue Wortfolge"',
        "drucker -toner",
    ]


async def test_a_facet_narrows_the_query_down(portal: Portal) -> None:
    page = unescape((await portal.get("/search?q=outlook")).text)
    assert f"q={quote('outlook state:open', safe='').replace('%20', '+')}" in page
    assert quote('outlook team:"Service desk"', safe="").replace("%20", "+") in page
    narrowed = unescape((await portal.get("/search?q=outlook+state:open")).text)
    assert '<a class="chip" href="/search?q=outlook">' in narrowed


@pytest.mark.parametrize("q", ['outlook -toner "every few" state:open', 'zzzz -toner "every few" state:open'])
async def test_the_search_shows_what_leaves_hits_out_and_takes_it_away(portal: Portal, q: str) -> None:
    """Also where nothing was found."""
    page = unescape((await portal.get(f"/search?q={quote(q)}")).text)
    word = q.partition(" ")[0]
    chips = re.findall(r'<a class="chip" href="([^"]*)"><span[^>]*>([^<]*)</span> <bdi>([^<]*)</bdi>', page)
    assert [(field, words) for _, field, words in chips] == [
        ("Text", "not toner"),
        ("Phrase", "every few"),
        ("State", "Open"),
    ]
    assert chips[0][0] == f"/search?q={word}+%22every+few%22+state%3Aopen"


@pytest.mark.parametrize("q", ["Status:404 on login", "Update:KB5034441", "Request:1042", "type:error", "Typ:Dell"])
async def test_a_title_is_searched_as_words(portal: Portal, q: str) -> None:
    for who in ("ines", "dora"):
        assert (await portal.get(f"/search?q={quote(q)}", who)).status_code == 200
        assert asked(portal, "knowledge.search").q == q


async def test_the_queue_keeps_one_query_in_its_address(portal: Portal) -> None:
    answer = await portal.get("/desk/open?sort=priority&q=state:open&q=Status:new,Open&page[after]=x")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/open?sort=priority&q=state%3Aopen+state%3Anew%2Copen"


async def test_the_address_of_a_queue_is_for_readers_of_every_language(portal: Portal) -> None:
    german = await portal.get("/desk/open?q=zustaendig:ich -status:neu", "dora")
    address = german.headers["location"]
    assert address == "/desk/open?q=assignee%3Ame+-state%3Anew"
    for who, words in (("dora", "nicht Neu"), ("ines", "not New")):
        page = unescape((await portal.get(address, who)).text)
        assert re.search(f'href="/desk/open.q=assignee%3Ame"><span[^>]*>[^<]*</span> <bdi>{words}</bdi>', page)


async def test_the_queue_shows_a_chip_for_each_part(portal: Portal) -> None:
    page = unescape((await portal.get("/desk/open?q=assignee:me+-state:new")).text)
    assert conditions(asked(portal, "tickets.list").filter)[-2:] == [
        {"field": "assignee_id", "op": "in", "value": ["ines"]},
        {"field": "state", "op": "eq", "value": "new"},
    ]
    assert '<a class="chip" href="/desk/open?q=-state%3Anew"><span class="muted">Assignee</span> <bdi>me</bdi>' in page
    assert (
        '<a class="chip" href="/desk/open?q=assignee%3Ame"><span class="muted">State</span> <bdi>not New</bdi>' in page
    )


async def test_a_phrase_is_quoted_once(portal: Portal) -> None:
    page = unescape((await portal.get('/desk/open?q=type:article "no such words"')).text)
    assert '<span class="muted">Phrase</span> <bdi>no such words</bdi>' in page
    assert "Remove “no such words”?" in page


async def test_words_in_the_queue_are_searched(portal: Portal) -> None:
    page = (await portal.get("/desk/open?q=outlook")).text
    query = asked(portal, "knowledge.search")
    assert (query.q, query.type) == ("outlook", "ticket")
    assert "row-INC-1001" in page
    assert page.count('<tr id="row-') == 1


async def test_the_queue_keeps_its_filter_beside_a_mistake(portal: Portal) -> None:
    page = unescape((await portal.get("/desk/open?q=requester:maria&q=stat:open")).text)
    assert "Did you mean “state”?" in page
    assert 'value="stat:open"' in page
    assert '<details class="menu filtering" open>' in page
    assert '<input type="hidden" name="q" value="requester:maria">' in page
    assert page.count('<a class="chip"') == 1


@pytest.mark.parametrize("words", ["", "outlook "])
@pytest.mark.parametrize("values", range(47, 52))
async def test_a_filter_beyond_the_limits_is_a_mistake(portal: Portal, values: int, words: str) -> None:
    """A query may have 50 values and phrases: these, and the requester."""
    q = f"{words}tag:{','.join(f'{number:x}' for number in range(values))}"
    answer = await portal.get(f"/desk/open?q=requester:maria&q={quote(q)}")
    if answer.status_code == 303:
        answer = await portal.get(answer.headers["location"])
    page = unescape(answer.text)
    assert answer.status_code == 200
    is_mistake = values + 1 > 50
    assert ('<details class="menu filtering" open>' in page) is is_mistake
    assert ("more than 50 conditions" in page) is is_mistake


async def test_the_queue_has_no_articles(portal: Portal) -> None:
    assert "No ticket matches" in (await portal.get("/desk/open?q=type:article")).text
    assert "row-INC-1001" in (await portal.get("/desk/open?q=type:ticket")).text


async def commands(portal: Portal, q: str, who: str = "ines") -> list[tuple[str, str]]:
    page = (await portal.get(f"/palette?q={quote(q)}", who)).text
    return [
        (unescape(a), unescape(b))
        for a, b in re.findall(r'data-address="([^"]*)".*?<span dir="auto">(.*?)</span>', page)
    ]


async def test_the_commands_find_places_tickets_articles_and_people(portal: Portal) -> None:
    assert ("/desk/unassigned", "Unassigned") in await commands(portal, "unas")
    found = await commands(portal, "outlook")
    assert [address for address, _ in found] == ["/a/KB-1", "/t/INC-1001", "/search?q=outlook"]
    assert ("/search?q=requester%3Amaria%40example.org", "Maria Lindqvist") in await commands(portal, "lindq")
    assert ("/settings", "Settings") in await commands(portal, "", "admin")


@pytest.mark.parametrize("who", ["maria", "ines"])
async def test_the_commands_offer_only_what_one_may_do(portal: Portal, who: str) -> None:
    found = await commands(portal, "", who)
    assert ("/settings", "Settings") not in found
    assert (("/desk/mine", "Mine") in found) is (who == "ines")
    assert ("/search?q=requester%3Atom%40example.org" in dict(await commands(portal, "okafor", who))) is (who == "ines")


async def note(portal: Portal, q: str) -> str:
    """Returns what the list of commands says below what was found."""
    found = re.search(r'data-note="(.*?)"', (await portal.get(f"/palette?q={quote(q)}")).text)
    return found[1] if found else ""


async def test_the_commands_say_that_nothing_was_found(portal: Portal) -> None:
    assert [await note(portal, q) for q in ("", "outlook", "zzzz")] == ["", "", "nothing"]


async def test_the_commands_work_while_services_are_down(portal: Portal) -> None:
    portal.services.down = {"knowledge", "tickets"}
    assert ("/desk/mine", "Mine") in await commands(portal, "mine")
    assert [await note(portal, q) for q in ("mine", "zzzz")] == ["noAnswer", "noAnswer"]


async def test_a_query_that_is_not_finished_is_no_failure(portal: Portal) -> None:
    assert await note(portal, "state:ope") == "nothing"


# One letter that stands for 18.
LONG = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"


@pytest.mark.parametrize(
    "path", ["/complete?text=assignee:{}&caret=500", "/complete?text=team:{}&caret=500", "/palette?q={}"]
)
async def test_a_long_text_is_folded_once_and_not_for_each_name(portal: Portal, path: str) -> None:
    for number in range(300):
        portal.folk.add(f"agent{number}", f"Agent {number}", teams={"desk": "reply"})
        portal.folk.add_team(f"team{number}", f"Team {number}")

    async def cost(typed: str) -> float:
        before = time.process_time()
        await portal.get(path.format(typed), "admin")
        return time.process_time() - before

    await cost("nobody")
    assert await cost(LONG * 490) < await cost("nobody") + 0.2


async def test_the_beginning_of_a_long_text_is_compared(portal: Portal) -> None:
    portal.folk.add("long", "Tom " + "o" * 150, teams={"desk": "reply"})
    assert len(await offered(portal, "assignee:" + "o" * 120)) == 1
    assert await offered(portal, "assignee:" + "o" * 90 + "x") == []
