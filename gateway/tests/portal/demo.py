"""The portal with believable data in memory: run `python -m tests.portal.demo PORT` in gateway/."""

import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, get_args

import uvicorn

from gateway.people.domain.security_log import Entry, Happened, Outcome
from trackline_schemas.articles import ArticleView
from trackline_schemas.notifications import InboxEntry
from trackline_schemas.search import FacetValue

from ..people.fakes import FakeSecurityLog
from .folk import Folk
from .ticketing import Ticketing
from .world import Services, application

NOW = datetime.now(UTC)

QUEUE = [
    ("Outlook asks for my password every few minutes",
     "It started this morning after the update.", "open", "maria", "ines", 3, 2),
    ("Payroll export stops at 80 % since the weekend, deadline is tomorrow at noon",
     "The log says ‘timeout while writing’, I attach nothing because I cannot.", "open", "oskar", None, 1, 1),
    ("New laptop for Selma Aydın, starts 1 December",
     "She needs the finance profile and a docking station.", "new", "hanna", None, 3, 3),
    ("Meeting room 4.12: screen stays black", "Tried both cables.", "new", "jon", None, 2, 2),
    ("VPN drops when I change from cable to wifi",
     "Since last Tuesday, twice an hour.", "pending", "maria", "ines", 3, 2),
    ("Please restore a folder: Projects/Harbour/2025",
     "Deleted by mistake at 14:05 yesterday.", "on_hold", "jon", "tom", 2, 2),
    ("Scanner on floor 2 sends blank pages", "All pages are white, copies are fine.", "open", "hanna", "tom", 3, 3),
    ("Access to the invoicing share for the new intern", "Read access is enough.", "new", "oskar", None, 3, 3),
    ("Slow file server in the morning",
     "Between 8 and 9 opening a drawing takes a minute."
     " Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.",
     "open", "jon", "ines", 2, 3),
    ("Teams calls: the others hear me twice", "Only with the headset.", "resolved", "maria", "ines", 3, 3),
    ("Phone 2217 forwards to a colleague who has left", "", "new", "hanna", None, 3, 3),
    ("Mail from customer rejected as spam", "550 5.7.1, see below.", "open", "oskar", "ines", 2, 2),
]  # fmt: skip


def people(folk: Folk) -> None:
    folk.add_team("desk", "Service desk")
    folk.add_team("network", "Network")
    folk.add_team("apps", "Business applications")
    folk.add_team("hr", "HR cases", confidential=True)
    folk.add("admin", "Alex Brandt", admin=True, teams={"desk": "manage"})
    folk.add("ines", "Ines Keller", teams={"desk": "reply", "network": "reply"})
    folk.add("tom", "Tom Okafor", teams={"desk": "reply", "apps": "manage"})
    folk.add("maria", "Maria Lindqvist", phone="+49 (0)30 555 2217", department="Payroll", location="Floor 3")
    folk.add("oskar", "Oskar Nilsen")
    folk.add("hanna", "Hanna Weiß")
    folk.add("jon", "Jon Abernathy-Featherstone")
    folk.add("idle", "Ida Leerlauf")
    folk.add("dora", "Dora Kühn", language="de", teams={"desk": "reply", "network": "reply"})
    folk.add("pia", "Pia Pseudo", language="en-XA", teams={"desk": "reply", "network": "reply"})


def security(log: FakeSecurityLog) -> None:
    """Adds an entry of each event and of each outcome."""
    for event in get_args(Happened):
        log.note(Entry(event, "succeeded", "admin", "maria", "192.0.2.7", "session 1", "r1"))
    for outcome in get_args(Outcome):
        log.note(Entry("access", outcome, address="192.0.2.8", credential="key 2"))
    changes = {"admin": [False, True], "teams": [{}, {"desk": "manage"}], "emails": [["maria@example.org"], []]}
    log.note(Entry("account_rights_changed", "succeeded", "system", "maria", "", "token 3", "r2", changes))


def tickets(desk: Ticketing) -> None:
    for index, name in enumerate(["Mail and calendar", "Devices", "Network", "Business applications"]):
        desk.add_category(f"c{index}", name)
    conversation(desk, NOW - timedelta(hours=2))
    for index, (title, text, state, requester, assignee, impact, urgency) in list(enumerate(QUEUE))[1:]:
        desk.at = NOW - timedelta(hours=2 + index * 7.3)
        number = desk.create(requester, title, text or title, impact=impact, urgency=urgency).number
        desk.at += timedelta(hours=1)
        desk.update(assignee or "admin", number, _reply(state), **_triage(index, state, assignee))
        if number == "INC-1007":
            _talk_about_the_scanner(desk)
    for index in range(30):
        desk.at = NOW - timedelta(days=3 + index)
        reset = desk.create("oskar", f"Password reset no. {index + 1}", "Locked out after the holidays.")
        desk.update("ines", reset.number, state="open", team_id="desk")
    desk.at = None


def _triage(index: int, state: str, assignee: str | None) -> dict[str, Any]:
    changes: dict[str, Any] = {"team_id": ["desk", "apps", "network"][index % 3], "category_id": f"c{index % 4}"}
    if index % 4 == 0:
        changes["tags"] = ["laptop", "monthly-close"]
    if assignee:
        changes["assignee_id"] = assignee
    if state != "new":
        changes["state"] = state
    if state == "resolved":
        changes |= {"resolution_code": "solved", "resolution": _reply(state)}
    return changes


def _reply(state: str) -> str:
    replies = {
        "pending": "Which wifi do you change to, the guest network or ‘Harbour’? And does it happen at home too?",
        "resolved": "The headset had its own echo cancellation. It is switched off now.",
    }
    return replies.get(state, "")


def _talk_about_the_scanner(desk: Ticketing) -> None:
    desk.update("tom", "INC-1007", "Does the glass look clean?")
    desk.update("hanna", "INC-1007", "It does, and copies from the glass are fine.")
    desk.update("tom", "INC-1007", "Then it is the feeder. I order a new one.")


def conversation(desk: Ticketing, begun: datetime) -> None:
    """Creates INC-1001, a ticket with every kind of event."""
    title, text, _, requester, *_ = QUEUE[0]
    desk.at = begun
    number = desk.create(requester, title, text).number

    def after(minutes: int, by: str, text: str = "", visibility: str = "public", **changes: Any) -> None:
        desk.at = begun + timedelta(minutes=minutes)
        desk.update(by, number, text, visibility, **changes)

    after(1, "system", team_id="desk")
    after(4, "ines", assignee_id="ines")
    after(5, "ines", category_id="c0")
    after(12, "ines", REPLY, state="pending")
    after(31, "tom", "Third one today. I will look whether the update can be held back.", "internal")
    after(32, "tom", tags=["laptop", "monthly-close"])
    after(75, "maria", "Did that, but after lunch it asked again. It is the account of the shared mailbox ‘orders’,"
          " could that be it?")  # fmt: skip
    after(80, "ines", urgency=2)


REPLY = (
    "Hello Maria,\n\nthat is the known effect of last night’s update. Please open the Credential Manager, remove"
    " everything that begins with “MicrosoftOffice16”, and start Outlook again.\n\nThe steps with pictures:"
    " https://intranet.example.org/kb/outlook-password"
)

ARTICLE = """Outlook keeps its password in two places. After an update the two may differ.

## Remove the stored password

1. Close Outlook.
2. Open **Credential Manager** from the start menu.
3. Choose *Windows credentials* and remove every entry that begins with `MicrosoftOffice16`.
4. Start Outlook and sign in once.

## If it asks again

- Is a **shared mailbox** open? Close it, wait a minute, open it again.
- Do you use a phone as well? Sign in there too.

> On a company laptop you need no administrator for any of this.

| Message | Meaning |
|---|---|
| Need password | the stored one is old |
| Disconnected | no network: see the article on VPN |
"""


def knowledge(services: Services) -> None:
    titles = [
        ("Outlook asks for the password again and again", ARTICLE),
        (
            "Connect to the VPN from home",
            "Open the client and sign in with your mail address. The VPN needs a code.",
        ),
        ("Reset your own password", "Open the sign-in page and choose “Forgotten”."),
        ("Use a meeting room screen", "Take the cable marked with a blue ring."),
        ("Order hardware", "Say what you need it for; your manager gets a mail."),
    ]
    for index, (title, body) in enumerate(titles):
        at = NOW - timedelta(days=2 + index * 9)
        first = ArticleView(
            id=f"a{index}", number=f"KB-{index + 1}", version=1, title=title, body=body, state="published",
            visibility="public", owner_id="ines", edited_by="ines", created_at=at, updated_at=at, published_at=at,
        )  # fmt: skip
        services.keep(first)
    _add_versions(services)


def _add_versions(services: Services) -> None:
    """Gives KB-1 two versions and adds the draft KB-6."""
    first = services.articles["KB-1"]
    begun = first.body.partition("| Message")[0].replace("Start Outlook and sign in once.", "Restart the computer.")
    services.versions["KB-1"] = []
    services.keep(first.model_copy(update={"body": begun, "title": "Outlook asks for the password", "state": "draft"}))
    later: dict[str, object] = {"version": 2, "edited_by": "tom", "updated_at": first.updated_at + timedelta(days=1)}
    services.keep(first.model_copy(update=later), ["body", "state", "title"])
    own = {
        "id": "a6",
        "number": "KB-6",
        "title": "Rooms: who may book what",
        "state": "draft",
        "body": "To be written.",
    }
    services.keep(first.model_copy(update={**own, "visibility": "internal", "tags": ["rooms"]}))


def inbox(services: Services) -> None:
    lines = [
        ("INC-1001", "requester_replied", "maria", "Did that, but after lunch it asked again.", 1, False),
        ("INC-1002", "new_unassigned", "oskar", "The log says ‘timeout while writing’", 2, False),
        ("INC-1001", "assigned", "tom", None, 3, True),
        ("INC-1009", "requester_replied", "jon", "Between 8 and 9 opening a drawing takes a minute.", 30, True),
    ]
    tickets = services.tickets
    services.inbox = [
        InboxEntry(
            id=f"n{index}", ticket_id=tickets[number].id, number=number, title=tickets[number].title,
            reason=reason, actor_id=actor, text=text, time=NOW - timedelta(hours=hours), read=read,
        )
        for index, (number, reason, actor, text, hours, read) in enumerate(lines)
    ]  # fmt: skip


@cache
def _prepared_desk() -> Ticketing:
    folk = Folk()
    people(folk)
    desk = Ticketing(folk.directory, lambda _: None)
    tickets(desk)
    return desk


def demo() -> tuple[Services, Folk]:
    folk = Folk()
    people(folk)
    security(folk.security_log)
    services = Services(folk.directory)
    services.ticketing.copy_from(_prepared_desk())
    knowledge(services)
    inbox(services)
    services.facets = {
        "type": [FacetValue(value="ticket", count=12), FacetValue(value="article", count=2)],
        "state": [
            FacetValue(value="open", count=7),
            FacetValue(value="pending", count=3),
            FacetValue(value="published", count=2),
            FacetValue(value="draft", count=1),
        ],
        "team_id": [FacetValue(value="desk", count=120), FacetValue(value="network", count=4)],
        "category_id": [FacetValue(value="c0", count=9)],
    }
    return services, folk


if __name__ == "__main__":
    uvicorn.run(application(demo), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
