"""Importing people from a file, page by page."""

import pytest

from gateway.people.usecases import people_import
from trackline_csv import decode, read_text
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


async def test_what_is_no_list_is_refused_in_words(house: House) -> None:
    answer = await house.upload(START, "p.csv", b"")
    assert (answer.status_code, "a row for each person" in answer.text) == (422, True)
    answer = await house.upload(START, "p.csv", b'name,mail\n"Bea,bea@example.org\nBen,ben@example.org\n')
    assert (answer.status_code, "quotation mark in line 2 is never closed" in answer.text) == (422, True)
    answer = await house.upload(START, "p.xlsx", b"PK\x03\x04\x14\x00\x06\x00")
    assert (answer.status_code, "a workbook of a spreadsheet" in answer.text) == (422, True)
    broken = "name,mail\nÄnne,ä@example.org\nJörg,\udcff".encode(errors="surrogateescape")
    answer = await house.upload(START, "p.csv", broken)
    assert (answer.status_code, "Line 3 contains characters that cannot be read" in answer.text) == (422, True)


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
