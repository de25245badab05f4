"""A CSV file of people: what its columns mean, and the rows that need to be corrected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trackline_csv import Doubt, Form, Written, key, write_to_mend

# Field → common titles of its column, as `key` writes them.
TITLES: Mapping[str, Sequence[str]] = {
    "name": (
        "name fullname displayname employee employeename vollername vollstandigername vollstaendigername anzeigename"
        " mitarbeiter mitarbeitername namevorname nachnamevorname vornamenachname vorundnachname lastnamefirstname"
        " firstnamelastname"
    ).split(),
    "first_name": "firstname givenname forename vorname rufname".split(),
    "last_name": "lastname surname familyname sn nachname familienname zuname".split(),
    "email": (
        "email mail emailaddress mailaddress emails workemail primaryemail businessemail emailadresse mailadresse"
        " primarysmtpaddress"
    ).split(),
    "phone": (
        "phone telephone phonenumber telephonenumber workphone officephone businessphone tel telno telefon telefonnr"
        " telefonnummer rufnummer durchwahl"
    ).split(),
    "department": "department departmentname dept abteilung abteilungsname bereich fachbereich".split(),
    "location": (
        "location office officelocation physicaldeliveryofficename site standort ort buro buero dienstort arbeitsort"
    ).split(),
    "language": "language preferredlanguage locale sprache".split(),
    "time_zone": "timezone zeitzone".split(),
    "team": "team group gruppe".split(),
}
FIELDS = tuple(TITLES)
NEEDED = ("name", "email")
PARTS_OF_NAME = ("first_name", "last_name")


@dataclass(frozen=True)
class Problem:
    """`row` is the number in a spreadsheet, where the titles are row 1. `code` is a key of row_problems.REASONS, whose
    sentence needs `value`."""

    row: int
    field: str | None
    code: str
    value: str = ""


@dataclass(frozen=True)
class Sheet:
    """`first` is the number of the first row in a spreadsheet. `rows` have no empty cells at their ends. `doubts` are
    words that may be others in another encoding."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    first: int = 2
    form: Form = field(default_factory=Form)
    doubts: Sequence[Doubt] = ()

    def row(self, number: int) -> Sequence[str]:
        return self.rows[number - self.first]


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Returns field → column, for the fields that the titles tell."""
    known = {title: field for field, titles in TITLES.items() for title in titles}
    found: dict[str, str] = {}
    for column in columns:
        field = known.get(key(column))
        if field and field not in found:
            found[field] = column
    return _choose_names(found)


def missing(mapping: Mapping[str, str]) -> list[str]:
    """Returns the fields without whose column no account can be made. The parts of the name also make a name."""
    told = {*mapping, *("name" for part in PARTS_OF_NAME if part in mapping)}
    return [field for field in NEEDED if field not in told]


def full_name(values: Mapping[str, str]) -> str:
    """Takes field → value of a row."""
    parts = (values[field] for field in PARTS_OF_NAME if field in values)
    return values.get("name") or " ".join(parts)


def to_mend(sheet: Sheet, problems: Iterable[tuple[int, str]]) -> Written:
    """Returns the rows that have problems in the form of their file, with the sentences in a column of their own. A
    problem is row, sentence."""
    sentences: dict[int, list[str]] = {}
    for row, sentence in problems:
        sentences.setdefault(row, []).append(sentence)
    rows = ((sheet.row(row), " ".join(found)) for row, found in sorted(sentences.items()))
    return write_to_mend(sheet.columns, rows, sheet.form)


def _choose_names(found: dict[str, str]) -> dict[str, str]:
    """Beside a first name, “Name” is the last name, unless there is a column for that too."""
    parts = found.keys() & set(PARTS_OF_NAME)
    if "name" not in found or not parts:
        return found
    is_last_name = parts == {"first_name"} and key(found["name"]) == "name"
    dropped = ("name",) if is_last_name else PARTS_OF_NAME
    chosen = {field: column for field, column in found.items() if field not in dropped}
    return {**chosen, "last_name": found["name"]} if is_last_name else chosen
