import json
import pickle
import re
from http import HTTPStatus
from types import ModuleType
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, ValidationError

from trackline_schemas.errors import (
    CATALOGUE,
    CODES,
    Reason,
    ServiceError,
    entry,
    find,
    find_by_code,
    from_wire,
    not_found,
    not_valid,
    pointer,
    reason_of,
    reasons,
    refuse,
    refuse_entries,
    to_wire,
    value_error,
)
from trackline_schemas.errors.parameters import KINDS

CLOSED = reasons.tickets.TICKET_TAKES_NO_REPLIES
# `refuse` takes arguments of these names for itself.
RESERVED = {"reason", "pointer", "parameter", "detail"}
CONSTANTS = [
    (name, value)
    for module in vars(reasons).values()
    if isinstance(module, ModuleType)
    for name, value in vars(module).items()
    if isinstance(value, Reason)
]


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_each_code_has_a_status_of_an_error_and_words(code: object) -> None:
    known = CODES[getattr(code, "name", "")]
    assert HTTPStatus(known.status) >= HTTPStatus.BAD_REQUEST
    assert re.fullmatch("[a-z_]+", known.name)
    assert known.title
    assert known.mending.endswith(".")
    assert find_by_code(known.name)


def test_statuses_that_clients_rely_on() -> None:
    expected = {"version_conflict": 412, "key_reused": 422, "not_found": 404, "unavailable": 503, "timeout": 504}
    assert expected.items() <= {code.name: code.status for code in CODES.values()}.items()


def test_an_unknown_code_has_status_500() -> None:
    assert ServiceError("nonsense", "?", {}, "", {}).status == 500


def test_the_names_of_reasons_are_unique_and_those_of_their_constants() -> None:
    assert len(CONSTANTS) == len(CATALOGUE) > 150
    assert [name for name, reason in CONSTANTS if name != reason.name.upper()] == []
    assert find(CLOSED.name) is CLOSED
    assert find("of_another_version") is None


@pytest.mark.parametrize("reason", CATALOGUE.values(), ids=lambda reason: reason.name)
def test_a_reason_is_complete(reason: Reason) -> None:
    assert re.fullmatch("[a-z]+(_[a-z]+)*", reason.name)
    assert reason.code in CODES
    assert reason.params <= KINDS.keys() - RESERVED
    assert reason.render(dict.fromkeys(reason.params, "x"))


def test_every_parameter_is_used_and_every_sentence_is_unique() -> None:
    assert KINDS.keys() == {name for reason in CATALOGUE.values() for name in reason.params}
    templates = [(reason.code, reason.template) for reason in CATALOGUE.values()]
    assert len(set(templates)) == len(templates)


def test_a_refusal_has_an_english_message() -> None:
    error = refuse(CLOSED, number="INC-7", state="closed")
    assert error.message == "INC-7 is closed and takes no more replies. Open a new ticket and mention INC-7."
    assert (error.code, error.reason) == ("ticket_closed", "ticket_takes_no_replies")
    assert error.params == {"number": "INC-7", "state": "closed"}
    assert (error.status, error.detail) == (409, {})


def test_only_the_message_joins_words_and_groups_digits() -> None:
    error = refuse(reasons.tickets.TRANSITION_NOT_POSSIBLE, state="closed", wanted="new", states=("open", "resolved"))
    assert error.message == "A ticket that is closed cannot become new, only open, resolved."
    assert error.params["states"] == ["open", "resolved"]
    error = refuse(reasons.people_import.CSV_TOO_MANY_ROWS, rows=12_000, most=5_000)
    assert error.message == "The file has 12,000 rows. Import at most 5,000 at a time."
    assert error.params == {"rows": 12_000, "most": 5_000}
    assert "now at version 1200." in refuse(reasons.articles.ARTICLE_CHANGED_MEANWHILE, version=1200).message


def test_a_missing_parameter_does_not_hide_the_error() -> None:
    assert refuse(CLOSED, number="INC-7").message.startswith("INC-7 is {state} and")


def test_a_pointer_creates_an_entry_with_the_same_reason() -> None:
    error = refuse(reasons.people.ROLE_IN_UNKNOWN_TEAM, pointer="/teams/t9", team="t9")
    said = {"detail": "There is no team t9.", "reason": "role_in_unknown_team", "params": {"team": "t9"}}
    assert error.detail == {"errors": [{"pointer": "/teams/t9", **said}]}
    error = refuse(reasons.analytics.ZONE_UNKNOWN, parameter="time_zone", detail={"more": 1}, zone="Mars")
    assert error.detail["errors"][0]["parameter"] == "time_zone"
    assert error.detail["more"] == 1


def test_several_wrong_values() -> None:
    entries = [
        entry(reasons.people.NO_ACTIVE_TEAM, pointer="/team_id"),
        entry(reasons.people.NO_ACTIVE_PERSON, pointer="/assignee_id"),
    ]
    error = refuse_entries(entries)
    assert (error.code, error.reason, error.params) == ("invalid", "no_active_team", {})
    assert error.detail == {"errors": entries}


@pytest.mark.parametrize(
    "error",
    [
        refuse(reasons.tickets.FIELDS_CHANGED_MEANWHILE, detail={"version": 7}, fields=["state", "team_id"]),
        refuse(reasons.records.FIELD_CANNOT_BE_EMPTIED, pointer="/name", field="name"),
        not_found("ticket", "INC-7"),
    ],
    ids=lambda error: error.reason,
)
def test_an_error_can_be_sent_to_another_process(error: ServiceError) -> None:
    again = from_wire(json.loads(json.dumps(to_wire(error))))
    assert again is not None
    assert again.args == error.args
    assert (again.code, again.message, again.detail) == (error.code, error.message, error.detail)
    assert (again.reason, again.params) == (error.reason, error.params)
    assert pickle.loads(pickle.dumps(error)).args == error.args


def test_errors_are_compatible_with_the_previous_release() -> None:
    sent = to_wire(refuse(CLOSED, number="INC-7", state="closed"))
    code, message, detail = sent["exc_args"]
    assert (code, detail) == ("ticket_closed", {})
    assert sent["exc_path"] == "trackline_schemas.errors.ServiceError"
    received = from_wire({name: sent[name] for name in ("exc_type", "exc_path", "exc_args", "value")})
    assert received is not None
    assert (received.message, received.reason, received.params) == (message, "", {})


def test_an_unexpected_error_is_no_service_error() -> None:
    assert from_wire({"exc_type": "KeyError", "exc_path": "builtins.KeyError", "exc_args": ["x"], "value": "x"}) is None


def test_forbidden_and_missing_look_the_same() -> None:
    error = not_found("ticket", "INC-7")
    assert (error.status, error.detail) == (404, {"ticket": "INC-7"})
    assert "or you may not see it" in error.message


def test_a_validator_refuses_by_reason() -> None:
    def brief(text: str) -> str:
        raise value_error(reasons.values.TEXT_TOO_LONG, bytes=40_000)

    class Letter(BaseModel):
        text: Annotated[str, AfterValidator(brief)]
        pages: int

    with pytest.raises(ValidationError) as caught:
        Letter.model_validate({"text": "{bytes}", "pages": "many"})
    ours, pydantics = caught.value.errors()
    assert ours["msg"] == "a text may have 40,000 bytes in UTF-8; attach what is longer"
    assert reason_of(ours) == {"reason": "text_too_long", "params": {"bytes": 40_000}}
    assert reason_of(pydantics) == {}


def test_each_wrong_value_has_an_entry_without_the_value() -> None:
    class Letter(BaseModel, extra="forbid"):
        pages: list[int]

    with pytest.raises(ValidationError) as caught:
        Letter.model_validate({"pages": [1, "hunter2"], "to/from~": "hunter2"})
    error = not_valid(caught.value)
    assert error.code == "invalid"
    assert [one["pointer"] for one in error.detail["errors"]] == ["/pages/1", "/to~1from~0"]
    assert "hunter2" not in json.dumps(error.detail)


def test_an_empty_pointer_means_the_whole_document() -> None:
    assert pointer([]) == ""
    assert pointer(["changes", 0]) == "/changes/0"
