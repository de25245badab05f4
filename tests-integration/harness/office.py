"""A believable week at a service desk, written through the public API."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from harness.api import Api, wait_for

# Each row is a title, a text, a category, an impact and an urgency.
REPORTS = [
    ("Outlook asks for my password every few minutes", "It started this morning.", "E-mail and calendar", 3, 2),
    ("Payroll export stops at 80 % since the weekend, deadline is tomorrow at noon",
     "The log says ‘timeout while writing’. I cannot start it again by myself.", "Software", 1, 1),
    ("New laptop for Selma Aydın, starts 1 December", "She needs a dock.", "Computers and accessories", 3, 3),
    ("Meeting room 4.12: screen stays black", "Tried both cables.", "Computers and accessories", 2, 2),
    ("VPN drops when I change from cable to wifi", "Since last Tuesday, twice an hour.", "Network and VPN", 3, 2),
    ("Please restore a folder: Projects/Harbour/2025", "Deleted by mistake yesterday.", "Software", 2, 2),
    ("Scanner on floor 2 sends blank pages", "All pages are white, copies are fine.", "Printing", 3, 3),
    ("Access to the invoicing share for the new intern", "Read access is enough.", "Accounts and access", 3, 3),
    ("Slow file server in the morning", "Between 8 and 9 opening a drawing takes a minute.", "Network and VPN", 2, 3),
    ("Video calls: the others hear me twice", "Only with the headset.", "Software", 3, 3),
    ("Phone 2217 forwards to a colleague who has left", "Please change it to me.", "Phones and mobile devices", 3, 3),
    ("Mail from a customer is rejected as spam", "550 5.7.1, the text is below.", "E-mail and calendar", 2, 2),
]  # fmt: skip

REPLY = """Hello Maria,

that is a known effect of last night’s update. Please open the Credential Manager, remove everything that \
begins with “MicrosoftOffice16”, and start Outlook again.

The steps with pictures: https://intranet.example.org/kb/outlook-password"""


@dataclass(frozen=True)
class Office:
    """Signed-in people, and the numbers of the tickets."""

    agent: Api
    requester: Api
    newcomer: Api
    numbers: list[str]

    @property
    def talk(self) -> str:
        """The number of a ticket with a long conversation."""
        return self.numbers[0]

    @property
    def pending(self) -> str:
        return self.numbers[4]

    @property
    def resolved(self) -> str:
        return self.numbers[9]


@contextmanager
def open_office(admin: Api) -> Iterator[Office]:
    """Yields an office when its tickets can be searched and the inboxes have their notifications."""
    with ExitStack() as stack:

        def hire(name: str, teams: dict[str, str] | None = None) -> Api:
            return stack.enter_context(admin.new_person(name, teams))

        yield _open(admin, hire)


def set_language(admin: Api, office: Office, language: str) -> None:
    """Sets the language of everybody who looks at screens, from their next page on."""
    for who in (admin, office.agent, office.requester, office.newcomer):
        admin.patch(f"/users/{who.me['id']}", {"language": language})


def _open(admin: Api, hire: Callable[..., Api]) -> Office:
    teams = {team["name"]: team["id"] for team in admin.all("/teams")}
    agent = hire("Ines Keller", dict.fromkeys(teams.values(), "reply"))
    colleague = hire("Tom Okafor", {teams["Service Desk"]: "reply"})
    maria, oskar = hire("Maria Lindqvist"), hire("Oskar Abernathy-Featherstone")
    newcomer = hire("Ida Newman")
    categories = {category["name"]: category["id"] for category in admin.all("/categories")}
    numbers = [_report(maria if index % 5 in (0, 4) else oskar, categories, *row) for index, row in enumerate(REPORTS)]
    _converse(numbers[0], teams, agent, colleague, maria)
    agent.update(numbers[4], changes={"team_id": teams["Service Desk"], "assignee_id": agent.me["id"]})
    question = "Which wifi do you change to, the guest network or ‘Harbour’?"
    agent.update(numbers[4], comment={"text": question}, changes={"state": "pending"})
    agent.update(numbers[8], changes={"team_id": teams["Service Desk"], "assignee_id": agent.me["id"]})
    agent.update(numbers[5], changes={"team_id": teams["Service Desk"], "state": "on_hold"})
    solution = {"state": "resolved", "resolution_code": "solved", "resolution": "Echo cancelling is on in both apps."}
    agent.update(numbers[9], changes={"team_id": teams["Service Desk"], "assignee_id": agent.me["id"]})
    agent.update(numbers[9], comment={"text": "Please switch it off in one of them."}, changes=solution)
    wait_for(lambda: agent.get("/search", q="blank pages")["data"])
    wait_for(lambda: agent.get("/notifications")["data"])
    return Office(agent, maria, newcomer, numbers)


def _report(who: Api, categories: dict[str, Any], title: str, text: str, area: str, impact: int, urgency: int) -> str:
    fields = {"description": text, "impact": impact, "urgency": urgency, "category_id": categories[area]}
    number: str = who.new_ticket(title, **fields)["number"]
    return number


def _converse(number: str, teams: dict[str, str], agent: Api, colleague: Api, requester: Api) -> None:
    agent.update(number, changes={"team_id": teams["Service Desk"]})
    agent.update(number, changes={"assignee_id": agent.me["id"]})
    agent.update(number, changes={"tags": ["outlook", "update-2211"]})
    agent.update(number, comment={"text": REPLY}, changes={"state": "pending"})
    colleague.comment(number, "Third one today. I will look whether the update can be held back.", "internal")
    colleague.update(number, changes={"priority": 2, "priority_reason": "third report today"})
    requester.comment(number, "Did that, but after lunch it asked again. It is the shared mailbox ‘orders’.")
