"""Chromium windows with signed-in people."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from harness.api import Api
from trackline_local import tools

ROOT = Path(__file__).resolve().parents[2]
HEIGHTS = {1280: 800, 390: 844}


def chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=tools.chromium(), args=tools.CHROMIUM_ARGUMENTS)


class Windows:
    """A browser profile for each person, width and appearance. `complaints` has the errors of scripts."""

    def __init__(self, browser: Browser, url: str, locale: str = "en") -> None:
        self._browser, self.url, self._locale = browser, url, locale
        self._profiles: dict[tuple[Api | None, int, str], BrowserContext] = {}
        self.complaints: list[str] = []

    def open(self, who: Api | None, path: str, width: int = 1280, scheme: str = "light") -> Page:
        page = self.page(who, width, scheme)
        page.goto(self.url + path, wait_until="load")
        return page

    def page(self, who: Api | None, width: int = 1280, scheme: str = "light") -> Page:
        """Returns a new, empty page."""
        page = self._profile(who, width, scheme).new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _profile(self, who: Api | None, width: int, scheme: str) -> BrowserContext:
        name = (who, width, scheme)
        if name not in self._profiles:
            phone = width < 640
            options: dict[str, Any] = {"color_scheme": scheme, "is_mobile": phone, "has_touch": phone}
            viewport: Any = {"width": width, "height": HEIGHTS[width]}
            context = self._browser.new_context(
                viewport=viewport, locale=self._locale, reduced_motion="reduce", **options
            )
            self._profiles[name] = context
            if who:
                self._sign_in(context, who)
        return self._profiles[name]

    def _sign_in(self, context: BrowserContext, who: Api) -> None:
        page = context.new_page()
        page.goto(f"{self.url}/sign-in")
        page.fill("#email", who.me["email"])
        page.fill("#password", who.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.close()
