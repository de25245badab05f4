"""Real tickets are imported once by the real command, and are found by words that only they contain."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import running_system
from harness.agreement import assert_agreement
from harness.api import Api, wait_for
from harness.helpdesk import FILE, SOURCE, import_tickets, rows, write_reports
from harness.office import REPORTS
from harness.truth import Truth

from trackline_cli.rows import Draft, map_columns, read_drafts, read_head
from trackline_local.system import System
from trackline_testing.amounts import amount

ROWS = amount("IMPORT_ROWS", short=150, long=3000)
FINDABLE = re.compile(r"[a-z]{6,}")

pytestmark = pytest.mark.timeout(180 + ROWS)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, Api]]:
    with running_system(tmp_path_factory.mktemp("import")) as system:
        account = system.administrator
        with Api.sign_in(system.url, account.email, account.password) as admin:
            admin.wait_for_starter_pack()
            yield system, admin


@pytest.mark.parametrize("real", [False, True], ids=["our own file", "3,000 real tickets"])
def test_import_once_and_find(desk: tuple[System, Api], tmp_path: Path, real: bool) -> None:
    system, admin = desk
    file = FILE if real else tmp_path / "reports.csv"
    if not real:
        write_reports(file)
    elif not FILE.exists():
        pytest.skip(f"{FILE} is not here: the project cannot contain it")
    wanted = list(rows(file))[:ROWS]
    mine = {"filter[source]": f"{SOURCE}-{real}"}
    output = import_tickets(system, file, f"{SOURCE}-{real}", ROWS)
    assert f"{len(wanted)} created, 0 were there already, 0 failed" in output
    references = {draft.body["external_ref"]: str(number) for number, draft in enumerate(_drafts(file), 1)}
    tickets = {references[one["external_ref"]]: one for one in admin.all("/tickets", **mine)}
    assert set(tickets) == {str(number) for number in range(1, len(wanted) + 1)}
    for number, row in enumerate(wanted, 1):
        ticket = tickets[str(number)]
        assert (ticket["impact"], ticket["urgency"]) == (3, 3)
        assert ticket["title"] == row["title"] if row["title"] else row["body"].startswith(ticket["title"].rstrip("…"))
    assert "0 created" in import_tickets(system, file, f"{SOURCE}-{real}", ROWS)
    assert len(admin.all("/tickets", **mine)) == len(wanted)
    wait_for(lambda: not _not_found(admin, wanted, tickets))


def test_every_service_has_them(desk: tuple[System, Api]) -> None:
    system, admin = desk
    with closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as truth:
        assert len(truth.tickets()) >= len(REPORTS)
        assert_agreement(truth, admin, system.backends.amqp_url, {})
        # Nobody is notified about imported tickets.
        assert truth.deliveries() == truth.inbox() == []


def _drafts(file: Path) -> Iterator[Draft]:
    return read_drafts(file, map_columns(read_head(file).columns, {}), SOURCE)


def _not_found(admin: Api, wanted: list[dict[str, str]], tickets: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Returns (word, number) of tickets that the search does not find by a word that only they contain."""
    words = [set(FINDABLE.findall(f"{row['title']} {row['body']}".lower())) for row in wanted]
    count = Counter(word for one in words for word in one)
    alone = {number: sorted(word for word in one if count[word] == 1) for number, one in enumerate(words, 1)}
    asked = [(number, one[0]) for number, one in alone.items() if one][:20]
    assert len(asked) >= 10
    return [
        (word, tickets[str(number)]["number"])
        for number, word in asked
        if tickets[str(number)]["number"] not in [hit["number"] for hit in admin.get("/search", q=word)["data"]]
    ]
