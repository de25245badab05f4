"""What people print is whole: Chromium makes a PDF of each page, and its text is compared with the page."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.api import Api
from harness.browser import Windows
from harness.office import Office
from playwright.sync_api import Locator, Page

from trackline_local import tools

LINES = 200
TITLE = "A title that is longer than one line of the printed page, because somebody put the whole story into it: " + (
    "first this, then that"
)


class Printed:
    """`pages` are the texts of the pages, with one blank between words."""

    def __init__(self, page: Page, folder: Path, format: str = "A4") -> None:
        file = folder / "page.pdf"
        page.pdf(path=file, format=format)
        done = subprocess.run([tools.pdftotext(), file, "-"], check=True, capture_output=True, text=True)
        self.pages = [re.sub(r"\s+", " ", text) for text in done.stdout.split("\f")[:-1]]
        self.text = " ".join(self.pages)


@pytest.fixture(scope="module")
def long_ticket(office: Office) -> str:
    text = "\n".join(f"Line number {number} of the log." for number in range(1, LINES + 1))
    number: str = office.requester.new_ticket(TITLE, description=text)["number"]
    office.agent.update(number, comment={"text": "The answer of the agent."}, changes={"urgency": 1})
    for _ in range(2):
        office.agent.update(number, changes={"tags": ["printed"]})
        office.agent.update(number, changes={"tags": []})
    office.agent.comment(number, "The last note.", "internal")
    return number


@dataclass(frozen=True)
class Wordy:
    """What people wrote into a ticket is long, and has words that are longer than a line."""

    number: str
    article: str
    person: str
    asked: list[str]
    fields: list[str]
    # The ids of what has a page of its own in the settings.
    team: str
    category: str
    member: str
    template: str


@pytest.fixture(scope="module")
def wordy(office: Office, admin: Api) -> Iterator[Wordy]:
    title = "https://intranet.example/" + "t" * 150 + "/endOfTitle"
    place = "Building 7, floor 3, behind the copy room, " + "l" * 70 + " and the second door on the left, endOfPlace"
    tags = ["network-printer", "floor-three", "hardware-defect", "waiting-for-vendor", "g" * 40, "end-of-tags"]
    team = admin.post("/teams", {"name": f"Field service of the northern branches {'m' * 50} endOfTeam"})
    category = admin.post("/categories", {"name": f"Telephones of meeting rooms {'c' * 50} endOfCategory"})
    name = f"Wilhelmina {'n' * 60} EndOfName"
    person = admin.post(
        "/users", {"name": name, "emails": [f"{'e' * 50}@{'d' * 50}.example"], "teams": {team["id"]: "reply"}}
    )
    office.requester.new_ticket(f"Another ticket {'o' * 150} endOfOther")
    number: str = office.requester.new_ticket(title, description="D" * 200 + " endOfText", location=place)["number"]
    admin.update(number, changes={"tags": tags, "team_id": team["id"], "category_id": category["id"]})
    admin.update(number, changes={"assignee_id": person["id"]})
    article = admin.post("/articles", {"title": "A" * 150 + " endOfArticle", "body": "B" * 150, "state": "published"})
    asked = [title, number, "D" * 200 + "endOfText", place]
    fields = [*tags, team["name"], category["name"], name, "Open", "endOfOther", office.requester.me["email"]]
    template = admin.post("/reply-templates", {"name": f"Greeting {'r' * 60} endOfTemplate", "text": "Hello"})
    settings = (team["id"], category["id"], person["id"], template["id"])
    yield Wordy(number, article["number"], name, asked, fields, *settings)
    for path in (f"/teams/{team['id']}", f"/categories/{category['id']}", f"/users/{person['id']}"):
        admin.patch(path, {"active": False})


@pytest.mark.parametrize("paper", ["A4", "Letter", "A5"])
def test_a_ticket_prints_each_field_whole(
    windows: Windows, office: Office, admin: Api, wordy: Wordy, tmp_path: Path, paper: str
) -> None:
    for who, expected in ((admin, wordy.asked + wordy.fields), (office.requester, wordy.asked)):
        printed = Printed(windows.open(who, f"/t/{wordy.number}"), tmp_path, paper)
        assert [text for text in expected if _dense(text) not in _dense(printed.text)] == []


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_the_queue_prints_the_end_of_each_title(
    windows: Windows, office: Office, admin: Api, wordy: Wordy, tmp_path: Path, paper: str
) -> None:
    printed = Printed(windows.open(admin, "/desk/open"), tmp_path, paper)
    shown = [*wordy.asked[:2], wordy.person]
    assert [text for text in shown if _dense(text) not in _dense(printed.text)] == []


def _dense(text: str) -> str:
    """A long word is printed in several lines, and pdftotext drops a hyphen at the end of one."""
    return re.sub(r"[\s-]+", "", text)


# Returns what is wider or higher than its place on the paper.
CUT_OFF = r"""() => {
  const hidden = ".visually-hidden, svg, canvas, option, .chart"
  const name = (el) => `${el.tagName}.${el.className}#${el.id}: ${el.textContent.trim().slice(-30)}`
  const cut = []
  for (const el of document.querySelectorAll("body *")) {
    if (!el.checkVisibility() || el.closest(hidden)) continue
    const clips = getComputedStyle(el)
    const wide = clips.overflowX !== "visible" && el.scrollWidth > el.clientWidth + 1
    const high = clips.overflowY !== "visible" && el.scrollHeight > el.clientHeight + 1
    if (el.clientWidth > 1 && (wide || high)) cut.push(name(el))
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.data.trim() || !text.parentElement.checkVisibility() || text.parentElement.closest(hidden)) continue
    const place = document.createRange()
    place.selectNodeContents(text)
    const { left, right } = place.getBoundingClientRect()
    if (left < -1 || right > innerWidth + 1) cut.push("off the paper: " + name(text.parentElement))
  }
  return cut
}"""
# Points of CSS.
WIDTHS = {"A4": 794, "Letter": 816, "A5": 559}
PAGES = [
    ("admin", "/t/{number}"), ("admin", "/desk/open"), ("agent", "/inbox"), ("admin", "/search?q=intranet"),
    ("agent", "/desk/articles"), ("agent", "/a/{article}"), ("admin", "/insights?period=12m&by=team_id"),
    ("admin", "/insights/tickets?measure=created&from=2020-01-01T00:00:00Z&to=2120-01-01T00:00:00Z"),
    ("requester", "/"), ("requester", "/t/{number}"), ("requester", "/a/{article}"),
    ("requester", "/t/{number}?after=1"), ("admin", "/t/{number}?before=3"),
    ("requester", "/search?q=intranet"),
    ("requester", "/inbox"), ("admin", "/settings"), ("admin", "/settings/people?q=Wilhelmina"),
    ("admin", "/settings/teams"), ("admin", "/settings/categories"), ("admin", "/settings/reply-templates"),
    ("admin", "/settings/changes"), ("admin", "/settings/security-log"), ("admin", "/settings/api-keys"),
    ("admin", "/settings/health"), ("admin", "/settings/mailbox"), ("agent", "/new/call?who=Wilhelmina"),
]  # fmt: skip


FORMS = [
    ("agent", "/desk/articles/new"), ("agent", "/desk/articles/{article}"), ("admin", "/settings/people/new"),
    ("admin", "/settings/people/{member}"), ("admin", "/settings/teams/{team}"), ("admin", "/settings/teams"),
    ("admin", "/settings/categories/{category}"), ("admin", "/settings/categories"), ("admin", "/settings/mail"),
    ("admin", "/settings/organisation"), ("admin", "/settings/reply-templates/new"), ("admin", "/settings/changes"),
    ("admin", "/settings/reply-templates/{template}"), ("admin", "/settings/security-log"), ("admin", "/settings"),
    ("admin", "/settings/people?q=Wilhelmina"), ("admin", "/settings/api-keys"), ("agent", "/new"),
    ("agent", "/new/call?who=Wilhelmina"), ("agent", "/search?q=intranet"), ("requester", "/new"), ("requester", "/"),
    ("requester", "/search?q=intranet"), ("requester", "/profile"),
]  # fmt: skip
# Writes more than a line into each field, and returns the last words of all.
FILL = """() => {
  const kinds = ["hidden", "checkbox", "radio", "file", "password", "date", "number"]
  const fields = [...document.querySelectorAll("main input, main textarea, main select")]
  return fields.filter((field) => !kinds.includes(field.type) && field.checkVisibility()).map((field, place) => {
    const text = `${"many-words-in-".repeat(20)}endOfField${place}x`
    if (field.selectedOptions) field.selectedOptions[0].text = text
    else field.value = text
    return `endOfField${place}x`
  })
}"""


@pytest.mark.parametrize(("who", "path"), FORMS)
def test_each_field_of_a_form_prints_whole(
    windows: Windows, office: Office, admin: Api, wordy: Wordy, tmp_path: Path, who: str, path: str
) -> None:
    person = {"admin": admin, "agent": office.agent, "requester": office.requester}[who]
    page = windows.open(person, path.format_map(vars(wordy)))
    ends = page.evaluate(FILL)
    printed = Printed(page, tmp_path, "A5")
    assert ends
    assert [end for end in ends if end not in _dense(printed.text)] == []
    assert page.locator(".field-copy").count() == 0
    page.emulate_media(media="print")
    page.locator(".field-copy").nth(len(ends) - 1).wait_for()
    page.emulate_media(media="screen")
    page.locator(".field-copy").first.wait_for(state="detached")


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_no_page_is_cut_off_on_paper(
    windows: Windows, office: Office, admin: Api, wordy: Wordy, who: str, path: str
) -> None:
    person = {"admin": admin, "agent": office.agent, "requester": office.requester}[who]
    page = windows.open(person, path.format(number=wordy.number, article=wordy.article))
    page.emulate_media(media="print")
    cut = {}
    for paper, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 1_000})
        cut[paper] = page.evaluate(CUT_OFF)
    assert cut == {paper: [] for paper in WIDTHS}


@pytest.mark.parametrize("paper", ["A4", "Letter", "A5"])
def test_a_ticket_prints_every_line(
    windows: Windows, office: Office, long_ticket: str, tmp_path: Path, paper: str
) -> None:
    printed = Printed(windows.open(office.agent, f"/t/{long_ticket}"), tmp_path, paper)
    found = [int(number) for number in re.findall(r"Line number (\d+) of the log\.", printed.text)]
    assert found == list(range(1, LINES + 1))
    for words in (
        TITLE,
        long_ticket,
        "The answer of the agent.",
        "The last note.",
        "Requester",
        "Assignee",
        "to “printed”",
    ):
        assert words in printed.text, words
    assert len(printed.pages) >= LINES // 70
    for words in ("Send and resolve", "Attach", "Views", "Help centre"):
        assert words not in printed.text, words


def test_a_requester_prints_every_line(windows: Windows, office: Office, long_ticket: str, tmp_path: Path) -> None:
    printed = Printed(windows.open(office.requester, f"/t/{long_ticket}"), tmp_path)
    assert len(re.findall(r"Line number \d+ of the log\.", printed.text)) == LINES
    assert "The answer of the agent." in printed.text
    assert "The last note." not in printed.text


def test_the_queue_prints_every_row(windows: Windows, office: Office, admin: Api, tmp_path: Path) -> None:
    for number in range(40):
        office.requester.new_ticket(f"Row {number} of the printed queue")
    page = windows.open(office.agent, "/desk/open")
    shown = page.locator("#rows .number").all_inner_texts()
    printed = Printed(page, tmp_path)
    assert len(shown) >= 40
    assert [number for number in shown if number not in printed.text] == []
    assert office.requester.me["name"] in printed.text


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_a_long_word_pushes_no_column_of_the_queue_off_the_paper(
    windows: Windows, office: Office, tmp_path: Path, paper: str
) -> None:
    address = "https://a.example/" + "x" * 180
    number: str = office.requester.new_ticket("y" * 190, description=address)["number"]
    office.agent.update(number, changes={"team_id": office.agent.team("Service Desk")})
    office.agent.update(number, changes={"assignee_id": office.agent.me["id"]})
    printed = Printed(windows.open(office.agent, "/desk/mine"), tmp_path, paper)
    # Small paper has the layout of a telephone, without a heading.
    heading = ("Requester", "Assignee", "State", "Opened", "Updated") if paper == "A4" else ()
    for words in (number, office.requester.me["name"], *heading):
        assert words in printed.text, words


def test_an_article_prints_each_word_of_a_long_line(windows: Windows, office: Office, tmp_path: Path) -> None:
    code = " ".join(f"c{number:03}" for number in range(150))
    cell = "x" * 300 + "CELL"
    table = f"| a | b |\n|---|---|\n| 1 | {cell} |"
    body = f"Text\n\n```\n{code}\n{'y' * 400}END\n```\n\n{table}\n\n    indented {code} LAST\n"
    article = office.agent.post("/articles", {"title": "A long line", "body": body, "state": "published"})
    printed = Printed(windows.open(office.agent, f"/a/{article['number']}"), tmp_path)
    assert [word for word in [*code.split(), "END", "CELL", "LAST"] if word not in printed.text] == []


def test_insights_print_with_charts_and_tables(windows: Windows, admin: Api, office: Office, tmp_path: Path) -> None:
    page = windows.open(admin, "/insights?period=12m")
    groups = page.locator("#breakdown-table tbody th").all_inner_texts()
    printed = Printed(page, tmp_path)
    assert groups
    assert [group for group in groups if group not in printed.text] == []
    assert "Resolved in this period" in printed.text
    page.emulate_media(media="print")
    # ECharts may add a layer, which lies over the first and not below it.
    page.locator(".chart canvas").first.evaluate("canvas => canvas.after(canvas.cloneNode())")
    layers = page.locator(".chart").first.locator("canvas").all()
    assert len(layers) > 1
    assert len({box["y"] for box in map(Locator.bounding_box, layers) if box}) == 1
    for chart in page.locator(".chart canvas").all():
        box = chart.bounding_box()
        assert box is not None
        assert 0 < box["width"] <= page.viewport_size["width"]  # type: ignore[index]
