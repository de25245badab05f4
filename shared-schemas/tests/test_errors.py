import json
import pickle
import re
from http import HTTPStatus
from pathlib import Path

import pytest

import trackline_schemas
from trackline_schemas.errors import HTTP_STATUS, ServiceError, invalid, not_found


@pytest.mark.parametrize("code", HTTP_STATUS)
def test_each_code_has_a_status_of_an_error(code: str) -> None:
    error = ServiceError(code, "Something.")
    assert error.status == HTTP_STATUS[code]
    assert HTTPStatus(error.status) >= HTTPStatus.BAD_REQUEST
    assert re.fullmatch("[a-z_]+", code)


def test_statuses_that_clients_rely_on() -> None:
    expected = {"version_conflict": 412, "key_reused": 422, "not_found": 404, "unavailable": 503, "timeout": 504}
    assert expected.items() <= HTTP_STATUS.items()


def test_an_unknown_code_is_our_fault() -> None:
    assert ServiceError("nonsense", "?").status == 500


def test_an_error_crosses_a_process_as_code_message_and_detail() -> None:
    error = invalid("/changes/state", "There is no such state.")
    code, message, detail = json.loads(json.dumps(error.args))
    again = ServiceError(code, message, detail)
    assert (again.code, again.message, again.detail) == (error.code, error.message, error.detail)
    assert again.detail["errors"] == [{"pointer": "/changes/state", "detail": "There is no such state."}]
    assert pickle.loads(pickle.dumps(error)).args == error.args


def test_forbidden_and_missing_look_the_same() -> None:
    error = not_found("ticket", "INC-7")
    assert (error.status, error.detail) == (404, {"ticket": "INC-7"})
    assert "or you may not see it" in error.message


def test_every_code_that_the_contracts_raise_is_in_the_table() -> None:
    sources = Path(trackline_schemas.__file__).parent.rglob("*.py")
    raised = {code for path in sources for code in re.findall(r'ServiceError\(\s*"(\w+)"', path.read_text())}
    assert raised
    assert raised <= HTTP_STATUS.keys()
