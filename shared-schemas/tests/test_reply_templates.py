"""What a reply template may say, and who reads and writes it."""

import contextlib
import time
from typing import Any

import pytest

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import matches
from trackline_schemas.records.kinds.reply_template import KIND, fill
from trackline_schemas.viewer import Viewer

INES = Viewer(id="ines", teams={"it": "reply"})
TOM = Viewer(id="tom", teams={"hr": "manage"})
READER = Viewer(id="reader", teams={"it": "read"})
ROOT = Viewer(id="root", admin=True)
MARIA = Viewer(id="maria")


def values(**given: Any) -> dict[str, Any]:
    return {"text": "Hello", "visibility": "personal", "team_id": None, "created_by_id": "ines", **given}


def test_variables_are_filled_in_with_or_without_blanks() -> None:
    text = "Hello {{ requester.name }}, about {{ticket.number}}: {{agent.name}} {{ not.known }}"
    known = {"requester.name": "Maria", "ticket.number": "INC-1", "agent.name": "{{ticket.number}}"}
    assert fill(text, known) == "Hello Maria, about INC-1: {{ticket.number}} {{ not.known }}"


def test_an_unknown_variable_is_refused_with_those_that_there_are() -> None:
    KIND.rule(values(text="{{ requester.name }} {{ticket.title}}"))
    with pytest.raises(ServiceError, match=r"There is no variable ticket\.secret\. Known: requester\.name, ") as wrong:
        KIND.rule(values(text="{{requester.name}} {{ ticket.secret }}"))
    assert wrong.value.detail["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize(
    "text",
    ["{{" + " " * 9_000 + "x", "{{ " * 3_300, "{{" + "\n\t" * 4_900, "{{a}" * 2_500, "{" * 10_000, "{{a}}" * 2_000],
)
def test_a_hostile_template_costs_little(text: str) -> None:
    started = time.thread_time()
    with contextlib.suppress(ServiceError):
        KIND.rule(values(text=text))
    assert fill(text, {"a": "b"}) == text.replace("{{a}}", "b")
    assert time.thread_time() - started < 1


def test_a_team_goes_with_a_template_of_a_team_and_with_no_other() -> None:
    KIND.rule(values(visibility="team", team_id="it"))
    for wrong in (values(visibility="team"), values(visibility="everybody", team_id="it")):
        with pytest.raises(ServiceError, match="Name a team"):
            KIND.rule(wrong)


@pytest.mark.parametrize(
    ("given", "readers", "writers"),
    [
        (values(), {"ines"}, {"ines"}),
        (values(visibility="team", team_id="it"), {"ines", "reader", "root"}, {"ines", "root"}),
        (values(visibility="everybody"), {"ines", "tom", "reader", "root"}, {"root"}),
    ],
)
def test_who_reads_and_writes(given: dict[str, Any], readers: set[str], writers: set[str]) -> None:
    people = (INES, TOM, READER, ROOT, MARIA)
    assert {viewer.id for viewer in people if matches(KIND.readable(viewer), given)} == readers
    assert {viewer.id for viewer in people if KIND.may_write(viewer, given)} == writers
