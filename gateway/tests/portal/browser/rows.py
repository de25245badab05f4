"""The rows of the queue, and the cursor in them."""

from playwright.async_api import Page

CURRENT = "#rows tr[aria-current]"
LOCKED, CHANGEABLE = "#rows tr[data-locked]", "#rows tr:not([data-locked])"


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def numbers(page: Page, rows: str = "#rows tr") -> list[str]:
    return await page.locator(f"{rows} .number").all_inner_texts()


async def go_to(page: Page, number: str) -> None:
    """Moves the cursor from the first row."""
    await press(page, *["k"] * 50)
    await press(page, *["j"] * (await numbers(page)).index(number))
    assert await current(page) == number


async def current(page: Page) -> str:
    return (await page.locator(f"{CURRENT} .number").inner_text()).strip()


async def scroll_of(page: Page) -> float:
    position: float = await page.locator("#main").evaluate("main => main.scrollTop")
    return position
