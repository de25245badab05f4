"""Set-up leaves out the rules of Basecoat that pages cannot use."""

import pytest

from trackline_testing.styles import LEFT_OUT, MISSING_RULES, style_sheets

from ..test_pages import PAGES
from .site import Site

SIGNED_OUT = [(None, "/sign-in"), (None, "/forgotten"), (None, "/password?link=none")]


@pytest.mark.timeout(300)  # it opens fifty pages
async def test_no_page_misses_a_rule_that_was_left_out(site: Site) -> None:
    places = [*PAGES, *SIGNED_OUT]
    pages = {who: await site.page(who) for who, _ in places}
    left_out = await (await site.page(None)).evaluate(LEFT_OUT, style_sheets())
    missing = {}
    for who, path in places:
        await pages[who].goto(path)
        if found := await pages[who].evaluate(MISSING_RULES, left_out):
            missing[path] = found
    assert missing == {}
