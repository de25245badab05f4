"""A reply template is inserted into a reply with the keyboard alone, and with its button."""

from harness.api import Api
from harness.browser import Windows
from harness.office import Office
from playwright.sync_api import expect

TEXT = "Hello {{requester.first_name}}, about {{ticket.number}}."


def test_a_template_is_inserted_by_keys_and_by_its_button(windows: Windows, office: Office, admin: Api) -> None:
    for name, text in (("Ask for a picture", "Please send a picture."), ("Welcome by name", TEXT)):
        admin.post("/reply-templates", {"name": name, "text": text, "visibility": "everybody"})
    first_name = office.requester.me["name"].split()[0]
    page = windows.open(office.agent, f"/t/{office.talk}")
    field, options = page.locator("#composer #text"), page.locator("[data-reply-templates] [role=option]")
    field.click()
    page.keyboard.type("see and/or /")
    expect(options.filter(has_text="Ask for a picture")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("Backspace")
    page.keyboard.type("/welc")
    expect(page.locator("[data-reply-templates] [role=option]:visible")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"see and/or Hello {first_name}, about {office.talk}.")
    expect(options.first).to_be_hidden()
    field.fill("")
    page.locator("[data-open-reply-templates]").click()
    options.filter(has_text="Ask for a picture").click()
    expect(field).to_have_value("Please send a picture.")
