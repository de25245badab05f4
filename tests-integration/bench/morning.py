"""An agent's morning: 30 unassigned tickets, worked off in Chromium by keyboard alone.

A ticket gets what its kind needs: a question to its requester, a solution, another team, or a note before it waits for
somebody else. Reported are the keys and the seconds per ticket. The letters of texts are not counted as keys, and they
are there at once, so the seconds are those that the agent waits for Trackline. Run it in tests-integration/:
`python -m trackline_local with-servers --measured -- python -m bench.morning`.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from conftest import running_system
from harness.api import Api, wait_for
from harness.browser import Windows, chromium
from playwright.sync_api import Page, expect, sync_playwright

from bench.production import INTERVALS

TICKETS = int(os.environ.get("BENCH_TICKETS", "30"))
QUEUE = "/desk/unassigned?sort=created_at"


class Hand:
    """Counts the keys that the agent presses."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def choose(self, letters: str) -> None:
        """Chooses in a list by the first letters of the choice, as soon as the list is open."""
        self.page.locator("select:open").wait_for()
        self.press(*letters, "Enter")


def ask(hand: Hand) -> None:
    take(hand)
    hand.press("r")
    hand.write("Which building is it in, and since when?")
    hand.press("Control+Enter")
    expect(hand.page.locator("#timeline")).to_contain_text("Which building is it in")
    hand.press("Escape", "s")
    hand.choose("w")
    expect(hand.page.locator("#state")).to_have_value("pending")


def solve(hand: Hand) -> None:
    take(hand)
    hand.press("r")
    hand.write("It was switched off. It works again.")
    hand.press("Control+Shift+Enter")
    expect(hand.page.locator(".comment-solution")).to_be_visible()


def move(hand: Hand) -> None:
    hand.press("t")
    hand.choose("ne")
    expect(hand.page.locator("#team_id option:checked")).to_have_text("Network")


def wait_for_others(hand: Hand) -> None:
    take(hand)
    hand.press("n")
    hand.write("The part is ordered.")
    hand.press("Control+Enter")
    expect(hand.page.locator(".comment-note")).to_contain_text("The part is ordered.")
    hand.press("Escape", "s")
    hand.choose("o")
    expect(hand.page.locator("#state")).to_have_value("on_hold")


def take(hand: Hand) -> None:
    hand.press("e")
    expect(hand.page.locator("#assignee_id option:checked")).to_contain_text("Alice Agent")


KINDS: tuple[Callable[[Hand], None], ...] = (solve, ask, solve, move, ask, wait_for_others)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_system(Path(folder), None, **INTERVALS) as system,
        Api.sign_in(system.url, system.administrator.email, system.administrator.password) as admin,
        sync_playwright() as playwright,
    ):
        admin.wait_for_starter_pack()
        network = admin.team("Network")
        teams = dict.fromkeys((admin.team("Service Desk"), network), "reply")
        agent = admin.new_person("Alice Agent", teams)
        requester = admin.new_person("Bob Requester")
        numbers = [_opened(admin, requester, place) for place in range(TICKETS)]
        page = Windows(chromium(playwright), system.url).open(agent, QUEUE)
        _work(Hand(page), numbers)


def _opened(admin: Api, requester: Api, place: int) -> str:
    ticket = requester.new_ticket(f"The printer on floor {place} is dead")
    number = str(ticket["number"])
    admin.update(number, changes={"team_id": admin.team("Service Desk")})
    wait_for(lambda: admin.get(f"/tickets/{number}")["team_id"])
    return number


def _work(hand: Hand, numbers: list[str]) -> None:
    keys, seconds = defaultdict[str, list[int]](list), defaultdict[str, list[float]](list)
    for place, number in enumerate(numbers):
        kind = KINDS[place % len(KINDS)]
        before, began = hand.keys, time.monotonic()
        hand.press(*(("Escape", "]") if place else ("j", "Enter")))
        hand.page.wait_for_url(f"**/t/{number}")
        kind(hand)
        keys[kind.__name__].append(hand.keys - before)
        seconds[kind.__name__].append(time.monotonic() - began)
    for name in keys:
        _say(name, keys[name], seconds[name])
    _say("all", [one for each in keys.values() for one in each], [one for each in seconds.values() for one in each])


def _say(name: str, keys: list[int], seconds: list[float]) -> None:
    sys.stdout.write(
        f"{name:16} {len(keys):3} tickets, keys {statistics.mean(keys):.1f} each (at most {max(keys)}), "
        f"seconds {statistics.median(seconds):.2f} (at most {max(seconds):.2f})\n"
    )


if __name__ == "__main__":
    main()
