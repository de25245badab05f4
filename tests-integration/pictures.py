"""Takes pictures of every screen in each language and puts them on one contact sheet, .pictures/index.html.

Uses the system at TRACKLINE_URL (with TRACKLINE_ADMIN_EMAIL and TRACKLINE_ADMIN_PASSWORD), or else starts one. The exit
code is 1 if axe finds something, a screen is too wide or a script fails.
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
from harness.axe import Examiner
from harness.browser import ROOT, Windows, chromium
from harness.office import open_office, set_language
from harness.screens import Screen, screens
from playwright.sync_api import sync_playwright

OUT = ROOT / ".pictures"
LANGUAGES = ("en", "de")


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


def take_pictures(examiner: Examiner, screen: Screen, language: str, complaints: list[str]) -> list[str]:
    names = []
    for look in examiner.looks(screen):
        name = f"{screen.file_name}-{language}-{look.width}-{look.scheme}.png"
        (OUT / name).write_bytes(look.picture())
        names.append(name)
        complaints += [f"{screen.name}, {language}, {look.name}: {one}" for one in look.faults]
    return names


def contact_sheet(taken: dict[str, list[list[str]]]) -> str:
    rows = "".join(
        f"<h2>{html.escape(name)}</h2>"
        + "".join(f"<p>{''.join(f'<img loading=lazy src={file}>' for file in files)}</p>" for files in series)
        for name, series in taken.items()
    )
    style = "body{font:14px sans-serif;background:#777}img{height:420px;margin:4px}p{white-space:nowrap;overflow:auto}"
    return f"<!doctype html><meta charset=utf-8><title>Trackline</title><style>{style}</style>{rows}"


def main() -> int:
    OUT.mkdir(exist_ok=True)
    taken: dict[str, list[list[str]]] = {}
    complaints: list[str] = []
    with administrator() as admin, sync_playwright() as playwright:
        admin.wait_for_starter_pack()
        browser = chromium(playwright)
        with open_office(admin) as office:
            for language in LANGUAGES:
                set_language(admin, office, language)
                windows = Windows(browser, admin.url, language)
                examiner = Examiner(windows)
                for screen in screens(office, admin):
                    taken.setdefault(screen.name, []).append(take_pictures(examiner, screen, language, complaints))
                complaints += windows.complaints
    (OUT / "index.html").write_text(contact_sheet(taken))
    count = sum(len(files) for series in taken.values() for files in series)
    print(f"{count} pictures of {len(taken)} screens: {OUT / 'index.html'}")
    print("\n".join(complaints) or "axe found nothing, nothing is too wide, no script failed")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
