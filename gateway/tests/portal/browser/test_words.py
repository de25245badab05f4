"""Sentences that read wrong to whoever reads them."""

from playwright.async_api import expect

from .site import Site


async def test_agents_are_not_told_to_ask_themselves(site: Site) -> None:
    page = await site.open("ines", "/search?q=zxqv")
    await expect(page.locator("main").get_by_role("link", name="Create a ticket")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("Ask us")
    page = await site.open("maria", "/search?q=zxqv")
    await expect(page.get_by_role("link", name="Ask us")).to_have_attribute("href", "/new?title=zxqv")


async def test_the_sentence_of_a_ticket_is_german(site: Site) -> None:
    site.folk.add("maria", "Maria Lindqvist", language="de")
    page = await site.open("maria", "/t/INC-1001")
    await expect(page.locator(".status-sentence")).to_contain_text("Ines Keller arbeitet seit ")
    await expect(page.locator(".status-sentence")).to_contain_text(" daran.")
