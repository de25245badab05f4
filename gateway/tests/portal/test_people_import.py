"""Importing people from a file, page by page."""

from unicodedata import normalize

import pytest

from gateway.people.usecases import people_import, user
from gateway.portal.kit import words
from trackline_csv import ENCODINGS, decode, read_text
from trackline_testing.csv_shapes import shapes

from .house import House

START = "/settings/people/import"
FILE = "Name;Mail;Floor\nBea Brown;bea@example.org;1\nBen;;2\nÄnne;anne at home;3\n"


async def test_from_the_file_to_the_people(house: House) -> None:
    answer = await house.upload(START, "people.csv", FILE.encode("cp1252"))
    page = answer.headers["location"]
    draft = (await house.get(page)).text
    mistake = "“anne at home” is not an email address."
    for text in ("1 person will be added", "2 rows cannot be imported", mistake, "Änne"):
        assert text in draft
    assert "people were added" not in draft
    location = await house.post(page, map_name="Name", map_email="Mail", map_location="Floor", start="1", invite="1")
    assert location.headers["location"] == page
    done = await house.eventually(page, "1 person was added")
    assert "2 rows were not imported" in done
    mend = await house.get(f"/api/v1/imports/people/{page.rpartition('/')[2]}/unfinished.csv")
    assert mend.text.splitlines()[1] == "Ben;;2;The email address is missing."
    bea = await house.store.users.find_one({"emails": "bea@example.org"})
    assert bea is not None
    assert bea["location"] == "1"


async def test_columns_are_chosen_by_hand(house: House) -> None:
    page = (await house.upload(START, "p.csv", b"who,where to\nBea,bea@example.org")).headers["location"]
    assert "Choose the columns" in (await house.get(page)).text
    refused = await house.post(page, map_name="who", start="1")
    assert refused.status_code == 422
    checked = await house.follow(await house.post(page, map_name="who", map_email="where to"))
    assert "Import 1 person" in checked


async def test_a_decomposed_title_is_a_column_like_any_other(house: House) -> None:
    text = normalize("NFD", "Name;E-Mail;Büro\nBea;bea@example.org;1\n")
    page = (await house.upload(START, "p.csv", text.encode())).headers["location"]
    shown = (await house.get(page)).text
    assert '<option value="Büro" selected>' in shown
    await house.post(page, map_name="Name", map_email="E-Mail", map_location="Büro", start="1")
    await house.eventually(page, "1 person was added")
    bea = await house.store.users.find_one({"emails": "bea@example.org"})
    assert bea is not None
    assert bea["location"] == "1"


async def test_what_is_no_list_is_refused_in_words(house: House) -> None:
    answer = await house.upload(START, "p.csv", b"")
    assert (answer.status_code, "a row for each person" in answer.text) == (422, True)
    answer = await house.upload(START, "p.csv", b'name,mail\n"Bea,bea@example.org\nBen,ben@example.org\n')
    assert (answer.status_code, "quotation mark in line 2 is never closed" in answer.text) == (422, True)
    answer = await house.upload(START, "p.xlsx", b"PK\x03\x04\x14\x00\x06\x00")
    assert (answer.status_code, "a workbook of a spreadsheet" in answer.text) == (422, True)
    broken = "name,mail\nÄnne,ä@example.org\nJörg,\udcff".encode(errors="surrogateescape")
    answer = await house.upload(START, "p.csv", broken)
    assert (answer.status_code, "which letters line 3 contains" in answer.text) == (422, True)


POLISH = "Imię i nazwisko;E-mail\nŁukasz Błaszczyk;l@example.org\nJan Kowalski;j@example.org\n"


async def test_somebody_names_the_encoding_of_a_file_that_is_refused(house: House) -> None:
    refused = await house.upload(START, "p.csv", POLISH.encode("cp1250"))
    assert (refused.status_code, "Choose the encoding of the file and upload it again" in refused.text) == (422, True)
    assert '<option value="cp1250"' in refused.text
    page = (await house.upload(START, "p.csv", POLISH.encode("cp1250"), encoding="cp1250")).headers["location"]
    shown = (await house.get(page)).text
    assert ("Łukasz Błaszczyk" in shown, '<option value="cp1250" selected>' in shown) == (True, True)


async def test_another_encoding_reads_the_file_again_before_anything_is_imported(house: House) -> None:
    text = "Name;Köy;E-Mail\nDoğan;Oğuz;d@example.org\n"
    page = (await house.upload(START, "p.csv", text.encode("cp1254"))).headers["location"]
    shown = (await house.get(page)).text
    assert ("Are the letters right?" in shown, "Doðan" in shown) == (True, True)
    assert '<option value="cp1252" selected>' in shown
    chosen = {"map_name": "Name", "map_email": "E-Mail", "map_location": "Köy", "encoding": "cp1254", "start": "1"}
    again = await house.follow(await house.post(page, **chosen))
    assert ("Doðan" in again, "Doğan · Oğuz" in again, "Import 1 person" in again) == (False, True, True)
    await house.post(page, **chosen)
    await house.eventually(page, "1 person was added")
    found = await house.store.users.find_one({"emails": "d@example.org"})
    assert found is not None
    assert (found["name"], found["location"]) == ("Doğan", "Oğuz")


async def test_words_that_may_be_others_are_shown_first(house: House) -> None:
    rows = [f"Jörg Müller {number};j{number}@example.org" for number in range(20)]
    text = "\n".join(["Name;E-Mail", *rows, "Oğuz Kaya;o@example.org", ""])
    page = (await house.upload(START, "p.csv", text.encode("cp1254"))).headers["location"]
    shown = (await house.get(page)).text
    letters = shown[shown.index("Are the letters right?") :]
    assert letters.index("Oðuz Kaya · o@example.org") < letters.index("Jörg Müller 0")
    words = letters[: letters.index("Encoding of the file")].replace("<bdi>", "").replace("</bdi>", "")
    assert "“Oðuz” is “Oğuz” if the encoding is: Turkish (Windows)." in words
    named = {"map_name": "Name", "map_email": "E-Mail", "encoding": "cp1254"}
    again = await house.follow(await house.post(page, **named))
    assert ("Oðuz" in again, "if the encoding is" in again) == (False, False)
    assert "Oğuz Kaya · o@example.org" in again


async def test_another_file_of_a_form_that_was_sent_before_is_another_import(house: House) -> None:
    one, two = (f"Name;E-Mail\nBea;{name}@example.org\n".encode() for name in ("one", "two"))
    pages = [(await house.upload(START, "p.csv", file, key="k")).headers["location"] for file in (one, two, one)]
    assert (pages[0] == pages[2], pages[0] == pages[1]) == (True, False)
    assert "two@example.org" in (await house.get(pages[1])).text


async def test_an_import_that_a_fault_has_stopped_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(user, "create", fail)
    page = (await house.upload(START, "people.csv", FILE.encode())).headers["location"]
    await house.post(page, map_name="Name", map_email="Mail", start="1")
    stopped = await house.eventually(page, "The import has stopped")
    assert ("A fault of Trackline stopped the import here" in stopped, "Bea Brown · bea@" in stopped) == (True, True)


async def test_somebody_says_that_cells_over_several_lines_are_right(house: House) -> None:
    text = 'name,mail,notes\nBea,bea@example.org,"asks\nBoss,boss@example.org"\n'
    page = (await house.upload(START, "p.csv", text.encode())).headers["location"]
    shown = (await house.get(page)).text
    assert ("This looks like several rows" in shown, "Are the letters right?" in shown) == (True, False)
    assert "Cells may have several lines" in shown
    checked = await house.follow(await house.post(page, map_name="name", map_email="mail", multiline="1"))
    assert "Import 1 person" in checked


TITLES = ["Name", "E-Mail", "Telefon", "Abteilung"]
ROWS = [
    ["Änne Groß; geb. Ön", "anne@example.org", "+49 (0)30 12-34", "@Vertrieb"],
    ['Bea "B" Brown', "bea@example.org", "-5", "=1+1"],
    ["Jörg", "jörg at home", "+49 (0)30 12-34", "'=1+1"],
    ["", "=1+1", "@Vertrieb", "-5"],
]
SHAPES = shapes(TITLES, ROWS)


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_file_of_each_shape_is_imported_and_its_rows_to_correct_read_back_equal(
    house: House, shape: str
) -> None:
    page = (await house.upload(START, "people.csv", SHAPES[shape])).headers["location"]
    found = await people_import.get_details(house.people, page.rpartition("/")[2])
    assert (found.view.rows, found.view.created, found.view.failed) == (4, 2, 2)
    stored = [list(row[:4]) for row in found.sheet.rows if any(row)]
    assert stored == ROWS
    mend = await get_unfinished(house, page)
    table = read_text(*decode(mend))
    assert [row[:4] for row in table.rows] == ROWS[2:]
    assert (table.form, table.columns) == (found.sheet.form, found.sheet.columns)
    again = (await house.upload(START, "people-to-mend.csv", mend)).headers["location"]
    assert await get_unfinished(house, again) == mend


async def get_unfinished(house: House, page: str) -> bytes:
    return (await house.get(f"/api/v1/imports/people/{page.rpartition('/')[2]}/unfinished.csv")).content


async def test_it_is_for_administrators_and_for_our_forms_only(house: House) -> None:
    page = (await house.upload(START, "p.csv", FILE.encode("utf-8"))).headers["location"]
    other = await house.client.post(START, data={"key": "k"}, files={"file": ("p.csv", FILE.encode())})
    assert other.status_code == 403
    house.client.cookies.clear()
    assert (await house.get(page)).headers["location"].startswith("/sign-in")


def test_every_encoding_has_a_name() -> None:
    assert tuple(words.ENCODINGS) == tuple(ENCODINGS)
