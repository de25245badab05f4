"""Every screen of a running Trackline on one contact sheet: .pictures/index.html. Ends with 1 when axe finds something.

Drives the system at TRACKLINE_URL (with TRACKLINE_ADMIN_EMAIL and TRACKLINE_ADMIN_PASSWORD), else one of its own.
"""

import html
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conftest import running_system
from harness.api import Api, wait_for
from harness.office import Office, open_office
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".pictures"
AXE = (ROOT / "gateway/node_modules/axe-core/axe.min.js").read_text()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {1280: 800, 390: 844}


@dataclass(frozen=True)
class Screen:
    """`act` is what is done before the picture: a selector to click."""

    name: str
    who: Api | None
    path: str
    act: str | None = None


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
        Screen("my ticket, resolved", admin, f"/t/{office.resolved}"),
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
        Screen("settings", admin, "/settings"),
        Screen("mailbox", admin, "/settings/mailbox"),
        Screen("not found", requester, "/t/INC-999999"),
        Screen("forbidden", requester, "/desk"),
    ]


@contextmanager
def signed_in() -> Iterator[Api]:
    given = os.environ.get("TRACKLINE_URL")
    if given:
        email, password = os.environ["TRACKLINE_ADMIN_EMAIL"], os.environ["TRACKLINE_ADMIN_PASSWORD"]
        with Api.sign_in(given, email, password) as api:
            yield api
        return
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder)) as system:
        administrator = system.administrator
        with Api.sign_in(system.url, administrator.email, administrator.password) as api:
            yield api


class Camera:
    """One signed-in page for each person, size and appearance."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._states: dict[str, object] = {}
        self.complaints: list[str] = []

    def take(self, screen: Screen, width: int, scheme: str) -> str:
        page = self._page(screen.who, width, scheme)
        page.goto(self._url + screen.path, wait_until="load")
        if screen.act:
            page.locator(screen.act).click(force=True)
        page.wait_for_timeout(250)
        name = f"{screen.name.replace(', ', '-').replace(' ', '-')}-{width}-{scheme}.png"
        page.screenshot(path=OUT / name)
        self._judge(page, screen.name, width, scheme)
        page.context.close()
        return name

    def _page(self, who: Api | None, width: int, scheme: str) -> Page:
        phone = width < 640
        context = self._browser.new_context(
            viewport={"width": width, "height": SIZES[width]}, color_scheme=scheme, reduced_motion="reduce",  # type: ignore[arg-type]
            is_mobile=phone, has_touch=phone, storage_state=self._state(who),  # type: ignore[arg-type]
        )  # fmt: skip
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _state(self, who: Api | None) -> object | None:
        if who is None:
            return None
        if who.token not in self._states:
            context = self._browser.new_context()
            page = context.new_page()
            page.goto(f"{self._url}/sign-in")
            page.fill("#email", who.me["email"])
            page.fill("#password", who.password)
            page.click("button[type=submit]")
            page.wait_for_url(lambda url: "/sign-in" not in url)
            self._states[who.token] = context.storage_state()
            context.close()
        return self._states[who.token]

    def _judge(self, page: Page, name: str, width: int, scheme: str) -> None:
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            self.complaints.append(f"{name} {width} {scheme}: {wider} px too wide")
        page.evaluate(AXE)
        for violation in page.evaluate(f"axe.run({RULES})")["violations"]:
            places = [node["html"][:100] for node in violation["nodes"][:3]]
            self.complaints.append(f"{name} {width} {scheme}: {violation['id']}: {places}")


def contact_sheet(taken: dict[str, list[str]]) -> str:
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><p>{''.join(f'<img loading=lazy src={file}>' for file in files)}</p>"
        for name, files in taken.items()
    )
    style = "body{font:14px sans-serif;background:#777}img{height:420px;margin:4px}p{white-space:nowrap;overflow:auto}"
    return f"<!doctype html><meta charset=utf-8><title>Trackline</title><style>{style}</style>{rows}"


def main() -> int:
    OUT.mkdir(exist_ok=True)
    with signed_in() as admin, sync_playwright() as playwright:
        admin.wait_for_starter_pack()
        office = open_office(admin)
        wait_for(lambda: office.agent.get("/search", q="blank pages")["data"])
        wait_for(lambda: office.agent.get("/notifications")["data"])
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        camera = Camera(browser, admin.url)
        taken = {
            screen.name: [camera.take(screen, width, scheme) for width in SIZES for scheme in ("light", "dark")]
            for screen in screens(office, admin)
        }
        browser.close()
    (OUT / "index.html").write_text(contact_sheet(taken))
    print(f"{sum(map(len, taken.values()))} pictures of {len(taken)} screens: {OUT / 'index.html'}")
    print("\n".join(camera.complaints) or "axe found nothing, nothing is too wide, no script failed")
    return 1 if camera.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
