"""Resolving takes one text: the reply is the solution. A note, which requesters cannot read, needs another text."""

from .conftest import Portal

NUMBER = "INC-1001"
SOLVED = {"state": "resolved", "resolution_code": "solved"}
OWN_TEXT = '<section class="solution">'


def field(page: str) -> str:
    """Returns what surrounds the text of its own for the solution."""
    return page.partition('<fieldset class="resolve"')[2].partition("</fieldset>")[0]


async def test_a_reply_that_is_the_solution_is_shown_once(portal: Portal) -> None:
    assert (await portal.post(f"/t/{NUMBER}/reply", text="A new cable.", **SOLVED)).status_code == 303
    page = (await portal.get(f"/t/{NUMBER}")).text
    assert page.count("A new cable.") == 1
    assert page.count("comment-solution") == page.count('class="solution-mark"') == 1
    assert OWN_TEXT not in page
    portal.services.ticketing.update("ines", NUMBER, state="open")
    assert "solution-mark" not in (await portal.get(f"/t/{NUMBER}")).text


async def test_a_note_is_never_the_solution(portal: Portal) -> None:
    note = {"text": "She had unplugged it.", "visibility": "internal", **SOLVED}
    refused = await portal.post(f"/t/{NUMBER}/reply", **note)
    assert refused.status_code == 422
    assert "resolution-mistake" in field(refused.text)
    assert "form-field grow if-note" not in field(refused.text)
    await portal.post(f"/t/{NUMBER}/reply", **note, resolution="The cable was loose.", key="k2")
    page = (await portal.get(f"/t/{NUMBER}")).text
    assert "The cable was loose." in page.partition(OWN_TEXT)[2].partition("</section>")[0]
    assert "She had unplugged it." not in (await portal.get(f"/t/{NUMBER}", "maria")).text


async def test_a_reply_that_is_too_long_for_a_solution_asks_for_a_short_one(portal: Portal) -> None:
    long = "Many words. " * 400
    refused = await portal.post(f"/t/{NUMBER}/reply", text=long, **SOLVED)
    assert refused.status_code == 422
    assert "form-field grow if-note" not in field(refused.text)
    assert "form-field grow if-note" in field((await portal.get(f"/t/{NUMBER}?compose=resolve")).text)
    await portal.post(f"/t/{NUMBER}/reply", text=long, **SOLVED, resolution="Many words.", key="k2")
    assert portal.services.tickets[NUMBER].resolution == "Many words."
