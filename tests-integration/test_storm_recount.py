"""The recounts of `make storm` notice what is wrong: each is given stores that differ in one thing."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from storm import recount, told
from storm.done import count_done
from storm.ledger import Ledger


def truth(**collections: Any) -> Any:
    """Returns what answers like Truth, with these lists of documents."""
    return SimpleNamespace(**{name: (lambda found=found: found) for name, found in collections.items()})


def row(sequence: int, **changes: Any) -> dict[str, Any]:
    return {"_id": f"t:{sequence}", "subject": "t", "sequence": sequence, "data": {"changes": changes}}


OPENED = row(1, title=[None, "x"], state=[None, "new"])


@pytest.mark.parametrize(
    ("log", "ticket", "faults"),
    [
        ([OPENED, row(2, state=["new", "open"])], {"title": "x", "state": "open", "tags": []}, 0),
        ([OPENED], {"title": "x", "state": "open"}, 1),
        ([OPENED, row(2, state=["pending", "open"])], {"title": "x", "state": "open"}, 1),
        ([OPENED, row(2, tags=[[], ["a"]])], {"title": "x", "state": "new"}, 1),
    ],
)
def test_history(log: list[Any], ticket: dict[str, Any], faults: int) -> None:
    stores = truth(log=log, tickets={"INC-1": {"_id": "t", "number": "INC-1", **ticket}})
    assert len(list(recount.history(stores))) == faults


SENT, UNKNOWN = {"state": "sent", "message_id": "<a>"}, {"state": "unknown", "message_id": "<b>"}


@pytest.mark.parametrize(
    ("arrived", "faults"),
    [
        ({"<a>": 1}, 0),
        ({"<a>": 1, "<b>": 1}, 0),
        ({"<a>": 2}, 1),
        ({}, 1),
        ({"<a>": 1, "<b>": 2}, 1),
        ({"<a>": 1, "<c>": 1}, 1),
    ],
)
def test_mails(arrived: dict[str, int], faults: int) -> None:
    assert len(list(told.mails(truth(deliveries=[SENT, UNKNOWN]), Counter(arrived)))) == faults


@pytest.mark.parametrize(("rows", "faults"), [(["a", "b"], 0), (["a"], 1), (["a", "b", "c"], 1), (["a", "c"], 2)])
def test_inboxes(rows: list[str], faults: int) -> None:
    assert len(list(told.inboxes(truth(inbox=[{"_id": one} for one in rows]), ["a", "b"]))) == faults


@pytest.mark.parametrize(("state", "faults"), [("sent", 0), ("unknown", 0), ("failed", 1), ("queued", 1)])
def test_deliveries(state: str, faults: int) -> None:
    stored = {"_id": "a", "ticket_id": "t", "state": state, "error": None}
    letter = {"_id": "b", "ticket_id": None, "state": "sent", "error": None}
    assert len(list(told.deliveries(truth(deliveries=[stored, letter]), ["a"]))) == faults


def test_what_was_done() -> None:
    """A mark counts once for each event that it is in, and not for the later events that still show it."""
    ledger = Ledger()
    opened, commented, tagged, edited, uploaded = (
        ledger.begin(kind) for kind in "ticket comment change edit upload".split()
    )
    ticket = {"title": f"The {opened.mark} of today"}
    log = [
        {"data": {"ticket": ticket, "changes": {"title": [None, ticket["title"]]}, "comment": {"text": "It hums."}}},
        {"data": {"ticket": ticket, "changes": {}, "comment": {"text": f"See {commented.mark} of today"}}},
        {"data": {"ticket": ticket, "changes": {"tags": [[], [tagged.mark]]}, "comment": None}},
        {"data": {"ticket": ticket, "changes": {"tags": [[], [tagged.mark]]}, "comment": None}},
        {"data": {"ticket": ticket, "changes": {"tags": [[tagged.mark], []]}, "comment": None}},
    ]
    names = {"articles": [{"body": f"As {edited.mark} says"}], "article_versions": [{"body": "Switch it off."}]}
    names["uploads"] = [{"name": f"{uploaded.mark}.txt"}]
    database = {name: SimpleNamespace(find=lambda *_, found=found: found) for name, found in names.items()}
    stores = truth(log=log, inbox=[])
    stores.database = lambda service: SimpleNamespace(**database) if service == "gateway" else database
    done = count_done(stores, ledger, "http://127.0.0.1:1")
    assert done == {opened.mark: 1, commented.mark: 1, tagged.mark: 2, edited.mark: 1, uploaded.mark: 1}
