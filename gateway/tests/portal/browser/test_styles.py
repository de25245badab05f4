"""Set-up leaves out the rules of Basecoat that pages cannot use."""

import pytest

from trackline_testing.styles import missing_rules

from ..test_pages import PAGES
from .conftest import Site

SIGNED_OUT = [(None, "/sign-in"), (None, "/forgotten"), (None, "/password?link=none")]


@pytest.mark.timeout(300)  # it opens fifty pages
def test_no_page_misses_a_rule_that_was_left_out(site: Site) -> None:
    places = [*PAGES, *SIGNED_OUT]
    pages = {who: site.page(who) for who, _ in places}
    missing = {}
    for who, path in places:
        pages[who].goto(path)
        if found := missing_rules(pages[who]):
            missing[path] = found
    assert missing == {}
