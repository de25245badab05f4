"""Incidents of another desk are imported once, with their history, and can be shown as of any instant."""

import random
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from harness import oracle
from harness.agreement import EVER, assert_agreement
from harness.api import Api, wait_for
from harness.incidents import Desk, import_incidents, write_log
from harness.oracle import History
from harness.truth import Truth

from trackline_local.system import System

INSTANTS, TICKETS = 20, 50

pytestmark = pytest.mark.timeout(300)


def test_every_incident_comes_in_with_every_event(desk: Desk) -> None:
    events = sum(len(one.moves) for one in desk.histories.values())
    counts = f"{len(desk.histories):,} created, 0 continued, 0 were there already, 0 failed; {events:,} events"
    assert counts in desk.output
    tickets = desk.tickets
    assert {number: ticket["version"] for number, ticket in tickets.items()} == {
        number: len(one.moves) for number, one in desk.histories.items()
    }
    assert {ticket["channel"] for ticket in tickets.values()} == {"phone"}


def test_the_history_of_a_ticket_has_the_times_of_the_file(desk: Desk) -> None:
    number, one = max(desk.histories.items(), key=lambda item: len(item[1].moves))
    ticket = desk.tickets[number]
    entries = desk.admin.all(f"/tickets/{ticket['number']}/events")
    assert [datetime.fromisoformat(entry["time"]) for entry in entries] == [at for at, _ in one.moves]
    assert all(entry["recorded_at"] > entry["time"] for entry in entries)
    resolved_after = datetime.fromisoformat(ticket["resolved_at"]) - one.opened_at
    assert resolved_after == timedelta(seconds=one.resolution_seconds or 0)


def test_a_second_import_adds_nothing(desk: Desk) -> None:
    before = desk.tickets
    output = import_incidents(desk.system, desk.file)
    assert f"0 created, 0 continued, {len(desk.histories):,} were there already, 0 failed; 0 events" in output
    assert desk.tickets == before


def test_every_service_has_them_and_nobody_was_notified(desk: Desk) -> None:
    assert_agreement(desk.truth, desk.admin, desk.system.backends.amqp_url, {})
    assert desk.truth.deliveries() == desk.truth.inbox() == []


def test_as_of_any_instant_is_the_last_row_of_the_file_at_or_before_it(desk: Desk) -> None:
    dice = random.Random(4)
    chosen = dice.sample(sorted(desk.histories), min(TICKETS, len(desk.histories)))
    times = [at for number in chosen for at, _ in desk.histories[number].rows]
    span = max(times) - min(times)
    # half of the instants are exactly at a row, half are anywhere
    instants = [min(times) + span * dice.random() for _ in range(INSTANTS // 2)] + dice.sample(times, INSTANTS // 2)
    tickets = desk.tickets
    names = _names(desk.admin)
    wrong = [
        (number, instant)
        for number in chosen
        for instant in instants
        if _seen(desk.admin, tickets[number]["number"], instant, names) != _row(desk.histories[number], instant)
    ]
    assert wrong == []


def test_a_longer_file_adds_only_its_newer_rows(admin: Api, system: System, tmp_path: Path) -> None:
    file, source = tmp_path / "incidents.csv", ("--source", "growing")
    written = 0
    for rows_less in (4, 1, 0):
        write_log(file, rows_less)
        import_incidents(system, file, *source)
        histories = oracle.histories(file)
        tickets = {one["external_ref"]: one for one in admin.all("/tickets", **{"filter[source]": "growing"})}
        events = sum(ticket["version"] for ticket in tickets.values())
        assert events == sum(len(one.moves) for one in histories.values()) > written
        assert {number: ticket["state"] for number, ticket in tickets.items()} == {
            number: oracle.state(one.rows[-1][1]) for number, one in histories.items()
        }
        written = events


def test_a_source_is_removed_everywhere_and_may_come_back(admin: Api, system: System, tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    write_log(file)
    first = _import_and_remove(admin, system, file)
    assert first.isdisjoint(_import_and_remove(admin, system, file))
    with closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as truth:
        ids = {ticket["_id"] for ticket in truth.tickets().values()}
        assert {row["subject"] for row in truth.log()} <= ids


def _import_and_remove(admin: Api, system: System, file: Path) -> set[str]:
    """Returns the numbers of the tickets that were imported and removed."""
    of_source = {"filter[source]": "leaving"}

    def counted() -> int:
        return int(admin.get("/analytics/summary", **EVER, **of_source)["total"]["created"])

    import_incidents(system, file, "--source", "leaving")
    numbers = {ticket["number"] for ticket in admin.all("/tickets", **of_source)}
    admin.comment(min(numbers), "Quite a unique remark: quokka.", "internal")
    wait_for(lambda: counted() == len(numbers))
    wait_for(lambda: admin.get("/search", q="quokka")["data"])
    wait_for(lambda: admin.post("/imports/purges", {"source": "leaving"})["remaining"] == 0)
    assert {admin.http.get(f"/tickets/{number}").status_code for number in numbers} == {404}
    assert admin.all("/tickets", **of_source) == []
    wait_for(lambda: counted() == 0)
    wait_for(lambda: not admin.get("/search", q="quokka")["data"])
    return numbers


Seen = tuple[str, str | None, str | None, int, str | None] | None


def _names(admin: Api) -> dict[str | None, str]:
    """Returns id → name of all people, teams and categories."""
    listed = [one for path in ("/users", "/teams", "/categories") for one in admin.all(path)]
    return {one["id"]: one["name"] for one in listed}


def _seen(admin: Api, number: str, instant: datetime, names: dict[str | None, str]) -> Seen:
    answer = admin.http.get(f"/tickets/{number}", params={"as_of": instant.isoformat()})
    if answer.status_code == 404:
        return None
    one = answer.raise_for_status().json()
    named = [names.get(one[field]) for field in ("team_id", "assignee_id", "category_id")]
    return one["state"], named[0], named[1], one["priority"], named[2]


def _row(history: History, instant: datetime) -> Seen:
    row = history.at(instant)
    if row is None:
        return None
    group, resolver, category = (
        None if row[name] == "?" else " ".join(row[name].split())
        for name in ("assignment_group", "assigned_to", "category")
    )
    return oracle.state(row), group, resolver, int(row["priority"][0]), category
