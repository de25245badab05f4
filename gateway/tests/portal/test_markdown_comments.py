"""Comments in Markdown: what people write in the portal is formatted, and everything else is shown as written."""

from typing import Any

import pytest

from .conftest import Portal

NUMBER = "INC-1001"
BOLD = "<strong>now</strong>"


async def reply(portal: Portal, who: str = "ines", **fields: str) -> None:
    answer = await portal.post(f"/t/{NUMBER}/reply", who, **{"text": "Restart it **now**.", **fields})
    assert answer.status_code == 303


@pytest.mark.parametrize("who", ["ines", "maria"])
async def test_both_sides_write_and_read_markdown(portal: Portal, who: str) -> None:
    await reply(portal, who, format="markdown")
    for reader in ("ines", "maria"):
        assert BOLD in (await portal.get(f"/t/{NUMBER}", reader)).text


async def test_what_names_no_format_is_plain(portal: Portal) -> None:
    await reply(portal)
    page = (await portal.get(f"/t/{NUMBER}")).text
    assert "Restart it **now**." in page
    assert BOLD not in page


async def test_the_same_text_is_formatted_only_where_it_is_markdown(portal: Portal) -> None:
    await reply(portal, key="k1")
    await reply(portal, key="k2", format="markdown")
    page = (await portal.get(f"/t/{NUMBER}")).text
    assert page.count(BOLD) == page.count("Restart it **now**.") == 1


async def test_the_html_is_in_no_event(portal: Portal) -> None:
    await reply(portal, format="markdown")
    [*_, last] = portal.services.ticketing.history(NUMBER)
    assert last.comment
    assert (last.comment.text, last.comment.format) == ("Restart it **now**.", "markdown")
    assert "<strong>" not in last.model_dump_json()


async def test_a_solution_is_formatted_like_the_reply_that_it_is(portal: Portal) -> None:
    await reply(portal, format="markdown", state="resolved", resolution_code="solved")
    assert (await portal.get(f"/t/{NUMBER}", "maria")).text.count(BOLD) == 2


async def test_a_comment_that_costs_too_much_is_shown_as_it_was_written(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_much(*_: Any) -> None: ...

    await reply(portal, format="markdown")
    monkeypatch.setattr("gateway.markdown.process.Worker.render", too_much)
    assert "Restart it **now**." in (await portal.get(f"/t/{NUMBER}")).text


async def test_the_preview_with_and_without_scripts(portal: Portal) -> None:
    shown = await portal.post("/markdown", text="Restart it **now**.\nThen <b>wait</b>.")
    assert BOLD in shown.text
    assert "<br>" in shown.text
    assert "&lt;b&gt;wait" in shown.text
    assert (await portal.post("/markdown", csrf="another", text="x")).status_code == 403
    before = len(portal.services.ticketing.history(NUMBER))
    page = await portal.post(f"/t/{NUMBER}/reply", "maria", text="It is **now**.", format="markdown", preview="1")
    assert page.status_code == 200
    assert BOLD in page.text
    assert ">It is **now**.</textarea>" in page.text
    assert len(portal.services.ticketing.history(NUMBER)) == before


async def test_an_unknown_format_costs_no_text(portal: Portal) -> None:
    answer = await portal.post(f"/t/{NUMBER}/reply", text="Restart it", format="html")
    assert answer.status_code == 422
    assert ">Restart it</textarea>" in answer.text
