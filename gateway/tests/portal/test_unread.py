"""Which comments of a ticket are marked as new."""

from datetime import timedelta

import pytest

from trackline_schemas.notifications import InboxEntry

from .conftest import Portal

NUMBER = "INC-1001"
MARK = 'class="first-unread"'


def notify(portal: Portal, place: int, read: bool = False) -> None:
    """Adds a notification of the comment in this place of the history."""
    ticket = portal.services.tickets[NUMBER]
    comments = [entry.comment for entry in portal.services.ticketing.history(NUMBER) if entry.comment]
    portal.services.inbox.append(
        InboxEntry(
            id=f"m{place}", ticket_id=ticket.id, number=NUMBER, title=ticket.title, reason="replied",
            actor_id=comments[place].author_id, time=comments[place].time, read=read,
        )
    )  # fmt: skip


def marked(page: str) -> str:
    """Returns the text of the page after the mark."""
    before, mark, after = page.partition(MARK)
    assert mark, before
    return after.partition("</article>")[0]


async def test_the_mark_is_above_the_first_unread_comment(portal: Portal) -> None:
    portal.services.inbox = []
    assert MARK not in (await portal.get(f"/t/{NUMBER}", "maria")).text
    notify(portal, 1)
    assert "that is the known effect" in marked((await portal.get(f"/t/{NUMBER}", "maria")).text)
    portal.services.inbox = []
    notify(portal, 1, read=True)
    notify(portal, 3)
    assert "after lunch it asked again" in marked((await portal.get(f"/t/{NUMBER}")).text)


async def test_no_mark_above_what_is_new_as_a_whole_or_the_readers_own(portal: Portal) -> None:
    portal.services.inbox = []
    notify(portal, 0)
    assert MARK not in (await portal.get(f"/t/{NUMBER}")).text
    portal.services.inbox = []
    notify(portal, 3)
    assert MARK not in (await portal.get(f"/t/{NUMBER}", "maria")).text


async def test_a_notification_without_a_comment_marks_what_follows(portal: Portal) -> None:
    portal.services.inbox = []
    notify(portal, 2)
    entry = portal.services.inbox[0]
    entry.time += timedelta(seconds=1)
    assert "after lunch it asked again" in marked((await portal.get(f"/t/{NUMBER}")).text)


async def test_the_page_works_without_notifications(portal: Portal) -> None:
    portal.services.down.add("notifications")
    page = await portal.get(f"/t/{NUMBER}")
    assert page.status_code == 200
    assert MARK not in page.text


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("ines", "/desk/open"),
        ("ines", "/t/INC-1001"),
        ("ines", "/search?q=vpn"),
        ("ines", "/insights"),
        ("maria", "/t/INC-1001"),
        ("maria", "/"),
    ],
)
async def test_a_page_asks_for_the_inbox_once(portal: Portal, who: str, path: str) -> None:
    portal.services.calls.clear()
    assert (await portal.get(path, who)).status_code == 200
    assert [called for called, _, _ in portal.services.calls].count("notifications.inbox") == 1
