"""The histories of the demonstration are plausible, and the same whenever they are generated."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from trackline_cli.api import Json
from trackline_cli.demo.office import email_address
from trackline_cli.demo.stories import DAYS, TICKETS, Company, busiest, read
from trackline_schemas.imports import ImportTicket

OFFICE = read("office.toml")
REQUESTERS = [name for members in OFFICE["departments"].values() for name in members]
AGENTS = [name for members in OFFICE["teams"].values() for name in members]
COMPANY = Company(read("scenarios.toml")["scenario"], OFFICE["words"], REQUESTERS, OFFICE["teams"])
STATES = {"new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"}
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def histories_at(now: datetime) -> list[Json]:
    return COMPANY.histories((now - timedelta(days=DAYS)).replace(hour=7, minute=0), now)


def state(history: Json) -> str:
    states: list[str] = [step["changes"]["state"] for step in history["steps"] if "state" in step["changes"]]
    return states[-1]


def test_the_office_has_forty_people_in_four_teams_and_twenty_articles() -> None:
    assert (len(REQUESTERS) + len(AGENTS), len(OFFICE["teams"]), len(read("articles.toml")["article"])) == (40, 4, 20)
    addresses = {email_address(name, OFFICE["domain"]) for name in [*REQUESTERS, *AGENTS]}
    assert len(addresses) == 40
    assert all(one.isascii() and one.endswith(".example") for one in addresses)


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_there_are_tickets_of_sixty_days_in_each_state_at_any_time(day: int, hour: int) -> None:
    now = MONDAY.replace(hour=hour) + timedelta(days=day)
    histories = histories_at(now)
    counts = Counter(map(state, histories))
    assert (len(histories), set(counts)) == (TICKETS, STATES)
    assert min(counts.values()) >= 5
    assert 20 <= TICKETS - counts["closed"] - counts["cancelled"] - counts["resolved"] <= 60
    times = [datetime.fromisoformat(step["time"]) for history in histories for step in history["steps"]]
    assert max(times) <= now
    assert timedelta(days=DAYS - 3) < now - min(times) < timedelta(days=DAYS + 1)


def test_every_history_is_a_valid_import_in_chronological_order() -> None:
    for history in histories_at(MONDAY):
        body = ImportTicket.model_validate(history)
        times = [step.time for step in body.steps]
        assert times == sorted(times)


def test_a_later_run_only_adds_steps() -> None:
    start = (MONDAY - timedelta(days=DAYS)).replace(hour=7, minute=0)
    earlier, later = COMPANY.histories(start, MONDAY), COMPANY.histories(start, MONDAY + timedelta(days=3))
    assert earlier != later
    for before, after in zip(earlier, later, strict=True):
        assert after["external_ref"] == before["external_ref"]
        assert after["steps"][: len(before["steps"])] == before["steps"]


def test_the_suggested_people_have_unresolved_tickets() -> None:
    histories = histories_at(MONDAY)
    for role, names in (("assignee_id", AGENTS), ("requester_id", REQUESTERS)):
        busy = busiest(histories, role)
        assert busy in names
        mine = [history for history in histories if state(history) in ("open", "pending", "on_hold")]
        assert sum(busy == latest_value(history, role) for history in mine) >= 2


def latest_value(history: Json, field: str) -> object:
    return [step["changes"][field] for step in history["steps"] if field in step["changes"]][-1]


def test_no_placeholder_is_left_in_a_text() -> None:
    texts = [
        step["comment"]["text"] for history in histories_at(MONDAY) for step in history["steps"] if "comment" in step
    ]
    assert not [text for text in texts if "{" in text or (not text[0].isupper() and text[0].isalpha())]
