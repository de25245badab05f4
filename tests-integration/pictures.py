"""Every screen of a running Trackline on one contact sheet: .pictures/index.html. Ends with 1 when axe finds something.

Drives the system at TRACKLINE_URL (with TRACKLINE_ADMIN_EMAIL and TRACKLINE_ADMIN_PASSWORD), else one of its own.
"""

import html
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import running_system
from harness.api import Api
from harness.axe import found_wrong
from harness.browser import HEIGHTS, ROOT, Windows, chromium
from harness.office import open_office
from harness.screens import Screen, screens
from playwright.sync_api import sync_playwright

OUT = ROOT / ".pictures"


@contextmanager
def administrator() -> Iterator[Api]:
    if given := os.environ.get("TRACKLINE_URL"):
        email, password = os.environ["TRACKLINE_ADMIN_EMAIL"], os.environ["TRACKLINE_ADMIN_PASSWORD"]
        with Api.sign_in(given, email, password) as api:
            yield api
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_system(Path(folder)) as system,
        Api.sign_in(system.url, system.administrator.email, system.administrator.password) as api,
    ):
        yield api


def take(windows: Windows, screen: Screen, width: int, scheme: str) -> str:
    page = windows.open(screen.who, screen.path, width, scheme)
    screen.prepare(page)
    page.wait_for_timeout(250)
    name = f"{screen.file_name}-{width}-{scheme}.png"
    page.screenshot(path=OUT / name)
    windows.complaints += [f"{screen.name} {width} {scheme}: {one}" for one in found_wrong(page)]
    page.close()
    return name


def series(windows: Windows, screen: Screen) -> list[str]:
    return [take(windows, screen, width, scheme) for width in HEIGHTS for scheme in ("light", "dark")]


def contact_sheet(taken: dict[str, list[str]]) -> str:
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><p>{''.join(f'<img loading=lazy src={file}>' for file in files)}</p>"
        for name, files in taken.items()
    )
    style = "body{font:14px sans-serif;background:#777}img{height:420px;margin:4px}p{white-space:nowrap;overflow:auto}"
    return f"<!doctype html><meta charset=utf-8><title>Trackline</title><style>{style}</style>{rows}"


def main() -> int:
    OUT.mkdir(exist_ok=True)
    with administrator() as admin, sync_playwright() as playwright:
        admin.wait_for_starter_pack()
        windows = Windows(chromium(playwright), admin.url)
        with open_office(admin) as office:
            taken = {screen.name: series(windows, screen) for screen in screens(office, admin)}
    (OUT / "index.html").write_text(contact_sheet(taken))
    print(f"{sum(map(len, taken.values()))} pictures of {len(taken)} screens: {OUT / 'index.html'}")
    print("\n".join(windows.complaints) or "axe found nothing, nothing is too wide, no script failed")
    return 1 if windows.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
