"""What people wrote has its own direction, whatever the language of the page."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from gateway.portal.kit import i18n

from .conftest import Portal
from .house import House
from .test_languages import NAMES, SILENT, VOID
from .test_pages import PAGES

# Browsers give no direction to a title or an option, and addresses are Latin.
UNMARKED = SILENT | {"title", "option", "time", "relative-time"}
ADDRESSES = re.compile(r"\S+@\S+|https?://\S+|[\w.-]+\.example\S*")


class Undirected(HTMLParser):
    """Collects the texts of people that stand in no element with a direction of its own. On a page in the
    pseudo-language each text in Latin letters is somebody's, and so is each of `names` inside a sentence."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.fields: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            name = "style" if values.get("class") == "avatar" else tag
            self.open.append((name, values.get("dir") == "auto" or tag == "bdi"))
        written = tag == "textarea" or (tag == "input" and values.get("type", "text") in ("text", "search"))
        if written and not {"dir", "readonly", "hidden"} & values.keys():
            self.fields.append(str(values.get("name")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] not in (tag, "style"):
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self.open}
        text = ADDRESSES.sub("", NAMES.sub("", data))
        mixed = re.search(r"[^\W\d_a-zA-ZäöüßÄÖÜçéğıŁłńóśŚşİÇÖŞ]", text)
        somebodys = (re.search("[A-Za-z]{2,}", text) and not mixed) or any(name in data for name in self.names)
        if somebodys and not tags & UNMARKED and not any(own for _, own in self.open):
            self.found.append(data.strip())


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_the_words_of_people_have_their_own_direction(portal: Portal, who: str, path: str) -> None:
    spoken: dict[str, Any] = {"language": i18n.PSEUDO, "time_zone": "UTC", "version": 2}
    people = list(portal.folk.directory.everybody())
    for person in people:
        portal.folk.add(person.id, person.name, admin=person.admin, teams=person.teams, **spoken)
    page = Undirected({person.name for person in people})
    page.feed((await portal.get(path, who)).text)
    assert (page.found, page.fields) == ([], [])


@pytest.fixture
async def furnished_house(house: House) -> House:
    """A house with a person, a team, a category, a reply template, and the changes that made them."""
    assert (await house.post("/settings/teams", name="Montage")).status_code == 303
    assert (await house.post("/settings/people/new", name="Renate", email="renate@a.example")).status_code == 303
    assert (await house.post("/settings/categories", name="Druck")).status_code == 303
    template = {"name": "Gruss", "text": "x", "visibility": "personal"}
    assert (await house.post("/settings/reply-templates/new", **template)).status_code == 303
    return house


NAMES_IN_HOUSE = {"Montage", "Renate", "Druck", "Gruss"}


async def test_so_have_those_in_the_settings(furnished_house: House) -> None:
    lists = ["/settings/people", "/settings/teams", "/settings/categories", "/settings/reply-templates"]
    lists += ["/settings/changes", "/settings/people?q=Zoran", "/settings?q=Zoran", "/new/call?who=Zoran"]
    found = {}
    for path in lists:
        page = (await furnished_house.get(path)).text
        links = re.findall(r'href="((?:/settings/(?:people|teams|categories|reply-templates|changes))/[^"/?]+)"', page)
        for one in [path, *links]:
            undirected = Undirected(NAMES_IN_HOUSE | {"Zoran"})
            undirected.feed((await furnished_house.get(one)).text)
            ours = [text for text in undirected.found if any(name in text for name in undirected.names)]
            if ours or undirected.fields:
                found[one] = ours, undirected.fields
    assert found == {}


async def test_so_has_a_query_that_was_corrected_and_the_place_of_a_ticket(portal: Portal) -> None:
    portal.services.did_you_mean = "zorana"
    number = portal.services.ticketing.create("maria", "Title", "Text").number
    portal.services.ticketing.update("ines", number, location="Zoran")
    for path, names in (("/search?q=Zoran", {"Zoran", "zorana"}), (f"/t/{number}", {"Zoran"})):
        page = Undirected(names)
        page.feed((await portal.get(path, "maria")).text)
        assert [text for text in page.found if any(name in text for name in names)] == []
