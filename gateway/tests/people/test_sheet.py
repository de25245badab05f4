"""Reading and checking a file of people, without a store."""

from dataclasses import asdict

import pytest
from bson import BSON

from gateway.people.domain.sheet import Sheet, guess, missing, to_mend
from gateway.people.row_problems import describe
from gateway.people.usecases.sheet import MAX_PACKED_BYTES, Row, check, pack, read, read_file
from trackline_csv import read_text
from trackline_schemas.errors import ServiceError, reasons

TEAMS = {"network": "t1"}


def checked(text: str) -> list[Row]:
    sheet = read(text)
    return list(check(sheet, guess(sheet.columns), TEAMS))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_common_delimiter_is_read(delimiter: str) -> None:
    text = "\ufeff" + "\r\n".join(
        delimiter.join(row) for row in [["Full name", "E-Mail", "Abteilung"], ["Bea", "BEA@example.org", "IT"]]
    )
    [row] = checked(text)
    assert row.account is not None
    assert (row.account.name, row.account.emails, row.account.department) == ("Bea", ["bea@example.org"], "IT")


def test_quoted_cells_keep_their_commas_and_rows_count_as_in_a_spreadsheet() -> None:
    rows = checked('name,email,location\n"Brown, Bea",bea@x.org,"Floor 1,\nleft"\n\nBen,,\n')
    assert [row.row for row in rows] == [2, 4]
    assert rows[0].problems[0].code == "too_long"
    assert rows[1].problems[0].code == "missing_email"


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (",a@x.org,,,", "name", "The name is missing."),
        ("Bea,,,,", "email", "The email address is missing."),
        ("Bea,bea at x.org,,,", "email", "“bea at x.org” is not an email address."),
        ("Bea,a..b@x.org,,,", "email", reasons.addresses.EMAIL_DOTS_NOT_VALID.template),
        ("Bea,jörg@x.org,,,", "email", reasons.addresses.EMAIL_MAILBOX_NOT_ASCII.template),
        (f"Bea,{'b' * 65}@x.org,,,", "email", reasons.addresses.EMAIL_MAILBOX_TOO_LONG.template),
        ("Bea,a@x.org;b@x.org,,,", "email", "“a@x.org;b@x.org” is not an email address."),
        ("Bea,a@exаmple.org,,,", "email", reasons.values.ADDRESS_MIXES_ALPHABETS.template),
        ("Bea,a@my_firm.org,,,", "email", reasons.addresses.EMAIL_DOMAIN_NOT_VALID.template),
        ("Bea,a@x.org,german,,", "language", "“german” is not a language code such as de or en."),
        ("Bea,a@x.org,,Berlin,", "time_zone", "“Berlin” is not a time zone such as Europe/Berlin."),
        ("Bea,a@x.org,,,Nowhere", "team", "There is no active team “Nowhere”."),
        ("B" * 201 + ",a@x.org,,,", "name", "This is too long or contains a line break."),
        ("Bea,a@x.org,,,,,more", None, "The row has 7 cells, which is more than there are columns."),
        ("Twin,TWIN@x.org,,,", "email", "Row 2 has the same email address."),
    ],
)
def test_every_problem_has_a_sentence(row: str, field: str | None, sentence: str) -> None:
    first, second = checked(f"name,email,language,time zone,team\nTwin,twin@x.org,,,\n{row}\n")
    assert first.account is not None
    assert second.account is None
    assert [(one.row, one.field, describe(one)) for one in second.problems] == [(3, field, sentence)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('name,email,ort\nA,a@x.org,"Berlin\nB,b@x.org,Bonn\nC,c@x.org,Ulm"\nD,d@x.org,Essen\n', [["several"], []]),
        ('name,email,ort\nA,"a@x.org,o\nB,b@x.org",c\n', [["several"]]),
        ('name,email,ort\nA,a@x.org,"\nB,b@x.org,"\n', [["several"]]),
        ('name,email,ort\nA,a@x.org,"Berlin,\nleft"\n', [["too_long"]]),
        ('name,email,notes\n"Grey, Gia",g@x.org,"new\nRob,r@x.org,old\nSue,s@x.org,x"\nT,t@x.org\n', [["several"], []]),
        ('name,email,notes\nA,a@x.org,"new\n\nB,b@x.org,old\nC,c@x.org,new"\n', [["several"]]),
        ('name,email,notes\nA,a@x.org,"new\nBen\nC,c@x.org,new"\n', [["several"]]),
        ('name,email,notes\nA,"a@x.org\nB,b@x.org,old\nC,c@x.org,new"\n', [["several"]]),
        ('name,email,notes\nA,a@x.org,"new\nB,b@x.org,old\nC,c@x.org"\n', [["several"]]),
        ('name,email,notes\nA,a@x.org,"new\nB,b@x.org,""Bonn, x""\nC,c@x.org,new"\n', [["several"]]),
        ('name;notes;email;ort\nA;"d;a@x.org;n\nB";b@x.org;x\n', [["several"]]),
        ('email,name,notes\na@x.org,A,"new\nb@x.org,B,old"\n', [["several"]]),
        ('name,email\n"A,a@x.org\nB,b@x.org"\nC,c@x.org\n', [["several"], []]),
        ('email;name\n"a@x.org;A\nb@x.org;B"\n', [["several"]]),
        ('name,email,ort,notes\nA,"a@x.org\nB,b@x.org\nC,c@x.org"\n', [["several"]]),
        ("name,email\nJ\ufffdrgen,a@x.org\nBea,b@x.org\n", [["letters_lost"], []]),
        (f"name,email,team\nBea,b@x.org,e{chr(0x301) * 20_000}{chr(0x323) * 20_000}\n", [["too_long"]]),
    ],
)
def test_a_row_of_which_something_may_be_lost_makes_no_account(text: str, codes: list[list[str]]) -> None:
    found = checked(text)
    assert [[problem.code for problem in row.problems] for row in found] == codes
    assert all(describe(problem) for row in found for problem in row.problems)


@pytest.mark.parametrize(
    "notes",
    [
        "Hauptstr. 5\n53111 Bonn, NRW, Germany",
        "Hauptstr. 5\n53111 Bonn,NRW,Germany",
        "Hello,\nit is broken, now\n\nThanks, Ben",
        "ben@x.org\nben@y.org",
        "a,b,c\r\nd,e,f",
    ],
)
def test_a_text_over_several_lines_is_one_row(notes: str) -> None:
    [row] = checked(f'Name,E-Mail,Address\nBen,ben@x.example,"{notes}"\n')
    assert row.account is not None


def test_a_row_that_leaves_out_cells_may_have_a_text_over_several_lines() -> None:
    [row] = checked('E-Mail,Name,Adresse,Telefon\nbea7@x.example,Bea,"Hof 1, links\nBerlin, DE, EU, X"\n')
    assert row.account is not None


def test_somebody_may_say_that_a_row_is_right() -> None:
    sheet = read('name,email,notes\nA,a@x.org,"boss:\nB,b@x.org,old"\n')
    mapping = guess(sheet.columns)
    assert [row.account is not None for row in check(sheet, mapping, TEAMS)] == [False]
    assert [row.account is not None for row in check(sheet, mapping, TEAMS, multiline=True)] == [True]


@pytest.mark.parametrize(("encoding", "quoted"), [("utf-8", '"'), ("utf-16", '"'), ("utf-8", "")])
def test_an_export_of_a_directory_with_5000_people_is_read(encoding: str, quoted: str) -> None:
    """As `Get-ADUser -Properties mail | Export-Csv` writes it."""
    titles = "DistinguishedName,Enabled,GivenName,mail,Name,ObjectClass,ObjectGUID,SamAccountName,SID,Surname"
    rows = (
        f"CN=Vorname{n} Nachname{n};OU=Mitarbeiter;OU=Standort München;DC=firma;DC=example|True|Vorname{n}"
        f"|v.nachname{n}@firma.example|Vorname{n} Nachname{n}|user|a7c1e7a0-52b8-4a3e-9d0c-{n:012}|nachname{n}"
        f"|S-1-5-21-1004336348-1177238915-682003330-{n}|Nachname{n}".replace("|", f"{quoted},{quoted}")
        for n in range(5000)
    )
    text = "\r\n".join([titles, *(f"{quoted}{row}{quoted}" for row in rows)])
    sheet = read_file(text.encode(encoding))
    assert len(sheet.rows) == 5000
    assert all(row.account for row in check(sheet, guess(sheet.columns), TEAMS))
    assert len(BSON.encode({"rows": [list(row) for row in sheet.rows]})) < 3_000_000
    assert len(pack(text.encode(encoding))) < 1_000_000


def test_the_largest_import_fits_into_a_document_with_the_problems_of_its_rows() -> None:
    nasty = "\U0001f600" * 100
    row = ";".join([nasty] * 4 + ["x"])
    sheet = read("name;email;language;time zone;phone\n" + f"{row}\n" * 4000)
    problems = [asdict(one) for row in check(sheet, guess(sheet.columns), TEAMS) for one in row.problems]
    document = {"rows": [list(row) for row in sheet.rows], "packed": b"x" * MAX_PACKED_BYTES, "problems": problems}
    assert len(BSON.encode(document)) < 16_000_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,email" + ",x" * 499 + "\nBea,b@x.org\n", "csv_too_many_columns"),
        ("name,email" + ",x" * 25_000 + "\nBea,b@x.org\n", "csv_too_many_columns"),
        ("name,email\n" + "Bea\n" * 5001, "csv_too_many_rows"),
        ("name,email" + ",x" * 498 + "\n" + ("Bea" + "," * 499 + "x\n") * 1200, "csv_too_large"),
        ("name,email\n" + "x" * 7_000_001 + ",b@x.org\n", "csv_too_large"),
        ("name,email\n" + "ü" * 3_500_001 + ",b@x.org\n", "csv_too_large"),
    ],
)
def test_a_file_that_is_too_large_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read(text)
    assert code in str(caught.value.detail)


def test_empty_cells_and_columns_of_a_spreadsheet_are_not_kept() -> None:
    text = "name,email" + "," * 25_000 + "\n" + "Bea,b@x.org,,,\n\nBen,n@x.org,,x,,\n" + ",,,\n" * 2
    sheet = read(text)
    assert (list(sheet.columns), sheet.rows[:2]) == (["name", "email"], [["Bea", "b@x.org"], []])
    sheet = read("name,email" + "," * 400 + "\n" + "Bea,b@x.org\n" * 5000)
    assert sum(map(len, sheet.rows)) == 10_000


def test_a_team_makes_an_agent_and_a_language_is_stored_in_lower_case() -> None:
    first, second = checked("name,mail,team,sprache\nBea,b@x.org,NETWORK,\nBen,n@x.org,,EN\n")
    assert first.account is not None
    assert second.account is not None
    assert (first.account.teams, "language" in first.account.model_fields_set) == ({"t1": "reply"}, False)
    assert (second.account.teams, second.account.language) == ({}, "en")


def test_an_address_is_the_same_in_both_forms_of_its_domain() -> None:
    first, second = checked("name,email\nBea,bea@müller.example\nTwin,bea@xn--mller-kva.example\n")
    assert first.account is not None
    assert first.account.emails == ["bea@müller.example"]
    assert [one.code for one in second.problems] == ["twice"]


def test_a_row_with_a_problem_does_not_reserve_its_address() -> None:
    rows = checked("name,email\n,bea@x.org\nBea,bea@x.org\n")
    assert [row.account is not None for row in rows] == [False, True]


@pytest.mark.parametrize("text", ["", "name,email", "name,email\n,\n", "sep=;\nname;email\n"])
def test_a_file_without_rows_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="titles"):
        read(text)


def test_a_quotation_mark_that_is_not_closed_is_refused_with_its_line() -> None:
    with pytest.raises(ServiceError, match="quotation mark in line 3 is never closed") as caught:
        read('name,email\nBea,bea@x.org\n"Ben,ben@x.org\nAnn,ann@x.org\n')
    assert (caught.value.reason, caught.value.params) == ("csv_quote_not_closed", {"line": 3})


def test_repeated_titles_become_unique() -> None:
    assert list(read("name,name,\na,b,c").columns) == ["name", "name 2", "3"]


@pytest.mark.parametrize(
    "title", "E-Mail Adresse|E-MAIL-ADRESSE|e_mail|E-Mail (dienstlich)|Email Address [Required]|Mail:|eMail*".split("|")
)
def test_titles_are_recognised_in_every_spelling(title: str) -> None:
    [row] = checked(f"Vollständiger Name;{title};TEL.;Büro\nBea Brown;bea@x.org;1;2\n")
    assert row.account is not None
    assert row.account.model_dump(include={"name", "emails", "phone", "location"}) == {
        "name": "Bea Brown",
        "emails": ["bea@x.org"],
        "phone": "1",
        "location": "2",
    }


@pytest.mark.parametrize(
    "titles",
    [
        "Vorname,Nachname",
        "First name,Last name",
        "givenName,sn",
        "FIRST_NAME,Surname",
        "Vorname,Name",
        "First Name [Required],Last Name [Required]",
    ],
)
def test_first_and_last_name_make_a_name(titles: str) -> None:
    [row, no_first, no_name] = checked(f"{titles},mail\nBea,von Brown,b@x.org\n,Green,g@x.org\n,,n@x.org\n")
    assert row.account is not None
    assert no_first.account is not None
    assert (row.account.name, no_first.account.name) == ("Bea von Brown", "Green")
    assert [problem.code for problem in no_name.problems] == ["missing_name"]
    [swapped] = checked(f"{','.join(reversed(titles.split(',')))},mail\nvon Brown,Bea,b@x.org\n")
    assert swapped.account is not None
    assert swapped.account.name == "Bea von Brown"


def test_a_full_name_comes_before_its_parts() -> None:
    assert guess(["Display name", "Vorname", "Nachname", "Mail"]) == {"name": "Display name", "email": "Mail"}
    assert guess(["Name", "Vorname", "Nachname"]) == {"name": "Name"}
    assert guess(["Nachname", "E-Mail"]) == {"last_name": "Nachname", "email": "E-Mail"}
    assert missing(guess(["Nachname"])) == ["email"]
    assert missing(guess(["E-Mail"])) == ["name"]
    assert missing(guess(["Name", "Mail"])) == []


def test_rows_count_as_in_a_spreadsheet_below_blank_lines_and_a_declared_delimiter() -> None:
    assert [row.row for row in checked("\n\nname,mail\nBea,b@x.org\n")] == [4]
    assert [row.row for row in checked("sep=;\nname;mail\n\nBea;b@x.org\n")] == [3]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        " =1+1",
        "\t=1",
        "\uff1d1+1",
        "\uff0b1",
        "=HYPERLINK(1)",
        "+49 30 123456",
        "+49 (0)30 12-34",
        "@Vertrieb",
        "-5",
        "'=1",
        "a;=1",
        "\u200b=1",
        "a|＝1",
    ],
)
def test_no_cell_of_the_file_to_correct_is_a_formula(cell: str) -> None:
    sheet = Sheet([cell.strip(), "Name"], [[cell, cell]])
    written = to_mend(sheet, [(2, cell)]).content.decode()
    # One more for the end of a cell that is also a delimiter: "\t=1".
    assert written.count("'") - cell.count("'") * 4 in (4, 7)
    table = read_text(written)
    assert (table.columns, list(table.rows)) == ([cell.strip(), "Name"], [[cell, cell]])
