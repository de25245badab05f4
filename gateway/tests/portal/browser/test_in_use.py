"""Somebody goes on working in the details of a ticket before the answer to their last step has come."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from .rows import press
from .site import Site

TICKET = "/t/INC-1001"
COUNT_ANSWERS = """() => {
    window.answers = 0;
    document.addEventListener("htmx:finally:request", () => setTimeout(() => (window.answers += 1)));
}"""
Step = Callable[[Page], Awaitable[None]]


@asynccontextmanager
async def held_back(page: Page, path: str) -> AsyncIterator[None]:
    """Holds the answer to the next post to `path` until the block ends, and waits until the page shows it."""
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        await go.wait()
        await route.fulfill(response=answer)

    await page.route(f"**{path}", hold, times=1)
    try:
        yield
        await page.evaluate(COUNT_ANSWERS)
    finally:
        go.set()
    await page.wait_for_function("() => window.answers > 0")


async def reply(page: Page) -> None:
    await press(page, "r")
    await page.keyboard.type("Which building is it in?")
    await press(page, "Control+Enter")
    await press(page, "Escape")


async def move(page: Page) -> None:
    await press(page, "t")
    await expect(page.locator("select#team_id:open")).to_be_visible()
    await press(page, "n", "e", "Enter")


BEFORE = pytest.mark.parametrize(("step", "path"), [(reply, "/reply"), (move, "/change")])


@BEFORE
async def test_an_open_list_stays_open(site: Site, step: Step, path: str) -> None:
    page = await site.open("ines", TICKET)
    async with held_back(page, TICKET + path):
        await step(page)
        await press(page, "s")
        await expect(page.locator("select#state:open")).to_be_visible()
    await expect(page.locator("select#state:open")).to_be_visible()
    await press(page, "w")
    await press(page, "Enter")
    await expect(page.locator("#toast")).to_contain_text("changes were saved")
    assert site.services.tickets["INC-1001"].state == "pending"


@BEFORE
async def test_a_text_that_is_being_written_stays(site: Site, step: Step, path: str) -> None:
    page = await site.open("ines", TICKET)
    async with held_back(page, TICKET + path):
        await step(page)
        await press(page, "l", "End")
        await page.keyboard.type(" outlook")
    await page.keyboard.type(" urgent")
    await press(page, "Enter")
    await expect(page.locator("#toast")).to_contain_text("changes were saved")
    assert {"outlook", "urgent"} <= set(site.services.tickets["INC-1001"].tags)


@BEFORE
async def test_an_open_editor_stays_open(site: Site, step: Step, path: str) -> None:
    page = await site.open("ines", TICKET)
    async with held_back(page, TICKET + path):
        await step(page)
        await press(page, "p")
        await page.locator("#priority").select_option("1")
        await page.locator("#priority_reason").fill("The whole floor")
    await page.locator("#priority-editor .with-script").click()
    await expect(page.locator("#priority-editor")).not_to_have_attribute("open", "")
    ticket = site.services.tickets["INC-1001"]
    assert (ticket.priority, ticket.priority_reason) == (1, "The whole floor")


async def test_a_list_that_is_left_shows_what_was_chosen_before(site: Site) -> None:
    page = await site.open("ines", TICKET)
    async with held_back(page, f"{TICKET}/change"):
        await move(page)
        await press(page, "t")
        await expect(page.locator("select#team_id:open")).to_be_visible()
    await press(page, "Escape", "Escape")
    await expect(page.locator("#team_id option[selected]")).to_have_text("Network")
    await expect(page.locator("#team_id option:checked")).to_have_text("Network")


async def test_a_choice_that_is_refused_goes_back(site: Site) -> None:
    page = await site.open("ines", TICKET)
    state = site.services.tickets["INC-1001"].state

    async def refuse(route: Route) -> None:
        await route.continue_(post_data=f"{route.request.post_data}".replace("state=pending", "state=new"))

    await page.route(f"**{TICKET}/change", refuse)
    await press(page, "s")
    await expect(page.locator("select#state:open")).to_be_visible()
    await press(page, "w", "Enter")
    await expect(page.locator("#panel [role=alert]")).to_be_visible()
    await expect(page.locator("#state")).to_have_value(state)
