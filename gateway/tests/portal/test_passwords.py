"""Choosing a password with a link, page by page."""

from typing import Any

import pytest

from gateway.people.models import CreateUser
from gateway.people.usecases import link as links
from gateway.people.usecases import user

from ..people.conftest import eventually
from .house import House

BEA = "bea@example.org"
NEW = "four unrelated words"
OLD = "the old password"


async def link_of(house: House, row: dict[str, Any] | None = None) -> str:
    row = row or await eventually(lambda: house.store.links.find_one({}))
    return str(links.mail_requested(house.people, row).data["url"]).partition("?link=")[2]


@pytest.fixture
async def stranger(house: House) -> House:
    from gateway.kit.system_context import system_context

    command = CreateUser(name="Bea Brown", emails=[BEA], password=OLD)
    await user.create(house.people, command, system_context("bea"))
    house.client.cookies.clear()
    return house


async def test_who_forgot_gets_a_link_and_is_signed_in_by_it(stranger: House) -> None:
    assert "/forgotten" in (await stranger.get("/sign-in")).text
    answer = await stranger.post("/forgotten", email=f" {BEA} ")
    assert (answer.status_code, "a link is on its way" in answer.text) == (200, True)
    link = await link_of(stranger)
    page = await stranger.get(f"/password?link={link}")
    assert "Bea Brown" in page.text
    short = await stranger.post("/password", f"/password?link={link}", link=link, password="short")
    assert (short.status_code, "12 to 200" in short.text) == (422, True)
    common = await stranger.post("/password", f"/password?link={link}", link=link, password="bea brown 2026")
    assert (common.status_code, "made of your name" in common.text) == (422, True)
    told = await stranger.post("/password/strength", f"/password?link={link}", link=link, password="bea brown 2026")
    assert (told.status_code, "made of your name" in told.text) == (200, True)
    done = await stranger.post("/password", f"/password?link={link}", link=link, password=NEW)
    home = await stranger.follow(done)
    assert "You are signed in" in home
    assert BEA in home
    stale = await stranger.get(f"/password?link={link}")
    assert (stale.status_code, "no longer works" in stale.text) == (404, True)


async def test_the_page_says_the_same_of_an_address_that_nobody_has(stranger: House) -> None:
    known, unknown = [await stranger.post("/forgotten", email=email) for email in (BEA, "ben@example.org")]
    said = [answer.text.partition("<main")[2] for answer in (known, unknown)]
    assert said[0].replace(BEA, "") == said[1].replace("ben@example.org", "")
    await eventually(lambda: stranger.store.links.find_one({}))
    assert await stranger.store.links.count_documents({}) == 1


@pytest.mark.parametrize(("typed", "said"), [("", "not an email address"), ("b..a@example.org", "no two dots")])
async def test_an_address_that_gets_no_mail_is_refused(stranger: House, typed: str, said: str) -> None:
    answer = await stranger.post("/forgotten", email=typed)
    assert (answer.status_code, said in answer.text) == (422, True)


async def test_a_form_of_another_site_asks_for_nothing(stranger: House) -> None:
    await stranger.get("/forgotten")
    answer = await stranger.client.post("/forgotten", data={"email": BEA, "csrf_token": "guessed"})
    assert answer.status_code == 403
    assert await stranger.store.links.count_documents({}) == 0


async def test_a_link_lets_in_whoever_a_colleague_stops_with_the_present_password_too(stranger: House) -> None:
    """The colleague types wrong passwords, and asks for links, from the same network address."""
    for _ in range(6):
        assert (await stranger.post("/forgotten", email=BEA)).status_code == 200
    sign_in = {"path": "/sign-in", "email": BEA}
    answers = [await stranger.post(**sign_in, password="a guess") for _ in range(9)]
    assert {answer.status_code for answer in answers} == {401, 429}
    refused = await stranger.post(**sign_in, password=OLD)
    assert (refused.status_code, "let us email you a link" in refused.text) == (429, True)
    page = await stranger.get(f"/password?link={await link_of(stranger)}")
    assert "Sign in with it" in page.text
    assert (await stranger.post(**sign_in, password=OLD)).status_code == 303
