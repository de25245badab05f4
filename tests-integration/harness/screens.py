"""All screens of the portal, in their interesting states."""

import base64
from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import Page

from harness.api import Api
from harness.office import Office

GALLERY = ("labels", "buttons", "forms", "texts", "messages", "lists", "frame")
LONG_AGO, LATER = "2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z"


@dataclass(frozen=True)
class Screen:
    """`press` is the selector of an element to click first. Of a `whole` screen the pictures show all, however long."""

    name: str
    who: Api | None
    path: str
    press: str | None = None
    whole: bool = False

    @property
    def file_name(self) -> str:
        return self.name.replace(", ", "-").replace(" ", "-")

    def prepare(self, page: Page) -> None:
        if self.press:
            page.locator(self.press).click(force=True)


def screens(office: Office, admin: Api) -> list[Screen]:
    agent, requester, nobody = office.agent, office.requester, office.newcomer
    article = admin.all("/articles")[0]["number"]
    return [
        Screen("sign in", None, "/sign-in"),
        Screen("home", requester, "/"),
        Screen("home, empty", nobody, "/"),
        Screen("home, answers", requester, "/?q=vpn"),
        Screen("requests", requester, "/requests"),
        Screen("requests, closed, empty", nobody, "/requests?state=closed"),
        Screen("requests of my teams", agent, "/requests?whose=team"),
        Screen("new request", requester, "/new?title=Printer does not print"),
        Screen("my ticket", requester, f"/t/{office.talk}"),
        Screen("my ticket, waiting", requester, f"/t/{office.pending}"),
        Screen("my ticket, resolved", requester, f"/t/{office.resolved}"),
        Screen("my ticket, its later part", requester, f"/t/{office.talk}?after=1"),
        Screen("article", requester, f"/a/{article}"),
        Screen("queue", agent, "/desk/open"),
        Screen("queue, selected", agent, "/desk/open", "#rows tr:nth-child(2) [name=ticket]"),
        Screen("queue, empty", admin, "/desk/mine"),
        Screen("queue, filters without a match", agent, "/desk/open?filter[state]=on_hold&filter[priority]=1"),
        Screen("queue, filter", agent, "/desk/open", ".filtering summary"),
        Screen("queue, filter not understood", agent, "/desk/open?q=asignee:me"),
        Screen("ticket", agent, f"/t/{office.talk}"),
        Screen("ticket, note", agent, f"/t/{office.talk}", "[name=visibility][value=internal]"),
        Screen("ticket, resolve", agent, f"/t/{office.talk}?compose=resolve"),
        Screen("ticket, reply templates", agent, f"/t/{office.talk}", "[data-open-reply-templates]"),
        Screen("ticket, its earlier part", agent, f"/t/{office.talk}?before=3"),
        Screen("ticket, details", agent, f"/t/{office.talk}?tab=details"),
        Screen("articles", agent, "/desk/articles"),
        Screen("article, editor", agent, f"/desk/articles/{article}"),
        Screen("article, new", agent, "/desk/articles/new"),
        Screen("article, versions", agent, f"/desk/articles/{article}/versions"),
        Screen("article, version", agent, f"/desk/articles/{article}/versions/1"),
        Screen("search", agent, "/search?q=printer"),
        Screen("search, not begun", agent, "/search"),
        Screen("search, not understood", agent, "/search?q=vpn+state:opne"),
        Screen("search, nothing", agent, "/search?q=zxqv"),
        Screen("search, requester", requester, "/search?q=vpn"),
        Screen("inbox", agent, "/inbox"),
        Screen("inbox, empty", nobody, "/inbox"),
        Screen("insights", admin, "/insights"),
        Screen("insights, as a table", admin, "/insights?by=team_id", ".insight details summary"),
        Screen("insights, what a number means", admin, "/insights", ".headline:first-child summary"),
        Screen("insights, filters without a match", agent, "/insights?filter[state]=cancelled"),
        Screen("insights, tickets", admin, f"/insights/tickets?measure=created&from={LONG_AGO}&to={LATER}"),
        Screen("profile", requester, "/profile"),
        Screen("account menu", agent, "/profile", ".account summary"),
        Screen("settings", admin, "/settings"),
        Screen("forgotten password", None, "/forgotten"),
        Screen("link used up", None, "/password?link=none"),
        Screen("setting up", admin, "/setup/organisation"),
        Screen("setting up, mail", admin, "/setup/mail"),
        Screen("setting up, people", admin, "/setup/people"),
        Screen("setting up, teams", admin, "/setup/teams"),
        Screen("home, administrator", admin, "/"),
        Screen("people", admin, "/settings/people"),
        Screen("people, nobody", admin, "/settings/people?q=zxqv"),
        Screen("person", admin, f"/settings/people/{office.agent.me['id']}"),
        Screen("new person", admin, "/settings/people/new"),
        Screen("people from a file", admin, "/settings/people/import"),
        Screen("people from a file, draft", admin, f"/settings/people/import/{_draft(admin)}"),
        Screen("teams", admin, "/settings/teams"),
        Screen("team", admin, f"/settings/teams/{admin.team('Service Desk')}"),
        Screen("categories", admin, "/settings/categories"),
        Screen("reply templates", admin, "/settings/reply-templates"),
        Screen("reply template", admin, f"/settings/reply-templates/{_template(admin)}"),
        Screen("changes", admin, "/settings/changes"),
        Screen("change", admin, f"/settings/changes/{_change(admin)}"),
        Screen("security log", admin, "/settings/security-log"),
        Screen("organisation", admin, "/settings/organisation"),
        Screen("mail settings", admin, "/settings/mail"),
        Screen("API keys", admin, "/settings/api-keys"),
        Screen("health", admin, "/settings/health"),
        Screen("health, mails", admin, "/settings/health/mail/failed"),
        Screen("new ticket for a caller", agent, "/new/call"),
        Screen("new ticket for a caller, found", agent, "/new/call?who=mar"),
        Screen("new ticket for a caller, chosen", agent, f"/new/call?caller={requester.me['id']}"),
        Screen("new ticket for a caller, new", agent, "/new/call?caller=new&who=Zoe"),
        Screen("mailbox", admin, "/settings/mailbox"),
        *(Screen(f"gallery, {group}", admin, f"/settings/gallery?group={group}", whole=True) for group in GALLERY),
        Screen("gallery, right to left", admin, "/settings/gallery?dir=rtl"),
        Screen("not found", requester, "/t/INC-999999"),
        Screen("forbidden", requester, "/desk"),
    ]


def _template(admin: Api) -> str:
    text = (
        "Hello {{requester.first_name}},\n\nthank you for {{ticket.number}}. We are looking into it.\n\n{{agent.name}}"
    )
    template: str = admin.post("/reply-templates", {"name": "Greeting", "text": text, "visibility": "everybody"})["id"]
    return template


def _change(admin: Api) -> str:
    """Returns the id of a change of a team."""
    team = admin.post("/teams", {"name": f"Floor {uuid4().hex[:4]}"})
    admin.patch(f"/teams/{team['id']}", {"confidential": True, "active": False})
    return f"{team['id']}:00000002"


def _draft(admin: Api) -> str:
    """Returns the id of an import with letters to look at and three rows to correct, of which one may be several."""
    text = """Name,E-Mail,Team,Notes
Bea Brown,bea@example.org,Network,
Jürgen Größe,juergen@example.org,,Büro 3
Ben,,,
Zoe,zoe at home,Nowhere,
Ann,ann@example.org,,"new
Eve,eve@example.org,,old"
"""
    file = base64.b64encode(text.encode("cp1252")).decode()
    draft: str = admin.post("/imports/people", {"file": file})["id"]
    return draft
