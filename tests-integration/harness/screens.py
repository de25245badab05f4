"""Every screen that there is, with what makes it interesting."""

from dataclasses import dataclass

from playwright.sync_api import Page

from harness.api import Api
from harness.office import Office

LONG_AGO, LATER = "2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z"


@dataclass(frozen=True)
class Screen:
    """`press` is what is clicked before one looks."""

    name: str
    who: Api | None
    path: str
    press: str | None = None

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
        Screen("new request", requester, "/new?title=Printer does not print"),
        Screen("my ticket", requester, f"/t/{office.talk}"),
        Screen("my ticket, waiting", requester, f"/t/{office.pending}"),
        Screen("my ticket, resolved", requester, f"/t/{office.resolved}"),
        Screen("article", requester, f"/a/{article}"),
        Screen("queue", agent, "/desk/open"),
        Screen("queue, selected", agent, "/desk/open", "#rows tr:nth-child(2) [name=ticket]"),
        Screen("queue, empty", admin, "/desk/mine"),
        Screen("queue, filters without a match", agent, "/desk/open?filter[state]=on_hold&filter[priority]=1"),
        Screen("ticket", agent, f"/t/{office.talk}"),
        Screen("ticket, note", agent, f"/t/{office.talk}", "[name=visibility][value=internal]"),
        Screen("ticket, resolve", agent, f"/t/{office.talk}?compose=resolve"),
        Screen("ticket, details", agent, f"/t/{office.talk}?tab=details"),
        Screen("search", agent, "/search?q=printer"),
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
        Screen("mailbox", admin, "/settings/mailbox"),
        Screen("not found", requester, "/t/INC-999999"),
        Screen("forbidden", requester, "/desk"),
    ]
