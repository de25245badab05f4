"""What agents see of the requester of a ticket, to reach them."""

import pytest

from gateway.portal.kit.words import dialled

from .conftest import Portal


async def test_department_and_phone_are_under_the_title(portal: Portal) -> None:
    page = (await portal.get("/t/INC-1001")).text
    head = page.partition('id="status"')[2].partition("</header>")[0]
    assert "Payroll" in head
    assert 'href="tel:+49305552217"' in head
    panel = page.partition('id="requester-title"')[2].partition("</section>")[0]
    for fact in ("+49 (0)30 555 2217", "Payroll", "Floor 3"):
        assert fact in panel


async def test_what_is_not_known_leaves_no_gap(portal: Portal) -> None:
    head = (await portal.get("/t/INC-1002")).text.partition('id="status"')[2].partition("</header>")[0]
    assert "Oskar Nilsen" in head
    assert "tel:" not in head
    assert "None" not in head


async def test_requesters_do_not_see_it(portal: Portal) -> None:
    assert "555 2217" not in (await portal.get("/t/INC-1001", "maria")).text


@pytest.mark.parametrize(
    ("shown", "digits"),
    [
        ("+49 (0)30 555-2217", "+49305552217"),
        ("(030) 555", "030555"),
        ("2217", "2217"),
        ("030/555 ext. 12", "030555"),
        ("reception", ""),
    ],
)
def test_a_link_dials_digits(shown: str, digits: str) -> None:
    assert dialled(shown) == digits
