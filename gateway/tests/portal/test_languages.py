"""Every text goes through the catalogue: Latin letters on a page in the pseudo-language are untranslated texts."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from gateway.people.models import ZONES, OrganisationView
from gateway.portal.kit import i18n
from trackline_schemas import wording

from .conftest import Portal
from .folk import FIREFOX
from .test_pages import PAGES

SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-label", "data-back", "data-one", "data-many"}
METHODS = [("**/templates/*.html", "jinja2"), ("**.py", "python")]
TRIMMED = {"trim_blocks": "true", "lstrip_blocks": "true"}
SILENT = {"script", "style", "template", "kbd", "code"}
VOID = {"meta", "link", "input", "img", "br", "hr"}
# These are the same in every language.
NAMES = re.compile(r"Trackline|INC-\d+|KB-\d+|\bP[1-5]\b|\bUTC\b")


class Words(HTMLParser):
    """Collects all texts that a reader sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            # Initials are silent, because the name is beside them.
            self.open.append("style" if ("class", "avatar") in attrs else tag)
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() not in (tag, "style"):
            pass

    def handle_data(self, data: str) -> None:
        if not SILENT & set(self.open):
            self.found.append(data)


def latin(page: str, data: set[str]) -> set[str]:
    words = Words()
    words.feed(page)
    text = NAMES.sub("", "\n".join(words.found))
    return set(re.findall(r"[A-Za-z]{2,}", text)) - data


def data_words(portal: Portal) -> set[str]:
    """Returns every word of the demo data, and the names of places and languages."""
    services, directory = portal.services, portal.folk.directory
    desk = services.ticketing
    texts = [str(thing.model_dump()) for thing in [*services.tickets.values(), *services.articles.values()]]
    texts += [str(entry.model_dump()) for number in services.tickets for entry in desk.history(number)]
    texts += [str(entry.model_dump()) for entry in services.inbox]
    texts += [str(version[0].model_dump()) for versions in services.versions.values() for version in versions]
    texts += [category.name for category in desk.categories()] + [team.name for team in directory.all_teams()]
    texts += [f"{person.name} {person.email}" for person in directory.everybody()]
    texts += [FIREFOX, *ZONES, *(name for _, name in i18n.list_languages())]
    return set(re.findall(r"[A-Za-z]{2,}", " ".join(texts)))


async def test_no_word_of_the_page_that_asks_for_the_password_is_untranslated(portal: Portal) -> None:
    portal.folk.add("maria", "Maria", language=i18n.PSEUDO, version=2)
    portal.folk.sessions.grow_old("maria")
    asked = await portal.post("/profile/sessions/end", "maria")
    wrong = await portal.post("/profile/sessions/end", "maria", confirm_password="a guess")
    for page in (asked.text, wrong.text):
        assert 'name="confirm_password"' in page
        assert latin(page, data_words(portal)) == set()


ERRORS = [
    ("maria", "/t/INC-9999"),
    ("maria", "/desk"),
    ("maria", "/no-such-page"),
    (None, "/sign-in"),
    (None, "/forgotten"),
]


@pytest.mark.parametrize(("who", "path"), [*PAGES, *ERRORS])
async def test_no_word_is_untranslated(portal: Portal, who: str | None, path: str) -> None:
    spoken: dict[str, Any] = {"language": i18n.PSEUDO, "time_zone": "UTC", "version": 2}
    for person in portal.folk.directory.everybody():
        portal.folk.add(person.id, person.name, admin=person.admin, teams=person.teams, **spoken)
    portal.folk.directory.organisation = OrganisationView(language=i18n.PSEUDO)
    page = (await portal.get(path, who)).text
    query = set(re.findall(r"[A-Za-z]{2,}", path.partition("?")[2]))
    assert latin(page, data_words(portal) | query) == set()


async def test_the_test_above_can_fail(portal: Portal) -> None:
    page = (await portal.get("/inbox", "ines")).text
    assert {"Mark", "all", "read"} <= latin(page, set())


async def test_a_browser_that_prefers_german_gets_it_before_anybody_signed_in(portal: Portal) -> None:
    page = (await portal.get("/sign-in", None, **{"Accept-Language": "fr;q=0.9, de-AT, en"})).text
    assert 'lang="de"' in page
    assert "Anmelden" in page


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("en;q=0.5, de;q=0.8", "de"),
        ("de;q=0.5, en", "en"),
        ("de;q=0.8, en;q=0.8", "de"),
        ("fr, de-CH;q=0.9, en;q=0.8", "de"),
        ("DE_at", "de"),
        ("de-Latn-DE-1996", "de"),
        ("en-GB , de", "en"),
        ("de; Q=0.000, en ; q=0.1", "en"),
        ("de;q=nan, en;q=0.1", "en"),
        ("en;q=0, *", "de"),
        ("*, en;q=0", "de"),
        ("en-GB, en;q=0, *;q=0.1", "de"),
        ("*;q=0.5, de;q=0", "en"),
        ("de;q=0, *;q=0", "en"),
        ("fr, de;q=0.5, *;q=0.8", "en"),
        ("fr, en;q=0.5, *;q=0.8", "de"),
        ("fr, en-US;q=0.5, *;q=0.8", "de"),
        ("fr, de;q=0.8, *;q=0.5", "de"),
        ("de-AT;q=0, *", None),
        ("fr", None),
        ("*", None),
        ("*;q=0", None),
        ("fr, *;q=0.5", None),
        ("", None),
        ("de;q=high, ;q=1,,", None),
        ("en-XA", "en"),
        ("en-xa, de;q=0.5", "en"),
        ("en-XA;q=0.1, de;q=0.5", "de"),
    ],
)
@pytest.mark.parametrize("house", ["en", "de"])
def test_the_language_with_the_highest_weight_is_taken(header: str, language: str | None, house: str) -> None:
    assert i18n.preferred_language(header, house) == (language or house)


@pytest.mark.parametrize(
    ("header", "house", "language"),
    [("de;q=0", "de", "en"), ("en;q=0", "en", "de"), ("fr, de;q=0", "de", "en"), ("de;q=0, en;q=0", "de", "de")],
)
def test_the_language_of_the_house_is_not_taken_if_it_is_refused(header: str, house: str, language: str) -> None:
    assert i18n.preferred_language(header, house) == language


async def test_nobody_gets_the_language_of_the_tests_by_a_header(portal: Portal) -> None:
    page = (await portal.get("/sign-in", None, **{"Accept-Language": i18n.PSEUDO})).text
    assert 'lang="en"' in page


@pytest.mark.parametrize(
    "path", sorted(i18n.LOCALES.glob("*/LC_MESSAGES/messages.po")), ids=lambda path: path.parts[-3]
)
def test_a_catalogue_is_whole_and_keeps_the_placeholders(path: Path) -> None:
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parts[-3])
    with (i18n.LOCALES / "messages.pot").open("rb") as source:
        template = read_po(source)
    missing = [message.id for message in template if message.id and not _translated(catalogue.get(_key(message.id)))]
    assert missing == []
    assert [
        (message.id, list(message.check(catalogue))) for message in catalogue if list(message.check(catalogue))
    ] == []


def test_the_template_holds_every_message() -> None:
    """docs/portal.md has the command that updates the template."""
    keywords = {**DEFAULT_KEYWORDS, "noop": None, "Reason": (3,)}
    pages = extract_from_dir(i18n.LOCALES.parent, METHODS, {"**/templates/*.html": TRIMMED}, keywords=keywords)
    tables = extract_from_dir(Path(wording.__file__).parent, [("**.py", "python")], keywords=keywords)
    with (i18n.LOCALES / "messages.pot").open("rb") as source:
        template = {message.id for message in read_po(source) if message.id}
    assert {message for _, _, message, _, _ in chain(pages, tables)} == template


def test_the_extractor_sees_every_message() -> None:
    """It overlooks calls inside an f-string or inside another call."""
    with (i18n.LOCALES / "messages.pot").open("rb") as source:
        template = {_key(message.id) for message in read_po(source)}
    calls = {message for path in i18n.LOCALES.parent.rglob("*.py") for message in _messages(path)}
    assert calls - template == set()


def _messages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("gettext", "ngettext", "noop"):
                yield str(node.args[0].value)


def _key(message_id: object) -> str:
    return str(message_id[0] if isinstance(message_id, tuple | list) else message_id)


def _translated(message: object) -> bool:
    text = getattr(message, "string", None)
    return all(text) if isinstance(text, tuple | list) else bool(text)


async def test_a_refused_form_is_explained_in_the_language_of_its_sender(portal: Portal) -> None:
    answer = await portal.post("/inbox/read", "dora", csrf="forged")
    assert answer.status_code == 403
    assert '<html lang="de"' in answer.text


async def test_german_names_who_wrote_and_its_keys(portal: Portal) -> None:
    queue = (await portal.get("/desk/open", "dora")).text
    assert "Anfrage von</th>" in queue
    assert "Anfragende</span>" in queue
    ticket = (await portal.get("/t/INC-1001", "dora")).text
    assert '<span class="muted">Anfragende · ' in ticket
    assert "<kbd>Strg</kbd> <kbd>Eingabe</kbd>" in ticket
