"""Who may read what, for every kind of person, ticket and article."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trackline_schemas.access import readable, readable_articles, readable_as_staff, scoped
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import (
    ARTICLE_FIELDS,
    TICKET_FIELDS,
    And,
    Condition,
    Filter,
    Not,
    Or,
    check_filter,
    matches,
)
from trackline_schemas.viewer import SYSTEM, Role, Viewer

TEAMS = {"desk": False, "net": False, "hr": True}
PEOPLE = {
    "requester": Viewer(id="rita"),
    "agent": Viewer(id="anna", teams={"desk": "read"}),
    "confidential": Viewer(id="henry", teams={"hr": "manage"}),
    "newcomer": Viewer(id="nora", teams={"made_just_now": "reply"}),
    "admin": Viewer(id="root", admin=True),
    "system": SYSTEM,
}
TEAM_OF = {"nobody's": None, "desk": "desk", "net": "net", "hr": "hr", "unknown": "made_just_now"}

# Rows: people; columns: the teams of TEAM_OF, for somebody else's ticket.
MATRIX = {
    "requester": "-----",
    "agent": "xxx--",
    "confidential": "xxxx-",
    "newcomer": "xxx-x",
    "admin": "xxx--",
    "system": "-----",
}


@pytest.mark.parametrize("person", PEOPLE)
def test_tickets_of_others(person: str) -> None:
    viewer = PEOPLE[person]
    for rule in (readable, readable_as_staff):
        node = rule(viewer, TEAMS)
        row = [matches(node, {"requester_id": "olaf", "team_id": team}) for team in TEAM_OF.values()]
        assert "".join("x" if may else "-" for may in row) == MATRIX[person]


@pytest.mark.parametrize("person", PEOPLE)
def test_own_tickets_are_readable_whatever_the_team_but_not_as_staff(person: str) -> None:
    viewer = PEOPLE[person]
    for name, team in TEAM_OF.items():
        own = {"requester_id": viewer.id, "team_id": team}
        assert matches(readable(viewer, TEAMS), own)
        as_staff = MATRIX[person][list(TEAM_OF).index(name)] == "x"
        assert matches(readable_as_staff(viewer, TEAMS), own) is as_staff


def test_a_ticket_without_the_field_has_no_team() -> None:
    assert matches(readable(PEOPLE["agent"], TEAMS), {"requester_id": "olaf"})
    assert not matches(readable(PEOPLE["requester"], TEAMS), {"requester_id": "olaf"})


def test_without_any_known_team_all_but_ones_own_are_confidential() -> None:
    node = readable(PEOPLE["agent"], {})
    assert matches(node, {"requester_id": "olaf", "team_id": "desk"})
    assert not matches(node, {"requester_id": "olaf", "team_id": "net"})


def article(visibility: str, state: str, team_id: str | None = None) -> dict[str, Any]:
    return {"visibility": visibility, "state": state, "team_id": team_id}


@pytest.mark.parametrize(
    ("document", "readers"),
    [
        (article("public", "published"), set(PEOPLE)),
        (article("public", "draft"), {"agent", "confidential", "newcomer", "admin"}),
        (article("internal", "published"), {"agent", "confidential", "newcomer", "admin"}),
        (article("team", "published", "hr"), {"confidential"}),
        (article("team", "published", "desk"), {"agent"}),
    ],
)
def test_articles(document: dict[str, Any], readers: set[str]) -> None:
    found = {name for name, viewer in PEOPLE.items() if matches(readable_articles(viewer), document)}
    assert found == readers


@pytest.mark.parametrize("viewer", PEOPLE.values())
def test_the_rules_use_fields_that_each_store_knows(viewer: Viewer) -> None:
    assert check_filter(readable(viewer, TEAMS), TICKET_FIELDS) == readable(viewer, TEAMS)
    assert check_filter(readable_articles(viewer), ARTICLE_FIELDS) == readable_articles(viewer)


@pytest.mark.parametrize(
    ("viewer", "team", "highest"),
    [
        (PEOPLE["requester"], None, None),
        (PEOPLE["requester"], "desk", None),
        (PEOPLE["agent"], None, "read"),
        (PEOPLE["newcomer"], None, "reply"),
        (PEOPLE["confidential"], None, "manage"),
        (PEOPLE["admin"], None, "manage"),
        (Viewer(id="x", teams={"desk": "read", "net": "reply"}), None, "reply"),
        (PEOPLE["agent"], "desk", "read"),
        (PEOPLE["agent"], "net", None),
        (PEOPLE["newcomer"], "made_just_now", "reply"),
        (PEOPLE["confidential"], "hr", "manage"),
        (PEOPLE["admin"], "desk", "manage"),
        (PEOPLE["admin"], "hr", None),
        (PEOPLE["admin"], "made_just_now", None),
        (Viewer(id="x", admin=True, teams={"hr": "reply"}), "hr", "reply"),
    ],
)
def test_a_role_contains_the_lesser_ones(viewer: Viewer, team: str | None, highest: Role | None) -> None:
    roles: tuple[Role, ...] = ("read", "reply", "manage")
    held = [role for role in roles if viewer.has_role(team, role, TEAMS)]
    assert held == list(roles[: roles.index(highest) + 1] if highest else [])


TAGGED = Condition(field="tags", op="eq", value="vpn")
OPEN = Condition(field="state", op="eq", value="open")


@pytest.mark.parametrize(
    ("filter", "answer_fields", "readers"),
    [
        (None, (), {"own", "staff"}),
        (OPEN, ("priority",), {"own", "staff"}),
        (TAGGED, (), {"staff"}),
        (Not(filter=Not(filter=TAGGED)), (), {"staff"}),
        (Or(any=[OPEN, And(all=[OPEN, TAGGED])]), (), {"staff"}),
        (OPEN, ("tags",), {"staff"}),
        (None, ("state", "priority_reason"), {"staff"}),
    ],
)
def test_a_scope_over_staff_fields_holds_only_tickets_of_which_the_viewer_is_staff(
    filter: Filter | None, answer_fields: tuple[str, ...], readers: set[str]
) -> None:
    tickets = {"own": {"requester_id": "anna", "team_id": "hr"}, "staff": {"requester_id": "olaf", "team_id": "desk"}}
    scope = scoped(filter, PEOPLE["agent"], TEAMS, answer_fields)
    found = {name for name, one in tickets.items() if matches(scope, {**one, "state": "open", "tags": ["vpn"]})}
    assert found == readers


def test_a_scope_is_checked() -> None:
    with pytest.raises(ServiceError):
        scoped(Condition(field="burnout", op="eq", value="x"), PEOPLE["agent"], TEAMS)


# `scoped` limits every query for tickets. Only these modules use its rules themselves: for one ticket at a time, and
# for the internal notes of the search.
USERS_OF_THE_RULES = {
    "services/tickets/tickets/usecases/rights.py",
    "services/knowledge/knowledge/usecases/search.py",
    "services/notifications/notifications/usecases/permission.py",
    "gateway/gateway/actions/rights.py",
}


def test_no_other_module_makes_a_filter_of_readable_tickets() -> None:
    root = Path(__file__).parents[2]
    users = {str(path.relative_to(root)) for path in sources(root) if imports_rules(path)}
    assert users == USERS_OF_THE_RULES


def sources(root: Path) -> Iterator[Path]:
    for folder in ("services", "gateway/gateway"):
        yield from (path for path in (root / folder).rglob("*.py") if "tests" not in path.parts)


def imports_rules(path: Path) -> bool:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    names = {one.name for node in nodes if node.module == "trackline_schemas.access" for one in node.names}
    return bool(names & {"readable", "readable_as_staff"})
