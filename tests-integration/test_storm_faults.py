"""`make storm` takes a quarter of an hour, and is not in `make test`. This holds its faults and what counts them."""

from collections import Counter
from itertools import pairwise

import pytest
from harness import replicas, servers
from storm.client import Answer
from storm.faults import EVERY_SECONDS, FAULTS, MAIL_SERVER, PROCESSES, SERVERS, schedule
from storm.ledger import Ledger, Outcome
from storm.report import outcomes
from storm.strikes import HANDS

from trackline_local.packages import IMAGES

SECONDS = 900


def test_everything_that_runs_twice_is_killed_and_frozen() -> None:
    twice = {f"{name}{replica}" for name in replicas.ALL for replica in ("", "-2")}
    assert set(PROCESSES) == twice
    assert set(replicas.ALL) == set(IMAGES)
    assert set(SERVERS) == {one.name for one in servers.KINDS}
    for kind in ("kill", "freeze"):
        assert {fault.target for fault in FAULTS if fault.kind == kind} == twice | set(SERVERS)


def test_each_kind_of_fault_has_a_hand() -> None:
    assert {fault.kind for fault in FAULTS} == set(HANDS)
    assert {fault.kind for fault in FAULTS if fault.target == MAIL_SERVER} == {"away", "refusing", "slow"}


def test_the_schedule_follows_from_the_seed() -> None:
    assert schedule(7, SECONDS) == schedule(7, SECONDS)
    assert schedule(7, SECONDS) != schedule(8, SECONDS)


def test_every_fault_strikes_before_one_strikes_again() -> None:
    strikes = schedule(7, SECONDS)
    assert {strike.fault for strike in strikes[: len(FAULTS)]} == set(FAULTS)
    assert len(strikes) == pytest.approx(SECONDS / EVERY_SECONDS, rel=0.15)
    assert all(before.at < after.at < SECONDS for before, after in pairwise(strikes))


@pytest.mark.parametrize(
    ("outcome", "done", "failing"),
    [
        ("acknowledged", 1, set()),
        ("acknowledged", 0, {"lost"}),
        ("acknowledged", 2, {"doubled"}),
        ("refused", 0, set()),
        ("refused", 1, {"refused, but done"}),
        ("unknown", 0, set()),
        ("unknown", 1, set()),
        ("unknown", 2, {"doubled"}),
    ],
)
def test_what_fails(outcome: Outcome, done: int, failing: set[str]) -> None:
    ledger = Ledger()
    operation = ledger.begin("ticket")
    operation.outcome = outcome
    rows = outcomes(ledger, Counter({operation.mark: done}), removed=set())
    assert {row.name for row in rows if row.faults} == failing


@pytest.mark.parametrize(
    ("status", "code", "in_doubt"),
    [
        (201, "", False),
        (409, "conflict", False),
        (429, "throttled", False),
        (503, "unavailable", False),
        (503, "outcome_unknown", True),
        (504, "timeout", True),
        (502, "", True),
        (0, "unavailable", False),
        (0, "ReadTimeout", True),
    ],
)
def test_what_may_have_been_done(status: int, code: str, in_doubt: bool) -> None:
    assert Answer(status, {"code": code}).in_doubt == in_doubt
