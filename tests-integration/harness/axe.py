"""Checks a screen with axe, and whether it is wider than its window."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

from harness.api import Api
from harness.browser import HEIGHTS, ROOT, Windows
from harness.screens import Screen

# The script is evaluated, because the page's policy rightly refuses a script element.
AXE = (ROOT / "gateway/node_modules/axe-core/axe.min.js").read_text()
# Colours change over a moment when the appearance changes. In between their contrast is too low.
RUN = """rules => {
    document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish());
    return axe.run({resultTypes: ["violations"], preload: false, ...rules}).then(found => found.violations);
}"""
EVERYTHING: dict[str, list[str]] = {}
CONTRAST = {"runOnly": ["color-contrast"]}


def find_faults(page: Page, rules: dict[str, list[str]] = EVERYTHING) -> list[str]:
    # innerWidth would not do: on a phone it grows with a page that is too wide
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(RUN, rules)
    found = [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in violations]
    return found + ([f"{wider} px too wide"] if wider > 0 else [])


@dataclass(frozen=True)
class Look:
    """A screen in one width and appearance, with its faults."""

    width: int
    scheme: str
    faults: list[str]
    _session: CDPSession

    @property
    def name(self) -> str:
        return f"{self.width} px, {self.scheme}"

    def picture(self) -> bytes:
        """Returns a PNG. Playwright's own function would go back to the width of the window."""
        return base64.b64decode(self._session.send("Page.captureScreenshot")["data"])


class Examiner:
    """Checks each screen in each width and appearance after loading it once, because loading takes as long as checking.
    Each person has one page, because a new page with axe is slow, too."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._pages: dict[Api | None, tuple[Page, CDPSession]] = {}

    def find_faults(self, screen: Screen) -> dict[str, list[str]]:
        """Returns name, width and appearance → faults, without looks that have none."""
        return {f"{screen.name}, {look.name}": look.faults for look in self.looks(screen) if look.faults}

    def looks(self, screen: Screen) -> Iterator[Look]:
        page, session = self._page(screen.who)
        _resize(session, 1280)
        page.goto(self._windows.url + screen.path, wait_until="load")
        screen.prepare(page)
        for width in HEIGHTS:
            _resize(session, width)
            # the dark appearance differs in colours only
            for scheme, rules in (("light", EVERYTHING), ("dark", CONTRAST)):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                yield Look(width, scheme, find_faults(page, rules), session)

    def _page(self, who: Api | None) -> tuple[Page, CDPSession]:
        if who not in self._pages:
            page = self._windows.page(who)
            page.add_init_script(AXE)
            self._pages[who] = page, page.context.new_cdp_session(page)
        return self._pages[who]


def _resize(session: CDPSession, width: int) -> None:
    """Resizes an open window. Playwright can set up the window of a phone for new pages only."""
    phone = width < 640
    size = {"width": width, "height": HEIGHTS[width], "deviceScaleFactor": 1}
    session.send("Emulation.setDeviceMetricsOverride", {**size, "mobile": phone})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
