"""What is wrong with a screen: what axe finds, and whether it is wider than its window."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

from harness.api import Api
from harness.browser import HEIGHTS, ROOT, Windows
from harness.screens import Screen

# Never by a script element: the page's policy would refuse it, and that is as it should be.
AXE = (ROOT / "gateway/node_modules/axe-core/axe.min.js").read_text()
# Colours that change with the appearance do so over a moment, and in between nobody could read them.
RUN = """rules => {
    document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish());
    return axe.run({resultTypes: ["violations"], preload: false, ...rules}).then(found => found.violations);
}"""
EVERYTHING: dict[str, list[str]] = {}
CONTRAST = {"runOnly": ["color-contrast"]}


def found_wrong(page: Page, rules: dict[str, list[str]] = EVERYTHING) -> list[str]:
    # not innerWidth: on a phone that grows with a page that is too wide
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(RUN, rules)
    found = [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in violations]
    return found + ([f"{wider} px too wide"] if wider > 0 else [])


@dataclass(frozen=True)
class Look:
    """A screen in one width and appearance; `wrong` is what was found there."""

    width: int
    scheme: str
    wrong: list[str]
    _session: CDPSession

    @property
    def name(self) -> str:
        return f"{self.width} px, {self.scheme}"

    def picture(self) -> bytes:
        """PNG. Not by Playwright, which would go back to the width of the window."""
        return base64.b64decode(self._session.send("Page.captureScreenshot")["data"])


class Examiner:
    """Looks at each screen in each width and appearance after loading it once: loading takes as long as looking, and
    so does a new page with axe in it. Each person has a page."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._pages: dict[Api | None, tuple[Page, CDPSession]] = {}

    def found_wrong(self, screen: Screen) -> dict[str, list[str]]:
        """By name, width and appearance; what is in order is left out."""
        return {f"{screen.name}, {look.name}": look.wrong for look in self.looks(screen) if look.wrong}

    def looks(self, screen: Screen) -> Iterator[Look]:
        page, session = self._page(screen.who)
        _resize(session, 1280)
        page.goto(self._windows.url + screen.path, wait_until="load")
        screen.prepare(page)
        for width in HEIGHTS:
            _resize(session, width)
            # colours are all that differs in the dark
            for scheme, rules in (("light", EVERYTHING), ("dark", CONTRAST)):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                yield Look(width, scheme, found_wrong(page, rules), session)

    def _page(self, who: Api | None) -> tuple[Page, CDPSession]:
        if who not in self._pages:
            page = self._windows.page(who)
            page.add_init_script(AXE)
            self._pages[who] = page, page.context.new_cdp_session(page)
        return self._pages[who]


def _resize(session: CDPSession, width: int) -> None:
    """As Playwright makes the window of a phone, which it does for new ones only."""
    phone = width < 640
    size = {"width": width, "height": HEIGHTS[width], "deviceScaleFactor": 1}
    session.send("Emulation.setDeviceMetricsOverride", {**size, "mobile": phone})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
