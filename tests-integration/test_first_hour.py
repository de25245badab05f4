"""A new administrator's first hour in a real browser: from an empty installation to a ticket answered by email."""

import re
from collections.abc import Iterator

import pytest
from conftest import running_system
from harness.api import Api, wait_for
from harness.axe import find_faults
from harness.browser import Windows, chromium
from playwright.sync_api import Page, expect, sync_playwright

from gateway.mailbox.store import Mail, list_mails
from trackline_local.system import System
from trackline_testing.amounts import amount

ROWS = amount("FIRST_HOUR_PEOPLE", short=60, long=200)
# every seventeenth row from the tenth on is wrong
BAD = len(range(10, ROWS, 17))
INES = "ines.keller@harbour.example"
PASSWORD = "four unrelated words"
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running_system(tmp_path_factory.mktemp("empty")) as system:
        yield system


@pytest.fixture(scope="module")
def windows(empty: System) -> Iterator[Windows]:
    with sync_playwright() as playwright:
        windows = Windows(chromium(playwright), empty.url)
        yield windows
        assert windows.complaints == []


def people_file(corrected: bool) -> bytes:
    """Returns a file in which rows 12, 29, … have no email address or an invalid one."""
    bad = {} if corrected else {10 + 17 * number: ("", "at home")[number % 2] for number in range(BAD)}
    rows = (f"Person {n:03};{bad.get(n, f'person{n:03}@harbour.example')};Quay {n % 4}" for n in range(ROWS))
    return "\n".join(["Full name;E-Mail;Location", *rows]).encode()


def import_people(page: Page, corrected: bool, added: int) -> None:
    page.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": people_file(corrected)})
    page.get_by_role("button", name="Upload file").click()
    expect(page.locator("#import")).to_contain_text(f"{added} people will be added")
    page.get_by_role("button", name=f"Import {added} people").click()
    expect(page.locator("#import")).to_contain_text(f"{added} people were added")


def mails(system: System, address: str) -> list[Mail]:
    return [mail for mail in list_mails(system.state) if address in mail.recipients]


@pytest.mark.timeout(300)
def test_from_empty_to_a_ticket_answered_by_mail(empty: System, windows: Windows) -> None:
    page = windows.open(None, "/sign-in")
    page.fill("#email", empty.administrator.email)
    page.fill("#password", empty.administrator.password)
    page.get_by_role("button", name="Sign in").click()
    name_the_organisation_and_try_mail(page, empty)
    import_everybody(page, empty)
    create_a_team_and_invite_an_agent(page, empty)
    answer_somebody_from_the_file(windows, empty)


def name_the_organisation_and_try_mail(page: Page, empty: System) -> None:
    expect(page).to_have_url(re.compile("/setup/organisation$"))
    page.fill("#name", "Harbour Works")
    page.select_option("#time_zone", "Europe/Berlin")
    assert find_faults(page) == []
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(re.compile("/setup/mail$"))
    page.get_by_role("button", name="Send a test email").click()
    expect(page.locator("#test")).to_contain_text("The server accepted a test email")
    wait_for(lambda: mails(empty, empty.administrator.email))
    assert find_faults(page) == []


def import_everybody(page: Page, empty: System) -> None:
    """Imports a file with some wrong rows, then a corrected file, which adds only those."""
    page.goto(f"{empty.url}/setup")
    expect(page).to_have_url(re.compile("/setup/people$"))
    page.get_by_role("link", name="Import people").click()
    import_people(page, corrected=False, added=ROWS - BAD)
    reasons = page.locator("#import tbody tr")
    expect(reasons).to_have_count(BAD)
    expect(reasons.nth(0)).to_contain_text("12")
    expect(reasons.nth(0)).to_contain_text("The email address is missing.")
    expect(reasons.nth(1)).to_contain_text("“at home” is not an email address.")
    assert find_faults(page) == []
    page.get_by_role("link", name="Upload the corrected file").click()
    import_people(page, corrected=True, added=BAD)
    expect(page.locator("#import")).to_contain_text(f"{ROWS - BAD} people already had an account")


def create_a_team_and_invite_an_agent(page: Page, empty: System) -> None:
    page.goto(f"{empty.url}/setup")
    expect(page).to_have_url(re.compile("/setup/teams$"))
    page.fill("#name", "Quay desk")
    page.get_by_role("button", name="Create team").click()
    expect(page.get_by_role("link", name="Quay desk", exact=True).first).to_be_visible()
    page.goto(f"{empty.url}/settings/people/new")
    page.fill("#name", "Ines Keller")
    page.fill("#email", INES)
    page.get_by_label("Quay desk").select_option("reply")
    assert find_faults(page) == []
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#toast")).to_contain_text(f"invitation is on its way to {INES}")
    page.goto(f"{empty.url}/setup")
    expect(page.locator("main")).to_contain_text("Everything is set up")


def answer_somebody_from_the_file(windows: Windows, empty: System) -> None:
    """The agent first chooses a password with the link in her email."""
    (invitation,) = wait_for(lambda: mails(empty, INES))
    (link,) = re.findall(r"http\S+link=\S+", invitation.text)
    with Api.sign_in(empty.url, empty.administrator.email, empty.administrator.password) as admin:
        (caller,) = admin.get("/users", q="person010@")["data"]
        number = admin.new_ticket("The crane's terminal is dark", requester_id=caller["id"], channel="phone")["number"]
    agent = windows.open(None, link.removeprefix(empty.url), width=390)
    expect(agent.locator("main")).to_contain_text("Ines Keller")
    assert find_faults(agent) == []
    agent.fill("#password", PASSWORD)
    agent.get_by_role("button", name="Save and sign in").click()
    expect(agent).to_have_url(re.compile("/desk"))
    agent.goto(f"{empty.url}/t/{number}")
    agent.fill("#text", "Please press the green button for ten seconds.")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#timeline")).to_contain_text("green button")
    wait_for(lambda: any("green button" in mail.text for mail in mails(empty, "person010@harbour.example")))
