"""The page of a long conversation is bounded, whatever people wrote, and leads to all the rest of it."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI

from gateway.portal.ticket import markdown
from gateway.portal.ticket.part import MOST_BYTES
from trackline_schemas.notifications import InboxEntry

from ..core.serving import serving
from ..core.waiting import until
from .conftest import Portal

LINK = re.compile(r'href="\?((?:before|after)=\d+)#(?:newer|older)"')
COMMENT = re.compile(r'<article class="comment[^"]*" id="c-([^"]+)"')
SWELLING = "[a]: http://e.x/" + "A" * 2000 + "\n\n" + "[a] " * 900

Write = Callable[[Portal, str, int], None]


def say(text: str, format: str = "plain") -> Write:
    def write(portal: Portal, number: str, turn: int) -> None:
        portal.services.ticketing.update("maria", number, f"{text} {turn}", format=format)

    return write


def note(portal: Portal, number: str, turn: int) -> None:
    portal.services.ticketing.update("ines", number, f"Note {turn}", "internal")


def rename(portal: Portal, number: str, turn: int) -> None:
    """Somebody else each time, and the longest words that a title may have."""
    portal.services.ticketing.update(("ines", "tom")[turn % 2], number, title=f"{turn} {'<&>' * 60}")


# What is written, and how often.
KINDS: dict[str, tuple[Write, int]] = {
    "short comments": (say("ok"), 300),
    "long plain comments": (say("http://a.bc/d <&> " * 2200), 60),
    "signs that are escaped": (say("&" * 39_000), 30),
    "signs that are formatted": (say("<&>" * 12_000, "markdown"), 30),
    "comments that swell": (say(SWELLING, "markdown"), 60),
    "notes": (note, 300),
    "changes without a comment": (rename, 600),
}


def opened(portal: Portal, kind: str) -> str:
    """Returns the number of a ticket of Maria's with a conversation of this kind."""
    ticket = portal.services.ticketing.create("maria", "Long", "The very first text.")
    write, times = KINDS[kind]
    for turn in range(times):
        portal.services.ticketing.at = ticket.created_at + timedelta(minutes=turn)
        write(portal, ticket.number, turn)
    return ticket.number


def links(page: str, word: str) -> list[str]:
    return [found for found in LINK.findall(page) if found.startswith(word)]


async def parts(portal: Portal, number: str, who: str, begin: str = "", word: str = "before") -> list[str]:
    """Returns the pages from this part on, as somebody sees who follows the links."""
    pages = [(await portal.get(f"/t/{number}{begin}", who)).text]
    while found := links(pages[-1], word):
        answer = await portal.get(f"/t/{number}?{found[0]}", who)
        assert answer.status_code == 200
        pages.append(answer.text)
    return pages


@pytest.mark.parametrize("who", ["ines", "maria"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_has_a_limit_in_bytes_and_leads_to_everything(portal: Portal, kind: str, who: str) -> None:
    number = opened(portal, kind)
    history = portal.services.ticketing.history(number)
    comments = [entry.comment for entry in history if entry.comment]
    expected = [one.id for one in comments if who == "ines" or one.visibility == "public"]
    back = await parts(portal, number, who)
    assert max(map(len, back)) < MOST_BYTES + 100_000
    assert [one for page in reversed(back) for one in COMMENT.findall(page)] == expected
    assert "The very first text." in back[-1]
    forth = await parts(portal, number, who, "?after=0", "after")
    assert max(map(len, forth)) < MOST_BYTES + 100_000
    assert [one for page in forth for one in COMMENT.findall(page)] == expected
    if who == "ines" or kind not in ("notes", "changes without a comment"):
        assert len(back) > 1
        assert len(forth) > 1


@pytest.mark.parametrize("who", ["ines", "maria"])
async def test_one_comment_is_shown_however_long_it_is(portal: Portal, who: str) -> None:
    number = portal.services.ticketing.create("maria", "Long", "&" * 39_999).number
    portal.services.ticketing.update("maria", number, "<" * 39_999)
    for page in await parts(portal, number, who):
        assert len(COMMENT.findall(page)) >= 1


async def test_every_change_is_on_one_of_the_parts(portal: Portal) -> None:
    number = opened(portal, "changes without a comment")
    told = "".join(await parts(portal, number, "ines"))
    assert all(f"“<bdi>{turn} " in told for turn in range(599))


async def test_an_ordinary_conversation_is_whole(portal: Portal) -> None:
    for who in ("ines", "maria"):
        page = (await portal.get("/t/INC-1001", who)).text
        assert 'class="elsewhere"' not in page
        assert 'hx-target="#composer"' in page
    assert 'id="spent"' in (await portal.get("/t/INC-1001")).text


async def test_a_part_says_what_is_not_on_it(portal: Portal) -> None:
    number = opened(portal, "short comments")
    earlier, later = "The earlier part of this conversation", "The later part of this conversation"
    for who in ("ines", "maria"):
        for place, before, after in (("", True, False), ("?before=200", False, True), ("?after=0", False, True)):
            page = (await portal.get(f"/t/{number}{place}", who)).text
            assert (earlier in page, later in page) == (before, after), (who, place)
        page = (await portal.get(f"/t/{number}?after=20", who)).text
        assert earlier in page
        assert later in page


async def test_a_link_to_a_comment_leads_to_its_part(portal: Portal) -> None:
    """The script turns #c-…:00000002 into this address."""
    number = opened(portal, "short comments")
    second = portal.services.ticketing.history(number)[1]
    assert f'id="c-{second.id}"' not in (await portal.get(f"/t/{number}")).text
    for who in ("ines", "maria"):
        page = (await portal.get(f"/t/{number}?after={second.sequence - 1}", who)).text
        assert COMMENT.findall(page)[0] == second.id


@pytest.mark.parametrize("place", ["before=0", "before=1", "before=99999999", "after=99999999", "before=5&after=9"])
async def test_any_place_gives_a_page(portal: Portal, place: str) -> None:
    for who in ("ines", "maria"):
        assert (await portal.get(f"/t/INC-1001?{place}", who)).status_code == 200


@pytest.mark.parametrize("place", ["before=-1", "after=x", "before=" + "9" * 30, "after=1.5"])
async def test_what_is_no_place_is_refused(portal: Portal, place: str) -> None:
    assert (await portal.get(f"/t/INC-1001?{place}")).status_code in (400, 422)


async def test_a_live_update_keeps_the_part_that_is_open(portal: Portal) -> None:
    number = opened(portal, "short comments")
    for who in ("ines", "maria"):
        for place in ("?before=200", "?after=20"):
            before = (await portal.get(f"/t/{number}{place}", who, **{"X-Fragment": "1"})).text
            portal.services.ticketing.update("maria", number, "One more thing.")
            after = (await portal.get(f"/t/{number}{place}", who, **{"X-Fragment": "1"})).text
            assert COMMENT.findall(after) == COMMENT.findall(before)
        newest = (await portal.get(f"/t/{number}", who, **{"X-Fragment": "1"})).text
        assert "One more thing." in newest


async def test_folded_changes_have_the_same_name_on_every_page(portal: Portal) -> None:
    """The name says which of them stay open when a live update replaces them."""
    number = opened(portal, "short comments")
    for turn in range(6):
        rename(portal, number, turn)
    [name] = re.findall(r'<details class="folded" id="(h-\d+)"', (await portal.get(f"/t/{number}")).text)
    portal.services.ticketing.update("maria", number, "One more thing.")
    assert f'id="{name}"' in (await portal.get(f"/t/{number}")).text
    assert f'id="{name}"' in (await portal.get(f"/t/{number}?after=290")).text


async def test_an_answer_does_not_take_the_place_of_an_older_part(portal: Portal) -> None:
    number = opened(portal, "short comments")
    for who in ("ines", "maria"):
        assert "#timeline," in (await portal.get(f"/t/{number}", who)).text
        older = (await portal.get(f"/t/{number}?before=200", who)).text
        assert "#timeline," not in older
        assert f'action="/t/{number}/reply"' in older


def notify(portal: Portal, number: str, place: int) -> None:
    ticket = portal.services.tickets[number]
    entry = portal.services.ticketing.history(number)[place]
    portal.services.inbox = [
        InboxEntry(
            id="m1", ticket_id=ticket.id, number=number, title=ticket.title, reason="replied", actor_id="maria",
            time=entry.time - timedelta(microseconds=1), read=False,
        )
    ]  # fmt: skip


async def test_the_mark_is_where_the_unread_comments_of_the_part_begin(portal: Portal) -> None:
    number = opened(portal, "short comments")
    mark = 'class="first-unread"'
    for place, first in ((-3, -3), (5, None)):
        notify(portal, number, place)
        page = (await portal.get(f"/t/{number}")).text
        marked = COMMENT.findall(page.partition(mark)[2])[0]
        shown = COMMENT.findall(page)
        assert marked == (shown[0] if first is None else shown[first])


async def test_what_is_new_stays_unread_while_an_older_part_is_open(portal: Portal) -> None:
    number = opened(portal, "short comments")
    notify(portal, number, -1)
    assert " data-unread" in (await portal.get(f"/t/{number}")).text
    assert " data-unread" not in (await portal.get(f"/t/{number}?before=200")).text


async def test_whoever_leaves_ends_the_work_for_their_page(
    portal: Portal, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.services.ticketing.update("maria", "INC-1001", "**Now**", format="markdown")
    begun, ended = 0, 0

    async def render(*_: object) -> None:
        nonlocal begun, ended
        begun += 1
        try:
            await asyncio.sleep(60)
        finally:
            ended += 1

    monkeypatch.setattr(app.state.parts.renderer, "render", render)
    async with serving(app) as port:
        for who in ("ines", "maria"):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"GET /t/INC-1001 HTTP/1.1\r\nHost: a\r\nCookie: trackline_session={who}\r\n\r\n"
            before = begun
            writer.write(head.encode())
            await until(lambda now=before: begun > now, 5)  # type: ignore[misc]
            writer.close()
            await until(lambda: ended == begun, 5)
    assert begun == 2


async def test_formatting_a_page_takes_a_limited_time(
    portal: Portal, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = portal.services.ticketing.create("maria", "Long", "First").number
    for turn in range(9):
        await portal.post(f"/t/{number}/reply", "maria", text=f"**{turn}**", format="markdown", key=f"k{turn}")
    waited: list[float] = []

    async def render(_text: str, _person: str, _style: str, seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(min(seconds, 0.05))

    monkeypatch.setattr(app.state.parts.renderer, "render", render)
    monkeypatch.setattr(markdown, "LONGEST_WAIT", 0.1)
    page = (await portal.get(f"/t/{number}")).text
    assert sum(waited) < 0.3
    # The newest are formatted first, and the rest is shown as it was written.
    assert [f"**{turn}**" in page for turn in range(9)] == [True] * 9
