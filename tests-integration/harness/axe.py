"""Checks a screen with axe, whether it is wider than its window, and whether it misses rules of a style sheet."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Literal

from playwright.sync_api import CDPSession, Page

from harness.api import Api
from harness.browser import HEIGHTS, ROOT, Windows
from harness.screens import Screen
from trackline_testing.styles import LEFT_OUT, MISSING_RULES, style_sheets

# The script is evaluated, because the page's policy rightly refuses a script element.
AXE = (ROOT / "gateway/node_modules/axe-core/axe.min.js").read_text()
# Colours change over a moment when the appearance changes. In between their contrast is too low.
RUN = """rules => {
    document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish());
    return axe.run({resultTypes: ["violations"], preload: false, ...rules}).then(found => found.violations);
}"""
# The desk scrolls inside its frame. innerWidth would not do: on a phone it grows with a page that is too wide.
WIDER = """() => Math.max(...[document.documentElement, ...document.querySelectorAll("main")].map(
    one => one.scrollWidth - one.clientWidth))"""
# What a page takes in height, where it scrolls inside its frame.
HIDDEN = "() => Math.max(0, ...[...document.querySelectorAll('main')].map(one => one.scrollHeight - one.clientHeight))"
Rules = dict[str, list[str]]
# the same for all pages
_left_out: list[list[list[str]]] = []
EVERYTHING: Rules = {}
CONTRAST: Rules = {"runOnly": ["color-contrast"]}
# Each width, appearance and what to check. Appearances differ in colours only, so that the first two looks miss only
# colours of elements that one of the widths does not show. Screens share most of their elements, so that one look at
# each screen, in turns, sees most of them in both.
LOOKS: tuple[tuple[int, Literal["light", "dark"], Rules], ...] = (
    (1280, "light", EVERYTHING),
    (390, "dark", EVERYTHING),
    (390, "light", CONTRAST),
    (1280, "dark", CONTRAST),
)


def find_faults(page: Page, rules: Rules = EVERYTHING) -> list[str]:
    wider = page.evaluate(WIDER)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(RUN, rules)
    found = [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in violations]
    if not _left_out:
        _left_out.extend(page.evaluate(LEFT_OUT, style_sheets()))
    missing: list[str] = page.evaluate(MISSING_RULES, _left_out)
    return found + missing + ([f"{wider} px too wide"] if wider > 0 else [])


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
    """Checks a screen in several looks after loading it once, because loading takes as long as checking. Each person
    has one page, because a new page with axe is slow, too."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._pages: dict[Api | None, tuple[Page, CDPSession]] = {}
        self._turns = cycle((LOOKS, (LOOKS[1], LOOKS[0], *LOOKS[2:])))

    def find_faults(self, screen: Screen, looks: int) -> dict[str, list[str]]:
        """Returns name, width and appearance → faults, without looks that have none. Checks that many of LOOKS: the
        first two in turns with every screen."""
        return {f"{screen.name}, {look.name}": look.faults for look in self.looks(screen, looks) if look.faults}

    def looks(self, screen: Screen, looks: int = len(LOOKS)) -> Iterator[Look]:
        page, session = self._page(screen.who)
        _resize(session, 1280)
        page.goto(self._windows.url + screen.path, wait_until="load")
        screen.prepare(page)
        for width, scheme, rules in next(self._turns)[:looks]:
            _resize(session, width)
            if screen.whole:
                _resize(session, width, page.evaluate(HIDDEN))
            page.emulate_media(color_scheme=scheme)
            yield Look(width, scheme, find_faults(page, rules), session)

    def _page(self, who: Api | None) -> tuple[Page, CDPSession]:
        if who not in self._pages:
            page = self._windows.page(who)
            page.add_init_script(AXE)
            self._pages[who] = page, page.context.new_cdp_session(page)
        return self._pages[who]


def _resize(session: CDPSession, width: int, more: int = 0) -> None:
    """Resizes an open window. Playwright can set up the window of a phone for new pages only."""
    phone = width < 640
    size = {"width": width, "height": HEIGHTS[width] + more, "deviceScaleFactor": 1}
    session.send("Emulation.setDeviceMetricsOverride", {**size, "mobile": phone})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
