"""Commit to browser: measures how soon a comment is on the screen of somebody else who has the ticket open.

The requester and an agent have a Chromium window each. They comment in turns through the API, and the other window is
watched. `sent` is when the POST left, and `commit` is when its 201 arrived. The comment is shown when the page holds
its text. All times are from the clock of the same machine. Run it in tests-integration/:
`python -m trackline_local with-servers -- python -m bench.live`.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from conftest import running_system
from harness.api import Api
from harness.browser import Windows, chromium
from playwright.sync_api import Page, expect, sync_playwright

from bench.production import INTERVALS

COMMENTS = int(os.environ.get("BENCH_COMMENTS", "60"))
WATCH = """() => {
    window.shown = {};
    const look = () => {
        for (const [word] of document.getElementById("timeline").innerText.matchAll(/measured-\\d+-/g))
            window.shown[word] ??= Date.now();
    };
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
}"""
# The page's content security policy refuses Playwright's wait_for_function.
SHOWN = """word => new Promise((done, fail) => {
    setTimeout(() => fail(`${word} was not shown within 30 s`), 30_000);
    const poll = () => (window.shown[word] ? done(window.shown[word]) : setTimeout(poll, 5));
    poll();
})"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder), None, **INTERVALS) as system:
        with Api.sign_in(system.url, system.administrator.email, system.administrator.password) as admin:
            admin.wait_for_starter_pack()
            agent = admin.new_person("Alice Agent", {admin.team("Service Desk"): "reply"})
            requester = admin.new_person("Bob Requester")
        with sync_playwright() as playwright:
            number = requester.new_ticket("Measured")["number"]
            windows = Windows(chromium(playwright), system.url)
            pages = [_watched(windows, who, number) for who in (agent, requester)]
            # Each author is paired with the window of the other.
            pairs = [(requester, pages[0]), (agent, pages[1])]
            rounds = [_round(number, *pairs[turn % 2], turn) for turn in range(COMMENTS)]
    for name, milliseconds in zip(("sent", "commit"), zip(*rounds, strict=True), strict=True):
        _report(name, list(milliseconds))


def _watched(windows: Windows, who: Api, number: str) -> Page:
    page = windows.open(who, f"/t/{number}")
    expect(page.locator("html")).to_have_attribute("data-live", "open", timeout=30_000)
    page.evaluate(WATCH)
    return page


def _round(number: str, author: Api, page: Page, turn: int) -> tuple[float, float]:
    """Returns the milliseconds from sending, and from the answer, until the comment is shown."""
    word = f"measured-{turn}-"
    sent = time.time()
    author.comment(number, f"This is comment {word}.")
    answered = time.time()
    shown = page.evaluate(SHOWN, word) / 1000
    return (shown - sent) * 1000, (shown - answered) * 1000


def _report(name: str, milliseconds: list[float]) -> None:
    p50, p99 = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=100, method="inclusive")[98]
    sys.stdout.write(f"{name:6} to browser  p50 {p50:.0f} ms  p99 {p99:.0f} ms  of {len(milliseconds)}\n")


if __name__ == "__main__":
    main()
