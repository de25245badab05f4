"""Forms whose numbers are out of range, too long for Python, or no numbers at all."""

from uuid import uuid4

import pytest
from fastapi import FastAPI

from gateway.actions import teams
from gateway.actions.caller import Caller
from gateway.kit.context import Origin
from gateway.kit.credential import Credential
from gateway.portal.kit.forms import MAX_NUMBER, Form, parse_number
from trackline_schemas.errors import ServiceError

from .conftest import Portal
from .test_forms import NEW

# Python refuses to convert more than 4,300 digits.
TOO_LONG = "9" * 5000
WRONG = ["0", "-1", "²", "٥", "05", "1_0", "1.5", "x", str(MAX_NUMBER + 1), "9" * 25, TOO_LONG]


@pytest.mark.parametrize("text", ["", *WRONG])
def test_only_numbers_within_the_range_are_parsed(text: str) -> None:
    assert parse_number(text) is None
    assert Form(version=[text]).number("version") is None


@pytest.mark.parametrize("text", ["1", "7", str(MAX_NUMBER)])
def test_numbers_within_the_range_are_parsed(text: str) -> None:
    assert Form(version=[text]).number("version") == int(text)


@pytest.mark.parametrize(
    ("path", "who", "field", "fields"),
    [
        ("/t/INC-1001/state", "maria", "base_version", {"state": "cancelled"}),
        ("/t/INC-1001/reply", "maria", "base_version", {"text": "Thanks"}),
        ("/t/INC-1001/change", "ines", "base_version", {"title": "Password"}),
        ("/t/INC-1001/change", "ines", "impact", {}),
        ("/t/INC-1001/change", "ines", "priority", {"priority_reason": "Urgent"}),
        ("/new", "ines", "impact", NEW),
        ("/desk/bulk", "ines", "priority", {"ticket": "INC-1001:9", "priority_reason": "Urgent"}),
        ("/desk/articles/KB-1", "ines", "base_version", {"title": "Password", "body": "Reset it."}),
        ("/desk/articles/KB-1/restore", "ines", "version", {}),
        ("/desk/articles/KB-1/restore", "ines", "base_version", {"version": "1"}),
    ],
)
async def test_no_number_in_a_form_fails_on_our_side(
    portal: Portal, path: str, who: str, field: str, fields: dict[str, str]
) -> None:
    for number in WRONG:
        answer = await portal.post(path, who, key=uuid4().hex, **{**fields, field: number})
        assert answer.status_code < 500, number[:30]


async def test_no_version_of_a_selected_ticket_fails_on_our_side(portal: Portal) -> None:
    for number in WRONG:
        answer = await portal.post("/desk/bulk", key=uuid4().hex, ticket=f"INC-1001:{number}", assign="me")
        assert answer.status_code == 303, number[:30]


@pytest.mark.parametrize("state", ["cancelled", "closed", "open"])
async def test_a_state_that_a_requester_may_set_takes_a_wrong_version(portal: Portal, state: str) -> None:
    answer = await portal.post("/t/INC-1010/state", "maria", key=uuid4().hex, state=state, base_version="0")
    assert answer.status_code < 500


async def test_an_unknown_role_in_a_team_is_refused(portal: Portal, app: FastAPI) -> None:
    admin = portal.folk.directory.user("admin")
    assert admin
    caller = Caller(admin, admin.viewer, Origin("r1", None, 10.0), Credential("token", "", admin.id))
    with pytest.raises(ServiceError) as refused:
        await teams.set_role(app.state.parts, caller, "desk", "tom", "emperor")
    assert refused.value.code == "invalid"


@pytest.mark.parametrize("against", [str(MAX_NUMBER + 1), TOO_LONG])
async def test_a_version_to_compare_with_is_within_the_range(portal: Portal, against: str) -> None:
    answer = await portal.get(f"/desk/articles/KB-1/versions/2?against={against}")
    assert answer.status_code == 422
